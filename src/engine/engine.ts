import { randomUUIDv7 } from 'node:crypto'
import { limits } from '../config/limits.ts'
import { type Auction, dueAt, isOver } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import type { Instant } from '../domain/instant.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { LivenessMonitor } from './liveness-monitor.ts'
import { type Arrival, Arrivals } from './arrivals.ts'
import { AuctionCache } from './auction-cache.ts'
import { Decider, type DeciderDependencies } from './decider.ts'
import { OUTCOME_UNKNOWN } from './commit-lane.ts'
import { CommitLanes } from './commit-lanes.ts'
import { auctionMessage } from './auction-message.ts'
import type { Code } from '../codes.ts'
import type { Metrics } from './metrics.ts'
import type { Notary } from './notary.ts'
import type { Bus, BusMessage, Change, Clock, StoredAuction, Store } from './ports.ts'
import { Scheduler } from './scheduler.ts'
import type { Sessions } from './sessions.ts'
import type { BidBudget, Submission, Permit, Verdict } from './submission.ts'

/** A command as the edges give it: the engine stamps the time. */
export type UntimedCommand = WithoutAt<Exclude<Command, { type: 'bid' }>>
type WithoutAt<C> = C extends Command ? Omit<C, 'at'> : never

export type BidRequest = {
  readonly auctionId: string
  readonly userId: string
  readonly sessionId: string
  readonly key: string
  readonly offer: Offer | Lowering
  /** It comes from a page that its bidder lent a token to. */
  readonly isDelegated?: boolean
  readonly budget?: BidBudget
  readonly permit: Permit
  /** What `received` gave, where the bid had to wait for its turn to be read. */
  readonly arrival?: Arrival
}

export type EngineDependencies = {
  readonly store: Store
  readonly sessions: Sessions
  readonly notary: Notary
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  /** Auctions are over, and durably so. */
  readonly onEnded?: () => void
  /** Whether the house lets its staff bid in its own lots (WHO-2). */
  readonly staffBids?: boolean
  readonly log: { error(fields: object, message: string): void; info(fields: object, message: string): void }
}

/** Refusals that only whoever leads meets: their number would tell of what nobody sees (PX-9). */
const LEADER_ONLY_CODES: ReadonlySet<Code> = new Set(['already_leading', 'maximum_not_raised', 'maximum_not_lowered'])

/**
 * Stamps, orders, decides, commits, then answers and publishes. Holds auctions in memory as they are committed; another
 * process may change them at any time, which shows as a newer version on the bus or as a conflict on append.
 */
export class Engine {
  readonly #deps: EngineDependencies
  readonly #auctions: AuctionCache
  readonly #lanes: CommitLanes
  readonly #scheduler: Scheduler
  readonly #unsubscribe: () => void
  readonly #arrivals: Arrivals
  readonly #liveness: LivenessMonitor

  constructor(deps: EngineDependencies) {
    this.#deps = deps
    this.#arrivals = new Arrivals(deps.clock)
    this.#scheduler = new Scheduler(deps.clock, (auctionId) => this.#tick(auctionId))
    const { store, sessions, notary, clock } = deps
    this.#auctions = new AuctionCache(store, clock)
    const undecided: DeciderDependencies['onUndecided'] = (error, { auctionId, type }) =>
      deps.log.error({ err: error, auctionId, submission: type }, 'an submission could not be decided')
    const { staffBids = false } = deps
    this.#lanes = new CommitLanes({
      store,
      clock,
      decider: new Decider({
        store,
        sessions,
        notary,
        staffBids,
        auctions: this.#auctions,
        outages: () => this.#liveness.outages,
        onUndecided: undecided,
      }),
      onCommitted: (changes, tookMs) => this.#onCommitted(changes, tookMs),
      publish: (changes) => this.#publish(changes),
      onConflict: (auctionIds) => auctionIds.forEach((id) => this.#auctions.outdate(id)),
      onFailed: (error, auctionIds) => {
        auctionIds.forEach((id) => this.#auctions.forget(id))
        this.#onFailed(error)
      },
      onRecovered: (auctionIds) => this.#onRecovered(auctionIds),
    })
    this.#liveness = new LivenessMonitor({
      store,
      clock,
      log: deps.log,
      canWrite: () => this.#canWrite,
      onFailed: (error) => this.fail(error),
    })
    this.#unsubscribe = deps.bus.subscribe((message) => this.#onMessage(message))
  }

  get #canWrite(): boolean {
    return this.#lanes.isHealthy && !this.#liveness.isStalled
  }

  /** Whether bids can be taken: storage was written to at the last try. */
  get ready(): boolean {
    return this.#canWrite && this.#liveness.isStarted
  }

  /** Storage failed when nobody waited for it: nothing is taken until it is open again. */
  fail(error: unknown): void {
    this.#lanes.fail(error)
  }

  /** Catches up with the time that passed (SC-5), then keeps time. */
  async start(): Promise<void> {
    await this.#liveness.recordAlive()
    for (const { auctionId, dueAt } of await this.#deps.store.due(Number.MAX_SAFE_INTEGER))
      this.#scheduler.set(auctionId, dueAt)
    this.#liveness.start()
    this.#scheduler.start()
  }

  /** Finishes what was accepted and takes nothing more. */
  async stop(): Promise<void> {
    this.#liveness.stop()
    this.#scheduler.stop()
    await this.#lanes.stop()
    this.#unsubscribe()
    await this.#liveness.recordAlive()
  }

  /** The auction as it is committed, or null. */
  stored(auctionId: string): Promise<StoredAuction | null> {
    return this.#auctions.get(auctionId)
  }

  async bid({ arrival, ...ask }: BidRequest): Promise<Verdict> {
    const now = this.#liveness.stamp()
    const at = arrival === undefined ? now : Math.max(arrival.at, now - limits.arrivalMsMax)
    const submission = { type: 'bid', at, bidId: randomUUIDv7(), ...ask } as const
    return this.#countRefusal(await this.#submit(submission, at))
  }

  #countRefusal(verdict: Verdict): Verdict {
    if (!verdict.ok && !LEADER_ONLY_CODES.has(verdict.rejection.rejected))
      this.#deps.metrics.refusedBids.inc({ code: verdict.rejection.rejected })
    return verdict
  }

  /**
   * Something for an auction was received that cannot be read at once: a bid counts from now (SC-1). Whoever calls says
   * when it was read.
   */
  received(auctionId: string): Arrival {
    return this.#arrivals.add(auctionId, this.#deps.clock.now())
  }

  /** At once, unless it was away, or the end lies between what was received before and this: then behind that. */
  #submit(submission: Submission, at: Instant): Promise<Verdict> {
    const { absenceCheck } = this.#liveness
    if (absenceCheck !== null)
      return absenceCheck.then(() => (this.#liveness.isStalled ? OUTCOME_UNKNOWN : this.#submit(submission, at)))
    const known = this.#auctions.peek(submission.auctionId)
    const due = known === undefined ? null : dueAt(known.auction)
    const earlier = due === null || due > at ? null : this.#arrivals.before(submission.auctionId, due)
    return earlier === null ? this.#lanes.submit(submission) : earlier.then(() => this.#lanes.submit(submission))
  }

  /** Everything but a bid, wanted by a user. `permit` is asked when the command is decided. */
  submitCommand(auctionId: string, act: UntimedCommand, by: string, permit: Permit): Promise<Verdict> {
    const at = this.#liveness.stamp()
    return this.#submit({ type: 'command', auctionId, command: { ...act, at }, by, permit }, at)
  }

  /** Removes an auction, as `permit` allows. Null where it is gone; other than an act it leaves nothing behind. */
  async remove(auctionId: string, permit: Permit): Promise<Rejection | null> {
    for (let tries = 0; tries < limits.conflictRetriesMax; tries += 1) {
      const [stored = null] = await this.#deps.store.read([{ auctionId, known: null }])
      const refusal = stored === null ? reject('auction_not_found') : permit(stored.auction)
      if (refusal !== null) return refusal
      if (!(await this.#deps.store.remove(auctionId, stored!.version))) continue
      this.#scheduler.set(auctionId, null)
      this.#deps.bus.publish({ type: 'auction-removed', auctionId })
      return null
    }
    return reject('try_again')
  }

  #tick(auctionId: string): void {
    const at = this.#liveness.stamp()
    const command = { type: 'tick', at } as const
    const submission = { type: 'command', auctionId, command, by: null, permit: ANYONE_MAY } as const
    void this.#submit(submission, at).then((verdict) => {
      // Where it could not be stored it is tried again: an auction must not stay open for it.
      const next = verdict.ok ? dueAt(verdict.stored.auction) : this.#deps.clock.now() + limits.recoverMs
      this.#scheduler.set(auctionId, next)
    })
  }

  #onCommitted(changes: readonly Change[], tookMs: number): void {
    for (const { after } of changes) {
      this.#auctions.put(after)
      this.#scheduler.set(after.auction.id, dueAt(after.auction))
    }
    if (changes.some(({ after }) => isOver(after.auction))) this.#deps.onEnded?.()
    const events = changes.flatMap(({ entries }) => entries.map(({ event }) => event))
    this.#deps.metrics.countCommit(events, tookMs)
  }

  #publish(changes: readonly Change[]): void {
    try {
      for (const change of changes) this.#deps.bus.publish(auctionMessage(change))
    } catch (error) {
      // It is durable and answered: those who were not told read it in the journal.
      this.#onFailed(error)
    }
  }

  #onMessage(message: BusMessage): void {
    if (message.type === 'auction-removed') this.#auctions.forget(message.auctionId)
    if (message.type === 'auction') this.#auctions.outdate(message.auctionId, message.version)
  }

  #onFailed(error: unknown): void {
    this.#deps.metrics.failedCommits.inc()
    this.#deps.log.error({ err: error }, 'storage failed')
  }

  /** What took place without anyone being told: its end is waited for, and the channels read in the journal what they miss. */
  #onRecovered(auctionIds: readonly string[]): void {
    for (const auctionId of auctionIds) void this.#announce(auctionId)
  }

  async #announce(auctionId: string): Promise<void> {
    try {
      const stored = await this.stored(auctionId)
      if (stored === null) return
      const due = dueAt(stored.auction)
      // What is due already was just tried, and did not get through.
      this.#scheduler.set(auctionId, due === null ? null : Math.max(due, this.#deps.clock.now() + limits.recoverMs))
      this.#deps.bus.publish({ ...auctionMessage({ after: stored, entries: [], bids: [] }), bidders: null })
    } catch (error) {
      this.#onFailed(error)
      this.#deps.clock.wake(limits.recoverMs, () => void this.#announce(auctionId))
    }
  }
}

/** Anyone may. */
export const ANYONE_MAY: Permit = (_: Auction) => null
