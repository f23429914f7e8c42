import { rates } from '../config/limits.ts'
import type { Rejection } from '../domain/rejection.ts'
import { Buckets, rejectFor } from './bucket.ts'
import type { Charge, Clock } from './ports.ts'
import type { SharedCharges } from './shared-charges.ts'

type Budget = 'speaker' | 'room' | 'typing' | 'reports'

/** How often one speaks in a room, and all in it together, over whichever transport and node (ROOM-7). */
export class RoomRates {
  readonly #clock: Clock
  readonly #limited: boolean
  readonly #charges: SharedCharges | null
  readonly #buckets: Readonly<Record<Budget, Buckets>> = {
    speaker: new Buckets(rates.speaker),
    room: new Buckets(rates.room),
    typing: new Buckets(rates.typing),
    reports: new Buckets(rates.reports),
  }

  constructor({ clock, limited, charges }: { clock: Clock; limited: boolean; charges: SharedCharges | null }) {
    this.#clock = clock
    this.#limited = limited
    this.#charges = charges
    charges?.onCharged((charge) => this.#chargedElsewhere(charge))
  }

  message(auctionId: string, userId: string): Rejection | null {
    return this.#take([
      ['speaker', `${userId} ${auctionId}`],
      ['room', auctionId],
    ])
  }

  typing(auctionId: string, userId: string): Rejection | null {
    return this.#take([['typing', `${userId} ${auctionId}`]])
  }

  report(userId: string): Rejection | null {
    return this.#take([['reports', userId]])
  }

  /** Charges all of them, or none. */
  #take(asked: readonly (readonly [Budget, string])[]): Rejection | null {
    if (!this.#limited) return null
    const now = this.#clock.now()
    const named = asked.map(([budget, name]) => [budget, [{ name: `room ${name}`, multiplier: 1 }]] as const)
    const waitMs = Math.max(...named.map(([budget, payers]) => this.#buckets[budget].wait(now, payers)))
    if (waitMs > 0) return rejectFor(waitMs)
    for (const [budget, payers] of named) {
      this.#buckets[budget].charge(payers, 1)
      this.#charges?.add(budget, payers, 1)
    }
    return null
  }

  #chargedElsewhere({ budget, payer, cost }: Charge): void {
    if (!Object.hasOwn(this.#buckets, budget)) return
    const buckets = this.#buckets[budget as Budget]
    // A bucket that is new here counts from now on.
    buckets.wait(this.#clock.now(), [payer])
    buckets.charge([payer], cost)
  }
}
