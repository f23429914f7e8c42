import type { Texts } from './words.en.ts'

export const texts: Texts = {
  price: 'Precio actual',
  startsAt: 'Empieza en',
  hammer: 'Precio de remate',
  open: 'Abrir en la sala',
  minimum: (amount) => `Próxima puja: desde ${amount}`,
  yourBid: (currency) => `Su puja en ${currency}`,
  bid: (amount) => `Pujar ${amount}`,
  confirm: (amount) => `Sí, pujar ${amount}`,
  binding: 'Las pujas son vinculantes. No se añaden gastos.',
  signIn: 'Entre para pujar',
  soldTo: (paddle) => `Adjudicada a ${paddle}`,
  leads: (paddle) => `Va ganando ${paddle}`,
  taken: 'Su puja va ganando.',
  outbidAtOnce: 'Un máximo anterior de otra persona respondió solo.',
  sending: 'Enviando …',
  unknown: 'Aún sin respuesta. Pregunte otra vez: nunca se hace dos veces.',
  gone: 'Esta subasta no se puede mostrar aquí.',
  wrong: 'No es un importe.',
}
