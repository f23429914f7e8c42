/** How often each of some names came among the last so many: what was longer ago is forgotten. */
export class Lately {
  readonly #most: number
  readonly #names: string[] = []
  readonly #counts = new Map<string, number>()
  #oldest = 0

  constructor(most: number) {
    this.#most = most
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  add(name: string): void {
    if (this.#names.length === this.#most) this.#forget(this.#names[this.#oldest]!)
    this.#names[this.#oldest] = name
    this.#oldest = (this.#oldest + 1) % this.#most
    this.#counts.set(name, this.of(name) + 1)
  }

  #forget(name: string): void {
    const left = this.of(name) - 1
    if (left === 0) this.#counts.delete(name)
    else this.#counts.set(name, left)
  }
}
