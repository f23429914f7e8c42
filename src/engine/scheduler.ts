import TinyQueue from 'tinyqueue'
import type { Instant } from '../domain/instant.ts'
import type { Clock } from './ports.ts'

type Due = { readonly at: Instant; readonly auctionId: string }

/**
 * The due time of every auction, in one heap. A due time that moved stays in the heap, and is skipped when it comes up. A
 * timer that fires early finds nothing due and is set again: nothing fires before its time (SC-4).
 */
export class Scheduler {
  readonly #clock: Clock
  readonly #fire: (auctionId: string) => void
  readonly #heap = new TinyQueue<Due>([], (a, b) => a.at - b.at)
  readonly #dueAt = new Map<string, Instant>()
  #cancel: () => void = () => {}
  #running = false

  constructor(clock: Clock, fire: (auctionId: string) => void) {
    this.#clock = clock
    this.#fire = fire
  }

  set(auctionId: string, at: Instant | null): void {
    if (at === null) {
      this.#dueAt.delete(auctionId)
      return
    }
    if (this.#dueAt.get(auctionId) === at) return
    this.#dueAt.set(auctionId, at)
    this.#heap.push({ at, auctionId })
    if (this.#heap.peek()!.at === at) this.#arm()
  }

  start(): void {
    this.#running = true
    this.#wake()
  }

  stop(): void {
    this.#running = false
    this.#cancel()
  }

  #arm(): void {
    if (!this.#running) return
    this.#cancel()
    const next = this.#heap.peek()
    if (next === undefined) return
    const waitMs = Math.max(next.at - this.#clock.now(), 0)
    this.#cancel = this.#clock.wake(waitMs, () => this.#wake())
  }

  #wake(): void {
    const now = this.#clock.now()
    for (let next = this.#heap.peek(); next !== undefined && next.at <= now; next = this.#heap.peek()) {
      this.#heap.pop()
      if (this.#dueAt.get(next.auctionId) !== next.at) continue
      this.#dueAt.delete(next.auctionId)
      this.#fire(next.auctionId)
    }
    this.#arm()
  }
}
