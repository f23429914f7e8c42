import type { Texts } from './sent-words.en.ts'

export const texts: Texts = {
  webhooks: 'Webhooks',
  webhooksHint:
    'Un programme à vous apprend ce qui se passe : chaque événement est envoyé à son adresse, signé, dans l’ordre pour chaque lot, et de nouveau pendant trois jours jusqu’à sa réponse.',
  noWebhooks: 'Aucun pour l’instant.',
  address: 'Adresse (https)',
  events: 'Événements',
  add: 'Ajouter un webhook',
  remove: 'Retirer',
  secretOnce: 'Ce secret vérifie les signatures. Copiez-le maintenant : il ne sera plus montré.',
  look: 'Ce qu’il a reçu',
  deliveries: 'E-mails, messages push et webhooks',
  deliveriesHint: 'Ce qui sort de la maison, le plus récent d’abord, pendant 30 jours.',
  all: 'Tous',
  states: { waiting: 'En attente', sent: 'Envoyé', dropped: 'Plus nécessaire', dead: 'Abandonné' },
  ways: { email: 'E-mail', push: 'Push', webhook: 'Webhook' },
  none: 'Rien ici.',
  tries: (count) => (count === 1 ? '1 essai' : `${count} essais`),
  next: (time) => `prochain ${time}`,
  again: 'Renvoyer',
}
