import type { Change } from '../../../src/engine/ports.ts'
import type { Disk } from './disk.ts'

/** What a simulation may break on purpose around the engine and the hub, to see that it is found. */
export type Breaks = {
  /** Commits are confirmed and never written. */
  readonly losesCommits?: boolean
  readonly forgetsKeys?: boolean
  /** Events are published before their commit. */
  readonly pushesEarly?: boolean
  /** The journal leaves out the first entry that it is asked for. */
  readonly skipsEntries?: boolean
  /** Frames get lost on a connection that goes on. */
  readonly losesFrames?: boolean
  /** What is written in place of what was asked. */
  readonly alters?: (changes: readonly Change[], disk: Disk) => readonly Change[]
}

export const breaks: Readonly<Record<string, Breaks>> = {
  'commits are confirmed and lost': { losesCommits: true },
  'keys are forgotten': { forgetsKeys: true },
  'events are pushed before their commit': { pushesEarly: true },
  'the journal skips an entry': { skipsEntries: true },
  'frames get lost on the way': { losesFrames: true },
  'conflicts are not noticed': {
    alters: (changes, { auctions }) =>
      changes.map((change) => ({
        ...change,
        before: auctions.get(change.after.auction.id)?.stored ?? null,
      })),
  },
  'bids are written without their entries': { alters: (changes) => changes.map((one) => ({ ...one, entries: [] })) },
}
