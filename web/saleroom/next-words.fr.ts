import type { Texts } from './next-words.en.ts'

export const texts: Texts = {
  whatNext: 'Le vendeur a votre nom et votre adresse e-mail, et dit comment payer et retirer.',
  youWon: 'Félicitations : c’est à vous.',
  film: 'Revoir la dernière minute',
  after: 'La suite',
  closesNext: 'Prochaine fin',
  yours: 'Vos autres enchères qui se terminent bientôt',
  all: 'Tous les lots',
}
