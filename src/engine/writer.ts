import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { limits } from '../config.ts'
import { reject } from '../domain/rejection.ts'
import { type Desk, decideOrder } from './desk.ts'
import type { Notary } from './notary.ts'
import type { Order, Verdict } from './order.ts'
import type { Appended, Change, Clock, Held, Store } from './ports.ts'
import { type Working, changeOf, untouched } from './working.ts'

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
