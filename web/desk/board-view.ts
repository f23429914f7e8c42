import { signal } from '@preact/signals'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { isRunning } from './hammer.ts'

/** How the board is looked at: as cards or as a table, and what of it. */

const KEPT = 'martillo.desk.layout'
const CLOSING_MS = 5 * 60_000

export type Layout = 'cards' | 'table'
export const layout = signal<Layout>(localStorage.getItem(KEPT) === 'table' ? 'table' : 'cards')

/** It is as it was left the next time, too. */
export function lay(chosen: Layout): void {
  layout.value = chosen
  localStorage.setItem(KEPT, chosen)
}

export const FILTERS = ['closing', 'noBids', 'unmet'] as const
export type Filter = (typeof FILTERS)[number]

/** Those that hold: what is shown passes all of them. */
export const filters = signal<ReadonlySet<Filter>>(new Set())

export function turn(filter: Filter): void {
  const others = [...filters.peek()].filter((one) => one !== filter)
  filters.value = new Set(filters.peek().has(filter) ? others : [...others, filter])
}

const passes: Readonly<Record<Filter, (auction: ListedAuctionView, at: number) => boolean>> = {
  closing: ({ status, closesAt }, at) =>
    status === 'open' && closesAt !== null && Date.parse(closesAt) - at <= CLOSING_MS,
  noBids: (auction) => isRunning(auction) && auction.bidCount === 0,
  unmet: (auction) => isRunning(auction) && auction.reserve === 'unmet',
}

export function isShown(auction: ListedAuctionView, chosen: ReadonlySet<Filter>, at: number): boolean {
  return [...chosen].every((filter) => passes[filter](auction, at))
}

export type Total = { readonly currency: string; readonly count: number; readonly price: number }

/** Lots and prices by currency; what nobody has bid for counts as a lot, and adds nothing. */
export function totalsOf(auctions: readonly Pick<ListedAuctionView, 'currency' | 'price'>[]): readonly Total[] {
  const totals = new Map<string, Total>()
  for (const { currency, price } of auctions) {
    const before = totals.get(currency) ?? { currency, count: 0, price: 0 }
    totals.set(currency, { currency, count: before.count + 1, price: before.price + (price ?? 0) })
  }
  return [...totals.values()]
}
