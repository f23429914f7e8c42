import type { Network } from './network.ts'

/** What each person or network has under way at a time: at most so many. */
export class AtOnce {
  readonly #most: number
  readonly #running = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Whether one more may begin; it counts until `end`. */
  begin(payers: readonly Network[]): boolean {
    if (payers.some(({ name, times }) => this.#of(name) >= this.#most * times)) return false
    for (const { name } of payers) this.#running.set(name, this.#of(name) + 1)
    return true
  }

  end(payers: readonly Network[]): void {
    for (const { name } of payers) {
      const left = this.#of(name) - 1
      if (left > 0) this.#running.set(name, left)
      else this.#running.delete(name)
    }
  }

  #of(name: string): number {
    return this.#running.get(name) ?? 0
  }
}
