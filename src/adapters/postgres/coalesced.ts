/** Merges concurrent reads of one value: callers that come while a read is running share the next one, which starts after they called. */
export class Coalesced<Result> {
  readonly #read: () => Promise<Result>
  #running: Promise<unknown> = Promise.resolve()
  #next: Promise<Result> | null = null

  constructor(read: () => Promise<Result>) {
    this.#read = read
  }

  get(): Promise<Result> {
    return (this.#next ??= this.#behindRunning())
  }

  async #behindRunning(): Promise<Result> {
    await this.#running
    this.#next = null
    const read = this.#read()
    this.#running = read.catch(() => {})
    return read
  }
}
