import type { Texts } from './next-words.en.ts'

export const texts: Texts = {
  whatNext: 'Der Verkäufer hat jetzt Ihren Namen und Ihre E-Mail-Adresse und sagt, wie Sie zahlen und abholen.',
  youWon: 'Glückwunsch: Es gehört Ihnen.',
  film: 'Die letzte Minute noch einmal sehen',
  after: 'Wie es weitergeht',
  closesNext: 'Endet als Nächstes',
  yours: 'Ihre anderen Gebote, die bald enden',
  all: 'Alle Lose',
}
