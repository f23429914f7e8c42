import type { Instant } from '../../domain/instant.ts'
import { OUTAGE_MS_MIN } from '../../domain/soft-close.ts'
import type { Appended, Labels, LogEntry, Outage, StoreWrites } from '../../engine/ports.ts'
import { appendRows } from './append.ts'
import type { Sqlite } from './database.ts'
import { setLabels } from './labels.ts'
import { addToLog, saveConsumerPosition } from './operator-log.ts'
import { removeRoom } from './room.ts'
import { auctionNumber, rowKeysAfter } from './row-keys.ts'
import type { Rows } from '../rows.ts'

/** Writes of the store. Every argument is structured-cloneable, so a call can run in the writing thread. */
export interface RowWrites extends Pick<StoreWrites, 'beat' | 'consume' | 'setLabels' | 'remove' | 'recover'> {
  /** Writes the changes of an `append`, as rows. */
  write(changes: readonly Rows[]): Promise<Appended>
  /** Appends entries. Returns false, and writes nothing, if another process appended first. */
  addToLog(entries: readonly LogEntry[]): Promise<boolean>
}

/** Outages kept for deciding. Every auction due in an older one has been decided since. */
const OUTAGES_MAX = 16

export class StoreWriter implements RowWrites {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async write(changes: readonly Rows[]): Promise<Appended> {
    return appendRows(this.#sqlite, changes)
  }

  async addToLog(entries: readonly LogEntry[]): Promise<boolean> {
    return addToLog(this.#sqlite, entries)
  }

  async consume(consumer: string, position: number): Promise<void> {
    saveConsumerPosition(this.#sqlite, consumer, position)
  }

  async setLabels(auctionId: string, sellerId: string, changes: Partial<Labels>): Promise<boolean> {
    return this.#sqlite.transaction(() => setLabels(this.#sqlite, { auctionId, sellerId, changes }))
  }

  async remove(auctionId: string, version: number): Promise<boolean> {
    return this.#sqlite.transaction(() => this.#remove(auctionId, version))
  }

  /** Removes an auction that never had a bid, so nothing of another person refers to it. */
  #remove(auctionId: string, version: number): boolean {
    const number = auctionNumber(this.#sqlite, auctionId)
    const removed = this.#sqlite.run('DELETE FROM auctions WHERE id = ? AND version = ?', auctionId, version)
    if (removed === 0) return false
    for (const table of ['authors', 'audit_log', 'entries'])
      this.#sqlite.run(`DELETE FROM ${table} WHERE row_key BETWEEN ? AND ?`, ...rowKeysAfter(number!))
    for (const table of ['labels', 'watched', 'notices', 'told_marks'])
      this.#sqlite.run(`DELETE FROM ${table} WHERE auction_id = ?`, auctionId)
    removeRoom(this.#sqlite, auctionId)
    this.#sqlite.run('DELETE FROM creations WHERE made = ?', auctionId)
    return true
  }

  async beat({ at, since }: Parameters<StoreWrites['beat']>[0]): Promise<readonly Outage[]> {
    return this.#sqlite.transaction(() => {
      const aliveAt = this.#aliveAt()
      const lived = Math.max(aliveAt ?? at, since)
      if (at - lived >= OUTAGE_MS_MIN) this.#sqlite.run('INSERT INTO outages (since, until) VALUES (?, ?)', lived, at)
      this.#setAliveAt(Math.max(aliveAt ?? at, at))
      return this.#sqlite.all<Outage>('SELECT since, until FROM outages ORDER BY number DESC LIMIT ?', OUTAGES_MAX)
    })
  }

  #aliveAt(): Instant | null {
    const row = this.#sqlite.get<{ value: string }>("SELECT value FROM service WHERE name = 'alive_at'")
    return row === undefined ? null : Number(row.value)
  }

  #setAliveAt(at: Instant): void {
    this.#sqlite.run("INSERT OR REPLACE INTO service (name, value) VALUES ('alive_at', ?)", String(at))
  }

  async recover(): Promise<void> {
    await this.#sqlite.recover()
    // Checks that storage accepts writes.
    this.#sqlite.run("UPDATE service SET value = value WHERE name = 'epoch'")
  }
}
