import type { Instant } from '../../../src/domain/instant.ts'
import type { Entry, PrivateEntry } from '../../../src/ledger/chain.ts'
import { isHidden } from '../../../src/domain/access.ts'
import { isOver, summaryOf } from '../../../src/domain/auction.ts'
import { GENESIS } from '../../../src/ledger/chain.ts'
import { leafHash } from '../../../src/ledger/merkle.ts'
import type {
  Appended,
  Change,
  StoredAuction,
  KeyedBid,
  LogEntry,
  LogTip,
  Outage,
  Uncertified,
} from '../../../src/engine/ports.ts'

/** What is durable of one auction. */
export type Stored = {
  stored: StoredAuction
  readonly entries: Entry[]
  readonly privateEntries: PrivateEntry[]
  /** When each entry became durable. */
  readonly writtenAt: number[]
  readonly bids: KeyedBid[]
}

/** What survives every crash, and is shared by all who write to it: each auction by itself, in one instant. */
export class Disk {
  readonly epoch = 'simulated'
  readonly auctions = new Map<string, Stored>()
  readonly statements: LogEntry[] = []
  /** The auction of each commit. */
  readonly outbox: string[] = []
  readonly consumed = new Map<string, number>()
  aliveAt: Instant | null = null
  /** The newest first. */
  readonly outages: Outage[] = []

  /** Writes all changes but those of auctions that another had changed, and says which these are. */
  write(changes: readonly Change[], at: number): Appended {
    const isCurrent = ({ before, after }: Change) => this.#version(after.auction.id) === (before?.version ?? 0)
    const conflicts = changes.filter((change) => !isCurrent(change))
    for (const change of changes) if (!conflicts.includes(change)) this.#keep(change, at)
    return { conflicts: conflicts.map(({ after }) => after.auction.id) }
  }

  get tip(): LogTip {
    const last = this.statements.at(-1)
    const frontier = this.statements.flatMap(({ nodes }) => nodes)
    return { size: this.statements.length, previous: last === undefined ? GENESIS : leafHash(last.jws), frontier }
  }

  /** Those that are over, of some commits of the outbox. */
  uncertified(from: number, limit: number): Uncertified[] {
    const ids = new Set(this.outbox.slice(from, from + limit))
    const isCertified = (id: string) => this.statements.some(({ auctionId }) => auctionId === id)
    return [...ids].flatMap((id) => {
      const { auction, head } = this.auctions.get(id)!.stored
      return isOver(auction) && !isHidden(auction) && !isCertified(id) ? [{ auction: summaryOf(auction), head }] : []
    })
  }

  /** All or nothing: false where another was first. */
  log(entries: readonly LogEntry[]): boolean {
    if (entries[0]?.index !== this.statements.length) return false
    this.statements.push(...entries)
    return true
  }

  #version(auctionId: string): number {
    return this.auctions.get(auctionId)?.stored.version ?? 0
  }

  #keep({ after, entries, privateEntries, bids }: Change, at: number): void {
    const { id } = after.auction
    const lot = this.auctions.get(id) ?? {
      stored: after,
      entries: [],
      privateEntries: [],
      writtenAt: [],
      bids: [],
    }
    this.auctions.set(id, lot)
    lot.stored = after
    lot.entries.push(...entries)
    lot.privateEntries.push(...privateEntries)
    lot.writtenAt.push(...entries.map(() => at))
    lot.bids.push(...bids)
    if (entries.length > 0) this.outbox.push(id)
  }
}
