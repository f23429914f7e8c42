export const texts = {
  title: 'Bid from another page',
  asks: (name: string) => `${name}, a page elsewhere asks to bid for you.`,
  page: 'Page',
  auction: 'Auction',
  next: (amount: string) => `Next bid: ${amount} or more`,
  most: (currency: string) => `The most it may bid, in ${currency}`,
  binding: 'What it bids, up to this amount, binds you.',
  notAnAmount: (example: string) => `This is no amount. Write it like ${example}.`,
  below: (amount: string) => `Below the next bid of ${amount}.`,
  means:
    'For a quarter of an hour, in this auction only. The page sees your bids here, but no maximum. It learns neither your password nor your e-mail address.',
  allow: (amount: string) => `Allow bids up to ${amount}`,
  allowNone: 'Allow bids',
  refuse: 'Do not allow',
}

export type Texts = typeof texts
