import type { z } from 'zod'

/** Money: a safe integer of the currency's minor units. */
export type Amount = number & z.$brand<'Amount'>

export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER as Amount

/** The sum, held at AMOUNT_MAX: a price up there can only be tied. */
export function plus(a: Amount, b: Amount): Amount {
  const sum = a + b
  return Number.isSafeInteger(sum) ? (sum as Amount) : AMOUNT_MAX
}

/** `hundredths` of a percent of an amount, rounded up to a whole minor unit (INC-3). */
export function share(of: Amount, hundredths: number): Amount {
  const product = BigInt(of) * BigInt(hundredths)
  return Number((product + 9_999n) / 10_000n) as Amount
}

/** A figure in major units in minor ones, rounded up: 0.50 is 50 with exponent 2 and 1 with exponent 0. */
export function minorUnits(major: number, exponent: number): Amount {
  return Math.ceil(Math.round(major * 1_000) / 10 ** (3 - exponent)) as Amount
}

export function highest(first: Amount, ...rest: Amount[]): Amount {
  return Math.max(first, ...rest) as Amount
}

export function lowest(first: Amount, ...rest: Amount[]): Amount {
  return Math.min(first, ...rest) as Amount
}
