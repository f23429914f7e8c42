export const texts = {
  title: 'My bids',
  signInFirst: 'Sign in to see where you stand.',
  all: 'All',
  none: 'No bids yet',
  noneHint: 'Whatever you bid on is listed here, with where you stand, as it changes.',
  price: 'Price',
  hammer: 'Hammer price',
  own: 'Your bid',
  ownMaximum: 'Your maximum',
  left: 'Time left',
  upTo: (amount: string) => `up to ${amount}`,
  voided: 'void',
}

export type Texts = typeof texts
