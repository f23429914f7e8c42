import type { Appended } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { auctionNumber, rowKeyOf, rowKeysAfter } from './row-keys.ts'
import { authVersionIn, rightsIn } from './rights.ts'
import {
  ANSWER_COLUMNS,
  AUTHOR_COLUMNS,
  IMMUTABLE_COLUMNS,
  AUDIT_COLUMNS,
  ENTRY_COLUMNS,
  INDEXED_COLUMNS,
  PER_BID_COLUMNS,
  type Row,
  type Rows,
  isBidRow,
} from '../rows.ts'

/**
 * Appends a batch in one transaction. A change whose auction version or bidder rights are stale is skipped and reported
 * as a conflict; the others are written.
 */

const ALL_COLUMNS = [...PER_BID_COLUMNS, ...INDEXED_COLUMNS, ...IMMUTABLE_COLUMNS]
const UPDATE_ALL = updateOf([...PER_BID_COLUMNS, ...INDEXED_COLUMNS])
const UPDATE_PER_BID = updateOf(PER_BID_COLUMNS)
const VOID_BID = 'UPDATE audit_log SET voided = 1 WHERE row_key BETWEEN ? AND ? AND (id = ? OR raises = ?)'

function updateOf(columns: readonly string[]): string {
  return `UPDATE auctions SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE number = ?`
}

export function appendRows(sqlite: Sqlite, changes: readonly Rows[]): Appended {
  return sqlite.transaction(() => {
    const written = changes.filter((change) => isCurrent(sqlite, change))
    writeRows(
      sqlite,
      written,
      written.map((change) => writeAuction(sqlite, change)),
    )
    return { conflicts: changes.filter((change) => !written.includes(change)).map(({ auctionId }) => auctionId) }
  })
}

/** Whether the auction is at the expected version, and all bidders may still bid. */
function isCurrent(sqlite: Sqlite, { auctionId, expectedVersion, bidders }: Rows): boolean {
  const row = sqlite.get<{ version: number; seller: string }>(
    'SELECT version, seller_id AS seller FROM auctions WHERE id = ?',
    auctionId,
  )
  return (row?.version ?? 0) === expectedVersion && mayStillBid(sqlite, row?.seller ?? '', bidders)
}

/**
 * Once a revocation or role change is acknowledged, no bid of that person is committed, including bids decided before it.
 */
function mayStillBid(sqlite: Sqlite, sellerId: string, bidders: Rows['bidders']): boolean {
  const now = authVersionIn(sqlite)
  return bidders.every(({ sessionId, userId, byStaff: house, at, authVersion }) => {
    if (authVersion === now) return true
    const rights = rightsIn(sqlite, sessionId, sellerId)
    return rights?.user.id === userId && rights.expiresAt > at && !rights.blocked && rights.staff === house
  })
}

/** Writes the auction's row, and returns its row id. */
function writeAuction(sqlite: Sqlite, { auctionId, expectedVersion, perBid, indexed, immutable }: Rows): number {
  const columns = [...perBid, ...(indexed ?? [])]
  if (expectedVersion === 0) return sqlite.insert('auctions', ALL_COLUMNS, [[...columns, ...immutable]])
  const number = auctionNumber(sqlite, auctionId)!
  sqlite.run(indexed === null ? UPDATE_PER_BID : UPDATE_ALL, ...columns, number)
  return number
}

function writeRows(sqlite: Sqlite, changes: readonly Rows[], numbers: readonly number[]): void {
  const keyed = (of: (change: Rows) => readonly Row[]) =>
    changes.flatMap((change, i) =>
      of(change).map(([number, ...row]) => [rowKeyOf(numbers[i]!, number as number), ...row]),
    )
  const answers = keyed((change) => change.answers)
  let answer = sqlite.insert('answers', ANSWER_COLUMNS, answers)
  const records = keyed((change) => change.records).map((record) => [...record, isBidRow(record) ? answer++ : null])
  sqlite.insert('audit_log', AUDIT_COLUMNS, records)
  const entries = keyed((change) => change.entries)
  sqlite.insert('entries', ENTRY_COLUMNS, entries)
  const authors = keyed((change) => change.authors)
  sqlite.insert('authors', AUTHOR_COLUMNS, authors)
  const published = changes.flatMap(({ entries: own }, i) =>
    own.length === 0 ? [] : [[numbers[i]!, own[0]![0]!, own.at(-1)![0]!]],
  )
  sqlite.insert('outbox', ['auction', 'from_seq', 'to_seq'], published)
  for (const [i, { voided }] of changes.entries())
    for (const bidId of voided) sqlite.run(VOID_BID, ...rowKeysAfter(numbers[i]!), bidId, bidId)
}
