import type { Amount } from '../domain/amount.ts'
import { type Auction, type Bid, inOrder, listed } from '../domain/auction.ts'

/** Figures put into an auction for what its ledger does not tell of it. */

/** With a raise of a bid that nobody saw, which goes with it. Coming early it changes nothing: nobody beat it meanwhile. */
export function withRaise(auction: Auction, of: Bid, maximum: Amount): Auction {
  const bids = inOrder(auction.bids)
  const last = bids.findLastIndex((bid) => bid.bidId === of.bidId || bid.raises === of.bidId)
  const { atMost: _, lowers: __, ...bid } = of
  const raise: Bid = {
    ...bid,
    bidId: `assumed to raise ${of.bidId} to ${maximum}`,
    maximum,
    exact: false,
    seq: null,
    raises: of.bidId,
  }
  const { standing } = auction
  const leads = standing?.bidder === of.bidder && standing.maximum < maximum
  return {
    ...auction,
    bids: listed(auction.terms, bids.toSpliced(last + 1, 0, raise)),
    standing: leads ? { ...standing, maximum } : standing,
  }
}

/** With an exact bid of the price at which it took the lead in the place of a maximum: whatever it held beyond was raised later. */
export function withExact(auction: Auction, bidId: string): Auction {
  const bids = inOrder(auction.bids)
  const place = bids.findIndex((bid) => bid.bidId === bidId)
  const { amount, maximum } = bids[place]!
  const exact: Bid = { ...bids[place]!, exact: true, maximum: amount }
  const instead = { ...auction, bids: listed(auction.terms, bids.with(place, exact)) }
  return maximum > amount ? withRaise(instead, exact, maximum) : instead
}
