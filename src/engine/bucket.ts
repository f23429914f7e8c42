import { lru } from './lru.ts'
import { rates } from '../config/limits.ts'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import type { Payer } from './network.ts'
import type { BidBudget } from './submission.ts'
import type { Clock } from './ports.ts'

export type Rate = { readonly perSecond: number; readonly burst: number }

/** A token bucket: holds `burst` and fills by `perSecond`. */
export class Bucket {
  readonly #rate: Rate
  #left: number
  #at: Instant = 0

  constructor(rate: Rate) {
    this.#rate = rate
    this.#left = rate.burst
  }

  /** Charges `cost` and returns 0; or, if the bucket holds less, charges nothing and returns the milliseconds to wait. */
  take(now: Instant, cost = 1): number {
    const waitMs = this.wait(now, cost)
    if (waitMs === 0) this.charge(cost)
    return waitMs
  }

  /**
   * Fills up to `now`, and returns the milliseconds until the bucket holds `cost`. A cost above `burst` needs a full
   * bucket.
   */
  wait(now: Instant, cost = 1): number {
    const { perSecond, burst } = this.#rate
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) * perSecond) / 1_000)
    this.#at = now
    const missing = Math.min(cost, burst) - this.#left
    return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / perSecond)
  }

  /** Charges `cost` even if the bucket holds less: nothing is available until the debt is made up for. */
  charge(cost: number): void {
    const { burst } = this.#rate
    this.#left = Math.min(burst, Math.max(this.#left - cost, -burst))
  }
}

/** Token buckets of one rate, by name. The least recently used are forgotten first. */
export class Buckets {
  readonly #rate: Rate
  readonly #buckets = lru<Bucket>(rates.bucketsMax)

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Charges all payers and returns 0; or charges none and returns the milliseconds to wait. */
  take(now: Instant, payers: readonly Payer[], cost = 1): number {
    const waitMs = this.wait(now, payers, cost)
    if (waitMs === 0) this.charge(payers, cost)
    return waitMs
  }

  /** The milliseconds until the buckets of all payers hold `cost`. */
  wait(now: Instant, payers: readonly Payer[], cost = 1): number {
    return Math.max(...payers.map((payer) => this.#of(payer).wait(now, cost)))
  }

  /** Charges all payers, whatever their buckets hold. A negative cost is a refund. */
  charge(payers: readonly Payer[], cost: number): void {
    for (const payer of payers) this.#of(payer).charge(cost)
  }

  #of({ name, multiplier }: Payer): Bucket {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      const { perSecond, burst } = this.#rate
      bucket = new Bucket({ perSecond: perSecond * multiplier, burst: burst * multiplier })
      this.#buckets.set(name, bucket)
    }
    return bucket
  }
}

/** A person in one auction, and in all auctions together. */
function payersOf(userId: string, auctionId: string): readonly Payer[] {
  return [
    { name: `${userId} ${auctionId}`, multiplier: 1 },
    { name: userId, multiplier: AUCTIONS_AT_ONCE },
  ]
}

/** A person may have this many times as many bids accepted in all auctions together as in one. */
const AUCTIONS_AT_ONCE = 5

export function rejectFor(waitMs: number): Rejection | null {
  return waitMs === 0 ? null : reject('rate_limited', { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
}

/**
 * Limits how often a person may request a bid and how many bids are accepted, in one auction and in all, over whichever
 * transport. A network has a budget of accepted bids as well, since it can create any number of accounts.
 */
export class BidRate {
  readonly #clock: Clock
  readonly #limited: boolean
  readonly #buckets = new Buckets(rates.bids)
  readonly #accepted = new Buckets(rates.acceptedBids)
  readonly #acceptedFrom = new Buckets(rates.acceptedBidsByNetwork)

  constructor(clock: Clock, limited: boolean) {
    this.#clock = clock
    this.#limited = limited
  }

  /** Charges one bid request to the user. Returns null, or the rejection if the rate limit is exceeded. */
  charge(userId: string): Rejection | null {
    if (!this.#limited) return null
    return rejectFor(this.#buckets.take(this.#clock.now(), [{ name: userId, multiplier: 1 }]))
  }

  /** What may still be accepted of this user in this auction, and of all users of their networks. */
  budget(userId: string, auctionId: string, networks: readonly Payer[]): BidBudget {
    const payers = payersOf(userId, auctionId)
    return {
      reject: () => {
        if (!this.#limited) return null
        const now = this.#clock.now()
        const waitMs = Math.max(this.#accepted.wait(now, payers), this.#acceptedFrom.wait(now, networks))
        return waitMs === 0 ? null : reject('too_many_bids', { retryAfterSeconds: Math.ceil(waitMs / SECOND_MS) })
      },
      accepted: () => {
        if (!this.#limited) return
        this.#accepted.charge(payers, 1)
        this.#acceptedFrom.charge(networks, 1)
      },
    }
  }
}
