import { limits, rates } from '../config/limits.ts'
import type { Rejection } from '../domain/rejection.ts'
import { Buckets, rejectFor } from '../engine/bucket.ts'
import { Counter } from '../engine/counter.ts'
import { networksOf } from '../engine/network.ts'
import type { Clock } from '../engine/ports.ts'

/** Limits the catalogue channels of anonymous clients by network, and the ids that anybody's lists may name by rate. */
export class CatalogueAdmission {
  readonly #clock: Clock
  readonly #limited: boolean
  readonly #anonymousRates = new Buckets(rates.watchedByStrangers)
  readonly #userRates = new Buckets(rates.watchedByMembers)
  readonly #anonymous = new Counter()

  constructor(clock: Clock, limited: boolean) {
    this.#clock = clock
    this.#limited = limited
  }

  /** Counts a catalogue channel of an anonymous client. Returns false if its networks have too many. */
  enter(address: string): boolean {
    const networks = networksOf(address)
    const isFull = networks.some(
      ({ name, multiplier }) => this.#anonymous.of(name) >= limits.cataloguesPerAddressMax * multiplier,
    )
    if (isFull && this.#limited) return false
    for (const { name } of networks) this.#anonymous.add(name, 1)
    return true
  }

  /** Counts it no longer: the client disconnected, or authenticated. */
  leave(address: string): void {
    for (const { name } of networksOf(address)) this.#anonymous.add(name, -1)
  }

  /** Charges a list by its ids. Returns null, or the rejection if the rate limit is exceeded. */
  chargeList(cost: number, userId: string | null, address: string): Rejection | null {
    if (!this.#limited) return null
    const now = this.#clock.now()
    const waitMs =
      userId === null
        ? this.#anonymousRates.take(now, networksOf(address), cost)
        : this.#userRates.take(now, [{ name: userId, multiplier: 1 }], cost)
    return rejectFor(waitMs)
  }
}
