import { AMOUNT_MAX, type Amount, highest, lowest } from '../../amount.ts'
import { type Increments, stepAbove, stepBelow } from '../../increments.ts'

/**
 * Which way prices go. The rules of maximum bids compare and step by it alone, so that the same rules serve buyers who bid
 * up and suppliers who bid down (REV-1). An amount is better than another where it is the one that wins.
 */
export type Side = {
  /** Whether an amount is as good as another, or better. */
  reaches(amount: Amount, other: Amount): boolean
  best(first: Amount, ...rest: Amount[]): Amount
  worst(first: Amount, ...rest: Amount[]): Amount
  /** One full step better than an amount (PX-8). */
  next(increments: Increments, amount: Amount): Amount
  /** One minor unit worse than an amount. */
  shortOf(amount: Amount): Amount
  /** The best there is. */
  readonly utmost: Amount
}

export const ascending: Side = {
  reaches: (amount, other) => amount >= other,
  best: highest,
  worst: lowest,
  next: stepAbove,
  shortOf: (amount) => (amount - 1) as Amount,
  utmost: AMOUNT_MAX,
}

export const descending: Side = {
  reaches: (amount, other) => amount <= other,
  best: lowest,
  worst: highest,
  next: stepBelow,
  shortOf: (amount) => (amount + 1) as Amount,
  utmost: 1 as Amount,
}
