import type { Appended, Change } from '../../engine/ports.ts'
import {
  ANSWER_COLUMNS,
  AUDIT_COLUMNS,
  AUTHOR_COLUMNS,
  IMMUTABLE_COLUMNS,
  ENTRY_COLUMNS,
  INDEXED_COLUMNS,
  PER_BID_COLUMNS,
  type Row,
  type Rows,
  rowsOf,
} from '../rows.ts'
import type { Queries } from './connections.ts'
import { textVector } from './full-text.ts'

/** Calls the function that writes the changes whose version is current, and returns the ids of those. */
const APPEND = `SELECT id FROM append_changes(${[1, 2, 3, 4, 5, 6, 7].map((n) => `$${n}::json`).join(', ')}) AS id`

export async function appendChanges(queries: Queries, changes: readonly Change[]): Promise<Appended> {
  const rows = changes.map(rowsOf)
  const written = await queries.all<{ id: string }>(
    APPEND,
    JSON.stringify(rows.map(changeOf)),
    JSON.stringify(rows.flatMap(biddersOf)),
    JSON.stringify(rows.flatMap((one) => named(one, ENTRY_COLUMNS, one.entries))),
    JSON.stringify(rows.flatMap((one) => named(one, AUDIT_COLUMNS, one.records))),
    JSON.stringify(rows.flatMap((one) => named(one, AUTHOR_COLUMNS, one.authors))),
    JSON.stringify(rows.flatMap((one) => named(one, ANSWER_COLUMNS, one.answers))),
    JSON.stringify(
      rows.flatMap(({ auctionId, voided }) => voided.map((bid) => ({ auction_id: auctionId, bid_id: bid }))),
    ),
  )
  const ids = new Set(written.map(({ id }) => id))
  return { conflicts: rows.map(({ auctionId }) => auctionId).filter((id) => !ids.has(id)) }
}

function changeOf({ expectedVersion, perBid, indexed, immutable }: Rows): object {
  const searched = indexed === null ? {} : { ...record(INDEXED_COLUMNS, indexed), words: wordsOf(indexed) }
  const change = { expected: expectedVersion, is_indexed_anew: indexed !== null }
  return { ...change, ...record(IMMUTABLE_COLUMNS, immutable), ...record(PER_BID_COLUMNS, perBid), ...searched }
}

function wordsOf(indexed: Row): string {
  const { title, description } = record(INDEXED_COLUMNS, indexed)
  return textVector(String(title), String(description))
}

function biddersOf({ auctionId, bidders }: Rows): object[] {
  return bidders.map(({ userId, sessionId, byStaff, at, authVersion }) => ({
    auction_id: auctionId,
    user_id: userId,
    session_id: sessionId,
    house: byStaff ? 1 : 0,
    at,
    auth_version: authVersion,
  }))
}

/** Turns rows into objects. The first value of a row is its number in the auction. */
function named({ auctionId }: Rows, [, ...columns]: readonly string[], rows: readonly Row[]): object[] {
  return rows.map(([number, ...row]) => ({ auction_id: auctionId, number, ...record(columns, row) }))
}

function record(columns: readonly string[], row: Row): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, i) => [name, row[i]]))
}
