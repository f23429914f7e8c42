import type { Texts } from './lower-words.en.ts'

export const texts: Texts = {
  maximumKnown: (maximum) =>
    `Um lance foi anulado e lidera de novo. Todos viram o seu máximo de ${maximum}: pode baixá-lo uma vez, até ao próximo lance.`,
  lowerLabel: (currency) => `Novo máximo em ${currency}`,
  lowerHint: (least, maximum) => `De ${least} até pouco menos de ${maximum}. Ninguém mais o vê.`,
  lowerTo: (amount) => `Baixar para ${amount}`,
  noAmount: 'Indique um valor',
}
