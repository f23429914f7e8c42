import { lru } from '../engine/lru.ts'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { currency } from '../domain/currency.ts'
import { type Actor, isAdmin, owns } from '../domain/access.ts'
import { EXTERNAL_ID_MAX, status, uuid } from '../domain/schema.ts'
import { auctionView } from '../domain/view.ts'
import { type ListedAuctionView, listedAuctionView } from '../domain/wire.ts'
import { fromWire, givenInstant, toWire } from '../domain/instant.ts'
import type { Engine } from '../engine/engine.ts'
import type { Accounts, Clock, Store } from '../engine/ports.ts'
import type { FairQueue } from '../live/fair-queue.ts'
import { number, pageOf, paging, several } from './parts.ts'

const sort = z.enum(['closing', 'newest', 'price', 'bids'])

/** A place in one order is none in another: a cursor says which it is of. */
export const catalogueCursor = z
  .string()
  .regex(/^(closing|newest|price|bids):-?\d{1,16}\.\d{1,16}$/, 'is not a cursor of ours')
  .optional()

const PRICE_BOUND = {
  description: 'In minor units of `currency`: of the price, or of the start price before the first bid',
}

export const catalogueQuery = z
  .strictObject({
    limit: paging.limit,
    cursor: catalogueCursor,
    status: several(status, status.options.length).optional(),
    format: z.enum(['english']).optional(),
    q: z.string().max(200).optional(),
    seller: z.string().max(100).optional(),
    ids: several(uuid, limits.pageMax).optional(),
    externalId: z.string().max(EXTERNAL_ID_MAX).optional(),
    closesBefore: givenInstant.optional(),
    closedAfter: givenInstant.optional(),
    currency: currency.optional(),
    priceFrom: number(0, Number.MAX_SAFE_INTEGER, PRICE_BOUND).optional(),
    priceTo: number(0, Number.MAX_SAFE_INTEGER, PRICE_BOUND).optional(),
    sort: sort.default('closing'),
    include: z.literal('increments').optional(),
  })
  .refine(({ cursor, sort }) => cursor === undefined || cursor.startsWith(`${sort}:`), {
    path: ['cursor'],
    message: 'is a cursor of another order',
  })
  .refine(({ currency, priceFrom, priceTo }) => currency !== undefined || (priceFrom ?? priceTo) === undefined, {
    path: ['currency'],
    message: 'must be given with priceFrom and priceTo',
  })

export const cataloguePage = pageOf(listedAuctionView).extend({
  total: z
    .int()
    .optional()
    .meta({ description: `How many there are, counted up to ${limits.countedMax}; with the first page only` }),
})

/** Items of a list that cost what a plain request does. */
export const ITEMS_FOR_ONE = 20
/** A search costs as much more as this many plain requests: it reads all that its words begin. */
export const SEARCH_COST = 5

type Query = z.output<typeof catalogueQuery>
type Viewer = 'public' | 'owner'
/** What is the same until the auction moves: all but the seller's name, which is gone once they are erased, and the time. */
type Kept = { readonly seq: number; readonly view: ListedAuctionView }

type CatalogueParts = {
  readonly store: Store
  readonly engine: Engine
  readonly accounts: Accounts
  readonly clock: Clock
  readonly queue: FairQueue
}

/** Lists of auctions. A page is put together in pieces, and what it shows of an auction is kept by its seq. */
export class Catalogue {
  readonly #parts: CatalogueParts
  readonly #kept = lru<Kept>(limits.listedKeptMax)

  constructor(parts: CatalogueParts) {
    this.#parts = parts
  }

  /** A page as the actor may see it. */
  async page(query: Query, actor: Actor): Promise<z.output<typeof cataloguePage>> {
    await this.#parts.queue.turn('costly')
    const nextPiece = this.#parts.queue.pieces()
    const page = await this.#parts.store.catalogue(askedOf(query, actor))
    const views: ListedAuctionView[] = []
    for (const { id, seq } of page.items) {
      const view = await this.#viewOf(id, seq, actor)
      if (view !== null) views.push(view)
      await nextPiece()
    }
    const names = await this.#parts.accounts.names([...new Set(views.map(({ seller }) => seller.id))])
    const owned = views.filter(({ terms }) => terms.reservePrice !== undefined).map(({ id }) => id)
    const labels = await this.#parts.store.labels(owned)
    const serverTime = toWire(this.#parts.clock.now())
    const items = views.map(({ terms: { increments, ...terms }, seller: { id }, ...view }) => ({
      ...view,
      terms: query.include === undefined ? terms : { ...terms, increments },
      seller: { id, displayName: names.get(id)! },
      serverTime,
      ...labels.get(view.id),
    }))
    const nextCursor = page.nextCursor === null ? null : `${query.sort}:${page.nextCursor}`
    return { items, nextCursor, ...(page.total === null ? {} : { total: page.total }) }
  }

  async #viewOf(id: string, seq: number, actor: Actor): Promise<ListedAuctionView | null> {
    const kept = this.#kept.get(id)
    if (kept?.seq === seq && !owns({ sellerId: kept.view.seller.id }, actor)) return kept.view
    const held = await this.#parts.engine.held(id)
    if (held === null) return null
    const { auction, head } = held
    const viewer: Viewer = owns(auction, actor) ? 'owner' : 'public'
    const seller = { id: auction.sellerId, displayName: '' }
    const whole = auctionView(auction, { seller, head, serverTime: 0, viewer })
    const view = { ...whole, description: beginningOf(whole.description) }
    if (viewer === 'public') this.#kept.set(id, { seq: auction.seq, view })
    return view
  }
}

function askedOf(
  {
    seller,
    cursor,
    status,
    format,
    q,
    ids,
    externalId,
    closesBefore,
    closedAfter,
    limit,
    sort,
    currency,
    priceFrom,
    priceTo,
  }: Query,
  actor: Actor,
) {
  const draftsOf = actor === null || actor.scope === 'bid' ? 'nobody' : isAdmin(actor) ? 'all' : { sellerId: actor.id }
  return {
    limit,
    cursor: cursor?.split(':')[1] ?? null,
    status: status ?? null,
    ids: ids ?? null,
    externalId: externalId ?? null,
    closesBefore: closesBefore === undefined ? null : fromWire(closesBefore),
    closedAfter: closedAfter === undefined ? null : fromWire(closedAfter),
    format: format ?? null,
    q: q === undefined || q === '' ? null : q,
    sellerId: seller ?? null,
    currency: currency ?? null,
    priceFrom: priceFrom ?? null,
    priceTo: priceTo ?? null,
    sort,
    draftsOf,
  } as const
}

/** Characters of a description that a list shows. */
const DESCRIPTION_SHOWN = 160

/** Never half a character. */
function beginningOf(description: string): string {
  if (description.length <= DESCRIPTION_SHOWN) return description
  return `${description.slice(0, DESCRIPTION_SHOWN).replace(/[\uD800-\uDBFF]$/, '')}…`
}
