export const texts = {
  bell: (unread: number) =>
    unread === 0 ? 'Notices' : unread === 1 ? 'Notices, 1 unread' : `Notices, ${unread} unread`,
  title: 'Notices',
  none: 'Nothing yet. You are told here when you are outbid, when a lot you watch opens or closes soon, and how it ended.',
  readAll: 'Mark all as read',
  preferences: 'How you are told',
  unread: 'unread',
  kinds: {
    outbid: (price: string) => `You were outbid. The price is ${price}.`,
    won: (price: string) => `You won, at ${price}.`,
    lost: () => 'It ended without you.',
    closing_soon: (_: string, time: string) => `It closes soon: ${time}.`,
    lot_coming_up: () => 'It is open for bids now.',
    message: () => 'You have a message.',
    registration: () => 'News of your registration.',
    offer: () => 'You have an offer.',
    invoice: () => 'You have an invoice.',
    payment: () => 'News of a payment.',
  },
}

export type Texts = typeof texts
