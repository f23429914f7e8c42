import type { Instant } from '../../domain/instant.ts'
import type { AnswerView } from '../../domain/wire.ts'
import { type Entry, type PrivateEntry, readEntry, seqOfRecord } from '../../ledger/chain.ts'
import type { NodeKey } from '../../ledger/merkle.ts'
import type { BidSecret } from '../../ledger/openings.ts'
import type {
  Appended,
  CatalogueQuery,
  CountedPage,
  Change,
  StoredAuction,
  KeyLookup,
  Labels,
  Listed,
  Outage,
  OwnBid,
  Page,
  Paging,
  PriorBid,
  LogEntry,
  LogTip,
  Statement,
  Store,
} from '../../engine/ports.ts'
import { ENTRIES_BYTES_MAX } from '../../engine/ports.ts'
import { catalogueOf } from './catalogue.ts'
import type { Sqlite } from './database.ts'
import { auctionLabelled, labelsOf } from './labels.ts'
import { consumerPosition, logTip, nodeHash, statementsIn, uncertifiedIn } from './operator-log.ts'
import { ownBids } from './own-bids.ts'
import { auctionNumber, numberAt, rowKeyOf, rowKeysAfter } from './row-keys.ts'
import type { ParsedSummaries } from '../listed.ts'
import { type BidRow, auctionOf, bidColumns, bidOf, rowsOf } from '../rows.ts'
import { type RowWrites, StoreWriter } from './store-writer.ts'
import { UsedKeys } from './used-keys.ts'

const BID_COLUMNS = bidColumns('d')

type AuctionRow = {
  number: number
  version: number
  head: string
  private_head: string
  reserve_salt: string
  refusals: number
  title: string
  description: string
  state: string
}

/** The part of a chain to read. */
type Reach = { readonly after: number; readonly limit: number }

export class SqliteStore implements Store {
  /** A SQLite file has one writer. */
  readonly lanes = 1
  /** No other node writes here. A CLI command may, which shows as a conflict on append. */
  readonly isShared = false
  readonly epoch: string
  readonly #sqlite: Sqlite
  readonly #keys: UsedKeys
  readonly #parsed: ParsedSummaries = new Map()
  readonly #writes: RowWrites

  /** All migrations must be applied. `writes` may run in another thread. */
  constructor(sqlite: Sqlite, writes: RowWrites = new StoreWriter(sqlite)) {
    this.#sqlite = sqlite
    this.#writes = writes
    this.#keys = new UsedKeys(sqlite)
    this.epoch = sqlite.get<{ value: string }>("SELECT value FROM service WHERE name = 'epoch'")!.value
  }

  async read(asks: Parameters<Store['read']>[0]): Promise<readonly (StoredAuction | null)[]> {
    return this.#sqlite.reading(() => asks.map(({ auctionId, known }) => this.#newest(auctionId, known)))
  }

  #newest(auctionId: string, known: StoredAuction | null): StoredAuction | null {
    const row = this.#auctionRow(auctionId)
    if (row === undefined) return null
    if (row.version === known?.version && row.private_head === known.privateHead) return known
    // Another process changed the auction, and may have used idempotency keys.
    this.#keys.forget(auctionId)
    return this.#storedOf(row, known === null || !this.#isAddition(row, known) ? null : known)
  }

  /** Whether the stored state extends the known one, and no known bid became void since. */
  #isAddition({ number, version }: AuctionRow, known: StoredAuction): boolean {
    if (version <= known.version) return false
    const rowKey = rowKeyOf(number, known.version)
    const last = this.#sqlite.get<{ hash: string }>('SELECT hash FROM audit_log WHERE row_key = ?', rowKey)
    if (last?.hash !== known.privateHead) return false
    const [first, end] = rowKeysAfter(number, known.auction.seq)
    const voids = this.#sqlite.get(
      "SELECT 1 FROM entries WHERE row_key BETWEEN ? AND ? AND json_extract(line, '$.type') = 'bid.voided'",
      first,
      end,
    )
    return voids === undefined
  }

  #auctionRow(auctionId: string): AuctionRow | undefined {
    return this.#sqlite.get<AuctionRow>(
      `SELECT number, version, head, private_head, reserve_salt, refusals, title, description, state
       FROM auctions WHERE id = ?`,
      auctionId,
    )
  }

  /** The stored auction, with the bids after those of `known` read from the database. */
  #storedOf(row: AuctionRow, known: StoredAuction | null): StoredAuction {
    const rows = this.#sqlite.all<BidRow>(
      `SELECT ${BID_COLUMNS} FROM audit_log d WHERE row_key BETWEEN ? AND ? AND id IS NOT NULL ORDER BY row_key`,
      ...rowKeysAfter(row.number, known?.version ?? 0),
    )
    const { version, head, private_head: privateHead, reserve_salt: reserveSalt, refusals, state } = row
    const auction = auctionOf(state, row, rows.map(bidOf), known?.auction)
    return { auction, head, privateHead, version, reserveSalt, refusals }
  }

  async priors(asks: readonly KeyLookup[]): Promise<readonly (PriorBid | null)[]> {
    return asks.map((ask) => this.#prior(ask))
  }

  async bidSecrets(auctionId: string): Promise<ReadonlyMap<string, BidSecret>> {
    return this.#sqlite.reading(() => this.#bidSecrets(auctionId))
  }

  #bidSecrets(auctionId: string): ReadonlyMap<string, BidSecret> {
    const number = auctionNumber(this.#sqlite, auctionId)
    if (number === undefined) return new Map()
    const rows = this.#sqlite.all<{ id: string; salt: string; line: string }>(
      'SELECT d.id, d.line, a.salt FROM audit_log d JOIN answers a ON a.number = d.answer WHERE d.row_key BETWEEN ? AND ?',
      ...rowKeysAfter(number),
    )
    return new Map(rows.map(({ id, line, salt }) => [id, { salt, asOfSeq: seqOfRecord(line) }]))
  }

  #prior({ auctionId, userId, key }: KeyLookup): PriorBid | null {
    const number = this.#keys.numberOf(auctionId, userId, key)
    if (number === undefined) return null
    const row = this.#sqlite.get<BidRow & { text: string | null }>(
      `SELECT ${BID_COLUMNS}, a.text FROM audit_log d LEFT JOIN answers a ON a.number = d.answer WHERE d.row_key = ?`,
      rowKeyOf(auctionNumber(this.#sqlite, auctionId)!, number),
    )!
    return row.text === null ? null : { bid: bidOf(row), answer: JSON.parse(row.text) as AnswerView }
  }

  /** Updates the cached keys by what was written; if the outcome is unknown, drops them. */
  async append(changes: readonly Change[]): Promise<Appended> {
    try {
      const appended = await this.#writes.write(changes.map(rowsOf))
      for (const change of changes)
        if (appended.conflicts.includes(change.after.auction.id)) this.#keys.forget(change.after.auction.id)
        else this.#keys.add(change)
      return appended
    } catch (error) {
      for (const { after } of changes) this.#keys.forget(after.auction.id)
      throw error
    }
  }

  async entries(
    auctionId: string,
    after: number,
    limit: number,
    bytesMax = ENTRIES_BYTES_MAX,
  ): Promise<readonly Entry[]> {
    return this.#entries(auctionId, { after, limit, bytesMax })
  }

  #entries(auctionId: string, { after, limit, bytesMax }: Reach & { readonly bytesMax: number }): readonly Entry[] {
    const entries: Entry[] = []
    let bytes = 0
    const rows = this.#chain<{ line: string; hash: string; private_salt: string }>(
      'SELECT line, hash, private_salt FROM entries',
      { auctionId, after, limit },
    )
    for (const { line, hash, private_salt: salt } of rows) {
      bytes += Buffer.byteLength(line)
      if (bytes > bytesMax && entries.length > 0) break
      entries.push(readEntry(line, hash, salt))
    }
    return entries
  }

  async privateEntries(auctionId: string): Promise<readonly PrivateEntry[]> {
    const rows = this.#chain<{ row_key: number; line: string; hash: string }>(
      'SELECT row_key, line, hash FROM audit_log',
      { auctionId, after: 0, limit: Number.MAX_SAFE_INTEGER },
    )
    return [...rows].map(({ row_key: key, ...entry }) => ({ number: numberAt(key), ...entry }))
  }

  *#chain<Row>(select: string, { auctionId, after, limit }: Reach & { readonly auctionId: string }): Generator<Row> {
    const auction = auctionNumber(this.#sqlite, auctionId)
    if (auction === undefined) return
    yield* this.#sqlite.each<Row>(
      `${select} WHERE row_key BETWEEN ? AND ? ORDER BY row_key LIMIT ?`,
      ...rowKeysAfter(auction, after),
      limit,
    )
  }

  async statements(from: number, limit: number): Promise<readonly Statement[]> {
    return statementsIn(this.#sqlite, 'WHERE number >= ? ORDER BY number LIMIT ?', from, limit)
  }

  async statementOf(auctionId: string): Promise<Statement | null> {
    return statementsIn(this.#sqlite, 'WHERE auction_id = ?', auctionId)[0] ?? null
  }

  async keyStatements(): Promise<readonly Statement[]> {
    return statementsIn(this.#sqlite, 'WHERE auction_id IS NULL ORDER BY number')
  }

  async logSize(): Promise<number> {
    return this.#sqlite.get<{ size: number }>('SELECT ifnull(max(number) + 1, 0) AS size FROM statements')!.size
  }

  async logHashes(keys: readonly NodeKey[]): Promise<readonly string[]> {
    return keys.map((key) => nodeHash(this.#sqlite, key))
  }

  async inLog(sign: (tip: LogTip) => readonly LogEntry[]): Promise<void> {
    await this.certify(0, 0, sign)
  }

  /** If another process moved the tip meanwhile, the statements are signed again. */
  async certify(after: number, limit: number, sign: Parameters<Store['certify']>[2]): Promise<number> {
    for (;;) {
      const { tip, position, auctions } = this.#sqlite.reading(() => ({
        tip: logTip(this.#sqlite),
        ...uncertifiedIn(this.#sqlite, after, limit),
      }))
      const entries = sign(tip, auctions)
      if (entries.length === 0 || (await this.#writes.addToLog(entries))) return position
    }
  }

  async consumed(consumer: string): Promise<number> {
    return consumerPosition(this.#sqlite, consumer)
  }

  async consume(consumer: string, position: number): Promise<void> {
    return this.#writes.consume(consumer, position)
  }

  async catalogue(query: CatalogueQuery): Promise<CountedPage<Listed>> {
    return catalogueOf(this.#sqlite, query, this.#parsed)
  }

  async existing(auctionIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = this.#sqlite.all<{ id: string }>(
      'SELECT id FROM auctions WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(auctionIds),
    )
    return new Set(rows.map(({ id }) => id))
  }

  async labels(auctionIds: readonly string[]): Promise<ReadonlyMap<string, Labels>> {
    return labelsOf(this.#sqlite, auctionIds)
  }

  async labelled(sellerId: string, externalId: string): Promise<string | null> {
    return auctionLabelled(this.#sqlite, sellerId, externalId)
  }

  async setLabels(auctionId: string, sellerId: string, changes: Partial<Labels>): Promise<boolean> {
    return this.#writes.setLabels(auctionId, sellerId, changes)
  }

  async remove(auctionId: string, version: number): Promise<boolean> {
    this.#keys.forget(auctionId)
    return this.#writes.remove(auctionId, version)
  }

  async bidsOf(userId: string, paging: Paging): Promise<Page<OwnBid>> {
    return ownBids(this.#sqlite, userId, paging)
  }

  async due(until: Instant): Promise<{ auctionId: string; dueAt: Instant }[]> {
    return this.#sqlite.all('SELECT id AS auctionId, due_at AS dueAt FROM auctions WHERE due_at <= ?', until)
  }

  async beat(pulse: Parameters<Store['beat']>[0]): Promise<readonly Outage[]> {
    return this.#writes.beat(pulse)
  }

  async recover(): Promise<void> {
    await this.#writes.recover()
  }

  async close(): Promise<void> {
    this.#sqlite.close()
  }
}
