import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import type { Clock } from './ports.ts'

/** A message for one auction, received at `at` and waiting for its turn to be parsed. */
export type Arrival = { readonly at: Instant; markRead(): void }

/**
 * The `Arrival`s of each auction that are not parsed yet. The engine closes no auction ahead of a bid that came in time
 * (SC-1), but waits for none longer than `arrivalMsMax`.
 */
export class Arrivals {
  readonly #clock: Clock
  /** By auction, in the order of receipt; each with the callbacks to call once it is parsed. */
  readonly #waiting = new Map<string, Map<Arrival, (() => void)[]>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(auctionId: string, at: Instant): Arrival {
    const arrival: Arrival = { at, markRead: () => this.#delete(auctionId, arrival) }
    const others = this.#waiting.get(auctionId) ?? new Map<Arrival, (() => void)[]>()
    // A client that disconnected never parses what it sent.
    for (const old of others.keys())
      if (old.at + limits.arrivalMsMax <= at) others.delete(old)
      else break
    this.#waiting.set(auctionId, others.set(arrival, []))
    return arrival
  }

  /** Resolves when everything received before an instant is parsed; null if nothing is left to wait for. */
  before(auctionId: string, at: Instant): Promise<void> | null {
    const oldest = this.#clock.now() - limits.arrivalMsMax
    const earlier = [...(this.#waiting.get(auctionId) ?? [])].filter(([one]) => one.at < at && one.at > oldest)
    if (earlier.length === 0) return null
    return new Promise((resolve) => {
      let left = earlier.length
      const stopWaiting = this.#clock.wake(earlier.at(-1)![0].at - oldest, resolve)
      for (const [, told] of earlier)
        told.push(() => {
          left -= 1
          if (left > 0) return
          stopWaiting()
          resolve()
        })
    })
  }

  #delete(auctionId: string, arrival: Arrival): void {
    const others = this.#waiting.get(auctionId)
    const told = others?.get(arrival) ?? []
    others?.delete(arrival)
    if (others?.size === 0) this.#waiting.delete(auctionId)
    for (const tell of told) tell()
  }
}
