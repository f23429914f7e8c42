/** A read that many ask for at once: whoever asks while one is on its way shares the next, which is sent after they asked. */
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
