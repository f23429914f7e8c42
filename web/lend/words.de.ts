import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Von einer anderen Seite bieten',
  asks: (name) => `${name}, eine fremde Seite bittet darum, für Sie zu bieten.`,
  page: 'Seite',
  auction: 'Auktion',
  next: (amount) => `Nächstes Gebot: ab ${amount}`,
  most: (currency) => `Höchstens, in ${currency}`,
  binding: 'Was sie bis zu diesem Betrag bietet, bindet Sie.',
  notAnAmount: (example) => `Das ist kein Betrag. Schreiben Sie ihn so: ${example}.`,
  below: (amount) => `Unter dem nächsten Gebot von ${amount}.`,
  means:
    'Eine Viertelstunde lang, nur in dieser Auktion. Die Seite sieht hier Ihre Gebote, aber kein Höchstgebot. Sie erfährt weder Ihr Passwort noch Ihre E-Mail-Adresse.',
  allow: (amount) => `Gebote bis ${amount} erlauben`,
  allowNone: 'Gebote erlauben',
  refuse: 'Nicht erlauben',
}
