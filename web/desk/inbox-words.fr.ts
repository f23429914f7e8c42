import type { Texts } from './inbox-words.en.ts'

export const texts: Texts = {
  title: 'Questions et réponses',
  none: 'Personne n’a encore rien demandé.',
  questions: 'Questions',
  reports: 'Signalés',
  noReports: 'Aucun message n’est signalé.',
  from: (name, lot) => `${name}, ${lot}`,
  unread: (count) => `${count} en plus`,
  answer: (name) => `Répondre à ${name}`,
  send: 'Envoyer',
  sending: 'Envoi …',
  back: 'Toutes les questions',
  toLot: 'Voir la vente',
  gone: 'Qui a demandé ceci est parti : personne ne lirait une réponse.',
  seller: 'Vendeur',
  house: 'Maison',
  removed: 'Retiré',
  reported: (count) => (count === 1 ? 'signalé une fois' : `signalé ${count} fois`),
  remove: 'Retirer',
  reason: 'Pourquoi il est retiré',
  new: (count) => (count === 1 ? '1 nouvelle question' : `${count} nouvelles questions`),
}
