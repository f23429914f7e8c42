import { limits } from '../config/limits.ts'
import type { Auction, Bid } from '../domain/auction.ts'
import { decide } from '../domain/decide.ts'
import type { Event } from '../domain/event.ts'
import { unborn } from '../domain/evolve.ts'
import { type Instant, toWire } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { formats } from '../domain/formats/index.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import { answerFacts, paddleOf } from '../domain/view.ts'
import type { AuditRecord } from '../ledger/chain.ts'
import { commitKey, commitMaximum, commitPerson, newSalt, offeredBy } from '../ledger/commitment.ts'
import type { BidSecret } from '../ledger/openings.ts'
import type { Notary } from './notary.ts'
import type { Refusals } from './refusals.ts'
import type { CommandSubmission, BidSubmission, Submission, Verdict } from './submission.ts'
import type { KeyedBid, PriorBid } from './ports.ts'
import type { BidderRights } from './sessions.ts'
import { type UnitOfWork, recordEvents } from './unit-of-work.ts'

/** What submissions are decided with. */
export type DecisionContext = {
  readonly notary: Notary
  /** By submission of a bid: the bidder's rights, and the earlier bid under the same idempotency key. */
  readonly facts: ReadonlyMap<Submission, BidderRights & { readonly prior: PriorBid | null }>
  /** Whether staff may bid in auctions of the house (WHO-2). */
  readonly staffBids: boolean
  readonly refusals: Refusals
  /** By auction in which a bid is to be made void: the secrets of its bids. */
  readonly bidSecrets: ReadonlyMap<string, ReadonlyMap<string, BidSecret>>
}

export function decideSubmission(submission: Submission, work: UnitOfWork, context: DecisionContext): Verdict {
  const creates = submission.type === 'command' && submission.command.type === 'create'
  if (work.after === null && !creates) return rejectWith(work, reject('auction_not_found'))
  const rejection = submission.permit(work.after?.auction ?? unborn)
  if (rejection !== null) return rejectWith(work, rejection)
  return submission.type === 'bid' ? decideBid(submission, work, context) : decideCommand(submission, work, context)
}

/**
 * The instant under which a submission is decided: at least that of the auction's latest event or signed rejection, so
 * ledger dates never decrease, even after the clock was set back. This never turns a timely bid into a late one:
 * everything recorded of an open auction is dated before its end (SC-1).
 */
function effectiveInstant(
  { at, auctionId }: { at: Instant; auctionId: string },
  { latestAt }: Auction,
  refusals: Refusals,
): Instant {
  return Math.max(at, latestAt, refusals.latestAt(auctionId))
}

function decideCommand(
  { command: asked, by, auctionId }: CommandSubmission,
  work: UnitOfWork,
  { bidSecrets, refusals }: DecisionContext,
): Verdict {
  const before = work.after?.auction ?? unborn
  const command = { ...asked, at: effectiveInstant({ at: asked.at, auctionId }, before, refusals) }
  const { events, rejection } = decide(before, command)
  if (events.length > 0) {
    const salt = newSalt()
    const author = by === null ? {} : { by: commitPerson(salt, auctionId, by) }
    const record = rejection === null ? { ...recordOf(command, events), ...author } : tickRecord(command.at)
    recordEvents(events, record, work, { bidSecrets: bidSecrets.get(auctionId) })
    if (by !== null && rejection === null) work.authors.push({ number: work.after!.version, userId: by, salt })
  }
  return rejection === null ? { ok: true, stored: work.after!, answer: null } : rejectWith(work, rejection)
}

/** The audit record of a command: its name, and what is not public of it. */
function recordOf(command: CommandSubmission['command'], events: readonly Event[]): AuditRecord {
  const record = { act: command.type, at: toWire(command.at) }
  const details = events.find((event) => event.type === 'auction.created' || event.type === 'auction.updated')?.details
  if (details !== undefined) return { ...record, reservePrice: details.terms.reservePrice }
  return command.type === 'outage' ? { ...record, since: toWire(command.since) } : record
}

/** The audit record of events that time alone caused. */
function tickRecord(at: Instant): AuditRecord {
  return { act: 'tick', at: toWire(at) }
}

function decideBid(asked: BidSubmission, work: UnitOfWork, context: DecisionContext): Verdict {
  const { notary, facts, staffBids, refusals } = context
  const submission = { ...asked, at: effectiveInstant(asked, work.after!.auction, refusals) }
  const { at, bidId, userId, key, offer } = submission
  const { isSignedIn, isBlocked, isStaff, authVersion, prior: committed } = facts.get(asked)!
  if (!isSignedIn) return rejectWith(work, reject('unauthenticated'))
  const isPrior = (one: KeyedBid) => one.key === key && one.bid.bidder === userId
  const prior = committed ?? work.bids.find(isPrior) ?? work.bidsAhead.find(isPrior)
  if (prior !== undefined) return answerAgain(prior, offer, work)
  const overBudget = submission.budget?.reject() ?? null
  if (overBudget !== null) return rejectWith(work, overBudget)
  const before = work.after!.auction
  // A rejection of such a maximum would tell the embedding page how high the current one is.
  if (
    submission.isDelegated === true &&
    before.standing?.bidder === userId &&
    ('maximum' in offer || 'minimum' in offer)
  )
    return rejectWith(work, reject('forbidden', { detail: 'A maximum that leads is raised in the saleroom only' }))
  const staff = isStaff ? (staffBids ? 'allowed' : 'refused') : null
  const { events, rejection } = decide(before, {
    type: 'bid',
    at,
    bidId,
    bidder: { id: userId, blocked: isBlocked, staff },
    offer,
  })
  if (rejection === null) {
    submission.budget?.accepted()
    return accept({ ...submission, authVersion }, events, work, notary)
  }
  if (events.length > 0) recordEvents(events, tickRecord(at), work)
  return refuseBid(submission, rejection, work, context)
}

function accept(
  submission: BidSubmission & { authVersion: number },
  events: readonly Event[],
  work: UnitOfWork,
  notary: Notary,
): Verdict {
  const { auctionId, bidId, sessionId, authVersion, key, offer, at } = submission
  const { bid } = events.find((event) => 'bid' in event && event.type !== 'bid.voided')!
  const before = work.after!.auction
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
  recordEvents(events, record, work, { commitment })
  const { auction, head, version } = work.after!
  const facts = answerFacts(bid, before, auction)
  const receipt = notary.acceptance({ ...facts, auction: auctionId, key, commitment, asOfSeq: auction.seq, head })
  const answer = { ...facts, bid: { ...facts.bid, commitment, salt }, receipt }
  work.bids.push({ bid, number: version, sessionId, authVersion, key, salt, asOfSeq: auction.seq, answer })
  return { ok: true, stored: work.after!, answer }
}

/** Returns the first answer again, or a rejection if the key came with another bid. */
function answerAgain({ bid, answer }: PriorBid, offer: Offer | Lowering, work: UnitOfWork): Verdict {
  return isSame(work.after!.auction, bid, offer)
    ? { ok: true, stored: work.after!, answer, repeated: true }
    : rejectWith(work, reject('idempotency_key_reused'))
}

function isSame(
  { format }: Auction,
  { exact, lowers = false, maximum, atMost }: Bid,
  offer: Offer | Lowering,
): boolean {
  if ('lowerTo' in offer) return lowers && maximum === offer.lowerTo
  const asked = formats[format].readOffer(offer)
  if (asked === null) return false
  if ('upTo' in asked) return atMost === asked.upTo
  return atMost === undefined && !lowers && exact === asked.exact && maximum === asked.maximum
}

/** Signs a rejection by the rules, and records it in the private chain if the bidder may dispute it later. */
function refuseBid(
  submission: BidSubmission,
  rejection: Rejection,
  work: UnitOfWork,
  { notary, refusals }: DecisionContext,
): Verdict {
  const { auctionId, userId, key, offer, at } = submission
  const { rejected: code } = rejection
  const count = refusals.count(auctionId, { userId, code, entries: work.after!.refusals })
  if (count !== null) {
    const salt = newSalt()
    const by = commitPerson(salt, auctionId, userId)
    const times = count > limits.refusalsSinglyMax ? { times: count } : {}
    recordEvents([], { act: 'refused', at: toWire(at), by, offer, code, ...times }, work)
    work.after = { ...work.after!, refusals: work.after!.refusals + 1 }
    work.authors.push({ number: work.after.version, userId, salt })
  }
  const { auction, head } = work.after!
  refusals.signed(auctionId, at)
  const receipt = notary.refusal({ auction: auctionId, key, offer, at, rejection, asOfSeq: auction.seq, head })
  return { ...rejectWith(work, rejection), receipt }
}

function rejectWith({ after }: UnitOfWork, rejection: Rejection): Extract<Verdict, { ok: false }> {
  // An auction that the caller may not know of has no seq either.
  const asOfSeq = rejection.rejected === 'auction_not_found' ? null : (after?.auction.seq ?? null)
  return { ok: false, rejection, asOfSeq, receipt: null }
}
