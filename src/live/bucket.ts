import { LRUCache } from 'lru-cache'
import { rates } from '../config.ts'
import type { Instant } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import type { Clock } from '../engine/ports.ts'

export type Rate = { readonly perSecond: number; readonly burst: number }

/** Holds `burst` and fills by `perSecond`. */
export class Bucket {
  readonly #rate: Rate
  #left: number
  #at: Instant = 0

  constructor(rate: Rate) {
    this.#rate = rate
    this.#left = rate.burst
  }

  /** Takes one out, and returns 0; or, where it is empty, the milliseconds to wait. */
  take(now: Instant): number {
    const { perSecond, burst } = this.#rate
    this.#left = Math.min(burst, this.#left + ((now - this.#at) * perSecond) / 1_000)
    this.#at = now
    if (this.#left < 1) return Math.ceil(((1 - this.#left) * 1_000) / perSecond)
    this.#left -= 1
    return 0
  }
}

/** How often a person may bid, whichever way the bids come. */
export class BidRate {
  readonly #clock: Clock
  readonly #limited: boolean
  readonly #buckets = new LRUCache<string, Bucket>({ max: rates.biddersMax })

  constructor(clock: Clock, limited: boolean) {
    this.#clock = clock
    this.#limited = limited
  }

  /** Null, or why this user may not bid right now. */
  reject(userId: string): Rejection | null {
    if (!this.#limited) return null
    let bucket = this.#buckets.get(userId)
    if (bucket === undefined) this.#buckets.set(userId, (bucket = new Bucket(rates.bids)))
    const waitMs = bucket.take(this.#clock.now())
    return waitMs === 0 ? null : reject('rate_limited', { retryAfterSeconds: Math.ceil(waitMs / 1_000) })
  }
}
