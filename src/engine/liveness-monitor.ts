import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import { OUTAGE_MS_MIN } from '../domain/soft-close.ts'
import { repeatEvery } from './interval.ts'
import type { Clock, Outage, Store } from './ports.ts'

type LivenessDependencies = {
  readonly store: Store
  readonly clock: Clock
  readonly log: { info(fields: object, message: string): void }
  /** Whether storage accepts writes. */
  canWrite(): boolean
  onFailed(error: unknown): void
}

/**
 * Records periodically that the service is alive, and detects outages: a stop, a suspended machine, or storage that
 * refuses writes (SC-5).
 */
export class LivenessMonitor {
  readonly #deps: LivenessDependencies
  /** When this process was last known to be alive, with storage that accepts writes; 0 before the first check. */
  #aliveAt: Instant = 0
  #outages: readonly Outage[] = []
  #absenceCheck: Promise<void> | null = null
  #beats = 0
  #stopBeating: (() => void) | null = null
  #isStalled = false

  constructor(deps: LivenessDependencies) {
    this.#deps = deps
  }

  /** The latest outages, the newest first. */
  get outages(): readonly Outage[] {
    return this.#outages
  }

  /** Resolves when storage has classified an absence. Nothing is decided before; null if none is pending. */
  get absenceCheck(): Promise<void> | null {
    return this.#absenceCheck
  }

  /** Whether recording that the service is alive has taken longer than `stallMs`. */
  get isStalled(): boolean {
    return this.#isStalled
  }

  get isStarted(): boolean {
    return this.#stopBeating !== null
  }

  start(): void {
    this.#stopBeating = repeatEvery(this.#deps.clock, limits.beatMs, () => this.#beat())
  }

  stop(): void {
    this.#stopBeating?.()
    this.#stopBeating = null
  }

  /**
   * Returns the current instant as the time of receipt (SC-1). Starts an absence check if the service was not known to be
   * alive for `OUTAGE_MS_MIN`.
   */
  stamp(): Instant {
    const at = this.#deps.clock.now()
    // A time without writes is an absence, as nothing can be accepted in it.
    if (!this.#deps.canWrite()) return at
    if (at - this.#aliveAt < OUTAGE_MS_MIN) this.#aliveAt = Math.max(at, this.#aliveAt)
    else this.#absenceCheck ??= this.recordAlive().finally(() => (this.#absenceCheck = null))
    return at
  }

  #beat(): void {
    this.stamp()
    this.#beats += 1
    const isDue = this.#beats % limits.beatsPerWrite === 0
    if (isDue && this.#deps.canWrite() && this.#absenceCheck === null) void this.recordAlive()
  }

  /** Records that the service is alive, and updates the outages. Waits at most `stallMs` for a disk that hangs. */
  recordAlive(): Promise<void> {
    const { clock } = this.#deps
    const { promise: stall, resolve } = Promise.withResolvers<void>()
    const stopWaiting = clock.wake(limits.stallMs, () => {
      this.#isStalled = true
      resolve()
    })
    const writing = this.#write(clock.now(), this.#aliveAt).finally(() => {
      stopWaiting()
      this.#isStalled = false
    })
    return Promise.race([writing, stall])
  }

  async #write(at: Instant, since: Instant): Promise<void> {
    try {
      this.#outages = await this.#deps.store.beat({ at, since })
      this.#aliveAt = Math.max(at, this.#aliveAt)
      const [latest] = this.#outages
      if (latest?.until === at) this.#deps.log.info({ awayMs: at - latest.since }, 'the service was away')
    } catch (error) {
      this.#deps.onFailed(error)
    }
  }
}
