import type { Instant } from '../../../src/domain/instant.ts'
import type { Entry } from '../../../src/engine/ledger.ts'
import type { Appended, Change, Held, KeyedBid } from '../../../src/engine/ports.ts'

/** What is durable of one auction. */
export type Stored = {
  held: Held
  dueAt: Instant | null
  readonly entries: Entry[]
  /** When each entry became durable. */
  readonly writtenAt: number[]
  readonly bids: KeyedBid[]
}

/** What survives every crash, and is shared by all who write to it: all or nothing, in one instant. */
export class Disk {
  readonly epoch = 'simulated'
  readonly auctions = new Map<string, Stored>()
  aliveAt: Instant | null = null

  /** Writes all changes, or none and says which auctions another had changed. */
  write(changes: readonly Change[], at: number): Appended {
    const conflicts = changes.filter(
      ({ expectedVersion, after }) => this.#version(after.auction.id) !== expectedVersion,
    )
    if (conflicts.length > 0) return { conflicts: conflicts.map(({ after }) => after.auction.id) }
    for (const change of changes) this.#keep(change, at)
    return { conflicts: [] }
  }

  #version(auctionId: string): number {
    return this.auctions.get(auctionId)?.held.version ?? 0
  }

  #keep({ after, dueAt, entries, bids }: Change, at: number): void {
    const { id } = after.auction
    const stored = this.auctions.get(id) ?? { held: after, dueAt, entries: [], writtenAt: [], bids: [] }
    this.auctions.set(id, stored)
    stored.held = after
    stored.dueAt = dueAt
    stored.entries.push(...entries)
    stored.writtenAt.push(...entries.map(() => at))
    stored.bids.push(...bids)
  }
}
