import { LRUCache } from 'lru-cache'
import { rates } from '../config.ts'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import type { Clock } from '../engine/ports.ts'

const HOUR_SECONDS = 3_600

/** How many pixels of a person may be decoded: full at first, and refilled by the hour. */
export class PixelBudget {
  readonly #clock: Clock
  readonly #spent = new LRUCache<string, { pixels: number; at: Instant }>({ max: rates.bucketsMax })

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes them, and returns 0; or, where there are not so many left, the seconds to wait. */
  take(userId: string, pixels: number): number {
    const now = this.#clock.now()
    const perSecond = rates.pixelsPerHour / HOUR_SECONDS
    const before = this.#spent.get(userId) ?? { pixels: 0, at: now }
    const spent = Math.max(0, before.pixels - ((now - before.at) / SECOND_MS) * perSecond) + pixels
    if (spent > rates.pixelsPerHour) return Math.ceil((spent - rates.pixelsPerHour) / perSecond)
    this.#spent.set(userId, { pixels: spent, at: now })
    return 0
  }
}
