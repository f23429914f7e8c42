import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import type { Clock } from './ports.ts'

/** Something for an auction that was received at an instant and waits for its turn to be read. */
export type Arrival = { readonly at: Instant; markRead(): void }

/**
 * What was received and is not read yet, by auction: the end is not decided before a bid that came in time (SC-1). After
 * `arrivalMsMax` nothing is waited for any longer.
 */
export class Arrivals {
  readonly #clock: Clock
  /** Of each auction in the order in which they came, each with whom to tell when it is read. */
  readonly #waiting = new Map<string, Map<Arrival, (() => void)[]>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(auctionId: string, at: Instant): Arrival {
    const arrival: Arrival = { at, markRead: () => this.#delete(auctionId, arrival) }
    const others = this.#waiting.get(auctionId) ?? new Map<Arrival, (() => void)[]>()
    // Whoever has gone never reads what they sent.
    for (const old of others.keys())
      if (old.at + limits.arrivalMsMax <= at) others.delete(old)
      else break
    this.#waiting.set(auctionId, others.set(arrival, []))
    return arrival
  }

  /** Resolves when all that was received before an instant is read; null where it is. */
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
