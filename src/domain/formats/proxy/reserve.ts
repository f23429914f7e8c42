import type { Amount } from '../../amount.ts'
import type { ProxyTerms } from './proxy.ts'
import type { Side } from './side.ts'

/** RES-1, RES-2, REV-2: the price that the reserve asks for, given the leading maximum. */
export function withReserve(side: Side, terms: ProxyTerms, maximum: Amount, price: Amount): Amount {
  if (terms.reservePrice === null) return price
  if (side.reaches(maximum, terms.reservePrice)) return side.best(price, terms.reservePrice)
  return terms.belowReserve === 'full' ? side.best(price, maximum) : price
}

export type ReserveState = 'none' | 'unmet' | 'met'

/** Whether the leading maximum reaches the reserve; null where nobody leads. */
export function reserveState(side: Side, terms: ProxyTerms, maximum: Amount | null): ReserveState {
  if (terms.reservePrice === null) return 'none'
  return maximum !== null && side.reaches(maximum, terms.reservePrice) ? 'met' : 'unmet'
}
