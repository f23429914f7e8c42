import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Meine Gebote',
  signInFirst: 'Melden Sie sich an, um zu sehen, wie Sie stehen.',
  all: 'Alle',
  none: 'Noch keine Gebote',
  noneHint: 'Worauf Sie bieten, steht hier mit Ihrem Stand, sobald er sich ändert.',
  price: 'Preis',
  hammer: 'Zuschlag',
  own: 'Ihr Gebot',
  ownMaximum: 'Ihr Höchstgebot',
  left: 'Restzeit',
  upTo: (amount) => `bis ${amount}`,
  voided: 'ungültig',
  nextBid: 'Nächstes Gebot',
  sums: 'Was zusammenkommt',
  atStake: 'Offen',
  atStakeIn: (lots) =>
    lots === 1 ? 'höchstens, bei 1 Los, das Sie anführen' : `höchstens, bei ${lots} Losen, die Sie anführen`,
  won: 'Zuschläge',
  lots: (count) => (count === 1 ? '1 Los' : `${count} Lose`),
  toPay: 'Zu zahlen',
  noFees: 'ohne weitere Gebühren',
  whatNext: 'Der Verkäufer hat Ihren Namen und Ihre E-Mail-Adresse und sagt Ihnen, wie Sie zahlen und abholen.',
  bid: (amount) => `${amount} bieten`,
  pressAgain: 'Noch einmal drücken',
  sending: 'Wird gesendet …',
  askAgain: 'Erneut fragen',
  unknown: 'Noch keine Antwort. Fragen Sie erneut: Es wird nie zweimal geboten.',
  leadingNow: (price) => `Ihr Gebot führt bei ${price}.`,
  outbidAtOnce: (price) =>
    `Ein früheres, höheres Höchstgebot hat von selbst geantwortet. Der Preis ist jetzt ${price}.`,
}
