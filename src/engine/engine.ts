import { randomUUIDv7 } from 'node:crypto'
import { limits } from '../config/limits.ts'
import { type Auction, dueAt, isOver } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import type { Instant } from '../domain/instant.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { Attendance } from './attendance.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import { StoredAuctions } from './auctions.ts'
import { Decider, type DeciderDependencies } from './decider.ts'
import { unknown } from './lane.ts'
import { Lanes } from './lanes.ts'
import { messageOf } from './message.ts'
import type { Code } from '../codes.ts'
import type { Metrics } from './metrics.ts'
import type { Notary } from './notary.ts'
import type { Bus, BusMessage, Change, Clock, StoredAuction, Store } from './ports.ts'
import { Scheduler } from './scheduler.ts'
import type { Sessions } from './sessions.ts'
import type { BidBudget, Order, Permit, Verdict } from './order.ts'

/** A command as the edges give it: the engine stamps the time. */
export type Act = WithoutAt<Exclude<Command, { type: 'bid' }>>
type WithoutAt<C> = C extends Command ? Omit<C, 'at'> : never

export type BidAsk = {
  readonly auctionId: string
  readonly userId: string
  readonly sessionId: string
  readonly key: string
  readonly offer: Offer | Lowering
  /** It comes from a page that its bidder lent a token to. */
  readonly isLent?: boolean
  readonly budget?: BidBudget
  readonly permit: Permit
  /** What `received` gave, where the bid had to wait for its turn to be read. */
  readonly arrival?: Arrival
}

export type EngineParts = {
  readonly store: Store
  readonly sessions: Sessions
  readonly notary: Notary
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  /** Auctions are over, and durably so. */
  readonly ended?: () => void
  /** Whether the house lets its staff bid in its own lots (WHO-2). */
  readonly staffBids?: boolean
  readonly log: { error(fields: object, message: string): void; info(fields: object, message: string): void }
}

/** Refusals that only whoever leads meets: their number would tell of what nobody sees (PX-9). */
const OF_LEADERS: ReadonlySet<Code> = new Set(['already_leading', 'maximum_not_raised', 'maximum_not_lowered'])

/**
 * Stamps, orders, decides, commits, then answers and publishes. Holds auctions in memory as they are committed; another
 * process may change them at any time, which shows as a newer version on the bus or as a conflict on append.
 */
export class Engine {
  readonly #parts: EngineParts
  readonly #auctions: StoredAuctions
  readonly #lanes: Lanes
  readonly #scheduler: Scheduler
  readonly #unsubscribe: () => void
  readonly #arrivals: Arrivals
  readonly #attendance: Attendance

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#arrivals = new Arrivals(parts.clock)
    this.#scheduler = new Scheduler(parts.clock, (auctionId) => this.#tick(auctionId))
    const { store, sessions, notary, clock } = parts
    this.#auctions = new StoredAuctions(store, clock)
    const undecided: DeciderDependencies['undecided'] = (error, { auctionId, type }) =>
      parts.log.error({ err: error, auctionId, order: type }, 'an order could not be decided')
    const { staffBids = false } = parts
    this.#lanes = new Lanes({
      store,
      clock,
      decider: new Decider({
        store,
        sessions,
        notary,
        staffBids,
        auctions: this.#auctions,
        outages: () => this.#attendance.outages,
        undecided,
      }),
      committed: (changes, tookMs) => this.#committed(changes, tookMs),
      publish: (changes) => this.#publish(changes),
      conflicted: (auctionIds) => auctionIds.forEach((id) => this.#auctions.outdate(id)),
      failed: (error, auctionIds) => {
        auctionIds.forEach((id) => this.#auctions.forget(id))
        this.#failed(error)
      },
      recovered: (auctionIds) => this.#recovered(auctionIds),
    })
    this.#attendance = new Attendance({
      store,
      clock,
      log: parts.log,
      canWrite: () => this.#canWrite,
      failed: (error) => this.fail(error),
    })
    this.#unsubscribe = parts.bus.subscribe((message) => this.#heard(message))
  }

  get #canWrite(): boolean {
    return this.#lanes.isHealthy && !this.#attendance.isStalled
  }

  /** Whether bids can be taken: storage was written to at the last try. */
  get ready(): boolean {
    return this.#canWrite && this.#attendance.isPresent
  }

  /** Storage failed when nobody waited for it: nothing is taken until it is open again. */
  fail(error: unknown): void {
    this.#lanes.fail(error)
  }

  /** Catches up with the time that passed (SC-5), then keeps time. */
  async start(): Promise<void> {
    await this.#attendance.note()
    for (const { auctionId, dueAt } of await this.#parts.store.due(Number.MAX_SAFE_INTEGER))
      this.#scheduler.set(auctionId, dueAt)
    this.#attendance.start()
    this.#scheduler.start()
  }

  /** Finishes what was accepted and takes nothing more. */
  async stop(): Promise<void> {
    this.#attendance.stop()
    this.#scheduler.stop()
    await this.#lanes.stop()
    this.#unsubscribe()
    await this.#attendance.note()
  }

  /** The auction as it is committed, or null. */
  stored(auctionId: string): Promise<StoredAuction | null> {
    return this.#auctions.get(auctionId)
  }

  async bid({ arrival, ...ask }: BidAsk): Promise<Verdict> {
    const now = this.#attendance.stamp()
    const at = arrival === undefined ? now : Math.max(arrival.at, now - limits.arrivalMsMax)
    const order = { type: 'bid', at, bidId: randomUUIDv7(), ...ask } as const
    return this.#countRefusal(await this.#submit(order, at))
  }

  #countRefusal(verdict: Verdict): Verdict {
    if (!verdict.ok && !OF_LEADERS.has(verdict.rejection.rejected))
      this.#parts.metrics.refusedBids.inc({ code: verdict.rejection.rejected })
    return verdict
  }

  /**
   * Something for an auction was received that cannot be read at once: a bid counts from now (SC-1). Whoever calls says
   * when it was read.
   */
  received(auctionId: string): Arrival {
    return this.#arrivals.add(auctionId, this.#parts.clock.now())
  }

  /** At once, unless it was away, or the end lies between what was received before and this: then behind that. */
  #submit(order: Order, at: Instant): Promise<Verdict> {
    const { returning } = this.#attendance
    if (returning !== null)
      return returning.then(() => (this.#attendance.isStalled ? unknown : this.#submit(order, at)))
    const known = this.#auctions.peek(order.auctionId)
    const due = known === undefined ? null : dueAt(known.auction)
    const earlier = due === null || due > at ? null : this.#arrivals.before(order.auctionId, due)
    return earlier === null ? this.#lanes.submit(order) : earlier.then(() => this.#lanes.submit(order))
  }

  /** Everything but a bid, wanted by a user. `permit` is asked when the command is decided. */
  act(auctionId: string, act: Act, by: string, permit: Permit): Promise<Verdict> {
    const at = this.#attendance.stamp()
    return this.#submit({ type: 'act', auctionId, command: { ...act, at }, by, permit }, at)
  }

  /** Removes an auction, as `permit` allows. Null where it is gone; other than an act it leaves nothing behind. */
  async remove(auctionId: string, permit: Permit): Promise<Rejection | null> {
    for (let tries = 0; tries < limits.conflictRetriesMax; tries += 1) {
      const [stored = null] = await this.#parts.store.read([{ auctionId, known: null }])
      const refusal = stored === null ? reject('auction_not_found') : permit(stored.auction)
      if (refusal !== null) return refusal
      if (!(await this.#parts.store.remove(auctionId, stored!.version))) continue
      this.#scheduler.set(auctionId, null)
      this.#parts.bus.publish({ type: 'auction-removed', auctionId })
      return null
    }
    return reject('try_again')
  }

  #tick(auctionId: string): void {
    const at = this.#attendance.stamp()
    const command = { type: 'tick', at } as const
    const order = { type: 'act', auctionId, command, by: null, permit: always } as const
    void this.#submit(order, at).then((verdict) => {
      // Where it could not be stored it is tried again: an auction must not stay open for it.
      const next = verdict.ok ? dueAt(verdict.stored.auction) : this.#parts.clock.now() + limits.recoverMs
      this.#scheduler.set(auctionId, next)
    })
  }

  #committed(changes: readonly Change[], tookMs: number): void {
    for (const { after } of changes) {
      this.#auctions.put(after)
      this.#scheduler.set(after.auction.id, dueAt(after.auction))
    }
    if (changes.some(({ after }) => isOver(after.auction))) this.#parts.ended?.()
    const events = changes.flatMap(({ entries }) => entries.map(({ event }) => event))
    this.#parts.metrics.countCommit(events, tookMs)
  }

  #publish(changes: readonly Change[]): void {
    try {
      for (const change of changes) this.#parts.bus.publish(messageOf(change))
    } catch (error) {
      // It is durable and answered: those who were not told read it in the journal.
      this.#failed(error)
    }
  }

  #heard(message: BusMessage): void {
    if (message.type === 'auction-removed') this.#auctions.forget(message.auctionId)
    if (message.type === 'auction') this.#auctions.outdate(message.auctionId, message.version)
  }

  #failed(error: unknown): void {
    this.#parts.metrics.failedCommits.inc()
    this.#parts.log.error({ err: error }, 'storage failed')
  }

  /** What took place without anyone being told: its end is waited for, and the channels read in the journal what they miss. */
  #recovered(auctionIds: readonly string[]): void {
    for (const auctionId of auctionIds) void this.#lookAgain(auctionId)
  }

  async #lookAgain(auctionId: string): Promise<void> {
    try {
      const stored = await this.stored(auctionId)
      if (stored === null) return
      const due = dueAt(stored.auction)
      // What is due already was just tried, and did not get through.
      this.#scheduler.set(auctionId, due === null ? null : Math.max(due, this.#parts.clock.now() + limits.recoverMs))
      this.#parts.bus.publish({ ...messageOf({ after: stored, entries: [], bids: [] }), bidders: null })
    } catch (error) {
      this.#failed(error)
      this.#parts.clock.wake(limits.recoverMs, () => void this.#lookAgain(auctionId))
    }
  }
}

/** Anyone may. */
export const always: Permit = (_: Auction) => null
