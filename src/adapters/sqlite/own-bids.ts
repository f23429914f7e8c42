import type { OwnBid, Page, Paging } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { auctionAt } from './row-keys.ts'
import { type OwnBidRow, bidColumns, ownBidPage } from '../rows.ts'

/** Sorts after every hexadecimal id. */
const AFTER_EVERY_ID = 'g'

/**
 * A user's bids, the newest first. The cursor is the bid's own id, as row numbers would reveal other people's silent
 * raises.
 */
export function ownBids(sqlite: Sqlite, userId: string, { limit, cursor }: Paging): Page<OwnBid> {
  const rows = sqlite.all<OwnBidRow>(
    `SELECT ${bidColumns('d')}, a.id AS auction_id, w.salt
     FROM audit_log d JOIN auctions a ON a.number = ${auctionAt('d.row_key')} JOIN answers w ON w.number = d.answer
     WHERE d.user_id = ? AND d.id < ? ORDER BY d.id DESC LIMIT ?`,
    userId,
    cursor ?? AFTER_EVERY_ID,
    limit + 1,
  )
  return ownBidPage(rows, limit)
}
