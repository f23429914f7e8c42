type Job = () => Promise<void>

/** Work that is done a little at a time, a person's one after the other, and persons in turn: many of one hold up nobody else. */
export class PersonQueue {
  readonly #atOnce: number
  /** Whose turn is next comes first. */
  readonly #waiting = new Map<string, Job[]>()
  #running = 0
  #size = 0

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** How many wait for their turn. */
  get size(): number {
    return this.#size
  }

  run<Result>(person: string, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const own = this.#waiting.get(person) ?? []
      own.push(() => work().then(resolve, reject))
      this.#waiting.set(person, own)
      this.#size += 1
      this.#next()
    })
  }

  #next(): void {
    if (this.#running >= this.#atOnce) return
    const [first] = this.#waiting
    if (first === undefined) return
    const [person, own] = first
    const job = own.shift()!
    // Behind everybody else who waits.
    this.#waiting.delete(person)
    if (own.length > 0) this.#waiting.set(person, own)
    this.#size -= 1
    this.#running += 1
    void job().then(() => {
      this.#running -= 1
      this.#next()
    })
  }
}
