import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Mis pujas',
  signInFirst: 'Entre para ver cómo va.',
  all: 'Todas',
  none: 'Aún sin pujas',
  noneHint: 'Todo aquello por lo que puje aparece aquí, con su situación, según cambia.',
  price: 'Precio',
  hammer: 'Precio de remate',
  own: 'Su puja',
  ownMaximum: 'Su máximo',
  left: 'Tiempo restante',
  upTo: (amount) => `hasta ${amount}`,
  voided: 'anulada',
}
