import type { Auction } from '../../auction.ts'
import type { Format, Placement } from '../format.ts'
import type { Offered } from '../proxy/proxy.ts'
import { proxyBidding } from '../proxy/proxy-bidding.ts'
import { ascending } from '../proxy/side.ts'
import { type Terms, readTerms, showTerms } from './terms.ts'

const bidding = proxyBidding(ascending, {
  direction: 'up',
  limit: 'maximum',
  nextBid: 'minimumBid',
  tooLow: 'bid_too_low',
  notRaised: 'maximum_not_raised',
  notLowered: 'maximum_not_lowered',
})

/** Ascending, open, with maximum bids: the highest maximum wins at a step above the second. */
export const english: Format = {
  ...bidding,
  readTerms,
  showTerms,
  readOffer: (offer) => {
    if ('amount' in offer) return { maximum: offer.amount, exact: true }
    if ('maximum' in offer) return { maximum: offer.maximum, exact: false }
    return 'atMost' in offer ? { upTo: offer.atMost } : null
  },
  decideBid: (auction, offered, anyRaise) =>
    takesBuyNow(auction, offered) ? buyNow(auction, offered) : bidding.decideBid(auction, offered, anyRaise),
}

/** BIN-1: until the first bid was accepted; a bid made void does not bring it back. */
function takesBuyNow({ terms, bids }: Auction, { exact, maximum }: Offered): boolean {
  const { buyNowPrice } = terms as Terms
  return buyNowPrice !== null && bids === null && exact && maximum >= buyNowPrice
}

function buyNow({ terms }: Auction, { bidId, bidder }: Offered): Placement {
  const price = (terms as Terms).buyNowPrice!
  return {
    standing: { bidId, bidder, maximum: price, price, beaten: null },
    amount: price,
    visible: true,
    closes: true,
  }
}
