import type { TermsView } from '../../src/sdk/index.ts'

/** The step at a price, as the rules say (INC-1, INC-3). */
export function stepAt(increments: TermsView['increments'], price: number): number {
  if (!Array.isArray(increments)) {
    const hundredths = BigInt(Math.round(increments.percent * 100))
    return Math.max(increments.atLeast, Number((BigInt(price) * hundredths + 9_999n) / 10_000n))
  }
  return increments.findLast(({ from }) => from <= price)?.step ?? increments[0]?.step ?? 1
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
