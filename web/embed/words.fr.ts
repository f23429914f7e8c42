import type { Texts } from './words.en.ts'

export const texts: Texts = {
  price: 'Prix actuel',
  startsAt: 'Mise à prix',
  hammer: 'Adjugé à',
  open: 'Ouvrir en salle',
  minimum: (amount) => `Enchère suivante : ${amount} ou plus`,
  yourBid: (currency) => `Votre enchère en ${currency}`,
  bid: (amount) => `Enchérir ${amount}`,
  confirm: (amount) => `Oui, enchérir ${amount}`,
  binding: 'Les enchères engagent. Aucuns frais.',
  signIn: 'Se connecter pour enchérir',
  soldTo: (paddle) => `Adjugé à ${paddle}`,
  leads: (paddle) => `${paddle} mène`,
  taken: 'Votre enchère mène.',
  outbidAtOnce: 'Un maximum antérieur a répondu de lui-même.',
  sending: 'Envoi …',
  unknown: 'Pas encore de réponse. Redemandez : rien n’est fait deux fois.',
  gone: 'Cette vente ne peut pas être montrée ici.',
  wrong: 'Ce n’est pas un montant.',
}
