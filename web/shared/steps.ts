import type { TermsView } from '../../src/sdk/index.ts'

/** The step at a price, as the rules say (INC-1, INC-3). */
export function stepAt(increments: TermsView['increments'], price: number): number {
  if (!Array.isArray(increments)) {
    const hundredths = BigInt(Math.round(increments.percent * 100))
    return Math.max(increments.atLeast, Number((BigInt(price) * hundredths + 9_999n) / 10_000n))
  }
  return increments.findLast(({ from }) => from <= price)?.step ?? increments[0]?.step ?? 1
}

/** Worth a choice for a maximum. */
const SHARES_PERCENT = [10, 25, 50]

/** Maxima of 10, 25 and 50 % above the next bid, each a whole number of steps. */
export function quickMaxima(increments: TermsView['increments'], minimum: number): number[] {
  return SHARES_PERCENT.map((percent) => {
    const amount = Math.ceil((minimum * (100 + percent)) / 100)
    const step = stepAt(increments, amount)
    return Math.max(Math.ceil(amount / step) * step, minimum)
  }).filter(Number.isSafeInteger)
}

/** The least that may be bid, and a few steps above it. */
export function quickAmounts(increments: TermsView['increments'], minimum: number): number[] {
  const amounts = [minimum]
  for (const steps of [1, 3]) {
    let amount = amounts.at(-1)!
    for (let n = 0; n < steps; n += 1) amount += stepAt(increments, amount)
    amounts.push(amount)
  }
  return amounts
}
