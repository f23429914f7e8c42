import type { Published } from '../../engine/told-ports.ts'
import type { Queries } from '../queries.ts'

type Row = { readonly auctionId: string; readonly fromSeq: number; readonly toSeq: number; readonly position: number }

/** What was published behind a position, in at most `limit` commits. */
export async function readOutbox(queries: Queries, after: number, limit: number): Promise<Published> {
  const rows = await queries.all<Row>(
    `SELECT a.id AS "auctionId", min(o.from_seq) AS "fromSeq", max(o.to_seq) AS "toSeq", max(o.position) AS position
     FROM (SELECT * FROM outbox WHERE position > $1 ORDER BY position LIMIT $2) o JOIN auctions a ON a.number = o.auction
     GROUP BY a.id ORDER BY a.number`,
    after,
    limit,
  )
  return { position: Math.max(after, ...rows.map(({ position }) => position)), auctions: rows }
}
