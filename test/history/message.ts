import type { Change } from '../../src/engine/ports.ts'

/** What the bus would carry of a change, for whoever tells it too early, twice or wrongly. */
export function messageOf({ after, entries, bids }: Change) {
  return {
    type: 'auction',
    auctionId: after.auction.id,
    version: after.version,
    seq: after.auction.seq,
    events: entries.map(({ event }) => event),
    bidders: bids.map(({ bid }) => bid.bidder),
  } as const
}
