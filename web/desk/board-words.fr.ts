import type { Texts } from './board-words.en.ts'

const auctions = (count: number) => (count < 2 ? `${count} vente` : `${count} ventes`)
/** Where something is left out by the filters it is said of how many. */
const ofAll = (count: number, of: number) => (count === of ? auctions(count) : `${count} des ${of} ventes affichées`)

export const texts: Texts = {
  layout: 'Présentation du tableau',
  layouts: { cards: 'Cartes', table: 'Tableau' },
  only: 'N’afficher que',
  filters: { closing: 'Fin dans 5 minutes', noBids: 'Sans enchère', unmet: 'Réserve non atteinte' },
  nothingFits: 'Aucune vente en cours ne correspond.',
  columns: { lot: 'Lot', left: 'Temps restant', price: 'Prix', bids: 'Enchères', leader: 'Mène', reserve: 'Réserve' },
  total: (count, currency) => `${auctions(count)} en ${currency}`,

  forAll: 'Pour toutes celles affichées',
  actions: { pause: 'Tout suspendre', resume: 'Tout reprendre', extend: 'Plus de temps pour toutes' },
  sure: {
    pause: (count, of) =>
      `Suspendre ${ofAll(count, of)} ? Personne ne peut enchérir avant la reprise ; leurs horloges s’arrêtent.`,
    resume: (count, of) => `Reprendre ${ofAll(count, of)}, chacune avec le temps qui restait ?`,
    extend: (count, of) => `Combien de temps en plus pour ${ofAll(count, of)} ? Il s’ajoute à chaque fin.`,
  },
  yes: {
    pause: (count) => `Suspendre ${count}`,
    resume: (count) => `Reprendre ${count}`,
    extend: (count) => `Prolonger ${count}`,
  },
  done: {
    pause: (count) => `En pause : ${auctions(count)}.`,
    resume: (count) => `Reprise : ${auctions(count)}.`,
    extend: (count) => `Plus de temps : ${auctions(count)}.`,
  },
  refused: (count) => (count === 1 ? 'Une a été refusée :' : `${count} ont été refusées :`),
  putAway: 'Ranger',
}
