type Job = () => Promise<void>

/** Runs a few jobs at a time, persons in turns, so that many jobs of one person delay nobody else. */
export class PersonQueue {
  readonly #atOnce: number
  /** By person; the first in the map is next. */
  readonly #waiting = new Map<string, Job[]>()
  #running = 0
  #size = 0

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** How many jobs are queued. */
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
    // The person goes to the end.
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
