import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { limits } from '../config.ts'
import { isHidden } from '../domain/access.ts'
import { type Auction, dueAt, isOver } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import { decide } from '../domain/decide.ts'
import { type Event, isPublic } from '../domain/event.ts'
import { evolve, unborn } from '../domain/evolve.ts'
import { type Instant, toWire } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import type { Offer } from '../domain/schema.ts'
import { answerFacts, paddleOf, publicEvent } from '../domain/view.ts'
import type { AnswerView } from '../domain/wire.ts'
import { type Deed, type Entry, GENESIS, type PrivateEntry, type Sealed, link, linkPrivate } from '../ledger/chain.ts'
import { commitKey, commitMaximum, commitPerson, commitReserve, newSalt, offeredBy } from '../ledger/commitment.ts'
import type { Notary } from './notary.ts'
import type {
  Appended,
  Author,
  BidderFacts,
  Change,
  Clock,
  Held,
  KeyedBid,
  PriorBid,
  Statement,
  Store,
} from './ports.ts'

/** Whether this may be asked of the auction as it stands: looked at when the order is decided, not when it came in. */
export type Permit = (auction: Auction) => Rejection | null

export type BidOrder = {
  readonly type: 'bid'
  readonly auctionId: string
  readonly at: Instant
  readonly bidId: string
  readonly userId: string
  readonly sessionId: string
  readonly key: string
  readonly offer: Offer
  readonly permit: Permit
}

export type ActOrder = {
  readonly type: 'act'
  readonly auctionId: string
  readonly command: Exclude<Command, { type: 'bid' }>
  /** Who wants it; null is time itself. */
  readonly by: string | null
  readonly permit: Permit
}

export type Order = BidOrder | ActOrder

/** What became of an order. A rejection names the seq it was decided at, where an auction was read. */
export type Verdict =
  | { readonly ok: true; readonly held: Held; readonly answer: AnswerView | null }
  | {
      readonly ok: false
      readonly rejection: Rejection
      readonly asOfSeq: number | null
      /** Where a bid was refused by the rules: the JWS that binds the house to it. */
      readonly receipt: string | null
    }

/** An auction in the batch at hand: as it is committed, and as it will be. */
type Working = {
  readonly auctionId: string
  readonly before: Held | null
  held: Held | null
  readonly entries: Entry[]
  readonly privateEntries: PrivateEntry[]
  readonly authors: Author[]
  statement: Statement | null
  readonly bids: KeyedBid[]
  readonly voided: string[]
}

type Pending = { readonly order: Order; readonly answer: (verdict: Verdict) => void }

type WriterParts = {
  readonly store: Store
  readonly notary: Notary
  readonly clock: Clock
  held(auctionId: string): Promise<Held | null>
  /** The changes are durable: hold them. */
  committed(changes: readonly Change[], tookMs: number): void
  /** Tell the room. Comes a turn of the loop after the answers, so that bidders hear first. */
  publish(changes: readonly Change[]): void
  /** Nothing that is held of these auctions may be trusted. */
  forget(auctionIds: readonly string[]): void
  /** The outcome of a commit is unknown. */
  failed(error: unknown): void
  /** Storage is open again; these may have changed without being told. */
  recovered(auctionIds: readonly string[]): void
}

/**
 * Group commit. Everything that queued while the last commit ran is decided in order and goes into the next transaction;
 * answers and pushes come after it. Where a commit fails, nothing of it is answered as accepted or refused.
 */
export class Writer {
  readonly #parts: WriterParts
  #queue: Pending[] = []
  #running: Promise<void> | null = null
  #sick = false
  /** A commit takes so long that nobody can say what becomes of it. */
  #stalled = false
  /** The auctions of commits that failed since storage is sick. */
  readonly #unsure = new Set<string>()
  #stopped = false

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  get healthy(): boolean {
    return !this.#sick && !this.#stalled && !this.#stopped
  }

  submit(order: Order): Promise<Verdict> {
    if (!this.healthy || this.#queue.length >= limits.queueMax) return Promise.resolve(unknown)
    return new Promise((answer) => {
      this.#queue.push({ order, answer })
      this.#running ??= this.#run()
    })
  }

  /** Takes nothing more, and returns when all that was taken is answered. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    await nextTurn()
    while (this.#queue.length > 0) await this.#flush(this.#queue.splice(0, limits.batchMax))
    this.#running = null
  }

  async #flush(batch: readonly Pending[]): Promise<void> {
    const auctionIds = [...new Set(batch.map(({ order }) => order.auctionId))]
    try {
      for (let tries = 0; tries < limits.conflictRetriesMax; tries += 1) {
        const { verdicts, changes } = await this.#decideAll(batch, auctionIds)
        const started = performance.now()
        const { conflicts } = changes.length === 0 ? { conflicts: [] } : await this.#append(changes, batch)
        if (conflicts.length > 0) {
          this.#parts.forget(conflicts)
          this.#parts.notary.forget()
          continue
        }
        this.#parts.committed(changes, performance.now() - started)
        batch.forEach(({ answer }, i) => answer(verdicts[i]!))
        await nextTurn()
        this.#parts.publish(changes)
        return
      }
      batch.forEach(({ answer }) => answer(unknown))
    } catch (error) {
      this.#fail(batch, auctionIds, error)
    }
  }

  /** Where the disk hangs nobody is kept waiting: the outcome is unknown, until it is known. */
  async #append(changes: readonly Change[], batch: readonly Pending[]): Promise<Appended> {
    const stopWaiting = this.#parts.clock.wake(limits.stallMs, () => {
      this.#stalled = true
      for (const { answer } of [...batch, ...this.#queue.splice(0)]) answer(unknown)
    })
    try {
      return await this.#parts.store.append(changes)
    } finally {
      stopWaiting()
      this.#stalled = false
    }
  }

  /** A write beside the commits failed: storage is as sick as if a commit had. */
  sicken(error: unknown): void {
    this.#fail([], [], error)
  }

  #fail(batch: readonly Pending[], auctionIds: readonly string[], error: unknown): void {
    this.#parts.forget(auctionIds)
    this.#parts.notary.forget()
    this.#parts.failed(error)
    const waiting = this.#queue
    this.#queue = []
    for (const { answer } of [...batch, ...waiting]) answer(unknown)
    for (const auctionId of auctionIds) this.#unsure.add(auctionId)
    if (this.#sick) return
    this.#sick = true
    void this.#recover()
  }

  async #recover(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#parts.store.recover()
        this.#sick = false
        const unsure = [...this.#unsure]
        this.#unsure.clear()
        this.#parts.recovered(unsure)
        return
      } catch (error) {
        this.#parts.failed(error)
        await wait(limits.recoverMs, undefined, { ref: false })
      }
    }
  }

  async #decideAll(batch: readonly Pending[], auctionIds: readonly string[]) {
    const { notary } = this.#parts
    await notary.ready()
    const bids = batch.flatMap(({ order }) => (order.type === 'bid' ? [order] : []))
    const working = new Map<string, Working>()
    for (const auctionId of auctionIds) {
      const before = await this.#parts.held(auctionId)
      working.set(auctionId, untouched(auctionId, before))
    }
    const answers = bids.length === 0 ? [] : await this.#parts.store.bidders(bids)
    const facts = new Map(bids.map((order, i) => [order, answers[i]!]))
    const desk: Desk = { notary, facts }
    const verdicts = batch.map(({ order }) => decideOrder(order, working.get(order.auctionId)!, desk))
    const changes = [...working.values()].flatMap(changeOf)
    return { verdicts, changes }
  }
}

const unknown: Verdict = {
  ok: false,
  rejection: reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }),
  asOfSeq: null,
  receipt: null,
}

/** What a batch is decided with. */
type Desk = { readonly notary: Notary; readonly facts: ReadonlyMap<Order, BidderFacts> }

function untouched(auctionId: string, before: Held | null): Working {
  return {
    auctionId,
    before,
    held: before,
    entries: [],
    privateEntries: [],
    authors: [],
    statement: null,
    bids: [],
    voided: [],
  }
}

function changeOf({ auctionId: _, before, held, ...written }: Working): Change[] {
  if (held === null || held === before) return []
  return [{ ...written, expectedVersion: before?.version ?? 0, after: held, dueAt: dueAt(held.auction) }]
}

function decideOrder(order: Order, working: Working, desk: Desk): Verdict {
  const creates = order.type === 'act' && order.command.type === 'create'
  if (working.held === null && !creates) return refused(working, reject('auction_not_found'))
  const refusal = order.permit(working.held?.auction ?? unborn)
  if (refusal !== null) return refused(working, refusal)
  return order.type === 'bid' ? decideBid(order, working, desk) : act(order, working, desk)
}

function act({ command, by, auctionId }: ActOrder, working: Working, { notary }: Desk): Verdict {
  const { events, rejection } = decide(working.held?.auction ?? unborn, command)
  if (events.length > 0) {
    const salt = newSalt()
    const author = by === null ? {} : { by: commitPerson(salt, auctionId, by) }
    const deed = rejection === null ? { ...deedOf(command, events), ...author } : passing(command.at)
    write(events, deed, working, notary)
    if (by !== null && rejection === null) working.authors.push({ number: working.held!.version, userId: by, salt })
  }
  return rejection === null ? { ok: true, held: working.held!, answer: null } : refused(working, rejection)
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

function decideBid(order: BidOrder, working: Working, { notary, facts }: Desk): Verdict {
  const { at, bidId, userId, key, offer } = order
  const { signedIn, blocked, prior: stored } = facts.get(order)!
  if (!signedIn) return refused(working, reject('unauthenticated'))
  const prior = stored ?? working.bids.find((one) => one.key === key && one.bid.bidder === userId)
  if (prior !== undefined) return repeat(prior, offer, working)
  const before = working.held!.auction
  const { events, rejection } = decide(before, { type: 'bid', at, bidId, bidder: { id: userId, blocked }, offer })
  if (rejection === null) return accept(order, events, working, notary)
  if (events.length > 0) write(events, passing(at), working, notary)
  return refuseBid(order, rejection, working, notary)
}

function accept(order: BidOrder, events: readonly Event[], working: Working, notary: Notary): Verdict {
  const { auctionId, bidId, sessionId, key, offer, at } = order
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
  const { auction, head, version } = working.held!
  const facts = answerFacts(bid, before, auction)
  const receipt = notary.acceptance({ ...facts, auction: auctionId, key, commitment, asOfSeq: auction.seq, head })
  const answer = { ...facts, bid: { ...facts.bid, commitment, salt }, receipt }
  working.bids.push({ bid, number: version, sessionId, key, salt, answer })
  return { ok: true, held: working.held!, answer }
}

/** The very same answer again, or a refusal where the key came with another bid. */
function repeat({ bid, answer }: PriorBid, offer: Offer, working: Working): Verdict {
  const exact = 'amount' in offer
  const same = bid.exact === exact && bid.maximum === (exact ? offer.amount : offer.maximum)
  return same ? { ok: true, held: working.held!, answer } : refused(working, reject('idempotency_key_reused'))
}

/** Refused by the rules: signed, and, where somebody may ask about it later, kept in the private chain. */
function refuseBid(order: BidOrder, rejection: Rejection, working: Working, notary: Notary): Verdict {
  const { auctionId, userId, key, offer, at } = order
  if (KEPT.has(rejection.rejected) && working.held!.refusals < limits.refusalsKeptMax) {
    const salt = newSalt()
    const by = commitPerson(salt, auctionId, userId)
    write([], { act: 'refused', at: toWire(at), by, offer, code: rejection.rejected }, working, notary)
    working.held = { ...working.held!, refusals: working.held!.refusals + 1 }
    working.authors.push({ number: working.held.version, userId, salt })
  }
  const { auction, head } = working.held!
  const receipt = notary.refusal({ auction: auctionId, key, offer, at, rejection, asOfSeq: auction.seq, head })
  return { ...refused(working, rejection), receipt }
}

/** Attempts that say something about fairness; that a bid was too low is between its bidder and the price. */
const KEPT: ReadonlySet<string> = new Set(['own_auction', 'bidder_blocked', 'auction_closed'])

function refused({ held }: Working, rejection: Rejection): Extract<Verdict, { ok: false }> {
  // What somebody may not know of has no seq either.
  const asOfSeq = rejection.rejected === 'auction_not_found' ? null : (held?.auction.seq ?? null)
  return { ok: false, rejection, asOfSeq, receipt: null }
}

/** Links what happened to both chains: first the private one, to whose new head every public entry commits. */
function write(events: readonly Event[], deed: Deed, working: Working, notary: Notary, commitment = ''): void {
  const { auctionId } = working
  const { auction = unborn, version = 0, privateHead: previous = GENESIS } = working.held ?? {}
  const seq = auction.seq + events.filter(isPublic).length
  const entry = linkPrivate({ auctionId, previous }, version + 1, seq, deed)
  working.privateEntries.push(entry)
  working.held = { ...(working.held ?? unheld), version: version + 1, privateHead: entry.hash }
  for (const event of events) record(event, working, commitment)
  const { auction: after, head } = working.held
  // A draft that is cancelled stays unknown to others: the log does not name it.
  if (isOver(after) && !isOver(auction) && !isHidden(after))
    working.statement = notary.certify(after, head, events.at(-1)!.at)
}

const unheld: Held = { auction: unborn, head: GENESIS, privateHead: GENESIS, version: 0, reserveSalt: '', refusals: 0 }

function record(event: Event, working: Working, commitment: string): void {
  const held = working.held!
  const auction = evolve(held.auction, event)
  const shown = publicEvent(event, auction)
  if (event.type === 'bid.voided') working.voided.push(event.bid.bidId)
  working.held = { ...held, auction }
  if (shown === null) return
  const { sealed, reserveSalt } = sealedBy(event, auction, { commitment, reserveSalt: held.reserveSalt })
  const from = { auctionId: auction.id, previous: held.head, privateHead: held.privateHead }
  const entry = link(from, auction.seq, { ...shown, ...sealed })
  working.entries.push(entry)
  working.held = { ...held, auction, head: entry.hash, reserveSalt }
}

/** What an entry holds of secrets: commitments, and at the close the reserve where the seller agreed. */
function sealedBy(
  { type }: Event,
  { id, terms, bids }: Auction,
  { commitment, reserveSalt }: { commitment: string; reserveSalt: string },
): { sealed: Sealed; reserveSalt: string } {
  switch (type) {
    case 'bid.placed':
      return { sealed: { commitment }, reserveSalt }
    case 'auction.created':
    case 'auction.updated': {
      // The reserve is fixed with the first bid.
      if (bids !== null) return { sealed: {}, reserveSalt }
      const salt = newSalt()
      return { sealed: { commitment: commitReserve(salt, id, terms.reservePrice) }, reserveSalt: salt }
    }
    case 'auction.closed': {
      const opening = { reservePrice: terms.reservePrice, salt: reserveSalt }
      return { sealed: terms.revealReserve ? { opening } : {}, reserveSalt }
    }
    default:
      return { sealed: {}, reserveSalt }
  }
}
