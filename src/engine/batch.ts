import type { Submission, Verdict } from './submission.ts'
import type { Change } from './ports.ts'
import { type UnitOfWork, toChange } from './unit-of-work.ts'

/** A submission and the callback that answers it. Only the first answer counts. */
export class Pending {
  readonly submission: Submission
  tries = 0
  isAnswered = false
  readonly #answer: (verdict: Verdict) => void

  constructor(submission: Submission, answer: (verdict: Verdict) => void) {
    this.submission = submission
    this.#answer = answer
  }

  answer(verdict: Verdict): void {
    if (!this.isAnswered) this.#answer(verdict)
    this.isAnswered = true
  }
}

/** Submissions that are decided in order, on top of a batch that is not committed yet, and are written together. */
export class Batch {
  /**
   * The batch this one was decided on top of. Cleared when this batch is being committed, since batches commit in order.
   */
  ahead: Batch | null
  readonly work = new Map<string, UnitOfWork>()
  #decided: { readonly pending: Pending; readonly verdict: Verdict }[] = []

  constructor(ahead: Batch | null) {
    this.ahead = ahead
  }

  get size(): number {
    return this.#decided.length
  }

  get pending(): readonly Pending[] {
    return this.#decided.map(({ pending }) => pending)
  }

  add(pending: Pending, verdict: Verdict): void {
    this.#decided.push({ pending, verdict })
  }

  /** What the batch writes of each auction that it changes. */
  changes(): Change[] {
    return [...this.work.values()].flatMap(toChange)
  }

  /** Removes these auctions from the batch, and returns their submissions. */
  remove(auctionIds: ReadonlySet<string>): readonly Pending[] {
    const removed = this.pending.filter(({ submission }) => auctionIds.has(submission.auctionId))
    this.#decided = this.#decided.filter(({ pending }) => !auctionIds.has(pending.submission.auctionId))
    for (const id of auctionIds) this.work.delete(id)
    return removed
  }

  answer(): void {
    for (const { pending, verdict } of this.#decided) pending.answer(verdict)
  }
}
