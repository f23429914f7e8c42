import { limits } from '../../config/limits.ts'
import type { CatalogueQuery, CountedPage, Listed } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { page, position } from '../paging.ts'
import { DESCRIPTION_READ, type ListedRow, type ParsedSummaries, listedOf } from '../listed.ts'
import { searchQuery } from './full-text.ts'

/** A page of the catalogue, out of what is stored beside the bids. */
export function catalogueOf(sqlite: Sqlite, query: CatalogueQuery, parsed: ParsedSummaries): CountedPage<Listed> {
  const { where, values } = conditions(query)
  const total = query.cursor === null ? count(sqlite, where, values) : null
  const key = sortKeys[query.sort]
  const from = position(query.cursor)
  if (from !== null) {
    where.push(`(${key}, a.number) > (?, ?)`)
    values.push(...from)
  }
  const rows = sqlite.all<ListedRow>(
    `SELECT ${key} AS key, a.number, a.head, a.state, a.title, substr(a.description, 1, ${DESCRIPTION_READ}) AS description, u.display_name AS seller
     FROM auctions a LEFT JOIN users u ON u.id = a.seller_id
     WHERE ${where.join(' AND ')} ORDER BY key, a.number LIMIT ?`,
    ...values,
    query.limit + 1,
  )
  return { ...page(rows, query.limit, (row) => listedOf(row, parsed)), total }
}

function count(sqlite: Sqlite, where: readonly string[], values: readonly unknown[]): number {
  const found = `SELECT 1 FROM auctions a WHERE ${where.join(' AND ')} LIMIT ?`
  return sqlite.get<{ count: number }>(`SELECT count(*) AS count FROM (${found})`, ...values, limits.countedMax)!.count
}

const CURRENCY = "a.state ->> '$.currency'"
/** The price, or the start price before the first bid. */
const LISTED_PRICE = "ifnull(a.price, a.state ->> '$.terms.startPrice')"

/** In `closing`, the key of an auction without an end, and the key from which an ended one's end is subtracted. */
const NO_END = 2_000_000_000_000_000
const OVER_OFFSET = 2 * NO_END

/**
 * Sort keys, ascending. In `closing`, auctions without an end sort after dated ones, and ended ones last, the latest
 * first.
 */
const sortKeys: Readonly<Record<CatalogueQuery['sort'], string>> = {
  closing: `CASE WHEN a.status IN ('closed', 'cancelled') THEN ${OVER_OFFSET} - ifnull(a.closes_at, 0)
    ELSE ifnull(a.closes_at, ${NO_END}) END`,
  newest: '-a.created_at',
  price: '-ifnull(a.price, 0)',
  bids: '-a.bid_count',
}

function conditions(query: CatalogueQuery) {
  const { status, ids, closesBefore, closedAfter, format, q, sellerId, externalId, draftsOf } = query
  const where = ['1']
  const values: unknown[] = []
  const add = (condition: string, ...more: unknown[]) => {
    where.push(condition)
    values.push(...more)
  }
  if (draftsOf === 'nobody') add('a.hidden = 0')
  else if (draftsOf !== 'all') add('(a.hidden = 0 OR a.seller_id = ?)', draftsOf.sellerId)
  if (status !== null) add('a.status IN (SELECT value FROM json_each(?))', JSON.stringify(status))
  if (ids !== null) add('a.id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
  if (closesBefore !== null) add('a.closes_at < ?', closesBefore)
  if (closedAfter !== null) add("a.status = 'closed' AND a.closes_at >= ?", closedAfter)
  if (format !== null) add('a.format = ?', format)
  if (sellerId !== null) add('a.seller_id = ?', sellerId)
  if (externalId !== null) {
    const owner = draftsOf === 'all' ? null : draftsOf === 'nobody' ? '' : draftsOf.sellerId
    const labelled = 'SELECT auction_id FROM labels WHERE external_id = ? AND seller_id = ifnull(?, seller_id)'
    add(`a.id IN (${labelled})`, externalId, owner)
  }
  const { currency, priceFrom, priceTo } = query
  if (currency !== null) add(`${CURRENCY} = ?`, currency)
  if (priceFrom !== null) add(`${LISTED_PRICE} >= ?`, priceFrom)
  if (priceTo !== null) add(`${LISTED_PRICE} <= ?`, priceTo)
  if (q !== null) add('a.number IN (SELECT rowid FROM auctions_text WHERE auctions_text MATCH ?)', searchQuery(q))
  return { where, values }
}
