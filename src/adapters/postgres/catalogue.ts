import { limits } from '../../config/limits.ts'
import type { CatalogueQuery, CountedPage, Listed } from '../../engine/ports.ts'
import { page, position } from '../paging.ts'
import { DESCRIPTION_READ, type ListedRow, type ParsedSummaries, listedOf } from '../listed.ts'
import type { Queries } from './connections.ts'
import { textQuery } from './full-text.ts'

/** A page of the catalogue, from the columns of `auctions` alone. */
export async function catalogueOf(
  queries: Queries,
  query: CatalogueQuery,
  parsed: ParsedSummaries,
): Promise<CountedPage<Listed>> {
  const found = new Conditions(query)
  const total = query.cursor === null ? await count(queries, found) : null
  const key = sortKeys[query.sort]
  const from = position(query.cursor)
  if (from !== null) found.add((one) => `(${key}, a.number) > (${one(from[0])}, ${one(from[1])})`)
  const rows = await queries.all<ListedRow>(
    `SELECT ${key} AS key, a.number, a.head, a.state, a.title, substr(a.description, 1, ${DESCRIPTION_READ}) AS description,
       u.display_name AS seller
     FROM auctions a LEFT JOIN users u ON u.id = a.seller_id
     WHERE ${found.sql} ORDER BY 1, a.number LIMIT ${query.limit + 1}`,
    ...found.values,
  )
  return { ...page(rows, query.limit, (row) => listedOf(row, parsed)), total }
}

async function count(queries: Queries, found: Conditions): Promise<number> {
  const rows = `SELECT FROM auctions a WHERE ${found.sql} LIMIT ${limits.countedMax}`
  return (await queries.get<{ count: number }>(`SELECT count(*) AS count FROM (${rows}) found`, ...found.values))!.count
}

const CURRENCY = "a.state::json ->> 'currency'"
const ASKED = "coalesce(a.price, (a.state::json #>> '{terms,startPrice}')::bigint)"

/** Ascending keys; those that are over come last in `closing`, the latest first. */
const sortKeys: Readonly<Record<CatalogueQuery['sort'], string>> = {
  closing: `CASE WHEN a.status IN ('closed', 'cancelled') THEN 4000000000000000 - coalesce(a.closes_at, 0)
    ELSE coalesce(a.closes_at, 2000000000000000) END`,
  newest: '(-a.created_at)',
  price: '(-coalesce(a.price, 0))',
  bids: '(-a.bid_count)',
}

/** The conditions of a query, joined by AND, and the values of their placeholders. */
class Conditions {
  readonly values: unknown[] = []
  readonly #where = ['TRUE']

  constructor(query: CatalogueQuery) {
    const { status, ids, closesBefore, closedAfter, format, q, sellerId, externalId, draftsOf } = query
    if (draftsOf === 'nobody') this.add(() => 'a.hidden = 0')
    else if (draftsOf !== 'all') this.add((one) => `(a.hidden = 0 OR a.seller_id = ${one(draftsOf.sellerId)})`)
    if (status !== null) this.add((one) => `a.status = ANY (${one(status)}::text[])`)
    if (ids !== null) this.add((one) => `a.id = ANY (${one(ids)}::text[])`)
    if (closesBefore !== null) this.add((one) => `a.closes_at < ${one(closesBefore)}`)
    if (closedAfter !== null) this.add((one) => `a.status = 'closed' AND a.closes_at >= ${one(closedAfter)}`)
    if (format !== null) this.add((one) => `a.format = ${one(format)}`)
    if (sellerId !== null) this.add((one) => `a.seller_id = ${one(sellerId)}`)
    if (externalId !== null) {
      const owner = draftsOf === 'all' ? null : draftsOf === 'nobody' ? '' : draftsOf.sellerId
      this.add(
        (one) => `a.id IN (SELECT auction_id FROM labels
           WHERE external_id = ${one(externalId)} AND seller_id = coalesce(${one(owner)}::text, seller_id))`,
      )
    }
    const { currency, priceFrom, priceTo } = query
    if (currency !== null) this.add((one) => `${CURRENCY} = ${one(currency)}`)
    if (priceFrom !== null) this.add((one) => `${ASKED} >= ${one(priceFrom)}`)
    if (priceTo !== null) this.add((one) => `${ASKED} <= ${one(priceTo)}`)
    if (q !== null) this.#addWords(textQuery(q))
  }

  get sql(): string {
    return this.#where.join(' AND ')
  }

  add(condition: (value: (value: unknown) => string) => string): void {
    this.#where.push(
      condition((value) => {
        this.values.push(value)
        return `$${this.values.length}`
      }),
    )
  }

  /** A search without words matches nothing. */
  #addWords(asked: string | null): void {
    if (asked === null) this.#where.push('FALSE')
    else this.add((one) => `a.words @@ ${one(asked)}::tsquery`)
  }
}
