import type { Texts } from './words.en.ts'

// A slow telephone makes its first formatters in a tenth of a second: here while the page's other code is on its way.
new Intl.NumberFormat('fr').format(0)
new Intl.DateTimeFormat('fr').format(0)

export const texts: Texts = {
  catalogue: 'Ventes',
  myBids: 'Enchères',
  desk: 'Régie',
  account: 'Compte',
  signIn: 'Connexion',
  signOut: 'Se déconnecter',
  language: 'Langue',
  ownName: 'Français',
  skip: 'Au contenu',
  pages: 'Pages',
  day: 'j',
  loading: 'Chargement …',
  notLoaded: 'Chargement impossible. Êtes-vous connecté ?',
  tryAgain: 'Réessayer',
  more: 'Voir plus',
  back: 'Retour',
  noBidsYet: 'Pas encore d’enchère',
  noBids: 'Aucune enchère',
  bids: (count) => (count < 2 ? `${count} enchère` : `${count} enchères`),
  bidders: (count) => (count < 2 ? `${count} enchérisseur` : `${count} enchérisseurs`),
  watch: (title) => `Suivre ${title}`,
  status: {
    draft: 'Brouillon',
    scheduled: 'À venir',
    open: 'Ouverte',
    paused: 'En pause',
    closed: 'Terminée',
    cancelled: 'Annulée',
  },
  closing: 'Bientôt la fin',
  sold: 'Adjugé',
  unsold: 'Invendu',
  phase: {
    connecting: 'Connexion',
    live: 'En direct',
    silent: 'Sans réponse',
    reconnecting: 'Reconnexion',
    offline: 'Hors ligne',
    over: 'Terminée',
  },
  standing: {
    none: 'Sans enchère',
    leading: 'Vous menez',
    unmet: 'Vous menez, sous la réserve',
    outbid: 'Dépassé',
    won: 'Remporté',
    lost: 'Non remporté',
  },
  reserve: { none: 'Sans réserve', unmet: 'Réserve non atteinte', met: 'Réserve atteinte' },
}
