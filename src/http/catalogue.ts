import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { currency } from '../domain/currency.ts'
import type { Summary } from '../domain/auction.ts'
import { formatName } from '../domain/formats/shapes.ts'
import { type Actor, isAdmin, owns } from '../domain/access.ts'
import { EXTERNAL_ID_MAX, status, uuid } from '../domain/schema.ts'
import { summaryView } from '../domain/view.ts'
import { type StateView, type ListedAuctionView, listedAuctionView } from '../domain/wire.ts'
import { fromWire, givenInstant, toWire } from '../domain/instant.ts'
import type { Clock, Store } from '../engine/ports.ts'
import type { LoopScheduler } from '../live/loop-scheduler.ts'
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
    format: formatName.optional(),
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

type CatalogueParts = { readonly store: Store; readonly clock: Clock; readonly queue: LoopScheduler }

/** Lists of auctions: a page is read in three statements at most, whatever is in it, and put together in pieces. */
export class Catalogue {
  readonly #parts: CatalogueParts

  /** What is the same until the auction moves: all but the seller's name and the time. */
  readonly #views = new WeakMap<Summary, StateView>()

  constructor(parts: CatalogueParts) {
    this.#parts = parts
  }

  #shown(auction: Summary, head: string): StateView {
    let view = this.#views.get(auction)
    if (view === undefined) this.#views.set(auction, (view = whole(auction, head, 'public')))
    return view
  }

  /** A page as the actor may see it. */
  async page(query: Query, actor: Actor): Promise<z.output<typeof cataloguePage>> {
    await this.#parts.queue.turn('costly')
    const { store, clock } = this.#parts
    const nextPiece = this.#parts.queue.betweenPieces()
    const page = await store.catalogue(askedOf(query, actor))
    const owned = page.items.filter(({ auction }) => owns(auction, actor)).map(({ auction }) => auction.id)
    const labels = owned.length === 0 ? null : await store.labels(owned)
    const serverTime = clock.now()
    const items: ListedAuctionView[] = []
    for (const { auction, head, sellerName } of page.items) {
      const viewer = owns(auction, actor) ? 'owner' : 'public'
      const seller = { id: auction.sellerId, displayName: sellerName }
      const { terms, ...view } = viewer === 'public' ? this.#shown(auction, head) : whole(auction, head, viewer)
      const { increments, ...shown } = terms
      items.push({
        ...view,
        seller,
        serverTime: toWire(serverTime),
        terms: query.include === undefined ? shown : { ...shown, increments },
        ...labels?.get(view.id),
      })
      await nextPiece()
    }
    const nextCursor = page.nextCursor === null ? null : `${query.sort}:${page.nextCursor}`
    return { items, nextCursor, ...(page.total === null ? {} : { total: page.total }) }
  }
}

function whole(auction: Summary, head: string, viewer: 'public' | 'owner'): StateView {
  const seller = { id: auction.sellerId, displayName: '' }
  const view = summaryView(auction, { seller, head, serverTime: 0, viewer })
  return { ...view, description: beginningOf(view.description) }
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
