import type { Texts } from './words.en.ts'

// A slow telephone makes its first formatters in a tenth of a second: here while the page's other code is on its way.
new Intl.NumberFormat('de').format(0)
new Intl.DateTimeFormat('de').format(0)

export const texts: Texts = {
  catalogue: 'Auktionen',
  myBids: 'Gebote',
  desk: 'Pult',
  account: 'Konto',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  language: 'Sprache',
  ownName: 'Deutsch',
  skip: 'Zum Inhalt',
  pages: 'Seiten',
  day: 'T',
  loading: 'Wird geladen …',
  notLoaded: 'Nicht geladen. Besteht eine Verbindung?',
  tryAgain: 'Erneut versuchen',
  more: 'Mehr zeigen',
  back: 'Zurück',
  noBidsYet: 'Noch kein Gebot',
  noBids: 'Keine Gebote',
  bids: (count) => (count === 1 ? '1 Gebot' : `${count} Gebote`),
  bidders: (count) => (count === 1 ? '1 Bieter' : `${count} Bieter`),
  watch: (title) => `${title} beobachten`,
  status: {
    draft: 'Entwurf',
    scheduled: 'Demnächst',
    open: 'Offen',
    paused: 'Unterbrochen',
    closed: 'Beendet',
    cancelled: 'Abgesagt',
  },
  closing: 'Endet bald',
  sold: 'Verkauft',
  unsold: 'Nicht verkauft',
  phase: {
    connecting: 'Verbindet',
    live: 'Live',
    silent: 'Keine Antwort',
    reconnecting: 'Verbindet neu',
    offline: 'Getrennt',
    over: 'Beendet',
  },
  standing: {
    none: 'Kein Gebot',
    leading: 'Sie führen',
    unmet: 'Sie führen, unter dem Limit',
    outbid: 'Überboten',
    won: 'Zuschlag für Sie',
    lost: 'Kein Zuschlag',
  },
  reserve: { none: 'Kein Limit', unmet: 'Limit nicht erreicht', met: 'Limit erreicht' },
}
