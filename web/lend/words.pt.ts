import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Licitar a partir de outra página',
  asks: (name) => `${name}, uma página externa pede para licitar por si.`,
  page: 'Página',
  auction: 'Leilão',
  next: (amount) => `Próximo lance: desde ${amount}`,
  most: (currency) => `O máximo que pode licitar, em ${currency}`,
  binding: 'O que ela licitar, até este valor, vincula-o.',
  notAnAmount: (example) => `Isto não é um valor. Escreva-o assim: ${example}.`,
  below: (amount) => `Abaixo do próximo lance de ${amount}.`,
  means:
    'Durante um quarto de hora, só neste leilão. A página vê aqui os seus lances, mas nenhum máximo. Não fica a saber a sua palavra-passe nem o seu endereço de e-mail.',
  allow: (amount) => `Permitir lances até ${amount}`,
  allowNone: 'Permitir lances',
  refuse: 'Não permitir',
}
