import { limits } from '../config/limits.ts'
import { CommitLane, type CommitLaneDependencies, OUTCOME_UNKNOWN } from './commit-lane.ts'
import type { Submission, Verdict } from './submission.ts'

type CommitLanesDependencies = CommitLaneDependencies & {
  /** Storage was recovered. These auctions may have changed without being published. */
  onRecovered(auctionIds: readonly string[]): void
}

/**
 * All commit lanes: as many as storage can commit at the same time, each auction always in the same. If storage fails in
 * one lane, nothing is accepted in any until it is recovered.
 */
export class CommitLanes {
  readonly #deps: CommitLanesDependencies
  readonly #lanes: readonly CommitLane[]
  #hasFailed = false
  #isStopped = false
  /** The auctions of commits whose outcome is unknown since storage failed. */
  readonly #uncertain = new Set<string>()
  #cancelWait = () => {}

  constructor(deps: CommitLanesDependencies) {
    this.#deps = deps
    const onFailed = (error: unknown, auctionIds: readonly string[]) => this.fail(error, auctionIds)
    this.#lanes = Array.from({ length: deps.store.lanes }, () => new CommitLane({ ...deps, onFailed }))
  }

  /** Whether submissions are accepted. */
  get isHealthy(): boolean {
    return !this.#hasFailed && !this.#isStopped && this.#lanes.every(({ isStalled }) => !isStalled)
  }

  submit(submission: Submission): Promise<Verdict> {
    return this.isHealthy ? this.#laneOf(submission.auctionId).submit(submission) : Promise.resolve(OUTCOME_UNKNOWN)
  }

  /** Accepts nothing more, and returns when everything that was submitted is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelWait()
    await Promise.all(this.#lanes.map((lane) => lane.idle()))
  }

  /** Picks the lane by the last six digits of the id, which are random in a UUIDv7. */
  #laneOf(auctionId: string): CommitLane {
    return this.#lanes[Number.parseInt(auctionId.slice(-6), 16) % this.#lanes.length] ?? this.#lanes[0]!
  }

  /** A write failed, in a lane or beside them. Nothing is decided on top of an unknown outcome. */
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
