import type { Texts } from './lower-words.en.ts'

export const texts: Texts = {
  maximumKnown: (maximum) =>
    `Une enchère a été annulée et vous menez de nouveau. Tous ont vu votre maximum de ${maximum} : vous pouvez le baisser une fois, jusqu’à la prochaine enchère.`,
  lowerLabel: (currency) => `Nouveau maximum en ${currency}`,
  lowerHint: (least, maximum) => `De ${least} à juste en dessous de ${maximum}. Vous seul le voyez.`,
  lowerTo: (amount) => `Baisser à ${amount}`,
  noAmount: 'Indiquez un montant',
}
