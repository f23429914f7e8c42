import type { AuctionMessage, Change } from './ports.ts'

/** The bus message of a change. */
export function auctionMessage({ after, entries, bids }: Pick<Change, 'after' | 'entries' | 'bids'>): AuctionMessage {
  return {
    type: 'auction',
    auctionId: after.auction.id,
    version: after.version,
    seq: after.auction.seq,
    events: entries.map(({ event }) => event),
    bidders: [...new Set(bids.map(({ bid }) => bid.bidder))],
  }
}
