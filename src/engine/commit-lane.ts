import { limits } from '../config/limits.ts'
import { reject } from '../domain/rejection.ts'
import { Batch, Pending } from './batch.ts'
import type { Decider } from './decider.ts'
import type { Submission, Verdict } from './submission.ts'
import type { Appended, Change, Clock, Store } from './ports.ts'

export type CommitLaneDependencies = {
  readonly store: Store
  readonly clock: Clock
  readonly decider: Decider
  /** The changes are durable. */
  onCommitted(changes: readonly Change[], tookMs: number): void
  /** Publishes changes, one turn of the event loop after their answers, so that bidders hear first. */
  publish(changes: readonly Change[]): void
  /** Another process changed these auctions, or the rights of a bidder in them. Nothing of them was written. */
  onConflict(auctionIds: readonly string[]): void
  /** The outcome of a commit of these auctions is unknown. Must call `abandon` of every lane. */
  onFailed(error: unknown, auctionIds: readonly string[]): void
}

/**
 * Commits batches of some auctions in two stages: while one batch is committed, the next is decided on top of it. Answers
 * and events follow their commit. If a commit fails, its outcome is unknown, and so is that of everything decided on top
 * of it.
 */
export class CommitLane {
  readonly #deps: CommitLaneDependencies
  #queue: Pending[] = []
  /** Called when a submission is queued. */
  #wakeDecider = () => {}
  #running: Promise<void> | null = null
  /** The batch that is decided while another one is committed. */
  #next = new Batch(null)
  /** A batch decided in an earlier generation is never written. */
  #generation = 0
  /** What is committed and answered, but not published yet, and the turn of the event loop in which it will be. */
  #unpublished: { readonly changes: readonly Change[]; readonly turn: Promise<void> } | null = null
  /** Whether a commit takes so long that its outcome counts as unknown. */
  isStalled = false

  constructor(deps: CommitLaneDependencies) {
    this.#deps = deps
  }

  submit(submission: Submission): Promise<Verdict> {
    if (this.#queue.length + this.#next.size >= limits.queueMax) return Promise.resolve(OUTCOME_UNKNOWN)
    return new Promise((answer) => {
      this.#queue.push(new Pending(submission, answer))
      this.#wakeDecider()
      this.#running ??= this.#run()
    })
  }

  /** Resolves when everything that was submitted is answered. */
  async idle(): Promise<void> {
    await this.#running
  }

  /** Answers all submissions that are not being committed as unknown. */
  abandon(): void {
    this.#generation += 1
    for (const pending of [...this.#next.pending, ...this.#queue.splice(0)]) pending.answer(OUTCOME_UNKNOWN)
    this.#next = new Batch(null)
  }

  async #run(): Promise<void> {
    await this.#deps.clock.yield()
    let batch = new Batch(null)
    while (batch.size > 0 || this.#queue.length > 0) {
      if (batch.size === 0) batch = await this.#decide(new Batch(null))
      if (batch.size > 0) batch = await this.#commit(batch)
      if (batch.size === 0) await this.#publish()
    }
    this.#running = null
  }

  /** Commits a batch, and returns the batch decided on top of it meanwhile. */
  async #commit(batch: Batch): Promise<Batch> {
    batch.ahead = null
    const changes = batch.changes()
    const appending = this.#append(changes, batch)
    const next = await this.#decideMeanwhile(appending, batch)
    try {
      const { conflicts, tookMs } = await appending
      if (conflicts.length > 0) this.#decideAgain(new Set(conflicts), batch, next)
      const written = changes.filter(({ after }) => !conflicts.includes(after.auction.id))
      if (written.length > 0) this.#deps.onCommitted(written, tookMs)
      this.#unpublished = { changes: written, turn: this.#deps.clock.yield() }
      batch.answer()
      return next
    } catch (error) {
      this.#fail(error, batch, next)
      return new Batch(null)
    }
  }

  /**
   * Decides the submissions of conflicting auctions again. After `conflictRetriesMax` conflicts a submission is answered
   * as unknown.
   */
  #decideAgain(conflicts: ReadonlySet<string>, batch: Batch, next: Batch): void {
    this.#deps.onConflict([...conflicts])
    const failed = batch.remove(conflicts)
    for (const pending of failed) {
      pending.tries += 1
      if (pending.tries === limits.conflictRetriesMax) pending.answer(OUTCOME_UNKNOWN)
    }
    this.#queue.unshift(...[...failed, ...next.remove(conflicts)].filter(({ isAnswered }) => !isAnswered))
  }

  async #publish(): Promise<void> {
    const unpublished = this.#unpublished
    if (unpublished === null) return
    this.#unpublished = null
    await unpublished.turn
    this.#deps.publish(unpublished.changes)
  }

  /**
   * Publishes the previous commit, and decides what is submitted while this one runs. Returns an empty batch if it was
   * abandoned.
   */
  async #decideMeanwhile(appending: Promise<unknown>, ahead: Batch): Promise<Batch> {
    const generation = this.#generation
    let isDone = false
    const end = () => void (isDone = true)
    const done = appending.then(end, end)
    const goesOn = () => !isDone && generation === this.#generation
    await this.#publish()
    const next = (this.#next = new Batch(ahead))
    while (goesOn()) {
      await Promise.race([done, this.#nextTurn(next)])
      if (goesOn()) await this.#decide(next)
    }
    await done
    this.#next = new Batch(null)
    return generation === this.#generation ? next : new Batch(null)
  }

  /** Resolves in the turn of the event loop in which there is a submission to decide and room for it. */
  async #nextTurn({ size }: Batch): Promise<void> {
    if (size >= limits.batchMax) await new Promise(() => {})
    if (this.#queue.length === 0) await new Promise<void>((resolve) => (this.#wakeDecider = resolve))
    await this.#deps.clock.yield()
  }

  /** Appends the changes. After `stallMs` it answers the batch as unknown, so that nobody waits for a disk that hangs. */
  async #append(changes: readonly Change[], batch: Batch): Promise<Appended & { readonly tookMs: number }> {
    const { clock, store, decider } = this.#deps
    const started = performance.now()
    const stopWaiting = clock.wake(limits.stallMs, () => {
      this.isStalled = true
      for (const one of batch.pending) one.answer(OUTCOME_UNKNOWN)
      this.abandon()
    })
    try {
      // A rejected bid stands on no commit, so whether the state that rejected it is current is checked beside the
      // append.
      const appending = changes.length === 0 ? { conflicts: [] } : store.append(changes)
      const [{ conflicts }, outdated] = await Promise.all([appending, decider.overtaken(batch)])
      return { conflicts: [...conflicts, ...outdated], tookMs: performance.now() - started }
    } finally {
      stopWaiting()
      this.isStalled = false
    }
  }

  /** Decides queued submissions into a batch, as many as have room. Returns an empty batch if it was abandoned. */
  async #decide(batch: Batch): Promise<Batch> {
    const generation = this.#generation
    const more = this.#queue.splice(0, limits.batchMax - batch.size)
    try {
      await this.#deps.decider.decide(more, batch)
    } catch (error) {
      this.#fail(error, batch)
    }
    if (generation === this.#generation) return batch
    for (const one of more) one.answer(OUTCOME_UNKNOWN)
    return new Batch(null)
  }

  #fail(error: unknown, ...batches: readonly Batch[]): void {
    const auctionIds = batches.flatMap(({ work }) => [...work.keys()])
    for (const { pending } of batches) for (const one of pending) one.answer(OUTCOME_UNKNOWN)
    this.#deps.onFailed(error, auctionIds)
  }
}

/** The submission may or may not be committed, now or later. The client repeats it with the same idempotency key. */
export const OUTCOME_UNKNOWN: Verdict = {
  ok: false,
  rejection: reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }),
  asOfSeq: null,
  receipt: null,
}
