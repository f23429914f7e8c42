import { jsonOf } from '../../domain/json.ts'
import type { Labels } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'

type LabelsRow = { auction_id: string; external_id: string | null; metadata: string }

const NONE: Labels = { externalId: null, metadata: {} }

export function labelsOf(sqlite: Sqlite, auctionIds: readonly string[]): ReadonlyMap<string, Labels> {
  const rows = sqlite.all<LabelsRow>(
    'SELECT auction_id, external_id, metadata FROM labels WHERE auction_id IN (SELECT value FROM json_each(?))',
    JSON.stringify(auctionIds),
  )
  const known = new Map(rows.map((row) => [row.auction_id, labelsIn(row)]))
  return new Map(auctionIds.map((id) => [id, known.get(id) ?? NONE]))
}

function labelsIn({ external_id: externalId, metadata }: LabelsRow): Labels {
  return { externalId, metadata: JSON.parse(metadata) as Labels['metadata'] }
}

/** The id of a seller's auction with this external id. Labels of an auction that was never created do not count. */
export function auctionLabelled(sqlite: Sqlite, sellerId: string, externalId: string): string | null {
  const row = sqlite.get<{ id: string }>(
    `SELECT a.id FROM labels l JOIN auctions a ON a.id = l.auction_id WHERE l.seller_id = ? AND l.external_id = ?`,
    sellerId,
    externalId,
  )
  return row?.id ?? null
}

/** Returns false if another auction of the seller has the external id. */
export function setLabels(
  sqlite: Sqlite,
  { auctionId, sellerId, changes }: { auctionId: string; sellerId: string; changes: Partial<Labels> },
): boolean {
  const { externalId, metadata } = { ...labelsOf(sqlite, [auctionId]).get(auctionId)!, ...changes }
  if (externalId !== null) {
    const holder = auctionLabelled(sqlite, sellerId, externalId)
    if (holder !== null && holder !== auctionId) return false
    const notMade = 'DELETE FROM labels WHERE seller_id = ? AND external_id = ? AND auction_id <> ?'
    sqlite.run(notMade, sellerId, externalId, auctionId)
  }
  sqlite.run(
    'INSERT OR REPLACE INTO labels (auction_id, seller_id, external_id, metadata) VALUES (?, ?, ?, ?)',
    auctionId,
    sellerId,
    externalId,
    jsonOf(metadata),
  )
  return true
}
