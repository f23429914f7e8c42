import type { Amount } from './amount.ts'
import {
  type Auction,
  type Bid,
  type Bids,
  type Details,
  type Outcome,
  type Stage,
  type Summary,
  latestOf,
  summaryOf,
} from './auction.ts'
import { type Event, type EventOf, isPublic } from './event.ts'
import type { NextBidView } from './formats/format.ts'
import { formats } from './formats/index.ts'
import { type Instant, toWire } from './instant.ts'
import type { Viewer } from './viewer.ts'
import type { z } from 'zod'
import type {
  AnswerFacts,
  BidView,
  DetailsView,
  OutcomeView,
  OwnBidView,
  PriceView,
  PublicEvent,
  StandingView,
  StateView,
  YouView,
  eventData,
} from './wire.ts'

/**
 * Who may see what. Everything that leaves the service about an auction is made here: a maximum that still stands or that
 * won, a silent raise and the reserve are left out for everyone but those they belong to (PX-9).
 */

export const BIDS_SHOWN = 20

export type Seller = { readonly id: string; readonly displayName: string }

export function paddleOf(number: number): string {
  return `P${number}`
}

function leaderOf({ leaderPaddle }: Summary): string | null {
  return leaderPaddle === null ? null : paddleOf(leaderPaddle)
}

/** What a new bidder must offer now: as `minimumBid`, or by the name that the format has for it; null where nobody may bid. */
export function nextBidOf(auction: Pick<Auction, 'stage' | 'format' | 'terms' | 'standing'>): NextBidView {
  const format = formats[auction.format]
  return format.asked(auction.stage.status === 'open' ? format.nextBid(auction) : null)
}

/** Whether what leads reaches the reserve (RES-1). */
export function reserveOf(auction: Pick<Auction, 'format' | 'terms' | 'standing'>) {
  return formats[auction.format].reserve(auction)
}

type Shown = { readonly seller: Seller; readonly head: string; readonly serverTime: Instant; readonly viewer: Viewer }

export function auctionView(auction: Auction, shown: Shown): StateView {
  return summaryView(summaryOf(auction), shown)
}

export function summaryView(auction: Summary, shown: Shown): StateView {
  const { id, stage, standing, extensions, seq } = auction
  return {
    id,
    ...detailsView(auction, shown.viewer),
    seller: { id: shown.seller.id, displayName: shown.seller.displayName },
    status: stage.status,
    leftMs: stage.status === 'paused' ? stage.leftMs : null,
    statusReason: 'reason' in stage ? stage.reason : null,
    ...roomView(auction),
    price: standing?.price ?? null,
    extensions,
    outcome: outcomeOf(stage),
    seq,
    head: shown.head,
    serverTime: toWire(shown.serverTime),
  }
}

function roomView(auction: Summary) {
  return {
    price: auction.standing?.price ?? null,
    leader: leaderOf(auction),
    ...nextBidOf(auction),
    bidCount: auction.bidCount,
    bidderCount: auction.bidderCount,
    reserve: reserveOf(auction),
  }
}

export function priceView(auction: Auction): PriceView {
  return {
    auction: auction.id,
    seq: auction.seq,
    status: auction.stage.status,
    price: auction.standing?.price ?? null,
    ...nextBidOf(auction),
    bidCount: auction.bidCount,
    closesAt: nullableWire(auction.closesAt),
    outcome: outcomeOf(auction.stage),
  }
}

export function detailsView(details: Details, viewer: Viewer): DetailsView {
  const { title, description, images, currency, format, terms, opensAt, closesAt } = details
  return {
    title,
    description,
    images: [...images],
    currency,
    format,
    terms: formats[format].showTerms(terms, viewer),
    opensAt: nullableWire(opensAt),
    closesAt: nullableWire(closesAt),
  }
}

function nullableWire(at: Instant | null): string | null {
  return at === null ? null : toWire(at)
}

export function outcomeOf(stage: Stage): OutcomeView | null {
  return stage.status === 'closed' ? outcomeView(stage.outcome) : null
}

function outcomeView(outcome: Outcome): OutcomeView {
  return { ...outcome, winner: outcome.winner === null ? null : paddleOf(outcome.winner) }
}

/** An event as everyone sees it, or null where they see nothing: with the auction it led to, and the one before it. */
export function publicEvent(event: Event, after: Auction, before: Auction): PublicEvent | null {
  if (!isPublic(event)) return null
  const at = toWire(event.at)
  switch (event.type) {
    case 'auction.created':
      return {
        type: event.type,
        at,
        data: { ...detailsView(event.details, 'public'), seller: event.sellerId, status: event.status },
      }
    case 'auction.updated':
      return { type: event.type, at, data: updatedData(after, before) }
    case 'auction.opened':
      return {
        type: event.type,
        at,
        data: { opensAt: toWire(event.opensAt), closesAt: toWire(event.closesAt), ...nextBidOf(after) },
      }
    case 'bid.placed':
      return { type: event.type, at, data: placedData(event, after) }
    case 'closing.extended':
      return {
        type: event.type,
        at,
        data: {
          from: toWire(event.from),
          to: toWire(event.to),
          reason: event.reason,
          note: event.reason === 'house' ? event.note : null,
          extensions: after.extensions,
        },
      }
    case 'bid.voided':
      return {
        type: event.type,
        at,
        data: voidedData(event, after),
      }
    case 'auction.resumed':
      return { type: event.type, at, data: { closesAt: toWire(event.closesAt), ...nextBidOf(after) } }
    case 'auction.closed':
      return { type: event.type, at, data: { outcome: outcomeView(event.outcome) } }
    case 'auction.paused':
    case 'auction.cancelled':
      return { type: event.type, at, data: { reason: event.reason } }
  }
}

/** Only what changed: a description may be long, and be edited often. */
function updatedData(after: Auction, before: Auction): z.output<(typeof eventData)['auction.updated']> {
  const old = detailsView(before, 'public')
  const changed = Object.entries(detailsView(after, 'public')).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof DetailsView]),
  )
  return { ...Object.fromEntries(changed), status: after.stage.status, ...nextBidOf(after), reserve: reserveOf(after) }
}

function voidedData({ bid, reason, amounts }: EventOf<'bid.voided'>, after: Auction) {
  return {
    bid: bid.bidId,
    paddle: paddleOf(bid.paddle),
    ...houseMark(bid),
    reason,
    ...roomView(summaryOf(after)),
    amounts: [...amounts],
  }
}

function placedData({ bid, beaten }: EventOf<'bid.placed'>, after: Auction) {
  return {
    bid: bid.bidId,
    paddle: paddleOf(bid.paddle),
    ...houseMark(bid),
    amount: bid.amount,
    ...(after.standing?.bidder === bid.bidder ? {} : { exact: bid.exact }),
    ...roomView(summaryOf(after)),
    beaten,
  }
}

/** WHO-2. Only where it is so: what is hashed of other bids stays as it ever was. */
function houseMark({ house }: Bid): { house?: true } {
  return house ? { house } : {}
}

/** The answer to a bid: its bidder's own, for it holds the maximum. */
export function answerFacts(bid: Bid, before: Auction, after: Auction): AnswerFacts {
  return {
    bid: {
      id: bid.bidId,
      paddle: paddleOf(bid.paddle),
      amount: bid.amount,
      ...ownLimit(after, bid),
      at: toWire(bid.at),
    },
    outcome: outcomeFor(bid, before, after),
    seq: bid.seq,
    price: bid.price,
    ...nextBidOf(after),
    leader: leaderOf(summaryOf(after))!,
    closesAt: toWire(after.closesAt!),
  }
}

function outcomeFor({ bidder, lowers }: Bid, before: Auction, after: Auction): AnswerFacts['outcome'] {
  if (lowers === true) return 'lowered'
  if (after.stage.status === 'closed') return 'won'
  if (after.standing?.bidder !== bidder) return 'outbid'
  return before.standing?.bidder === bidder ? 'raised' : 'leading'
}

type LimitView = { readonly maximum: number | null; readonly minimum?: number | null | undefined }

/** How far somebody goes, by the name that the format has for it. */
function limitView({ format }: Pick<Auction, 'format'>, limit: Amount | null): LimitView {
  return formats[format].limit === 'maximum' ? { maximum: limit } : { maximum: null, minimum: limit }
}

function ownLimit(auction: Pick<Auction, 'format'>, { exact, maximum }: Bid): LimitView {
  return limitView(auction, exact ? null : maximum)
}

/** The same without what a page may not see that a token was lent to. */
export function withoutLimit<View extends LimitView>(view: View): View {
  return { ...view, maximum: null, ...(view.minimum === undefined ? {} : { minimum: null }) }
}

/** The public history, newest first: from what came before a seq on, and so many at most. */
export function history(auction: Auction, { before = Infinity, most = Infinity } = {}): BidView[] {
  const rows: BidView[] = []
  for (const [bid, amount] of formats[auction.format].amounts(auction)) {
    const { bidId: id, paddle, price, at, seq, voided } = bid
    if (rows.length >= most) break
    if (seq === null || seq >= before) continue
    rows.push({ id, paddle: paddleOf(paddle), ...houseMark(bid), amount, price, at: toWire(at), seq, voided })
  }
  return rows
}

const lastBidsOf = new WeakMap<Auction, BidView[]>()

/** The newest of the public history. Worked out once for an auction as it stands, however many come to see it. */
export function lastBids(auction: Auction): BidView[] {
  const known = lastBidsOf.get(auction)
  if (known !== undefined) return known
  const bids = history(auction, { most: BIDS_SHOWN })
  lastBidsOf.set(auction, bids)
  return bids
}

export function ownBidView(bid: Bid, auction: Pick<Auction, 'format'>): OwnBidView {
  const { bidId, amount, at, seq, voided } = bid
  return { id: bidId, amount, ...ownLimit(auction, bid), at: toWire(at), seq, voided }
}

/** What a bidder sees of their own part in an auction. */
export function youView(auction: Auction, userId: string): YouView {
  const latest = latestOf(auction, userId)
  const bids: OwnBidView[] = []
  for (let rest = latest; rest !== null && bids.length < BIDS_SHOWN; rest = rest.own)
    bids.push(ownBidView(rest.bid, auction))
  return { ...partOf(auction, userId, latest), bids }
}

/** The same without the bids, the latest of which is given. */
export function partOf(auction: Auction, userId: string, latest: Bids): Omit<YouView, 'bids'> {
  const paddle = auction.paddles.get(userId)
  const you = {
    standing: standingOf(auction, userId),
    ...limitView(auction, maximumOf(latest)),
    lowerable: lowerableBy(auction, userId),
  }
  return { paddle: paddle === undefined ? null : paddleOf(paddle), ...you }
}

/** VOID-3: which bid of somebody's may be lowered now, and to what at least; null for none. */
function lowerableBy({ stage, standing, lowerable }: Auction, userId: string): YouView['lowerable'] {
  const isLive = stage.status === 'open' || stage.status === 'paused'
  if (!isLive || standing?.bidder !== userId || lowerable !== standing.bidId) return null
  return standing.maximum === standing.price ? null : { bid: standing.bidId, least: standing.price }
}

/** The latest that stands is what holds: each offers more than the one before, or lowers it (VOID-3). */
function maximumOf(own: Bids): Amount | null {
  for (let rest = own; rest !== null; rest = rest.own) if (!rest.bid.voided) return rest.bid.maximum
  return null
}

export function standingOf(auction: Auction, userId: string): StandingView {
  const { stage, standing, paddles } = auction
  const paddle = paddles.get(userId)
  if (paddle === undefined) return 'none'
  if (stage.status === 'closed') return stage.outcome.winner === paddle ? 'won' : 'lost'
  if (stage.status === 'cancelled') return 'lost'
  return standing?.bidder === userId ? 'leading' : 'outbid'
}
