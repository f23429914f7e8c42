import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import { paddleOf } from '../domain/view.ts'
import { encode } from './frame.ts'
import { RoomFrames } from './room-frames.ts'

/** Paddles that came and left, by which one version of a room follows on another. */
type Change = { readonly joined: ReadonlySet<number>; readonly left: ReadonlySet<number> }

/** Before any version. */
export const NEVER = -1

/**
 * Who is in a room, as its readers were told: versions, and what each changed. A reader that missed some is told what they
 * come to (ROOM-5).
 */
export class PresenceLog {
  version = 0
  watching = 0
  /** Null where paddles are not told. */
  #paddles: ReadonlySet<number> | null = null
  /** What made version `version - i`, the newest first. */
  #changes: Change[] = []
  #sentAt: Instant = 0
  #frames = new Map<number, RoomFrames>()

  /** Notes who is there now. Returns whether readers are to be told. */
  update(watching: number, paddles: ReadonlySet<number> | null, now: Instant): boolean {
    const everyMs = watching > limits.crowdedRoom ? limits.presenceEveryCrowdedMs : limits.presenceEveryMs
    const isSame = watching === this.watching && sameSets(paddles, this.#paddles)
    if (isSame || now < this.#sentAt + everyMs) return false
    const before = this.#paddles
    // Readers forget whom they knew where paddles are told no longer, and get all where they are told again.
    if (paddles === null || before === null) this.#changes = []
    else {
      const joined = new Set([...paddles].filter((paddle) => !before.has(paddle)))
      const left = new Set([...before].filter((paddle) => !paddles.has(paddle)))
      this.#changes = [{ joined, left }, ...this.#changes.slice(0, limits.presenceKept - 1)]
    }
    this.watching = watching
    this.#paddles = paddles
    this.#sentAt = now
    this.version += 1
    this.#frames.clear()
    return true
  }

  /** What brings a reader from a version to the present one. */
  frameAfter(version: number): RoomFrames {
    let frame = this.#frames.get(version)
    if (frame === undefined) this.#frames.set(version, (frame = new RoomFrames([encode(this.#message(version))])))
    return frame
  }

  /** Whether a snapshot, which has the number of watchers, tells a new reader all. */
  get isToldBySnapshot(): boolean {
    return this.#paddles === null
  }

  #message(version: number) {
    const { watching } = this
    const told = { type: 'presence', watching } as const
    if (this.#paddles === null) return told
    const missed = this.version - version
    if (version === NEVER || missed > this.#changes.length) return { ...told, joined: named(this.#paddles), left: [] }
    const joined = new Set<number>()
    const left = new Set<number>()
    for (const change of this.#changes.slice(0, missed).toReversed()) {
      for (const paddle of change.joined) if (!left.delete(paddle)) joined.add(paddle)
      for (const paddle of change.left) if (!joined.delete(paddle)) left.add(paddle)
    }
    return { ...told, joined: named(joined), left: named(left) }
  }
}

function named(paddles: ReadonlySet<number>): string[] {
  return [...paddles].toSorted((a, b) => a - b).map(paddleOf)
}

function sameSets(one: ReadonlySet<number> | null, other: ReadonlySet<number> | null): boolean {
  if (one === null || other === null) return one === other
  return one.size === other.size && [...one].every((item) => other.has(item))
}
