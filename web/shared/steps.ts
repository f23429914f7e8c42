import type { TermsView } from '../../src/sdk/index.ts'

/** The step at a price, as the rules say (INC-1, INC-3). */
export function stepAt(increments: TermsView['increments'], price: number): number {
  if (!Array.isArray(increments)) {
    const hundredths = BigInt(Math.round(increments.percent * 100))
    return Math.max(increments.atLeast, Number((BigInt(price) * hundredths + 9_999n) / 10_000n))
  }
  return increments.findLast(({ from }) => from <= price)?.step ?? increments[0]?.step ?? 1
}

/** One step better than an amount: above it where `sign` is 1, below it where it is -1, and never below one minor unit. */
export function stepFrom(increments: TermsView['increments'], amount: number, sign: 1 | -1): number {
  return Math.max(1, amount + sign * stepAt(increments, amount))
}

/** Worth a choice for a maximum. */
const SHARES_PERCENT = [10, 25, 50]

/** Maxima of 10, 25 and 50 % beyond the next bid, each a whole number of steps. */
export function quickMaxima(increments: TermsView['increments'], next: number, sign: 1 | -1 = 1): number[] {
  return SHARES_PERCENT.map((percent) => {
    const amount = Math.ceil((next * (100 + sign * percent)) / 100)
    const step = stepAt(increments, amount)
    const round = Math.ceil(amount / step) * step
    return sign === 1 ? Math.max(round, next) : Math.min(round, next)
  }).filter(Number.isSafeInteger)
}

/** The next bid, and a few steps beyond it. */
export function quickAmounts(increments: TermsView['increments'], next: number, sign: 1 | -1 = 1): number[] {
  const amounts = [next]
  for (const steps of [1, 3]) {
    let amount = amounts.at(-1)!
    for (let n = 0; n < steps; n += 1) amount = stepFrom(increments, amount, sign)
    amounts.push(amount)
  }
  return amounts
}
