import { type Auction, type Bid, inOrder, latestOf } from './auction.ts'
import { listed, withLatest } from './bids.ts'
import { formats } from './formats/index.ts'
import { DEFAULT_FORMAT } from './formats/shapes.ts'
import { type Event, type EventOf, isPublic } from './event.ts'

/** The auction after an event. Total: never refuses, whatever came before. */
export function evolve(auction: Auction, event: Event): Auction {
  const after = apply(auction, event)
  const latestAt = Math.max(auction.latestAt, event.at)
  return { ...after, latestAt, seq: isPublic(event) ? after.seq + 1 : after.seq }
}

function apply(auction: Auction, event: Event): Auction {
  const { stage, wasShown } = auction
  switch (event.type) {
    case 'auction.created':
      return created(event)
    case 'auction.updated':
      return {
        ...auction,
        ...event.details,
        stage: updatedStage(auction, event),
        wasShown: wasShown || event.status === 'scheduled',
      }
    case 'auction.opened':
      return {
        ...auction,
        stage: { status: 'open' },
        opensAt: event.opensAt,
        closesAt: event.closesAt,
        durationMs: null,
      }
    case 'bid.placed':
      return {
        ...withBid(auction, event.bid),
        standing: event.standing,
        lowerable: null,
        bidCount: auction.bidCount + 1,
      }
    case 'maximum.raised':
    case 'maximum.lowered':
      return { ...withBid(auction, event.bid), standing: event.standing, lowerable: null }
    case 'closing.extended':
      return {
        ...auction,
        closesAt: event.to,
        extensions: auction.extensions + (event.reason === 'bid' ? 1 : 0),
      }
    case 'bid.voided':
      return {
        ...auction,
        bids: markVoid(auction, event.bid.bidId),
        standing: event.standing,
        lowerable: formats[auction.format].lowerableAfter(auction, event.standing),
        bidCount: auction.bidCount - 1,
      }
    case 'auction.paused':
      return { ...auction, stage: { status: 'paused', leftMs: auction.closesAt! - event.at, reason: event.reason } }
    case 'auction.resumed':
      return { ...auction, stage: { status: 'open' }, closesAt: event.closesAt }
    case 'auction.closed':
      return { ...auction, stage: { status: 'closed', outcome: event.outcome }, closesAt: event.at }
    case 'auction.cancelled':
      return {
        ...auction,
        stage: { status: 'cancelled', reason: event.reason, wasDraft: stage.status === 'draft' && !wasShown },
      }
  }
}

function updatedStage({ stage, closesAt }: Auction, { details, status }: EventOf<'auction.updated'>): Auction['stage'] {
  if (status !== null) return { status }
  return stage.status === 'paused' && details.closesAt !== closesAt ? { ...stage, leftMs: null } : stage
}

function created({ id, sellerId, at, details, status }: EventOf<'auction.created'>): Auction {
  return {
    ...unborn,
    ...details,
    id,
    sellerId,
    createdAt: at,
    stage: { status },
    wasShown: status !== 'draft',
  }
}

/** What stands before the first event. */
export const unborn: Auction = {
  id: '',
  sellerId: '',
  createdAt: 0,
  title: '',
  description: '',
  images: [],
  currency: 'EUR',
  format: DEFAULT_FORMAT,
  terms: {
    startPrice: 1 as Auction['terms']['startPrice'],
    increments: { rows: [] },
    reservePrice: null,
    belowReserve: 'steps',
    revealReserve: false,
    buyNowPrice: null,
    softClose: null,
  },
  opensAt: null,
  closesAt: null,
  durationMs: null,
  stage: { status: 'draft' },
  wasShown: false,
  extensions: 0,
  standing: null,
  lowerable: null,
  bids: null,
  paddles: new Map(),
  bidCount: 0,
  seq: 0,
  latestAt: 0,
}

function withBid(auction: Auction, bid: Bid): Auction {
  const { bids, paddles } = auction
  return {
    ...auction,
    bids: withLatest(auction, bid, { earlier: bids, own: latestOf(auction, bid.bidder) }),
    paddles: paddles.has(bid.bidder) ? paddles : new Map([...paddles, [bid.bidder, bid.paddle]]),
  }
}

/** A bid and what silently raised it are void together. */
function markVoid(auction: Auction, bidId: string): Auction['bids'] {
  return listed(
    auction,
    inOrder(auction.bids).map((bid) => (bid.bidId === bidId || bid.raises === bidId ? { ...bid, voided: true } : bid)),
  )
}
