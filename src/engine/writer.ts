import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { limits } from '../config.ts'
import { type Auction, dueAt } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import { decide } from '../domain/decide.ts'
import type { Event } from '../domain/event.ts'
import { evolve, unborn } from '../domain/evolve.ts'
import type { Instant } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import type { Offer } from '../domain/schema.ts'
import { answerView, publicEvent } from '../domain/view.ts'
import type { AnswerView } from '../domain/wire.ts'
import { type Entry, GENESIS, link } from './ledger.ts'
import type { BidderFacts, Change, Held, KeyedBid, PriorBid, Store } from './ports.ts'

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
  readonly permit: Permit
}

export type Order = BidOrder | ActOrder

/** What became of an order. A rejection names the seq it was decided at, where an auction was read. */
export type Verdict =
  | { readonly ok: true; readonly held: Held; readonly answer: AnswerView | null }
  | { readonly ok: false; readonly rejection: Rejection; readonly asOfSeq: number | null }

/** An auction in the batch at hand: as it is committed, and as it will be. */
type Working = {
  readonly before: Held | null
  held: Held | null
  readonly entries: Entry[]
  readonly bids: KeyedBid[]
  readonly voided: string[]
}

type Pending = { readonly order: Order; readonly answer: (verdict: Verdict) => void }

type WriterParts = {
  readonly store: Store
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
  /** The auctions of commits that failed since storage is sick. */
  readonly #unsure = new Set<string>()
  #stopped = false

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  get healthy(): boolean {
    return !this.#sick && !this.#stopped
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
        const { conflicts } = changes.length === 0 ? { conflicts: [] } : await this.#parts.store.append(changes)
        if (conflicts.length > 0) {
          this.#parts.forget(conflicts)
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

  /** A write beside the commits failed: storage is as sick as if a commit had. */
  sicken(error: unknown): void {
    this.#fail([], [], error)
  }

  #fail(batch: readonly Pending[], auctionIds: readonly string[], error: unknown): void {
    this.#parts.forget(auctionIds)
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
    const bids = batch.flatMap(({ order }) => (order.type === 'bid' ? [order] : []))
    const working = new Map<string, Working>()
    for (const auctionId of auctionIds) {
      const before = await this.#parts.held(auctionId)
      working.set(auctionId, { before, held: before, entries: [], bids: [], voided: [] })
    }
    const answers = bids.length === 0 ? [] : await this.#parts.store.bidders(bids)
    const facts = new Map(bids.map((order, i) => [order, answers[i]!]))
    const verdicts = batch.map(({ order }) => decideOrder(order, working.get(order.auctionId)!, facts))
    const changes = [...working.values()].flatMap(changeOf)
    return { verdicts, changes }
  }
}

const unknown: Verdict = {
  ok: false,
  rejection: reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }),
  asOfSeq: null,
}

function changeOf({ before, held, entries, bids, voided }: Working): Change[] {
  if (held === null || held === before) return []
  return [{ expectedVersion: before?.version ?? 0, after: held, dueAt: dueAt(held.auction), entries, bids, voided }]
}

function decideOrder(order: Order, working: Working, facts: ReadonlyMap<Order, BidderFacts>): Verdict {
  const creates = order.type === 'act' && order.command.type === 'create'
  if (working.held === null && !creates) return refused(working, reject('auction_not_found'))
  const refusal = order.permit(working.held?.auction ?? unborn)
  if (refusal !== null) return refused(working, refusal)
  return order.type === 'bid' ? decideBid(order, working, facts.get(order)!) : act(order.command, working)
}

function act(command: Command, working: Working): Verdict {
  const rejection = apply(command, working)
  return rejection === null ? { ok: true, held: working.held!, answer: null } : refused(working, rejection)
}

function decideBid(order: BidOrder, working: Working, facts: BidderFacts): Verdict {
  const { at, bidId, userId, key, offer } = order
  if (!facts.signedIn) return refused(working, reject('unauthenticated'))
  const prior = facts.prior ?? working.bids.find((one) => one.key === key && one.bid.bidder === userId)
  if (prior !== undefined) return repeat(prior, offer, working)
  const bidder = { id: userId, blocked: facts.blocked }
  const rejection = apply({ type: 'bid', at, bidId, bidder, offer }, working, key)
  if (rejection !== null) return refused(working, rejection)
  return { ok: true, held: working.held!, answer: working.bids.at(-1)!.answer }
}

/** The very same answer again, or a refusal where the key came with another bid. */
function repeat({ bid, answer }: PriorBid, offer: Offer, working: Working): Verdict {
  const exact = 'amount' in offer
  const same = bid.exact === exact && bid.maximum === (exact ? offer.amount : offer.maximum)
  return same ? { ok: true, held: working.held!, answer } : refused(working, reject('idempotency_key_reused'))
}

function refused({ held }: Working, rejection: Rejection): Verdict {
  return { ok: false, rejection, asOfSeq: held?.auction.seq ?? null }
}

/** Decides, and links what follows to the ledger. What time brought is kept even where the command is refused. */
function apply(command: Command, working: Working, key: string | null = null): Rejection | null {
  const { events, rejection } = decide(working.held?.auction ?? unborn, command)
  if (events.length > 0) {
    const version = (working.held?.version ?? 0) + 1
    const before = working.held?.auction ?? unborn
    for (const event of events) record(event, version, working)
    if (key !== null && rejection === null) keepBid(events, { key, version, before }, working)
  }
  return rejection
}

function record(event: Event, version: number, working: Working): void {
  const auction = evolve(working.held?.auction ?? unborn, event)
  const shown = publicEvent(event, auction)
  let head = working.held?.head ?? GENESIS
  if (shown !== null) {
    const entry = link(auction.id, head, auction.seq, shown)
    working.entries.push(entry)
    head = entry.hash
  }
  if (event.type === 'bid.voided') working.voided.push(event.bid.bidId)
  working.held = { auction, head, version }
}

function keepBid(
  events: readonly Event[],
  { key, version, before }: { key: string; version: number; before: Auction },
  working: Working,
): void {
  const taken = events.find((event) => event.type === 'bid.placed' || event.type === 'maximum.raised')!
  const answer = answerView(taken.bid, before, working.held!.auction)
  working.bids.push({ bid: taken.bid, number: version, key, answer })
}
