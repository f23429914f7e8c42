import { limits } from '../config/limits.ts'
import { CommitLane, type CommitLaneDependencies, OUTCOME_UNKNOWN } from './commit-lane.ts'
import type { Submission, Verdict } from './submission.ts'

type CommitLanesDependencies = CommitLaneDependencies & {
  /** Storage is open again; these may have changed without being published. */
  onRecovered(auctionIds: readonly string[]): void
}

/**
 * As many lanes as storage can commit beside each other; an auction is always in the same. Storage that failed in one is
 * recovered for all: until then nothing is taken.
 */
export class CommitLanes {
  readonly #deps: CommitLanesDependencies
  readonly #lanes: readonly CommitLane[]
  #hasFailed = false
  #isStopped = false
  /** The auctions of commits that failed since storage did. */
  readonly #uncertain = new Set<string>()
  #cancelWait = () => {}

  constructor(deps: CommitLanesDependencies) {
    this.#deps = deps
    const onFailed = (error: unknown, auctionIds: readonly string[]) => this.fail(error, auctionIds)
    this.#lanes = Array.from({ length: deps.store.lanes }, () => new CommitLane({ ...deps, onFailed }))
  }

  /** Whether orders are taken. */
  get isHealthy(): boolean {
    return !this.#hasFailed && !this.#isStopped && this.#lanes.every(({ isStalled }) => !isStalled)
  }

  submit(submission: Submission): Promise<Verdict> {
    return this.isHealthy ? this.#laneOf(submission.auctionId).submit(submission) : Promise.resolve(OUTCOME_UNKNOWN)
  }

  /** Takes nothing more, and returns when all that was taken is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelWait()
    await Promise.all(this.#lanes.map((lane) => lane.idle()))
  }

  /** Of ids as they are made (UUID version 7), the last digits are drawn by lot. */
  #laneOf(auctionId: string): CommitLane {
    return this.#lanes[Number.parseInt(auctionId.slice(-6), 16) % this.#lanes.length] ?? this.#lanes[0]!
  }

  /** A write failed, in a lane or beside them: nothing is decided on top of what is unknown. */
  fail(error: unknown, auctionIds: readonly string[] = []): void {
    this.#deps.onFailed(error, auctionIds)
    for (const lane of this.#lanes) lane.abandon()
    for (const auctionId of auctionIds) this.#uncertain.add(auctionId)
    if (this.#hasFailed) return
    this.#hasFailed = true
    void this.#recover()
  }

  async #recover(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#deps.store.recover()
        this.#hasFailed = false
        const unsure = [...this.#uncertain]
        this.#uncertain.clear()
        return this.#deps.onRecovered(unsure)
      } catch (error) {
        this.#deps.onFailed(error, [])
        await new Promise<void>((resolve) => {
          const cancel = this.#deps.clock.wake(limits.recoverMs, resolve)
          this.#cancelWait = () => {
            cancel()
            resolve()
          }
        })
      }
    }
  }
}
