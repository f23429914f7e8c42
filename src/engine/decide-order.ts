import { limits } from '../config/limits.ts'
import type { Auction, Bid } from '../domain/auction.ts'
import { decide } from '../domain/decide.ts'
import type { Event } from '../domain/event.ts'
import { unborn } from '../domain/evolve.ts'
import { type Instant, toWire } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { type Lowering, type Offer, mostOf } from '../domain/schema.ts'
import { answerFacts, paddleOf } from '../domain/view.ts'
import type { AuditRecord } from '../ledger/chain.ts'
import { commitKey, commitMaximum, commitPerson, newSalt, offeredBy } from '../ledger/commitment.ts'
import type { BidSecret } from '../ledger/openings.ts'
import type { Notary } from './notary.ts'
import type { Refusals } from './refusals.ts'
import type { ActOrder, BidOrder, Order, Verdict } from './order.ts'
import type { KeyedBid, PriorBid } from './ports.ts'
import type { BidderRights } from './sessions.ts'
import { type UnitOfWork, write } from './unit-of-work.ts'

/** What orders are decided with. */
export type DecisionContext = {
  readonly notary: Notary
  /** What bidders may do, and what their keys were used for. */
  readonly facts: ReadonlyMap<Order, BidderRights & { readonly prior: PriorBid | null }>
  /** Whether the house lets its staff bid in its own lots. */
  readonly staffBids: boolean
  readonly refusals: Refusals
  /** Of the auctions in which a bid is to be made void. */
  readonly bidSecrets: ReadonlyMap<string, ReadonlyMap<string, BidSecret>>
}

export function decideOrder(order: Order, work: UnitOfWork, context: DecisionContext): Verdict {
  const creates = order.type === 'act' && order.command.type === 'create'
  if (work.stored === null && !creates) return refused(work, reject('auction_not_found'))
  const refusal = order.permit(work.stored?.auction ?? unborn)
  if (refusal !== null) return refused(work, refusal)
  return order.type === 'bid' ? decideBid(order, work, context) : act(order, work, context)
}

/**
 * The instant of an order in its auction. Dates of a ledger never fall, though a clock was set back while the service was
 * down, and though what was received earlier is decided behind a bid that was refused. Nothing is in time or late for it:
 * what an open auction did or refused last lies before its end (SC-1).
 */
function dated(
  { at, auctionId }: { at: Instant; auctionId: string },
  { latestAt }: Auction,
  refusals: Refusals,
): Instant {
  return Math.max(at, latestAt, refusals.latestAt(auctionId))
}

function act(
  { command: asked, by, auctionId }: ActOrder,
  work: UnitOfWork,
  { bidSecrets, refusals }: DecisionContext,
): Verdict {
  const before = work.stored?.auction ?? unborn
  const command = { ...asked, at: dated({ at: asked.at, auctionId }, before, refusals) }
  const { events, rejection } = decide(before, command)
  if (events.length > 0) {
    const salt = newSalt()
    const author = by === null ? {} : { by: commitPerson(salt, auctionId, by) }
    const record = rejection === null ? { ...recordOf(command, events), ...author } : passing(command.at)
    write(events, record, work, { bidSecrets: bidSecrets.get(auctionId) })
    if (by !== null && rejection === null) work.authors.push({ number: work.stored!.version, userId: by, salt })
  }
  return rejection === null ? { ok: true, stored: work.stored!, answer: null } : refused(work, rejection)
}

/** What the private chain tells of an act: what is not public of it, and the act's own name. */
function recordOf(command: ActOrder['command'], events: readonly Event[]): AuditRecord {
  const record = { act: command.type, at: toWire(command.at) }
  const details = events.find((event) => event.type === 'auction.created' || event.type === 'auction.updated')?.details
  if (details !== undefined) return { ...record, reservePrice: details.terms.reservePrice }
  return command.type === 'outage' ? { ...record, since: toWire(command.since) } : record
}

/** Time alone brought it. */
function passing(at: Instant): AuditRecord {
  return { act: 'tick', at: toWire(at) }
}

function decideBid(asked: BidOrder, work: UnitOfWork, context: DecisionContext): Verdict {
  const { notary, facts, staffBids, refusals } = context
  const order = { ...asked, at: dated(asked, work.stored!.auction, refusals) }
  const { at, bidId, userId, key, offer } = order
  const { signedIn, blocked, staff: isStaff, authVersion, prior: stored } = facts.get(asked)!
  if (!signedIn) return refused(work, reject('unauthenticated'))
  const isPrior = (one: KeyedBid) => one.key === key && one.bid.bidder === userId
  const prior = stored ?? work.bids.find(isPrior) ?? work.bidsAhead.find(isPrior)
  if (prior !== undefined) return repeat(prior, offer, work)
  const further = order.budget?.reject() ?? null
  if (further !== null) return refused(work, further)
  const before = work.stored!.auction
  // What is no raise would tell the page how high the maximum is.
  if (order.isLent === true && before.standing?.bidder === userId && 'maximum' in offer)
    return refused(work, reject('forbidden', { detail: 'A maximum that leads is raised in the saleroom only' }))
  const staff = isStaff ? (staffBids ? 'allowed' : 'refused') : null
  const { events, rejection } = decide(before, {
    type: 'bid',
    at,
    bidId,
    bidder: { id: userId, blocked, staff },
    offer,
  })
  if (rejection === null) {
    order.budget?.accepted()
    return accept({ ...order, authVersion }, events, work, notary)
  }
  if (events.length > 0) write(events, passing(at), work)
  return refuseBid(order, rejection, work, context)
}

function accept(
  order: BidOrder & { authVersion: number },
  events: readonly Event[],
  work: UnitOfWork,
  notary: Notary,
): Verdict {
  const { auctionId, bidId, sessionId, authVersion, key, offer, at } = order
  const { bid } = events.find((event) => 'bid' in event && event.type !== 'bid.voided')!
  const before = work.stored!.auction
  const salt = newSalt()
  const commitment = commitMaximum(salt, auctionId, bidId, offeredBy(bid))
  const record: AuditRecord = {
    act: 'bid',
    at: toWire(at),
    bid: bidId,
    paddle: paddleOf(bid.paddle),
    offer,
    commitment,
    key: commitKey(salt, bidId, key),
  }
  write(events, record, work, { commitment })
  const { auction, head, version } = work.stored!
  const facts = answerFacts(bid, before, auction)
  const receipt = notary.acceptance({ ...facts, auction: auctionId, key, commitment, asOfSeq: auction.seq, head })
  const answer = { ...facts, bid: { ...facts.bid, commitment, salt }, receipt }
  work.bids.push({ bid, number: version, sessionId, authVersion, key, salt, asOfSeq: auction.seq, answer })
  return { ok: true, stored: work.stored!, answer }
}

/** The very same answer again, or a refusal where the key came with another bid. */
function repeat({ bid, answer }: PriorBid, offer: Offer | Lowering, work: UnitOfWork): Verdict {
  return isSame(bid, offer)
    ? { ok: true, stored: work.stored!, answer, repeated: true }
    : refused(work, reject('idempotency_key_reused'))
}

function isSame({ exact, lowers = false, maximum, atMost }: Bid, offer: Offer | Lowering): boolean {
  if ('lowerTo' in offer) return lowers && maximum === offer.lowerTo
  if ('atMost' in offer) return atMost === offer.atMost
  return atMost === undefined && !lowers && exact === 'amount' in offer && maximum === mostOf(offer)
}

/** Refused by the rules: signed, and, where somebody may ask about it later, kept in the private chain. */
function refuseBid(
  order: BidOrder,
  rejection: Rejection,
  work: UnitOfWork,
  { notary, refusals }: DecisionContext,
): Verdict {
  const { auctionId, userId, key, offer, at } = order
  const { rejected: code } = rejection
  const count = refusals.count(auctionId, { userId, code, entries: work.stored!.refusals })
  if (count !== null) {
    const salt = newSalt()
    const by = commitPerson(salt, auctionId, userId)
    const times = count > limits.refusalsSinglyMax ? { times: count } : {}
    write([], { act: 'refused', at: toWire(at), by, offer, code, ...times }, work)
    work.stored = { ...work.stored!, refusals: work.stored!.refusals + 1 }
    work.authors.push({ number: work.stored.version, userId, salt })
  }
  const { auction, head } = work.stored!
  refusals.signed(auctionId, at)
  const receipt = notary.refusal({ auction: auctionId, key, offer, at, rejection, asOfSeq: auction.seq, head })
  return { ...refused(work, rejection), receipt }
}

function refused({ stored }: UnitOfWork, rejection: Rejection): Extract<Verdict, { ok: false }> {
  // What somebody may not know of has no seq either.
  const asOfSeq = rejection.rejected === 'auction_not_found' ? null : (stored?.auction.seq ?? null)
  return { ok: false, rejection, asOfSeq, receipt: null }
}
