import type { Texts } from './turned-away-words.en.ts'

export const texts: Texts = {
  gone: 'Cette vente n’existe pas.',
  membersOnly: 'Seuls les membres peuvent regarder. Connectez-vous d’abord.',
  notAllowed: 'Vous ne pouvez pas regarder cette vente.',
  toCatalogue: 'Voir le catalogue',
}
