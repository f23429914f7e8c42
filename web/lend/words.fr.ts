import type { Texts } from './words.en.ts'

export const texts: Texts = {
  title: 'Enchérir depuis une autre page',
  asks: (name) => `${name}, une page extérieure demande à enchérir pour vous.`,
  page: 'Page',
  auction: 'Vente',
  next: (amount) => `Enchère suivante : ${amount} ou plus`,
  most: (currency) => `Au plus, en ${currency}`,
  binding: 'Ce qu’elle enchérit, jusqu’à ce montant, vous engage.',
  notAnAmount: (example) => `Ce n’est pas un montant. Écrivez-le ainsi : ${example}.`,
  below: (amount) => `Sous l’enchère suivante de ${amount}.`,
  means:
    'Pendant un quart d’heure, dans cette vente seulement. La page voit vos enchères ici, mais aucun maximum. Elle n’apprend ni votre mot de passe ni votre adresse e-mail.',
  allow: (amount) => `Autoriser jusqu’à ${amount}`,
  allowNone: 'Autoriser les enchères',
  refuse: 'Ne pas autoriser',
}
