export const texts = {
  title: 'Bid from another page',
  asks: (name: string) => `${name}, this page asks to bid in your name:`,
  means:
    'It may bid for you and see your bids for a quarter of an hour. It learns neither your password nor your address.',
  allow: 'Allow',
  refuse: 'Do not allow',
}

export type Texts = typeof texts
