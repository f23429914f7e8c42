import { Counter } from './counter.ts'

/** Counts each name among the last `max` that were added. */
export class RecentCounts {
  readonly #max: number
  /** A ring of the last names, the oldest at `#oldest` once it is full. */
  readonly #names: string[] = []
  readonly #counts = new Counter()
  #oldest = 0

  constructor(max: number) {
    this.#max = max
  }

  of(name: string): number {
    return this.#counts.of(name)
  }

  add(name: string): void {
    if (this.#names.length === this.#max) this.#counts.add(this.#names[this.#oldest]!, -1)
    this.#names[this.#oldest] = name
    this.#oldest = (this.#oldest + 1) % this.#max
    this.#counts.add(name, 1)
  }
}
