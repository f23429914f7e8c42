import { limits } from '../config/limits.ts'
import { Lane, type LaneDependencies, unknown } from './lane.ts'
import type { Order, Verdict } from './order.ts'

type LanesDependencies = LaneDependencies & {
  /** Storage is open again; these may have changed without being published. */
  recovered(auctionIds: readonly string[]): void
}

/**
 * As many lanes as storage can commit beside each other; an auction is always in the same. Storage that failed in one is
 * recovered for all: until then nothing is taken.
 */
export class Lanes {
  readonly #parts: LanesDependencies
  readonly #lanes: readonly Lane[]
  #hasFailed = false
  #isStopped = false
  /** The auctions of commits that failed since storage did. */
  readonly #unsure = new Set<string>()
  #cancelWait = () => {}

  constructor(parts: LanesDependencies) {
    this.#parts = parts
    const failed = (error: unknown, auctionIds: readonly string[]) => this.fail(error, auctionIds)
    this.#lanes = Array.from({ length: parts.store.lanes }, () => new Lane({ ...parts, failed }))
  }

  /** Whether orders are taken. */
  get isHealthy(): boolean {
    return !this.#hasFailed && !this.#isStopped && this.#lanes.every(({ isStalled }) => !isStalled)
  }

  submit(order: Order): Promise<Verdict> {
    return this.isHealthy ? this.#laneOf(order.auctionId).submit(order) : Promise.resolve(unknown)
  }

  /** Takes nothing more, and returns when all that was taken is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelWait()
    await Promise.all(this.#lanes.map((lane) => lane.idle()))
  }

  /** Of ids as they are made (UUID version 7), the last digits are drawn by lot. */
  #laneOf(auctionId: string): Lane {
    return this.#lanes[Number.parseInt(auctionId.slice(-6), 16) % this.#lanes.length] ?? this.#lanes[0]!
  }

  /** A write failed, in a lane or beside them: nothing is decided on top of what is unknown. */
  fail(error: unknown, auctionIds: readonly string[] = []): void {
    this.#parts.failed(error, auctionIds)
    for (const lane of this.#lanes) lane.abandon()
    for (const auctionId of auctionIds) this.#unsure.add(auctionId)
    if (this.#hasFailed) return
    this.#hasFailed = true
    void this.#recover()
  }

  async #recover(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#parts.store.recover()
        this.#hasFailed = false
        const unsure = [...this.#unsure]
        this.#unsure.clear()
        return this.#parts.recovered(unsure)
      } catch (error) {
        this.#parts.failed(error, [])
        await new Promise<void>((resolve) => {
          const cancel = this.#parts.clock.wake(limits.recoverMs, resolve)
          this.#cancelWait = () => {
            cancel()
            resolve()
          }
        })
      }
    }
  }
}
