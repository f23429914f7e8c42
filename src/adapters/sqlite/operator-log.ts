import { type MerkleNode, type NodeKey, nodesAdded, nodesOf, leafHash } from '../../ledger/merkle.ts'
import { GENESIS } from '../../ledger/chain.ts'
import type { LogEntry, LogTip, Statement, Uncertified } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { summaryIn } from '../rows.ts'

/** The operator's log, and the outbox that the certifier consumes. */

type StatementRow = { number: number; auction_id: string | null; jws: string }

/** Statements read at once. */
const PAGE = 1_000

export function statementsIn(sqlite: Sqlite, which: string, ...values: unknown[]): Statement[] {
  return sqlite
    .all<StatementRow>(`SELECT number, auction_id, jws FROM statements ${which}`, ...values)
    .map(({ number, auction_id: auctionId, jws }) => ({ index: number, auctionId, jws }))
}

export function logTip(sqlite: Sqlite): LogTip {
  const [last] = statementsIn(sqlite, 'ORDER BY number DESC LIMIT 1')
  if (last === undefined) return { size: 0, previous: GENESIS, frontier: [] }
  const size = last.index + 1
  const frontier = nodesOf([{ start: 0, end: size }]).map((key) => ({ ...key, hash: nodeHash(sqlite, key) }))
  return { size, previous: leafHash(last.jws), frontier }
}

export function nodeHash(sqlite: Sqlite, { level, position }: NodeKey): string {
  return sqlite.get<{ hash: string }>('SELECT hash FROM log_nodes WHERE level = ? AND position = ?', level, position)!
    .hash
}

/** Appends entries. Returns false, and writes nothing, if another process appended first. */
export function addToLog(sqlite: Sqlite, entries: readonly LogEntry[]): boolean {
  return sqlite.transaction(() => {
    const { next } = sqlite.get<{ next: number }>('SELECT ifnull(max(number) + 1, 0) AS next FROM statements')!
    if (next !== entries[0]?.index) return false
    sqlite.insert(
      'statements',
      ['number', 'auction_id', 'jws'],
      entries.map(({ index, auctionId, jws }) => [index, auctionId, jws]),
    )
    addNodes(
      sqlite,
      entries.flatMap(({ nodes }) => nodes),
    )
    return true
  })
}

function addNodes(sqlite: Sqlite, nodes: readonly MerkleNode[]): void {
  sqlite.insert(
    'log_nodes',
    ['level', 'position', 'hash'],
    nodes.map(({ level, position, hash }) => [level, position, hash]),
  )
}

/** Adds the tree nodes of statements that earlier versions logged without them. */
export function completeLog(sqlite: Sqlite): void {
  const done = () =>
    sqlite.get<{ size: number }>('SELECT ifnull(max(position) + 1, 0) AS size FROM log_nodes WHERE level = 0')!.size
  for (;;) {
    const statements = statementsIn(sqlite, 'WHERE number >= ? ORDER BY number LIMIT ?', done(), PAGE)
    if (statements.length === 0) return
    sqlite.transaction(() => {
      for (const { index, jws } of statements)
        addNodes(
          sqlite,
          nodesAdded(jws, index, (key) => nodeHash(sqlite, key)),
        )
    })
  }
}

type UncertifiedRow = { head: string; state: string; title: string; description: string }

/**
 * Ended public auctions without a certificate in the next `limit` rows of the outbox, and the position of the last of
 * those rows.
 */
export function uncertifiedIn(
  sqlite: Sqlite,
  after: number,
  limit: number,
): { position: number; auctions: readonly Uncertified[] } {
  const { position } = sqlite.get<{ position: number }>(
    'SELECT ifnull(max(position), ?) AS position FROM (SELECT position FROM outbox WHERE position > ? ORDER BY position LIMIT ?)',
    after,
    after,
    limit,
  )!
  const rows = sqlite.all<UncertifiedRow>(
    `SELECT head, state, title, description FROM auctions a
     WHERE number IN (SELECT auction FROM outbox WHERE position > ? AND position <= ?)
       AND status IN ('closed', 'cancelled') AND hidden = 0
       AND NOT EXISTS (SELECT 1 FROM statements WHERE auction_id = a.id)
     ORDER BY number`,
    after,
    position,
  )
  const auctions = rows.map(({ head, state, ...texts }) => ({ auction: summaryIn(state, texts), head }))
  return { position, auctions }
}

export function consumerPosition(sqlite: Sqlite, consumer: string): number {
  return sqlite.get<{ position: number }>('SELECT position FROM consumers WHERE name = ?', consumer)?.position ?? 0
}

/**
 * Saves the position, and removes rows that all consumers have passed. The latest row stays, as `max(position)` must not
 * go back.
 */
export function saveConsumerPosition(sqlite: Sqlite, consumer: string, position: number): void {
  sqlite.transaction(() => {
    sqlite.run('INSERT OR REPLACE INTO consumers (name, position) VALUES (?, ?)', consumer, position)
    sqlite.run(
      `DELETE FROM outbox WHERE position <= (SELECT min(position) FROM consumers)
       AND position < (SELECT max(position) FROM outbox)`,
    )
  })
}
