import type { Texts } from './board-words.en.ts'

const auctions = (count: number) => (count === 1 ? '1 Auktion' : `${count} Auktionen`)
/** Where something is left out by the filters it is said of how many. */
const ofAll = (count: number, of: number) => (count === of ? auctions(count) : `${count} von ${of} gezeigten Auktionen`)

export const texts: Texts = {
  layout: 'Ansicht der Tafel',
  layouts: { cards: 'Karten', table: 'Tabelle' },
  only: 'Nur zeigen',
  filters: { closing: 'Ende in 5 Minuten', noBids: 'Ohne Gebot', unmet: 'Unter dem Limit' },
  nothingFits: 'Keine laufende Auktion passt dazu.',
  columns: { lot: 'Los', left: 'Restzeit', price: 'Preis', bids: 'Gebote', leader: 'Führt', reserve: 'Limit' },
  total: (count, currency) => `${auctions(count)} in ${currency}`,

  forAll: 'Mit allen, die gezeigt werden',
  actions: { pause: 'Alle unterbrechen', resume: 'Alle fortsetzen', extend: 'Mehr Zeit für alle' },
  sure: {
    pause: (count, of) =>
      `${ofAll(count, of)} unterbrechen? Niemand kann bieten, bis sie fortgesetzt werden; ihre Uhren stehen still.`,
    resume: (count, of) => `${ofAll(count, of)} fortsetzen, jede mit der Zeit, die übrig war?`,
    extend: (count, of) => `Wie viel mehr Zeit: ${ofAll(count, of)}? Sie wird an jedes Ende angehängt.`,
  },
  yes: {
    pause: (count) => `${count} unterbrechen`,
    resume: (count) => `${count} fortsetzen`,
    extend: (count) => `${count} verlängern`,
  },
  done: {
    pause: (count) => `${auctions(count)} unterbrochen.`,
    resume: (count) => `${auctions(count)} fortgesetzt.`,
    extend: (count) => `${auctions(count)} verlängert.`,
  },
  refused: (count) => (count === 1 ? 'Eine wurde abgelehnt:' : `${count} wurden abgelehnt:`),
  putAway: 'Weglegen',
}
