import { repeatEvery } from './interval.ts'
import type { Payer } from './network.ts'
import type { Bus, Charge, Clock } from './ports.ts'

const TELL_MS = 250
/** Charges of one message. Under a flood from more payers than this, the smallest are not told. */
const CHARGES_MAX = 1_000

/**
 * Charges that the nodes of a house tell each other, so that who changes nodes has no new budget. For the moment until they
 * are told, and while the bus is down, each node counts for itself.
 */
export class SharedCharges {
  readonly #bus: Bus
  readonly #untold = new Map<string, Charge>()
  readonly #stop: (() => void)[]

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus
    this.#stop = [repeatEvery(clock, TELL_MS, () => this.#tell())]
  }

  add(budget: string, payers: readonly Payer[], cost: number): void {
    for (const payer of payers) {
      const key = `${budget} ${payer.name}`
      this.#untold.set(key, { budget, payer, cost: (this.#untold.get(key)?.cost ?? 0) + cost })
    }
  }

  /** Calls with what was charged on other nodes. */
  onCharged(call: (charge: Charge) => void): void {
    this.#stop.push(
      this.#bus.subscribe((message) => {
        if (message.type === 'charged') for (const charge of message.charges) call(charge)
      }),
    )
  }

  close(): void {
    for (const stop of this.#stop) stop()
  }

  #tell(): void {
    const untold = [...this.#untold.values()].filter(({ cost }) => cost !== 0)
    this.#untold.clear()
    if (untold.length === 0) return
    const charges = untold.toSorted((a, b) => b.cost - a.cost).slice(0, CHARGES_MAX)
    this.#bus.tell({ type: 'charged', charges })
  }
}
