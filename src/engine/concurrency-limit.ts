import { Counter } from './counter.ts'
import type { Payer } from './network.ts'

/** Limits the operations that one payer has in progress to `max`. */
export class ConcurrencyLimit {
  readonly #max: number
  readonly #running = new Counter()

  constructor(max: number) {
    this.#max = max
  }

  /** Whether one more operation may begin; it counts until `end`. */
  begin(payers: readonly Payer[]): boolean {
    if (payers.some(({ name, multiplier }) => this.#running.of(name) >= this.#max * multiplier)) return false
    for (const { name } of payers) this.#running.add(name, 1)
    return true
  }

  end(payers: readonly Payer[]): void {
    for (const { name } of payers) this.#running.add(name, -1)
  }
}
