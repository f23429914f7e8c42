import type { Texts } from './next-words.en.ts'

export const texts: Texts = {
  whatNext: 'O vendedor tem o seu nome e o seu e-mail, e diz-lhe como pagar e levantar.',
  youWon: 'Parabéns: é seu.',
  film: 'Ver de novo o último minuto',
  after: 'O que vem a seguir',
  closesNext: 'Fecha a seguir',
  yours: 'Os seus outros lances que fecham em breve',
  all: 'Todos os lotes',
}
