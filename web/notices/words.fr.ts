import type { Texts } from './words.en.ts'

export const texts: Texts = {
  bell: (unread) => (unread === 0 ? 'Avis' : unread === 1 ? 'Avis, 1 non lu' : `Avis, ${unread} non lus`),
  title: 'Avis',
  none: 'Rien encore. Vous saurez ici quand on vous dépasse, quand un lot suivi ouvre ou se termine bientôt, et comment il a fini.',
  readAll: 'Tout marquer comme lu',
  preferences: 'Comment vous êtes prévenu',
  unread: 'non lu',
  kinds: {
    outbid: (price) => `On vous a dépassé. Le prix est de ${price}.`,
    won: (price) => `Adjugé à vous, à ${price}.`,
    lost: () => 'La vente s’est terminée sans vous.',
    closing_soon: (_, time) => `Bientôt la fin : ${time}.`,
    lot_coming_up: () => 'On peut enchérir dès maintenant.',
    message: () => 'Vous avez un message.',
    registration: () => 'Du nouveau sur votre inscription.',
    offer: () => 'Vous avez une offre.',
    invoice: () => 'Vous avez une facture.',
    payment: () => 'Du nouveau sur un paiement.',
  },
}
