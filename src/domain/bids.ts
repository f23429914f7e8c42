import { type Auction, type Bid, type Bids, latestOf } from './auction.ts'
import type { Formatted } from './formats/format.ts'
import { formats } from './formats/index.ts'

/** Bids in their order, behind those of `known`. */
export function listed(
  auction: Formatted,
  bids: readonly Bid[],
  known: Pick<Auction, 'bids' | 'paddles'> = { bids: null, paddles: new Map() },
): Bids {
  const latest = new Map<string, Bids>()
  let list = known.bids
  for (const bid of bids) {
    const own = latest.get(bid.bidder) ?? latestOf(known, bid.bidder)
    list = withLatest(auction, bid, { earlier: list, own })
    latest.set(bid.bidder, list)
  }
  return list
}

export function withLatest(
  { format, terms }: Formatted,
  bid: Bid,
  { earlier, own }: { earlier: Bids; own: Bids },
): Bids {
  const before = earlier?.standing ?? null
  return { bid, earlier, own, standing: bid.voided ? before : formats[format].place(terms, before, bid) }
}
