import type { Submission, Verdict } from './submission.ts'
import type { Change } from './ports.ts'
import { type UnitOfWork, toChange } from './unit-of-work.ts'

/** An order with whom to answer. What was answered once stays so. */
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

/** Orders that are decided in their order, on top of another batch that is not committed yet, and written together. */
export class Batch {
  /** Until it is committed itself: then that is as well. */
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

  /** What it writes of each auction that it changes. */
  changes(): Change[] {
    return [...this.work.values()].flatMap(toChange)
  }

  /** Takes out all of these auctions, and gives what was asked of them. */
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
