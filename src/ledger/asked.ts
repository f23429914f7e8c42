import type { Amount } from '../domain/amount.ts'
import type { Auction } from '../domain/auction.ts'
import { termsShapes } from '../domain/formats/shapes.ts'
import { type AuctionChanges, type NewAuction, keptAuction, keptChanges } from '../domain/schema.ts'
import { detailsView } from '../domain/view.ts'
import type { ChannelEvent } from '../protocol.ts'
import { shown } from './canonical.ts'

/** What a seller must have asked for, read off what is public of it: held to the same limits as a request. */

type DataOf<Type extends ChannelEvent['type']> = Extract<ChannelEvent, { type: Type }>['data']

/** A length stands for an end that is not set yet; how long is not public. */
const SOME_LENGTH = { durationSeconds: 1 }

/** The request that an auction like this was created by, or null where there is none. */
export function creationOf({ seller: _, status, closesAt, ...details }: DataOf<'auction.created'>): NewAuction | null {
  const end = closesAt === null ? SOME_LENGTH : { closesAt }
  // A scheduled one names no status.
  const asked = keptAuction.safeParse({ ...details, ...end, ...(status === 'scheduled' ? {} : { status }) })
  return asked.success ? asked.data : null
}

const names = [
  'title',
  'description',
  'images',
  'currency',
  'format',
  'terms',
  'opensAt',
  'closesAt',
  'status',
] as const

/** The request that led from this auction to what is shown now, or null where there is none. The terms hold the reserve: until a bid they may have changed unseen. */
export function changesOf(auction: Auction, after: DataOf<'auction.updated'>): AuctionChanges | null {
  const before = { ...detailsView(auction, 'public'), status: auction.stage.status }
  const all = { ...before, ...after }
  const changed = names.filter(
    (name) => (name === 'terms' && auction.bids === null) || shown(name, before[name]) !== shown(name, all[name]),
  )
  const { closesAt, ...changes } = Object.fromEntries(changed.map((name) => [name, all[name]]))
  const end = closesAt === undefined ? {} : closesAt === null ? SOME_LENGTH : { closesAt }
  const asked = keptChanges.safeParse({ ...changes, ...end })
  if (!asked.success || asked.data.terms === undefined) return asked.data ?? null
  const terms = termsShapes[after.format ?? auction.format].kept.safeParse(asked.data.terms)
  return terms.success ? { ...asked.data, terms: terms.data } : null
}

/** With a reserve put into its terms, where it sets any. */
export function withReserve<Asked extends NewAuction | AuctionChanges>(
  asked: Asked,
  reservePrice: Amount | null,
): Asked {
  return asked.terms === undefined ? asked : { ...asked, terms: { ...asked.terms, reservePrice } }
}
