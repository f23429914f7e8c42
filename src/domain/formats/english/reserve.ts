import { type Amount, highest } from '../../amount.ts'
import type { Terms } from './terms.ts'

/** RES-1, RES-2: the price that the reserve asks for, given the leading maximum. */
export function withReserve(terms: Terms, maximum: Amount, price: Amount): Amount {
  if (terms.reservePrice === null) return price
  if (maximum >= terms.reservePrice) return highest(price, terms.reservePrice)
  return terms.belowReserve === 'full' ? highest(price, maximum) : price
}

export type ReserveState = 'none' | 'unmet' | 'met'

/** Whether the leading maximum reaches the reserve; null where nobody leads. */
export function reserveState(terms: Terms, maximum: Amount | null): ReserveState {
  if (terms.reservePrice === null) return 'none'
  return maximum !== null && maximum >= terms.reservePrice ? 'met' : 'unmet'
}
