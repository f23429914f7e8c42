import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import { OUTAGE_MS_MIN } from '../domain/soft-close.ts'
import { type Clock, type Outage, type Store, every } from './ports.ts'

type AttendanceDependencies = {
  readonly store: Store
  readonly clock: Clock
  readonly log: { info(fields: object, message: string): void }
  /** Whether storage takes anything. */
  canWrite(): boolean
  failed(error: unknown): void
}

/** Notes that the service lives, and notices when it was away: stopped, asleep, restarted, or unable to write (SC-5). */
export class Attendance {
  readonly #parts: AttendanceDependencies
  /** When this process was last known to live, and storage to take what it says; at first nothing is known. */
  #aliveAt: Instant = 0
  #outages: readonly Outage[] = []
  #returning: Promise<void> | null = null
  #beats = 0
  #stopBeating: (() => void) | null = null
  #isStalled = false

  constructor(parts: AttendanceDependencies) {
    this.#parts = parts
  }

  /** The latest outages, the newest first. */
  get outages(): readonly Outage[] {
    return this.#outages
  }

  /** It was away: whether that is an outage is being asked, and nothing is decided before. */
  get returning(): Promise<void> | null {
    return this.#returning
  }

  /** The note that it lives has been on its way for too long. */
  get isStalled(): boolean {
    return this.#isStalled
  }

  get isPresent(): boolean {
    return this.#stopBeating !== null
  }

  start(): void {
    this.#stopBeating = every(this.#parts.clock, limits.beatMs, () => this.#beat())
  }

  stop(): void {
    this.#stopBeating?.()
    this.#stopBeating = null
  }

  /** The instant at which the service takes something (SC-1). */
  stamp(): Instant {
    const at = this.#parts.clock.now()
    // Where nothing can be written nothing can be taken: that is an absence as well.
    if (!this.#parts.canWrite()) return at
    if (at - this.#aliveAt < OUTAGE_MS_MIN) this.#aliveAt = Math.max(at, this.#aliveAt)
    else this.#returning ??= this.note().finally(() => (this.#returning = null))
    return at
  }

  #beat(): void {
    this.stamp()
    this.#beats += 1
    const isDue = this.#beats % limits.beatsPerWrite === 0
    if (isDue && this.#parts.canWrite() && this.#returning === null) void this.note()
  }

  /** Writes that it lives, and hears of outages. What cannot be written is an absence; nobody waits for a disk that hangs. */
  note(): Promise<void> {
    const { clock } = this.#parts
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
      this.#outages = await this.#parts.store.beat({ at, since })
      this.#aliveAt = Math.max(at, this.#aliveAt)
      const [latest] = this.#outages
      if (latest?.until === at) this.#parts.log.info({ awayMs: at - latest.since }, 'the service was away')
    } catch (error) {
      this.#parts.failed(error)
    }
  }
}
