import type { Texts } from './lower-words.en.ts'

export const texts: Texts = {
  maximumKnown: (maximum) =>
    `Ein Gebot wurde für ungültig erklärt, und Sie führen wieder. Alle haben Ihr Höchstgebot von ${maximum} gesehen: Bis zum nächsten Gebot dürfen Sie es einmal senken.`,
  lowerLabel: (currency) => `Neues Höchstgebot in ${currency}`,
  lowerHint: (least, maximum) => `Von ${least} bis knapp unter ${maximum}. Nur Sie sehen es.`,
  lowerTo: (amount) => `Auf ${amount} senken`,
  noAmount: 'Betrag eingeben',
}
