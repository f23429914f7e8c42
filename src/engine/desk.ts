import { limits } from '../config.ts'
import type { Auction } from '../domain/auction.ts'
import { decide } from '../domain/decide.ts'
import type { Event } from '../domain/event.ts'
import { unborn } from '../domain/evolve.ts'
import { type Instant, toWire } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { answerFacts, paddleOf } from '../domain/view.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { Deed } from '../ledger/chain.ts'
import { commitKey, commitMaximum, commitPerson, newSalt, offeredBy } from '../ledger/commitment.ts'
import type { Notary } from './notary.ts'
import type { ActOrder, BidOrder, Order, Verdict } from './order.ts'
import type { BidderFacts, KeptAnswer, PriorBid } from './ports.ts'
import { type Working, write } from './working.ts'

/** What a batch is decided with. */
export type Desk = { readonly notary: Notary; readonly facts: ReadonlyMap<Order, BidderFacts> }

/** What was decided, to be told once: it signs, which takes longer than deciding and can be done while the disk writes. */
export type Tell = () => Verdict

export function decideOrder(order: Order, working: Working, desk: Desk): Tell {
  const creates = order.type === 'act' && order.command.type === 'create'
  if (working.held === null && !creates) return refuse(working, reject('auction_not_found'))
  const refusal = order.permit(working.held?.auction ?? unborn)
  if (refusal !== null) return refuse(working, refusal)
  return order.type === 'bid' ? decideBid(order, working, desk) : act(order, working, desk)
}

/**
 * The instant of an order in its auction. Dates of a ledger never fall, though a clock was set back while the service was
 * down. Nothing is in time or late for it: what an open auction did last lies before its end (SC-1).
 */
function dated(at: Instant, { latestAt }: Auction): Instant {
  return Math.max(at, latestAt)
}

function act({ command: asked, by, auctionId }: ActOrder, working: Working, { notary }: Desk): Tell {
  const before = working.held?.auction ?? unborn
  const command = { ...asked, at: dated(asked.at, before) }
  const { events, rejection } = decide(before, command)
  if (events.length > 0) {
    const salt = newSalt()
    const author = by === null ? {} : { by: commitPerson(salt, auctionId, by) }
    const deed = rejection === null ? { ...deedOf(command, events), ...author } : passing(command.at)
    write(events, deed, working, notary)
    if (by !== null && rejection === null) working.authors.push({ number: working.held!.version, userId: by, salt })
  }
  if (rejection !== null) return refuse(working, rejection)
  const held = working.held!
  return () => ({ ok: true, held, answer: null })
}

/** What the private chain tells of an act: what is not public of it, and the act's own name. */
function deedOf(command: ActOrder['command'], events: readonly Event[]): Deed {
  const deed = { act: command.type, at: toWire(command.at) }
  const details = events.find((event) => event.type === 'auction.created' || event.type === 'auction.updated')?.details
  if (details !== undefined) return { ...deed, reservePrice: details.terms.reservePrice }
  return command.type === 'outage' ? { ...deed, since: toWire(command.since) } : deed
}

/** Time alone brought it. */
function passing(at: Instant): Deed {
  return { act: 'tick', at: toWire(at) }
}

function decideBid(asked: BidOrder, working: Working, { notary, facts }: Desk): Tell {
  const order = { ...asked, at: dated(asked.at, working.held!.auction) }
  const { at, bidId, userId, key, offer } = order
  const { signedIn, blocked, asOf, prior: stored } = facts.get(asked)!
  if (!signedIn) return refuse(working, reject('unauthenticated'))
  const prior = stored ?? working.bids.find((one) => one.key === key && one.bid.bidder === userId)
  if (prior !== undefined) return repeat(prior, order, working, notary)
  const before = working.held!.auction
  const { events, rejection } = decide(before, { type: 'bid', at, bidId, bidder: { id: userId, blocked }, offer })
  if (rejection === null) return accept({ ...order, asOf }, events, working, notary)
  if (events.length > 0) write(events, passing(at), working, notary)
  return refuseBid(order, rejection, working, notary)
}

function accept(order: BidOrder & { asOf: number }, events: readonly Event[], working: Working, notary: Notary): Tell {
  const { auctionId, bidId, sessionId, asOf, key, offer, at } = order
  const { bid } = events.find((event) => event.type === 'bid.placed' || event.type === 'maximum.raised')!
  const before = working.held!.auction
  const salt = newSalt()
  const commitment = commitMaximum(salt, auctionId, bidId, offeredBy(bid))
  const deed: Deed = {
    act: 'bid',
    at: toWire(at),
    bid: bidId,
    paddle: paddleOf(bid.paddle),
    offer,
    commitment,
    key: commitKey(salt, bidId, key),
  }
  write(events, deed, working, notary, commitment)
  const held = working.held!
  const { auction, head, version } = held
  const facts = answerFacts(bid, before, auction)
  const opened = { ...facts, bid: { ...facts.bid, commitment, salt } }
  const answer = { ...opened, signed: { asOfSeq: auction.seq, head, kid: notary.kid } }
  working.bids.push({ bid, number: version, sessionId, asOf, key, salt, answer })
  return () => ({ ok: true, held, answer: toldAs(answer, order, notary) })
}

/** A signature (RFC 8032) follows from what is signed and the key: the same answer is told the same each time. */
function toldAs(answer: KeptAnswer, { auctionId, key }: BidOrder, notary: Notary): AnswerView {
  // As older versions kept it.
  if ('receipt' in answer) return answer
  const { signed, ...opened } = answer
  const said = { ...opened, ...signed, auction: auctionId, key, commitment: opened.bid.commitment }
  return { ...opened, receipt: notary.acceptance(signed.kid, said) }
}

/** The very same answer again, or a refusal where the key came with another bid. */
function repeat({ bid, answer }: PriorBid, order: BidOrder, working: Working, notary: Notary): Tell {
  const { offer } = order
  const exact = 'amount' in offer
  const same = bid.exact === exact && bid.maximum === (exact ? offer.amount : offer.maximum)
  if (!same) return refuse(working, reject('idempotency_key_reused'))
  const held = working.held!
  return () => ({ ok: true, held, answer: toldAs(answer, order, notary) })
}

/** Refused by the rules: signed, and, where somebody may ask about it later, kept in the private chain. */
function refuseBid(order: BidOrder, rejection: Rejection, working: Working, notary: Notary): Tell {
  const { auctionId, userId, key, offer, at } = order
  if (KEPT.has(rejection.rejected) && working.held!.refusals < limits.refusalsKeptMax) {
    const salt = newSalt()
    const by = commitPerson(salt, auctionId, userId)
    write([], { act: 'refused', at: toWire(at), by, offer, code: rejection.rejected }, working, notary)
    working.held = { ...working.held!, refusals: working.held!.refusals + 1 }
    working.authors.push({ number: working.held.version, userId, salt })
  }
  const { auction, head } = working.held!
  const refused = refusal(working, rejection)
  const said = { auction: auctionId, key, offer, at, rejection, asOfSeq: auction.seq, head }
  return () => ({ ...refused, receipt: notary.refusal(said) })
}

/** Attempts that say something about fairness; that a bid was too low is between its bidder and the price. */
const KEPT: ReadonlySet<string> = new Set(['own_auction', 'bidder_blocked', 'auction_closed'])

function refuse(working: Working, rejection: Rejection): Tell {
  const refused = refusal(working, rejection)
  return () => refused
}

function refusal({ held }: Working, rejection: Rejection): Extract<Verdict, { ok: false }> {
  // What somebody may not know of has no seq either.
  const asOfSeq = rejection.rejected === 'auction_not_found' ? null : (held?.auction.seq ?? null)
  return { ok: false, rejection, asOfSeq, receipt: null }
}
