import type { Format } from '../format.ts'
import { proxyBidding } from '../proxy/proxy-bidding.ts'
import { descending } from '../proxy/side.ts'
import { readTerms, showTerms } from './terms.ts'

/** Descending, open, with minimum bids: suppliers bid down, and the lowest minimum wins at a step below the second (REV). */
export const reverse: Format = {
  ...proxyBidding(descending, {
    direction: 'down',
    limit: 'minimum',
    nextBid: 'maximumBid',
    tooLow: 'bid_too_high',
    notRaised: 'minimum_not_lowered',
    notLowered: 'minimum_not_raised',
  }),
  readTerms,
  showTerms,
  readOffer: (offer) => {
    if ('amount' in offer) return { maximum: offer.amount, exact: true }
    if ('minimum' in offer) return { maximum: offer.minimum, exact: false }
    return 'atLeast' in offer ? { upTo: offer.atLeast } : null
  },
}
