import { dictionary } from '../shared/language.ts'

const en = {
  price: 'Current price',
  startsAt: 'Starts at',
  hammer: 'Hammer price',
  open: 'Open in the saleroom',
  minimum: (amount: string) => `Next bid: ${amount} or more`,
  yourBid: (currency: string) => `Your bid in ${currency}`,
  bid: (amount: string) => `Bid ${amount}`,
  confirm: (amount: string) => `Yes, bid ${amount}`,
  binding: 'Bids are binding. No fees are added.',
  signIn: 'Sign in to bid',
  soldTo: (paddle: string) => `Sold to ${paddle}`,
  leads: (paddle: string) => `${paddle} leads`,
  taken: 'Your bid leads.',
  outbidAtOnce: 'Somebody’s earlier maximum answered by itself.',
  sending: 'Sending …',
  unknown: 'No answer yet. Ask again: it is never placed twice.',
  gone: 'This auction cannot be shown here.',
  wrong: 'This is no amount.',
}

type Texts = typeof en

const es: Texts = {
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

/** Both languages come along: an embed is one file. */
export const embedWords = dictionary({
  en: async () => ({ texts: en }),
  es: async () => ({ texts: es }),
})
