import type { Instant } from '../../../src/domain/instant.ts'
import type { Entry, PrivateEntry } from '../../../src/ledger/chain.ts'
import type { Appended, Change, Held, KeyedBid, Statement } from '../../../src/engine/ports.ts'

/** What is durable of one auction. */
export type Stored = {
  held: Held
  readonly entries: Entry[]
  readonly privateEntries: PrivateEntry[]
  /** When each entry became durable. */
  readonly writtenAt: number[]
  readonly bids: KeyedBid[]
}

/** What survives every crash, and is shared by all who write to it: all or nothing, in one instant. */
export class Disk {
  readonly epoch = 'simulated'
  readonly auctions = new Map<string, Stored>()
  readonly statements: Statement[] = []
  aliveAt: Instant | null = null

  /** Writes all changes, or none and says which auctions another had changed. */
  write(changes: readonly Change[], at: number): Appended {
    const conflicts = changes.filter(({ before, after }) => this.#version(after.auction.id) !== (before?.version ?? 0))
    if (conflicts.length > 0) return { conflicts: conflicts.map(({ after }) => after.auction.id) }
    const statements = changes.flatMap(({ statement }) => (statement === null ? [] : [statement]))
    const taken = statements.find(({ index }, i) => index !== this.statements.length + i)
    if (taken !== undefined) return { conflicts: [taken.auctionId!] }
    this.statements.push(...statements)
    for (const change of changes) this.#keep(change, at)
    return { conflicts: [] }
  }

  #version(auctionId: string): number {
    return this.auctions.get(auctionId)?.held.version ?? 0
  }

  #keep({ after, entries, privateEntries, bids }: Change, at: number): void {
    const { id } = after.auction
    const stored = this.auctions.get(id) ?? {
      held: after,
      entries: [],
      privateEntries: [],
      writtenAt: [],
      bids: [],
    }
    this.auctions.set(id, stored)
    stored.held = after
    stored.entries.push(...entries)
    stored.privateEntries.push(...privateEntries)
    stored.writtenAt.push(...entries.map(() => at))
    stored.bids.push(...bids)
  }
}
