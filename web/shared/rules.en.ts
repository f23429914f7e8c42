export const texts = {
  start: (price: string) => `Bidding starts at ${price}.`,
  singleStep: (step: string) => `Each bid is at least ${step} above the price.`,
  percent: (percent: string, least: string) =>
    `Each bid is at least ${percent} % above the price, and never less than ${least} above it.`,
  table: (price: string, step: string) =>
    `The steps grow with the price: at ${price} the next bid is at least ${step} higher.`,
  named: {
    standard: 'The steps grow with the price: 2 to 5% of it, in round figures.',
    'ebay-us': 'The steps grow with the price, as at eBay in the US.',
    'trademe-nz': 'The steps grow with the price, as at Trade Me.',
    'yahoo-jp': 'The steps grow with the price, as at Yahoo! Japan.',
    'copart-eu': 'The steps grow with the price, as at Copart in Europe.',
  },
  noStep: 'How far apart are the bids?',
  maximum:
    'Leave a maximum and the house bids for you, only as much as it takes to lead. Nobody else sees it while it stands. Of two equal maxima the earlier leads.',
  noReserve: 'There is no reserve: the highest bid wins.',
  reserve: 'There is a reserve: below it the lot is not sold. Whether it is reached is shown; the sum is not.',
  reserveOf: (price: string) => `Below ${price} it is not sold. Bidders see only whether that is reached.`,
  whole: 'Below the reserve a maximum counts at once in full, and is shown.',
  reveal: 'At the close the reserve is shown.',
  buyNow: (price: string) => `Until the first bid, anybody may end the auction by paying ${price}.`,
  soft: (window: string, extension: string) =>
    `A bid within ${window} of the end moves it, and leaves ${extension} from that bid on.`,
  softLimit: (count: number) => (count === 1 ? 'That happens once at most.' : `That happens ${count} times at most.`),
  hard: 'The end is fixed: late bids do not move it.',
  clock: 'The house’s clock decides: a bid counts if it arrives before the end.',
  binding: 'Bids are binding and cannot be taken back. There are no fees on top of the price.',
  falling: {
    start: (price: string) => `The first bid is ${price} or less.`,
    singleStep: (step: string) => `Each bid is at least ${step} below the price.`,
    percent: (percent: string, least: string) =>
      `Each bid is at least ${percent} % below the price, and never less than ${least} below it.`,
    table: (price: string, step: string) =>
      `The steps go with the price: at ${price} the next bid is at least ${step} lower.`,
    maximum:
      'Leave a minimum and the house bids for you, only as low as it takes to lead. Nobody else sees it while it stands. Of two equal minima the earlier leads.',
    noReserve: 'There is no reserve: the lowest bid wins.',
    reserve: 'There is a reserve: above it nothing is awarded. Whether it is reached is shown; the sum is not.',
    reserveOf: (price: string) => `Above ${price} nothing is awarded. Bidders see only whether that is reached.`,
    binding: 'Bids are binding and cannot be taken back: whoever wins supplies at the price.',
  },
  steps: 'Table of steps',
  stepFrom: 'Price from',
  step: 'Step',
  stepNow: 'now',
}

export type Texts = typeof texts
