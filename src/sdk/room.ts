import type { AuctionView, BidView, ChannelEvent, ServerMessage, YouView } from './wire.ts'

/** One auction as its channel shows it: the snapshot, and every event after it. */
export type Room = {
  readonly seq: number
  readonly epoch: string
  readonly auction: AuctionView
  /** The latest, newest first. */
  readonly bids: readonly BidView[]
  readonly watching: number
  /** Your own part, once you are signed in. */
  readonly you: YouView | null
}

/** Older rows are fetched with `client.bids`. */
export const BIDS_KEPT_MAX = 200

export function enter(snapshot: Extract<ServerMessage, { type: 'snapshot' }>, you: YouView | null): Room {
  const { seq, epoch, auction, bids, watching } = snapshot
  return { seq, epoch, auction, bids, watching, you }
}

/** The room after the next event. Pure; the event must be number `room.seq + 1`. */
export function follow(room: Room, event: ChannelEvent): Room {
  const { seq, hash } = event
  const auction = auctionAfter(room.auction, event)
  return {
    ...room,
    seq,
    bids: bidsAfter(room, event),
    auction: {
      ...auction,
      ...(auction.status !== 'open' && {
        minimumBid: null,
        // Only where prices fall is there a maximum bid.
        ...(auction.maximumBid !== undefined && { maximumBid: null }),
      }),
      seq,
      head: hash,
    },
  }
}

function auctionAfter(auction: AuctionView, event: ChannelEvent): AuctionView {
  switch (event.type) {
    case 'auction.created':
      return auction
    case 'auction.updated':
    case 'auction.opened': {
      // What an update did not change is absent; an opening tells no status, an update always does.
      const changes = event.data as Partial<AuctionView>
      return { ...auction, status: 'open', ...(changes.closesAt && { leftMs: null }), ...changes }
    }
    case 'bid.placed':
    case 'bid.voided': {
      const { price, leader, minimumBid, maximumBid, bidCount, bidderCount, reserve } = event.data
      return {
        ...auction,
        price,
        leader,
        minimumBid,
        ...(maximumBid !== undefined && { maximumBid }),
        bidCount,
        bidderCount,
        reserve,
      }
    }
    case 'closing.extended':
      return { ...auction, closesAt: event.data.to, extensions: event.data.extensions }
    case 'auction.paused':
      return {
        ...auction,
        status: 'paused',
        leftMs: Date.parse(auction.closesAt!) - Date.parse(event.at),
        statusReason: event.data.reason,
      }
    case 'auction.resumed':
      return { ...auction, ...event.data, status: 'open', leftMs: null, statusReason: null }
    case 'auction.closed':
      return {
        ...auction,
        ...event.data,
        status: 'closed',
        closesAt: event.at,
        leftMs: null,
        statusReason: null,
      }
    case 'auction.cancelled':
      return { ...auction, status: 'cancelled', leftMs: null, statusReason: event.data.reason }
  }
}

function bidsAfter(room: Room, event: ChannelEvent): readonly BidView[] {
  if (event.type === 'bid.placed') return bidsWith(room, event)
  if (event.type !== 'bid.voided') return room.bids
  const amounts = new Map(event.data.amounts.map(({ bid, amount }) => [bid, amount]))
  return room.bids.map((bid) => ({
    ...bid,
    amount: amounts.get(bid.id) ?? bid.amount,
    voided: bid.voided || bid.id === event.data.bid,
  }))
}

/** The leading row follows the price; one that lost the lead shows its whole maximum. */
function bidsWith(
  { auction, bids }: Room,
  { data, at, seq }: Extract<ChannelEvent, { type: 'bid.placed' }>,
): BidView[] {
  const { bid: id, paddle, house, amount, price, leader, beaten } = data
  const leading = bids.findLast((row) => row.paddle === auction.leader && row.amount === auction.price && !row.voided)
  const shown = bids.map((row) => {
    if (row.id === beaten?.bid) return { ...row, amount: beaten.amount }
    return row === leading && leader !== paddle && price !== null ? { ...row, amount: price } : row
  })
  const placed: BidView = {
    id,
    paddle,
    ...(house && { house }),
    amount,
    price: price ?? amount,
    at,
    seq,
    voided: false,
  }
  return [placed, ...shown].slice(0, BIDS_KEPT_MAX)
}
