import type { LogEntry, LogTip, Statement, Uncertified } from '../../engine/ports.ts'
import { GENESIS } from '../../ledger/chain.ts'
import { type MerkleNode, type NodeKey, leafHash, nodesOf } from '../../ledger/merkle.ts'
import { summaryIn } from '../rows.ts'
import type { Queries } from './connections.ts'
import { locks } from './locks.ts'

/** The operator's log, and the outbox that it is written from. */

type StatementRow = { number: number; auction_id: string | null; jws: string }

export async function statementsIn(queries: Queries, which: string, ...values: unknown[]): Promise<Statement[]> {
  const rows = await queries.all<StatementRow>(`SELECT number, auction_id, jws FROM statements ${which}`, ...values)
  return rows.map(({ number, auction_id: auctionId, jws }) => ({ index: number, auctionId, jws }))
}

/** Locks the log until the transaction ends: no other node appends to it, or reads its tip in order to. */
export async function lockLog(queries: Queries): Promise<void> {
  await queries.run('SELECT pg_advisory_xact_lock($1)', locks.log)
}

export async function logTip(queries: Queries): Promise<LogTip> {
  const [last] = await statementsIn(queries, 'ORDER BY number DESC LIMIT 1')
  if (last === undefined) return { size: 0, previous: GENESIS, frontier: [] }
  const size = last.index + 1
  const keys = nodesOf([{ start: 0, end: size }])
  const hashes = await hashesIn(queries, keys)
  return { size, previous: leafHash(last.jws), frontier: keys.map((key, i) => ({ ...key, hash: hashes[i]! })) }
}

/** Returns the hashes in the order of the keys. */
export async function hashesIn(queries: Queries, keys: readonly NodeKey[]): Promise<string[]> {
  const rows = await queries.all<{ hash: string }>(
    `SELECT n.hash FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS k (level, position, place)
     JOIN log_nodes n USING (level, position) ORDER BY k.place`,
    keys.map(({ level }) => level),
    keys.map(({ position }) => position),
  )
  return rows.map(({ hash }) => hash)
}

export async function addToLog(queries: Queries, entries: readonly LogEntry[]): Promise<void> {
  await queries.run(
    'INSERT INTO statements (number, auction_id, jws) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])',
    entries.map(({ index }) => index),
    entries.map(({ auctionId }) => auctionId),
    entries.map(({ jws }) => jws),
  )
  const nodes: readonly MerkleNode[] = entries.flatMap((entry) => entry.nodes)
  await queries.run(
    'INSERT INTO log_nodes (level, position, hash) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::text[])',
    nodes.map(({ level }) => level),
    nodes.map(({ position }) => position),
    nodes.map(({ hash }) => hash),
  )
}

type UncertifiedRow = { head: string; state: string; title: string; description: string }

/**
 * Returns the public auctions that ended in the next `limit` rows of the outbox and have no certificate, and the position after
 * those rows. A position is a transaction id. Rows of a transaction are read once every transaction with a lower id has ended, so
 * none is passed over.
 */
export async function uncertifiedIn(
  queries: Queries,
  after: number,
  limit: number,
): Promise<{ position: number; auctions: readonly Uncertified[] }> {
  const row = await queries.get<{ position: number }>(
    `SELECT coalesce(max(position), $1::bigint) AS position FROM (
       SELECT xid::text::bigint AS position FROM outbox
       WHERE xid > $1::bigint::text::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid LIMIT $2
     ) next`,
    after,
    limit,
  )
  const { position } = row!
  const rows = await queries.all<UncertifiedRow>(
    `SELECT head, state, title, description FROM auctions a
     WHERE id IN (SELECT auction_id FROM outbox WHERE xid > $1::bigint::text::xid8 AND xid <= $2::bigint::text::xid8)
       AND status IN ('closed', 'cancelled') AND hidden = 0
       AND NOT EXISTS (SELECT FROM statements s WHERE s.auction_id = a.id)
     ORDER BY number`,
    after,
    position,
  )
  const auctions = rows.map(({ head, state, ...texts }) => ({ auction: summaryIn(state, texts), head }))
  return { position, auctions }
}

/** Saves a consumer's position, and removes the rows that every consumer has passed. */
export async function consume(queries: Queries, consumer: string, position: number): Promise<void> {
  await queries.run(
    `INSERT INTO consumers (name, position) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET position = greatest(consumers.position, excluded.position)`,
    consumer,
    position,
  )
  await queries.run('DELETE FROM outbox WHERE xid <= (SELECT min(position) FROM consumers)::text::xid8')
}
