import { limits } from '../config.ts'
import type { Instant } from '../domain/instant.ts'
import type { Clock } from './ports.ts'

/** Something for an auction that was received at an instant and waits for its turn to be read. */
export type Arrival = { readonly at: Instant; isRead(): void }

/**
 * What was received and is not read yet, by auction: the end is not decided before a bid that came in time (SC-1). After
 * `arrivalMsMax` nothing is waited for any longer.
 */
export class Arrivals {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Map<Arrival, Promise<void>>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(auctionId: string, at: Instant): Arrival {
    const { promise, resolve } = Promise.withResolvers<void>()
    const isRead = () => {
      stopWaiting()
      this.#delete(auctionId, arrival)
      resolve()
    }
    const arrival: Arrival = { at, isRead }
    const stopWaiting = this.#clock.wake(limits.arrivalMsMax, isRead)
    const others = this.#waiting.get(auctionId)
    if (others === undefined) this.#waiting.set(auctionId, new Map([[arrival, promise]]))
    else others.set(arrival, promise)
    return arrival
  }

  /** Resolves when all that was received before an instant is read; null where it is. */
  before(auctionId: string, at: Instant): Promise<unknown> | null {
    const earlier = [...(this.#waiting.get(auctionId) ?? [])].filter(([arrival]) => arrival.at < at)
    return earlier.length === 0 ? null : Promise.all(earlier.map(([, read]) => read))
  }

  #delete(auctionId: string, arrival: Arrival): void {
    const others = this.#waiting.get(auctionId)
    others?.delete(arrival)
    if (others?.size === 0) this.#waiting.delete(auctionId)
  }
}
