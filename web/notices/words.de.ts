import type { Texts } from './words.en.ts'

export const texts: Texts = {
  bell: (unread) => (unread === 0 ? 'Mitteilungen' : `Mitteilungen, ${unread} ungelesen`),
  title: 'Mitteilungen',
  none: 'Noch nichts. Hier erfahren Sie, wenn Sie überboten werden, wenn ein beobachtetes Los öffnet oder bald endet, und wie es ausging.',
  readAll: 'Alle als gelesen markieren',
  preferences: 'Wie Sie benachrichtigt werden',
  unread: 'ungelesen',
  kinds: {
    outbid: (price) => `Sie wurden überboten. Der Preis ist ${price}.`,
    won: (price) => `Zuschlag für Sie bei ${price}.`,
    lost: () => 'Es ging ohne Sie zu Ende.',
    closing_soon: (_, time) => `Endet bald: ${time}.`,
    lot_coming_up: () => 'Jetzt kann geboten werden.',
    message: () => 'Sie haben eine Nachricht.',
    registration: () => 'Neues zu Ihrer Registrierung.',
    offer: () => 'Sie haben ein Angebot.',
    invoice: () => 'Sie haben eine Rechnung.',
    payment: () => 'Neues zu einer Zahlung.',
  },
}
