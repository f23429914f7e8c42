/**
 * A line in which one steps forward in each turn of the loop: what comes from elsewhere meanwhile, bids above all, goes
 * between, and waits for one and not for all of them.
 */
export class Turns {
  readonly #waiting = new Set<() => void>()

  /** Calls when it is its turn, never at once. */
  take(step: () => void): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#next())
    this.#waiting.add(step)
  }

  #next(): void {
    const [first] = this.#waiting
    if (first === undefined) return
    this.#waiting.delete(first)
    if (this.#waiting.size > 0) setImmediate(() => this.#next())
    first()
  }
}
