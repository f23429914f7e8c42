import type { Texts } from './next-words.en.ts'

export const texts: Texts = {
  film: 'Die letzte Minute noch einmal sehen',
  after: 'Wie es weitergeht',
  closesNext: 'Endet als Nächstes',
  yours: 'Ihre anderen Gebote, die bald enden',
  all: 'Alle Lose',
}
