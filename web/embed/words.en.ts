export const texts = {
  price: 'Current price',
  startsAt: 'Starts at',
  hammer: 'Hammer price',
  open: 'Open in the saleroom',
  minimum: (amount: string) => `Next bid: ${amount} or more`,
  yourBid: (currency: string) => `Your bid in ${currency}`,
  bid: (amount: string) => `Bid ${amount}`,
  confirm: (amount: string) => `Yes, bid ${amount}`,
  binding: 'Bids are binding. No fees are added.',
  signIn: 'Sign in to bid',
  soldTo: (paddle: string) => `Sold to ${paddle}`,
  leads: (paddle: string) => `${paddle} leads`,
  taken: 'Your bid leads.',
  outbidAtOnce: 'Somebody’s earlier maximum answered by itself.',
  sending: 'Sending …',
  unknown: 'No answer yet. Ask again: it is never placed twice.',
  gone: 'This auction cannot be shown here.',
  wrong: 'This is no amount.',
}

export type Texts = typeof texts
