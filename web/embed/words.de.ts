import type { Texts } from './words.en.ts'

export const texts: Texts = {
  price: 'Aktueller Preis',
  startsAt: 'Startpreis',
  hammer: 'Zuschlag',
  open: 'Im Saal öffnen',
  minimum: (amount) => `Nächstes Gebot: ab ${amount}`,
  yourBid: (currency) => `Ihr Gebot in ${currency}`,
  bid: (amount) => `${amount} bieten`,
  confirm: (amount) => `Ja, ${amount} bieten`,
  binding: 'Gebote sind bindend. Keine Gebühren.',
  signIn: 'Zum Bieten anmelden',
  soldTo: (paddle) => `Zuschlag an ${paddle}`,
  leads: (paddle) => `${paddle} führt`,
  taken: 'Ihr Gebot führt.',
  outbidAtOnce: 'Ein früheres Höchstgebot hat von selbst geantwortet.',
  sending: 'Wird gesendet …',
  unknown: 'Noch keine Antwort. Fragen Sie erneut: Es wird nie zweimal geboten.',
  gone: 'Diese Auktion kann hier nicht gezeigt werden.',
  wrong: 'Das ist kein Betrag.',
}
