import { limits } from '../config/limits.ts'
import { repeatEvery } from './interval.ts'
import type { Clock } from './ports.ts'

/** Sweeps by name. Each stops early, throwing the signal's reason, when the service stops. */
type Sweeps = Readonly<Record<string, (stopping: AbortSignal) => Promise<void>>>
type Log = { error(fields: object, message: string): void }

/**
 * Removes what is no longer needed, at the start and once a day. A sweep that fails is logged, and runs again the next
 * day.
 */
export class Sweeper {
  readonly #clock: Clock
  readonly #log: Log
  readonly #sweeps: Sweeps
  readonly #stopping = new AbortController()
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

  /** Returns when no sweep is in progress. */
  async stop(): Promise<void> {
    this.#stopSweeping?.()
    this.#stopping.abort()
    await this.#work
  }

  #sweep(): void {
    this.#work = this.#work.then(() => this.#all())
  }

  async #all(): Promise<void> {
    for (const [name, sweep] of Object.entries(this.#sweeps)) {
      await sweep(this.#stopping.signal).catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#log.error({ err: error, name }, 'a sweep failed')
      })
    }
  }
}
