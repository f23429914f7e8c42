import type { OwnBid, Page, Paging } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { auctionAt } from './row-keys.ts'
import { BID, type BidRow, bidOf } from '../rows.ts'

const AFTER_EVERY_ID = 'g'

/** The newest first. The cursor is the bid's own id: an auction's numbers would tell of other people's silent raises. */
export function ownBids(sqlite: Sqlite, userId: string, { limit, cursor }: Paging): Page<OwnBid> {
  const rows = sqlite.all<BidRow & { auction_id: string; salt: string }>(
    `SELECT ${BID}, a.id AS auction_id, w.salt
     FROM audit_log d JOIN auctions a ON a.number = ${auctionAt('d.row_key')} JOIN answers w ON w.number = d.answer
     WHERE d.user_id = ? AND d.id < ? ORDER BY d.id DESC LIMIT ?`,
    userId,
    cursor ?? AFTER_EVERY_ID,
    limit + 1,
  )
  const items = rows.slice(0, limit)
  return {
    items: items.map((row) => ({ auctionId: row.auction_id, bid: bidOf(row), salt: row.salt })),
    nextCursor: rows.length > limit ? items.at(-1)!.id : null,
  }
}
