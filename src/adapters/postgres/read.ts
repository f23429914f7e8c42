import type { StoredAuction } from '../../engine/ports.ts'
import { type BidRow, auctionOf, bidColumns, bidOf } from '../rows.ts'
import { type Queries, hidden } from './connections.ts'

/** A request for an auction; `known` is the cached state. */
export type Ask = { readonly auctionId: string; readonly known: StoredAuction | null }

/** An auction that is not as it is known; all but its id is null if it does not exist. */
type MovedRow = {
  id: string
  version: number | null
  head: string
  private_head: string
  reserve_salt: string
  refusals: number
  title: string
  description: string
  state: string
  /** Bids up to this version are known; 0 if the cached state is not continued. */
  since: number
  bids: BidRow[]
}

/**
 * The asked auctions that moved, one row each, with the bids that are newer than the cached state. A state is continued if the
 * stored history has its version with the same hash, and voids no bid after it. One statement sees one snapshot.
 */
const MOVED = `
SELECT k.id, a.version, a.head, a.private_head, a.reserve_salt, a.refusals, a.title, a.description, a.state, c.since, b.bids
FROM unnest(${hidden(1, 'text')}, ${hidden(2, 'integer')}, ${hidden(3, 'text')}, ${hidden(4, 'integer')})
  AS k (id, version, private_head, seq)
LEFT JOIN auctions a ON a.id = k.id
CROSS JOIN LATERAL (
  SELECT CASE WHEN EXISTS (
      SELECT FROM audit_log d WHERE d.auction_id = k.id AND d.number = k.version AND d.hash = k.private_head
    ) AND NOT EXISTS (
      SELECT FROM entries e WHERE e.auction_id = k.id AND e.number > k.seq AND e.line::json ->> 'type' = 'bid.voided'
    ) THEN k.version ELSE 0 END AS since
  OFFSET 0
) c
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(bid), '[]') AS bids FROM (
    SELECT ${bidColumns('d')} FROM audit_log d
    WHERE d.auction_id = k.id AND d.number > c.since AND d.id IS NOT NULL ORDER BY d.number
  ) bid
) b
WHERE a.version IS DISTINCT FROM k.version OR a.private_head IS DISTINCT FROM k.private_head`

/** Returns each auction as it is stored: the cached state itself if it is current; null if there is none. */
export async function readAuctions(queries: Queries, asks: readonly Ask[]): Promise<readonly (StoredAuction | null)[]> {
  const rows = await queries.all<MovedRow>(
    MOVED,
    asks.map(({ auctionId }) => auctionId),
    asks.map(({ known }) => known?.version ?? null),
    asks.map(({ known }) => known?.privateHead ?? null),
    asks.map(({ known }) => known?.auction.seq ?? null),
  )
  const moved = new Map(rows.map((row) => [row.id, row]))
  return asks.map(({ auctionId, known }) => {
    const row = moved.get(auctionId)
    return row === undefined ? known : storedOf(row, known)
  })
}

/** Builds an auction from its row and, if the row continues the cached state, that. */
function storedOf(row: MovedRow, known: StoredAuction | null): StoredAuction | null {
  const { version, head, private_head: privateHead, reserve_salt: reserveSalt, refusals, state, since, bids } = row
  if (version === null) return null
  const auction = auctionOf(state, row, bids.map(bidOf), since === 0 ? undefined : known?.auction)
  return { auction, head, privateHead, version, reserveSalt, refusals }
}
