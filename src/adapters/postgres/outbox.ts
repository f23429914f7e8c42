import type { Published } from '../../engine/told-ports.ts'
import type { Queries } from '../queries.ts'

type Row = { readonly auctionId: string; readonly fromSeq: number; readonly toSeq: number; readonly position: number }

/**
 * The rows behind a position, in at most so many transactions: once every transaction that began before theirs has ended. A
 * position ahead of this server is of another one, from which a dump was restored: all that is there comes behind it.
 */
const NEXT = `SELECT xid::text::bigint AS position, auction_id, from_seq, to_seq FROM outbox
  WHERE xid > (CASE WHEN $1 < pg_snapshot_xmax(pg_current_snapshot())::text::bigint THEN $1 ELSE 0 END)::text::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY xid FETCH FIRST $2 ROWS WITH TIES`

/** What was published behind a position, in some `limit` commits. All rows of a transaction have one position. */
export async function readOutbox(queries: Queries, after: number, limit: number): Promise<Published> {
  const rows = await queries.all<Row>(
    `SELECT auction_id AS "auctionId", min(from_seq) AS "fromSeq", max(to_seq) AS "toSeq", max(position) AS position
     FROM (${NEXT}) next GROUP BY auction_id ORDER BY auction_id`,
    after,
    limit,
  )
  return { position: rows.length === 0 ? after : Math.max(...rows.map(({ position }) => position)), auctions: rows }
}
