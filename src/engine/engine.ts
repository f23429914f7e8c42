import { randomUUIDv7 } from 'node:crypto'
import { limits } from '../config/limits.ts'
import { type Auction, dueAt, isOver } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import type { Instant } from '../domain/instant.ts'
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
import { followDue, waitForMargin } from './shared-closing.ts'
import type { Sessions } from './sessions.ts'
import type { BidRequest, Permit, Submission, Verdict } from './submission.ts'

/** A command without its instant, which the engine stamps. */
export type UntimedCommand = WithoutAt<Exclude<Command, { type: 'bid' }>>
type WithoutAt<C> = C extends Command ? Omit<C, 'at'> : never

export type EngineDependencies = {
  readonly store: Store
  readonly sessions: Sessions
  readonly notary: Notary
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  /** Some auctions are over, and durably so. */
  readonly onEnded?: () => void
  /** How long after an end it is decided, for bids that other nodes received before it; 0 where there are none. */
  readonly closeMarginMs?: number
  /** Whether the clock is exact enough to decide by (SC-1). */
  readonly isTimeKnown?: () => boolean
  /** Whether staff may bid in auctions of the house (WHO-2). */
  readonly staffBids?: boolean
  readonly log: { error(fields: object, message: string): void; info(fields: object, message: string): void }
}

/** Rejections that only the leader can cause: counting them would reveal silent raises (PX-9). */
const LEADER_ONLY_CODES: ReadonlySet<Code> = new Set([
  'already_leading',
  'maximum_not_raised',
  'maximum_not_lowered',
  'minimum_not_lowered',
  'minimum_not_raised',
])

/**
 * Stamps submissions with the time, has them decided and committed, then answers and publishes. Caches committed
 * auctions; a change by another process shows as a newer version on the bus, or as a conflict on append.
 */
export class Engine {
  readonly #deps: EngineDependencies
  readonly #auctions: AuctionCache
  readonly #lanes: CommitLanes
  readonly #scheduler: Scheduler
  readonly #unsubscribe: () => void
  #stopFollowing = () => {}
  readonly #arrivals: Arrivals
  readonly #liveness: LivenessMonitor
  readonly #isTimeKnown: () => boolean

  constructor(deps: EngineDependencies) {
    this.#deps = deps
    this.#isTimeKnown = deps.isTimeKnown ?? (() => true)
    this.#arrivals = new Arrivals(deps.clock)
    this.#scheduler = new Scheduler(deps.clock, (auctionId) => this.#tick(auctionId))
    const { store, sessions, notary, clock, staffBids = false } = deps
    this.#auctions = new AuctionCache(store, clock)
    const undecided: DeciderDependencies['onUndecided'] = (error, { auctionId, type }) =>
      deps.log.error({ err: error, auctionId, submission: type }, 'an submission could not be decided')
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
    return this.#lanes.isHealthy && !this.#liveness.isStalled && this.#isTimeKnown()
  }

  /** Whether bids are accepted: the last write to storage succeeded, and the time is known. */
  get ready(): boolean {
    return this.#canWrite && this.#liveness.isStarted
  }

  /** Storage failed outside of a commit: nothing is accepted until it is recovered. */
  fail(error: unknown): void {
    this.#lanes.fail(error)
  }

  /** Catches up with the time that passed while the service was down (SC-5), then starts the scheduler. */
  async start(): Promise<void> {
    await this.#liveness.recordAlive()
    for (const { auctionId, dueAt } of await this.#deps.store.due(Number.MAX_SAFE_INTEGER))
      this.#scheduler.set(auctionId, dueAt)
    this.#liveness.start()
    this.#scheduler.start()
    const { store, clock } = this.#deps
    this.#stopFollowing = followDue({ store, clock, scheduler: this.#scheduler }, (error) => this.#onFailed(error))
  }

  /** Accepts nothing more, and finishes what was accepted. */
  async stop(): Promise<void> {
    this.#liveness.stop()
    this.#stopFollowing()
    this.#scheduler.stop()
    await this.#lanes.stop()
    this.#unsubscribe()
    await this.#liveness.recordAlive()
  }

  /** Returns the auction as it is committed, or null. */
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
   * Notes that a message for an auction was received but cannot be parsed yet: a bid in it counts from now (SC-1). The
   * caller must call `markRead` on the result.
   */
  received(auctionId: string): Arrival {
    return this.#arrivals.add(auctionId, this.#deps.clock.now())
  }

  /**
   * Submits to the auction's commit lane. If an absence is being checked, waits for that first. If the auction's end is
   * due, waits first for messages that were received before the end and are not parsed yet (SC-1).
   */
  #submit(submission: Submission, at: Instant): Promise<Verdict> {
    if (!this.#isTimeKnown()) return Promise.resolve(OUTCOME_UNKNOWN)
    const { absenceCheck } = this.#liveness
    if (absenceCheck !== null)
      return absenceCheck.then(() => (this.#liveness.isStalled ? OUTCOME_UNKNOWN : this.#submit(submission, at)))
    const { clock, closeMarginMs: marginMs = 0 } = this.#deps
    if (marginMs === 0) return this.#enqueue(submission, at)
    const { auctionId } = submission
    const find = async () => this.#auctions.peek(auctionId) ?? this.stored(auctionId)
    return waitForMargin(find, at, { clock, marginMs }).then(() => this.#enqueue(submission, at))
  }

  #enqueue(submission: Submission, at: Instant): Promise<Verdict> {
    const cached = this.#auctions.peek(submission.auctionId)
    const due = cached === undefined ? null : dueAt(cached.auction)
    const earlier = due === null || due > at ? null : this.#arrivals.before(submission.auctionId, due)
    return earlier === null ? this.#lanes.submit(submission) : earlier.then(() => this.#lanes.submit(submission))
  }

  /** Submits a command of a user, which may be any but a bid. `permit` is asked when the command is decided. */
  submitCommand(auctionId: string, command: UntimedCommand, by: string, permit: Permit): Promise<Verdict> {
    const at = this.#liveness.stamp()
    return this.#submit({ type: 'command', auctionId, command: { ...command, at }, by, permit }, at)
  }

  /** Removes an auction if `permit` allows it, and returns null. Unlike a command this leaves no event. */
  async remove(auctionId: string, permit: Permit): Promise<Rejection | null> {
    for (let tries = 0; tries < limits.conflictRetriesMax; tries += 1) {
      const [stored = null] = await this.#deps.store.read([{ auctionId, known: null }])
      const rejection = stored === null ? reject('auction_not_found') : permit(stored.auction)
      if (rejection !== null) return rejection
      if (!(await this.#deps.store.remove(auctionId, stored!.version))) continue
      this.#scheduler.set(auctionId, null)
      this.#deps.bus.publish({ type: 'auction-removed', auctionId })
      return null
    }
    return reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds })
  }

  #tick(auctionId: string): void {
    const at = this.#liveness.stamp()
    const command = { type: 'tick', at } as const
    const submission = { type: 'command', auctionId, command, by: null, permit: ANYONE_MAY } as const
    void this.#submit(submission, at).then((verdict) => {
      // A tick that could not be committed is tried again: an auction must not stay open because of a failure.
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
      // The changes are durable and answered. Watchers that missed the message read the journal.
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

  /**
   * Reschedules auctions whose commit had an unknown outcome, and announces their current `seq`, so that the hub reads
   * missed events from the journal.
   */
  #onRecovered(auctionIds: readonly string[]): void {
    for (const auctionId of auctionIds) void this.#announce(auctionId)
  }

  async #announce(auctionId: string): Promise<void> {
    try {
      const stored = await this.stored(auctionId)
      if (stored === null) return
      const due = dueAt(stored.auction)
      // A tick that is already due has just been tried and failed.
      this.#scheduler.set(auctionId, due === null ? null : Math.max(due, this.#deps.clock.now() + limits.recoverMs))
      this.#deps.bus.publish({ ...auctionMessage({ after: stored, entries: [], bids: [] }), bidders: null })
    } catch (error) {
      this.#onFailed(error)
      this.#deps.clock.wake(limits.recoverMs, () => void this.#announce(auctionId))
    }
  }
}

export const ANYONE_MAY: Permit = (_: Auction) => null
