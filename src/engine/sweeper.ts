import { limits } from '../config/limits.ts'
import { type Clock, repeatEvery } from './ports.ts'

/** Each ends early, with the signal's reason, where the service goes. */
type Sweeps = Readonly<Record<string, (gone: AbortSignal) => Promise<void>>>
type Log = { error(fields: object, message: string): void }

/** Takes away what is not needed any more, at the start and once a day. What fails is said, and done the next time. */
export class Sweeper {
  readonly #clock: Clock
  readonly #log: Log
  readonly #sweeps: Sweeps
  readonly #gone = new AbortController()
  #work: Promise<void> = Promise.resolve()
  #stopSweeping: (() => void) | null = null

  constructor(clock: Clock, log: Log, sweeps: Sweeps) {
    this.#clock = clock
    this.#log = log
    this.#sweeps = sweeps
  }

  start(): void {
    this.#stopSweeping = repeatEvery(this.#clock, limits.sweepEveryMs, () => this.#sweep())
    this.#sweep()
  }

  /** Returns when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopSweeping?.()
    this.#gone.abort()
    await this.#work
  }

  #sweep(): void {
    this.#work = this.#work.then(() => this.#all())
  }

  async #all(): Promise<void> {
    for (const [name, sweep] of Object.entries(this.#sweeps)) {
      await sweep(this.#gone.signal).catch((error: unknown) => {
        if (!this.#gone.signal.aborted) this.#log.error({ err: error, name }, 'a sweep failed')
      })
    }
  }
}
