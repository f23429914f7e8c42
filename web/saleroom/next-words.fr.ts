import type { Texts } from './next-words.en.ts'

export const texts: Texts = {
  film: 'Revoir la dernière minute',
  after: 'La suite',
  closesNext: 'Prochaine fin',
  yours: 'Vos autres enchères qui se terminent bientôt',
  all: 'Tous les lots',
}
