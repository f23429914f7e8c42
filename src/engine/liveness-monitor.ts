import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import { OUTAGE_MS_MIN } from '../domain/soft-close.ts'
import { type Clock, type Outage, type Store, repeatEvery } from './ports.ts'

type LivenessDependencies = {
  readonly store: Store
  readonly clock: Clock
  readonly log: { info(fields: object, message: string): void }
  /** Whether storage takes anything. */
  canWrite(): boolean
  onFailed(error: unknown): void
}

/** Notes that the service lives, and notices when it was away: stopped, asleep, restarted, or unable to write (SC-5). */
export class LivenessMonitor {
  readonly #deps: LivenessDependencies
  /** When this process was last known to live, and storage to take what it says; at first nothing is known. */
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

  /** It was away: whether that is an outage is being asked, and nothing is decided before. */
  get absenceCheck(): Promise<void> | null {
    return this.#absenceCheck
  }

  /** The note that it lives has been on its way for too long. */
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

  /** The instant at which the service takes something (SC-1). */
  stamp(): Instant {
    const at = this.#deps.clock.now()
    // Where nothing can be written nothing can be taken: that is an absence as well.
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

  /** Writes that it lives, and hears of outages. What cannot be written is an absence; nobody waits for a disk that hangs. */
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
