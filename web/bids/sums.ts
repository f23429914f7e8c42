import { computed } from '@preact/signals'
import { grouped } from './grouped.ts'
import { type MyLot, lots } from './lots.ts'

/** What it all comes to, in one currency. */
export type Sums = {
  readonly currency: string
  /** What I pay at most where I lead now. */
  readonly atStake: number
  readonly leading: number
  readonly won: number
  readonly toPay: number
}

/** What I buy, by currency, the one with most lots first; those in which nothing is at stake and nothing was won are left out. */
export const sums = computed<readonly Sums[]>(() => {
  const buying = (lots.value ?? []).filter(({ falls }) => !falls)
  const byCurrency = grouped(buying, ({ auction }) => auction.currency)
  return [...byCurrency]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([currency, own]) => sumsOf(currency, own))
    .filter(({ leading, won }) => leading + won > 0)
})

function sumsOf(currency: string, own: readonly MyLot[]): Sums {
  const leading = own.filter(({ standing }) => standing === 'leading')
  const won = own.filter(({ standing }) => standing === 'won')
  return {
    currency,
    atStake: leading.reduce((sum, lot) => sum + mostOf(lot), 0),
    leading: leading.length,
    won: won.length,
    toPay: won.reduce((sum, { auction }) => sum + (auction.price ?? 0), 0),
  }
}

/** How far I go: my maximum where there is one, else my best bid that stands; 0 where none does. */
export function mostOf({ auction, bids, falls }: MyLot): number {
  const own = auction.ownMaximum ?? auction.ownMinimum ?? null
  const amounts = bids.flatMap(({ voided, amount }) => (voided ? [] : [amount]))
  const all = own === null ? amounts : [own, ...amounts]
  return all.length === 0 ? 0 : falls ? Math.min(...all) : Math.max(...all)
}
