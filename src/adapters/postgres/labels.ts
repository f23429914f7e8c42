import { jsonOf } from '../../domain/json.ts'
import type { Labels } from '../../engine/ports.ts'
import type { Queries } from './connections.ts'
import { lockClasses } from './locks.ts'

type LabelsRow = { auction_id: string; external_id: string | null; metadata: string }

const NONE: Labels = { externalId: null, metadata: {} }

export async function labelsOf(queries: Queries, auctionIds: readonly string[]): Promise<ReadonlyMap<string, Labels>> {
  const rows = await queries.all<LabelsRow>(
    'SELECT auction_id, external_id, metadata FROM labels WHERE auction_id = ANY ($1)',
    auctionIds,
  )
  const known = new Map(rows.map((row) => [row.auction_id, labelsIn(row)]))
  return new Map(auctionIds.map((id) => [id, known.get(id) ?? NONE]))
}

function labelsIn({ external_id: externalId, metadata }: LabelsRow): Labels {
  return { externalId, metadata: JSON.parse(metadata) as Labels['metadata'] }
}

/** Returns the auction of a seller that has this external id. Labels may be set before an auction is made; it counts only then. */
export async function labelled(queries: Queries, sellerId: string, externalId: string): Promise<string | null> {
  const row = await queries.get<{ id: string }>(
    'SELECT a.id FROM labels l JOIN auctions a ON a.id = l.auction_id WHERE l.seller_id = $1 AND l.external_id = $2',
    sellerId,
    externalId,
  )
  return row?.id ?? null
}

/** Must run in a transaction. Returns false if another auction of the seller has the external id. */
export async function setLabels(
  queries: Queries,
  { auctionId, sellerId, changes }: { auctionId: string; sellerId: string; changes: Partial<Labels> },
): Promise<boolean> {
  // Serializes changes of one seller's labels, so that the second sees what the first has set.
  await queries.run('SELECT pg_advisory_xact_lock($1, hashtext($2))', lockClasses.labels, sellerId)
  const before = (await labelsOf(queries, [auctionId])).get(auctionId)!
  const { externalId, metadata } = { ...before, ...changes }
  if (externalId !== null) {
    const holder = await labelled(queries, sellerId, externalId)
    if (holder !== null && holder !== auctionId) return false
    const notMade = 'DELETE FROM labels WHERE seller_id = $1 AND external_id = $2 AND auction_id <> $3'
    await queries.run(notMade, sellerId, externalId, auctionId)
  }
  await queries.run(
    `INSERT INTO labels (auction_id, seller_id, external_id, metadata) VALUES ($1, $2, $3, $4)
     ON CONFLICT (auction_id) DO UPDATE SET seller_id = excluded.seller_id, external_id = excluded.external_id,
       metadata = excluded.metadata`,
    auctionId,
    sellerId,
    externalId,
    jsonOf(metadata),
  )
  return true
}
