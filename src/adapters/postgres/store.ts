import type { Instant } from '../../domain/instant.ts'
import { OUTAGE_MS_MIN } from '../../domain/soft-close.ts'
import type { AnswerView } from '../../domain/wire.ts'
import type {
  Appended,
  CatalogueQuery,
  Change,
  CountedPage,
  KeyLookup,
  Labels,
  Listed,
  LogTip,
  Outage,
  OwnBid,
  Page,
  Paging,
  PriorBid,
  Statement,
  Store,
  StoredAuction,
} from '../../engine/ports.ts'
import { ENTRIES_BYTES_MAX } from '../../engine/ports.ts'
import { type Entry, type PrivateEntry, readEntry, seqOfRecord } from '../../ledger/chain.ts'
import type { NodeKey } from '../../ledger/merkle.ts'
import type { BidSecret } from '../../ledger/openings.ts'
import type { ParsedSummaries } from '../listed.ts'
import { type BidRow, type OwnBidRow, bidColumns, bidOf, ownBidPage } from '../rows.ts'
import { appendChanges } from './append.ts'
import { catalogueOf } from './catalogue.ts'
import { type Postgres, hidden } from './connections.ts'
import { epochOf } from './epoch.ts'
import { labelled, labelsOf, setLabels } from './labels.ts'
import { removeRoom } from './room.ts'
import { locks } from './locks.ts'
import { addToLog, consume, hashesIn, lockLog, logTip, statementsIn, uncertifiedIn } from './log.ts'
import { type Ask, readAuctions } from './read.ts'

/** Outages kept for deciding. Every auction due in an older one has been decided since. */
const OUTAGES_MAX = 16
/** Rows of one read: entries are read until `limit` or `bytesMax` is reached. */
const ENTRIES_AT_ONCE = 200

type PostgresStoreDependencies = {
  /** Whether other nodes write to it. */
  readonly isShared: boolean
  readonly recovered: () => Promise<void>
}

export class PostgresStore implements Store {
  readonly lanes = 1
  readonly isShared: boolean
  readonly epoch: string
  readonly #postgres: Postgres
  readonly #recovered: () => Promise<void>
  readonly #parsed: ParsedSummaries = new Map()

  /** Requires a migrated database. `recovered` is called by `recover` once the database can be written again. */
  static async open(postgres: Postgres, deps: PostgresStoreDependencies): Promise<PostgresStore> {
    return new PostgresStore(postgres, await epochOf(postgres), deps)
  }

  private constructor(postgres: Postgres, epoch: string, { isShared, recovered }: PostgresStoreDependencies) {
    this.#postgres = postgres
    this.epoch = epoch
    this.isShared = isShared
    this.#recovered = recovered
  }

  async read(asks: readonly Ask[]): Promise<readonly (StoredAuction | null)[]> {
    return asks.length === 0 ? [] : readAuctions(this.#postgres, asks)
  }

  async priors(asks: readonly KeyLookup[]): Promise<readonly (PriorBid | null)[]> {
    if (asks.length === 0) return []
    const rows = await this.#postgres.all<BidRow & { place: number; text: string }>(
      `SELECT k.place, a.text, ${bidColumns('d')}
       FROM unnest(${hidden(1, 'text')}, ${hidden(2, 'text')}, ${hidden(3, 'text')})
         WITH ORDINALITY AS k (auction_id, user_id, key, place)
       JOIN answers a USING (auction_id, user_id, key)
       JOIN audit_log d ON d.auction_id = a.auction_id AND d.number = a.number`,
      asks.map(({ auctionId }) => auctionId),
      asks.map(({ userId }) => userId),
      asks.map(({ key }) => key),
    )
    const found = new Map(rows.map((row) => [row.place, row]))
    return asks.map((_, i) => {
      const row = found.get(i + 1)
      return row === undefined ? null : { bid: bidOf(row), answer: JSON.parse(row.text) as AnswerView }
    })
  }

  async bidSecrets(auctionId: string): Promise<ReadonlyMap<string, BidSecret>> {
    const rows = await this.#postgres.all<{ id: string; salt: string; line: string }>(
      'SELECT d.id, d.line, a.salt FROM audit_log d JOIN answers a USING (auction_id, number) WHERE auction_id = $1',
      auctionId,
    )
    return new Map(rows.map(({ id, line, salt }) => [id, { salt, asOfSeq: seqOfRecord(line) }]))
  }

  async append(changes: readonly Change[]): Promise<Appended> {
    return appendChanges(this.#postgres, changes)
  }

  async entries(
    auctionId: string,
    after: number,
    limit: number,
    bytesMax = ENTRIES_BYTES_MAX,
  ): Promise<readonly Entry[]> {
    const entries: Entry[] = []
    let bytes = 0
    for (;;) {
      const wanted = Math.min(limit - entries.length, ENTRIES_AT_ONCE)
      const rows = await this.#postgres.all<{ line: string; hash: string; private_salt: string }>(
        'SELECT line, hash, private_salt FROM entries WHERE auction_id = $1 AND number > $2 ORDER BY number LIMIT $3',
        auctionId,
        after + entries.length,
        wanted,
      )
      for (const { line, hash, private_salt: salt } of rows) {
        bytes += Buffer.byteLength(line)
        if (bytes > bytesMax && entries.length > 0) return entries
        entries.push(readEntry(line, hash, salt))
      }
      if (rows.length < wanted || entries.length === limit) return entries
    }
  }

  async privateEntries(auctionId: string): Promise<readonly PrivateEntry[]> {
    return this.#postgres.all<PrivateEntry>(
      'SELECT number, line, hash FROM audit_log WHERE auction_id = $1 ORDER BY number',
      auctionId,
    )
  }

  async statementOf(auctionId: string): Promise<Statement | null> {
    return (await statementsIn(this.#postgres, 'WHERE auction_id = $1', auctionId))[0] ?? null
  }

  async keyStatements(): Promise<readonly Statement[]> {
    return statementsIn(this.#postgres, 'WHERE auction_id IS NULL ORDER BY number')
  }

  async logSize(): Promise<number> {
    const row = await this.#postgres.get<{ size: number }>(
      'SELECT coalesce(max(number) + 1, 0)::bigint AS size FROM statements',
    )
    return row!.size
  }

  async logHashes(keys: readonly NodeKey[]): Promise<readonly string[]> {
    return hashesIn(this.#postgres, keys)
  }

  async inLog(sign: (tip: LogTip) => Parameters<typeof addToLog>[1]): Promise<void> {
    await this.certify(0, 0, sign)
  }

  async certify(after: number, limit: number, sign: Parameters<Store['certify']>[2]): Promise<number> {
    return this.#postgres.transaction(async (queries) => {
      await lockLog(queries)
      const { position, auctions } = await uncertifiedIn(queries, after, limit)
      const entries = sign(await logTip(queries), auctions)
      if (entries.length > 0) await addToLog(queries, entries)
      return position
    })
  }

  /** A position ahead of this server is of another one, from which a dump was restored: the consumer begins anew. */
  async consumed(consumer: string): Promise<number> {
    const row = await this.#postgres.get<{ position: number }>(
      `SELECT position FROM consumers
       WHERE name = $1 AND position < pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
      consumer,
    )
    return row?.position ?? 0
  }

  async consume(consumer: string, position: number): Promise<void> {
    await this.#postgres.transaction((queries) => consume(queries, consumer, position))
  }

  async catalogue(query: CatalogueQuery): Promise<CountedPage<Listed>> {
    return catalogueOf(this.#postgres, query, this.#parsed)
  }

  async existing(auctionIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#postgres.all<{ id: string }>('SELECT id FROM auctions WHERE id = ANY ($1)', auctionIds)
    return new Set(rows.map(({ id }) => id))
  }

  async labels(auctionIds: readonly string[]): Promise<ReadonlyMap<string, Labels>> {
    return labelsOf(this.#postgres, auctionIds)
  }

  async labelled(sellerId: string, externalId: string): Promise<string | null> {
    return labelled(this.#postgres, sellerId, externalId)
  }

  async setLabels(auctionId: string, sellerId: string, changes: Partial<Labels>): Promise<boolean> {
    return this.#postgres.transaction((queries) => setLabels(queries, { auctionId, sellerId, changes }))
  }

  async remove(auctionId: string, version: number): Promise<boolean> {
    return this.#postgres.transaction(async (queries) => {
      const removed = await queries.run('DELETE FROM auctions WHERE id = $1 AND version = $2', auctionId, version)
      if (removed === 0) return false
      for (const table of ['authors', 'audit_log', 'entries', 'labels', 'watched', 'notices', 'told_marks'])
        await queries.run(`DELETE FROM ${table} WHERE auction_id = $1`, auctionId)
      await removeRoom(queries, auctionId)
      await queries.run('DELETE FROM creations WHERE made = $1', auctionId)
      return true
    })
  }

  /** A user's bids, the newest first. The cursor is the bid's own id, as row numbers would reveal other people's silent raises. */
  async bidsOf(userId: string, { limit, cursor }: Paging): Promise<Page<OwnBid>> {
    const rows = await this.#postgres.all<OwnBidRow>(
      `SELECT ${bidColumns('d')}, d.auction_id, a.salt FROM audit_log d JOIN answers a USING (auction_id, number)
       WHERE d.user_id = $1 AND d.id IS NOT NULL AND ($2::text IS NULL OR d.id < $2) ORDER BY d.id DESC LIMIT $3`,
      userId,
      cursor,
      limit + 1,
    )
    return ownBidPage(rows, limit)
  }

  async due(until: Instant): Promise<readonly { readonly auctionId: string; readonly dueAt: Instant }[]> {
    return this.#postgres.all('SELECT id AS "auctionId", due_at AS "dueAt" FROM auctions WHERE due_at <= $1', until)
  }

  async beat({ at, since }: Parameters<Store['beat']>[0]): Promise<readonly Outage[]> {
    return this.#postgres.transaction(async (queries) => {
      await queries.run('SELECT pg_advisory_xact_lock($1)', locks.liveness)
      const row = await queries.get<{ value: string }>("SELECT value FROM service WHERE name = 'alive_at'")
      const aliveAt = row === undefined ? at : Number(row.value)
      const lived = Math.max(aliveAt, since)
      if (at - lived >= OUTAGE_MS_MIN)
        await queries.run('INSERT INTO outages (since, until) VALUES ($1, $2)', lived, at)
      await queries.run(
        `INSERT INTO service (name, value) VALUES ('alive_at', $1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        String(Math.max(aliveAt, at)),
      )
      return queries.all<Outage>('SELECT since, until FROM outages ORDER BY number DESC LIMIT $1', OUTAGES_MAX)
    })
  }

  /** Failed connections have been replaced already: this shows that the database can be written. */
  async recover(): Promise<void> {
    await this.#postgres.run("UPDATE service SET value = value WHERE name = 'epoch'")
    await this.#recovered()
  }

  async close(): Promise<void> {
    await this.#postgres.close()
  }
}
