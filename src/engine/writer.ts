import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { limits } from '../config/limits.ts'
import { reject } from '../domain/rejection.ts'
import { type Desk, decideOrder } from './desk.ts'
import type { Notary } from './notary.ts'
import type { Order, Verdict } from './order.ts'
import { Refusals } from './refusals.ts'
import type { Appended, Change, Clock, Held, Store } from './ports.ts'
import { type Working, changeOf, undoing, untouched } from './working.ts'

type Pending = { readonly order: Order; readonly answer: (verdict: Verdict) => void; tries: number }

/** Orders that are decided in their order and written by one transaction, and their auctions as they stand after them. */
class Batch {
  readonly pending: Pending[] = []
  readonly verdicts: Verdict[] = []
  readonly working = new Map<string, Working>()

  get isEmpty(): boolean {
    return this.pending.length === 0
  }

  changes(): Change[] {
    return [...this.working.values()].flatMap(changeOf)
  }
}

type WriterParts = {
  readonly store: Store
  readonly notary: Notary
  readonly clock: Clock
  readonly staffBids: boolean
  held(auctionId: string): Promise<Held | null>
  /** The changes are durable: hold them. */
  committed(changes: readonly Change[], tookMs: number): void
  /** Tell the room. Comes a turn of the loop after the answers, so that bidders hear first. */
  publish(changes: readonly Change[]): void
  /** Nothing that is held of these auctions may be trusted. */
  forget(auctionIds: readonly string[]): void
  /** The outcome of a commit is unknown. */
  failed(error: unknown): void
  /** Deciding one order threw: a bug, or an auction that cannot be read. Nothing else is concerned. */
  undecided(error: unknown, order: Order): void
  /** Storage is open again; these may have changed without being told. */
  recovered(auctionIds: readonly string[]): void
}

/**
 * Group commit. What comes while a commit runs is decided on top of it, in order, and goes into the next transaction: answers
 * and pushes come after its own. Where a commit fails, nothing of it or on top of it is answered as accepted or refused.
 */
export class Writer {
  readonly #parts: WriterParts
  readonly #refusals = new Refusals()
  #queue: Pending[] = []
  /** Called when something is queued. */
  #arrived = () => {}
  #running: Promise<void> | null = null
  /** What is being decided while a commit runs. */
  #next: Batch | null = null
  /** Committed and answered, and who watches was not told: that comes in this turn. */
  #untold: { readonly changes: readonly Change[]; readonly turn: Promise<unknown> } | null = null
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

  get #waiting(): number {
    return this.#queue.length + (this.#next?.pending.length ?? 0)
  }

  submit(order: Order): Promise<Verdict> {
    if (!this.healthy || this.#waiting >= limits.queueMax) return Promise.resolve(unknown)
    return new Promise((answer) => {
      this.#queue.push({ order, answer, tries: 0 })
      this.#arrived()
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
    let batch = new Batch()
    while (!batch.isEmpty || this.#queue.length > 0) {
      if (batch.isEmpty) batch = await this.#decided(batch, null)
      if (!batch.isEmpty) batch = await this.#write(batch)
      if (batch.isEmpty) await this.#publish()
    }
    this.#running = null
  }

  /** Gives what was decided on top of it meanwhile, to be written next. */
  async #write(batch: Batch): Promise<Batch> {
    const changes = batch.changes()
    const appending = this.#append(changes, batch)
    const next = await this.#meanwhile(appending, batch)
    try {
      const { conflicts, tookMs } = await appending
      if (conflicts.length > 0) return this.#decideAgain(conflicts, batch, next)
      this.#parts.committed(changes, tookMs)
      this.#untold = { changes, turn: nextTurn() }
      batch.pending.forEach(({ answer }, i) => answer(batch.verdicts[i]!))
      return next
    } catch (error) {
      return this.#fail([batch, next], error)
    }
  }

  /** Those that conflicts come in the way of again and again are answered at last. */
  #decideAgain(conflicts: readonly string[], batch: Batch, next: Batch): Batch {
    this.#parts.forget(conflicts)
    const again = batch.pending.filter((one) => (one.tries += 1) < limits.conflictRetriesMax)
    for (const { tries, answer } of batch.pending) if (tries === limits.conflictRetriesMax) answer(unknown)
    this.#queue.unshift(...again, ...next.pending)
    return new Batch()
  }

  async #publish(): Promise<void> {
    const untold = this.#untold
    if (untold === null) return
    this.#untold = null
    await untold.turn
    try {
      this.#parts.publish(untold.changes)
    } catch (error) {
      // It is durable and answered: those who were not told read it in the journal.
      this.#parts.failed(error)
    }
  }

  /** Tells who watches of the commit before, and decides what comes. */
  async #meanwhile(appending: Promise<unknown>, ahead: Batch): Promise<Batch> {
    const writing = { isDone: false }
    const end = () => void (writing.isDone = true)
    const done = appending.then(end, end)
    await this.#publish()
    const next = (this.#next = new Batch())
    // Until it is done, or what was decided is abandoned: nothing else can be on top of what is ahead.
    while (!writing.isDone && this.#next === next) {
      await Promise.race([done, this.#arrival(next)])
      if (!writing.isDone && this.#next === next) await this.#decided(next, ahead)
    }
    if (this.#next === next) {
      this.#next = null
      return next
    }
    return new Batch()
  }

  /** The turn in which there is something to decide and room for it. */
  async #arrival({ pending }: Batch): Promise<void> {
    if (pending.length >= limits.batchMax) await new Promise(() => {})
    if (this.#queue.length === 0) await new Promise<void>((resolve) => (this.#arrived = resolve))
    await nextTurn()
  }

  /** Where the disk hangs nobody is kept waiting: the outcome is unknown, until it is known. */
  async #append(changes: readonly Change[], { pending }: Batch): Promise<Appended & { readonly tookMs: number }> {
    if (changes.length === 0) return { conflicts: [], tookMs: 0 }
    const started = performance.now()
    const stopWaiting = this.#parts.clock.wake(limits.stallMs, () => {
      this.#stalled = true
      for (const { answer } of [...pending, ...this.#abandoned()]) answer(unknown)
    })
    try {
      const appended = await this.#parts.store.append(changes)
      return { ...appended, tookMs: performance.now() - started }
    } finally {
      stopWaiting()
      this.#stalled = false
    }
  }

  /** What was to be written later, and will not be. */
  #abandoned(): readonly Pending[] {
    const decided = this.#next?.pending ?? []
    this.#next = null
    return [...decided, ...this.#queue.splice(0)]
  }

  /** A write beside the commits failed: storage is as sick as if a commit had. */
  sicken(error: unknown): void {
    this.#fail([], error)
  }

  #fail(batches: readonly Batch[], error: unknown): Batch {
    const auctionIds = batches.flatMap(({ working }) => [...working.keys()])
    this.#parts.forget(auctionIds)
    this.#parts.failed(error)
    for (const { answer } of [...batches.flatMap(({ pending }) => pending), ...this.#abandoned()]) answer(unknown)
    for (const auctionId of auctionIds) this.#unsure.add(auctionId)
    if (!this.#sick) {
      this.#sick = true
      void this.#recover()
    }
    return new Batch()
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

  /** The batch with what is queued, decided on top of what is ahead; an empty one where that fails. */
  async #decided(batch: Batch, ahead: Batch | null): Promise<Batch> {
    const more = this.#queue.splice(0, limits.batchMax - batch.pending.length)
    batch.pending.push(...more)
    try {
      await this.#decide(more, batch, ahead)
      return batch
    } catch (error) {
      return this.#fail([batch], error)
    }
  }

  async #decide(pending: readonly Pending[], { working, verdicts }: Batch, ahead: Batch | null): Promise<void> {
    const { notary, store, staffBids } = this.#parts
    const orders = pending.map(({ order }) => order)
    const unreadable = new Map<string, unknown>()
    for (const { auctionId } of orders)
      if (!working.has(auctionId) && !unreadable.has(auctionId))
        await this.#asItWillBe(auctionId, ahead).then(
          (one) => working.set(auctionId, one),
          (error: unknown) => {
            if (!isBug(error)) throw error
            unreadable.set(auctionId, error)
          },
        )
    const bids = orders.filter((order) => order.type === 'bid')
    const answers = bids.length === 0 ? [] : await store.bidders(bids)
    const desk: Desk = {
      notary,
      staffBids,
      refusals: this.#refusals,
      facts: new Map(bids.map((order, i) => [order, answers[i]!])),
      bidSecrets: await this.#bidSecrets(orders),
    }
    for (const order of orders) {
      const error = unreadable.get(order.auctionId)
      verdicts.push(
        error === undefined
          ? this.#decideOne(order, working.get(order.auctionId)!, desk)
          : this.#undecided(error, order),
      )
    }
  }

  async #bidSecrets(orders: readonly Order[]): Promise<Desk['bidSecrets']> {
    const voids = orders.filter((order) => order.type === 'act' && order.command.type === 'void')
    const auctionIds = [...new Set(voids.map(({ auctionId }) => auctionId))]
    const secrets = await Promise.all(auctionIds.map((id) => this.#parts.store.bidSecrets(id)))
    return new Map(auctionIds.map((id, i) => [id, secrets[i]!]))
  }

  /** An order whose deciding throws leaves nothing behind, and is answered alone. */
  #decideOne(order: Order, working: Working, desk: Desk): Verdict {
    const undo = undoing(working)
    try {
      return decideOrder(order, working, desk)
    } catch (error) {
      undo()
      return this.#undecided(error, order)
    }
  }

  #undecided(error: unknown, order: Order): Verdict {
    this.#parts.undecided(error, order)
    return { ok: false, rejection: reject('internal'), asOfSeq: null, receipt: null }
  }

  /** After what is ahead. */
  async #asItWillBe(auctionId: string, ahead: Batch | null): Promise<Working> {
    const before = ahead?.working.get(auctionId)
    if (before === undefined) return untouched(auctionId, await this.#parts.held(auctionId))
    return untouched(auctionId, before.held, before.bids)
  }
}

/** Not what a disk or another process can cause. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}

const unknown: Verdict = {
  ok: false,
  rejection: reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }),
  asOfSeq: null,
  receipt: null,
}
