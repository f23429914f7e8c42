import type { TermsView } from '../../src/domain/wire.ts'

/**
 * The price rule once more, in the most naive way and from the rule book alone: every question is answered by looking
 * through all the bids again. It shares no code with what it checks.
 */

export type Fact = { readonly who: string; readonly maximum: number; readonly exact: boolean }
export type ModelTerms = Pick<TermsView, 'startPrice' | 'increments' | 'belowReserve'> & { reservePrice: number | null }
export type ModelStanding = { readonly leader: string; readonly maximum: number; readonly price: number }

const MOST = 9_007_199_254_740_991n

function stepAt({ increments }: ModelTerms, price: number): bigint {
  if (Array.isArray(increments)) {
    const below = increments.filter(({ from }) => from <= price)
    return BigInt(below[below.length - 1]!.step)
  }
  const exact = BigInt(price) * BigInt(Math.round(increments.percent * 100))
  const rounded = exact % 10_000n === 0n ? exact / 10_000n : exact / 10_000n + 1n
  return rounded > BigInt(increments.atLeast) ? rounded : BigInt(increments.atLeast)
}

function oneStepOver(terms: ModelTerms, price: number): number {
  const sum = BigInt(price) + stepAt(terms, price)
  return Number(sum > MOST ? MOST : sum)
}

/** The highest maximum; of two alike the one that was there first. */
function leading(facts: readonly Fact[]): Fact | undefined {
  const most = Math.max(...facts.map(({ maximum }) => maximum))
  return facts.find(({ maximum }) => maximum === most)
}

export function standingOf(terms: ModelTerms, facts: readonly Fact[]): ModelStanding | null {
  const last = facts.at(-1)
  if (last === undefined) return null
  const before = standingOf(terms, facts.slice(0, -1))
  const { who: leader, maximum } = leading(facts)!
  const rivals = facts.filter(({ who }) => who !== leader).map((fact) => fact.maximum)
  const candidates = [before?.price ?? terms.startPrice]
  if (last.exact && leader === last.who && before?.leader !== last.who) candidates.push(last.maximum)
  if (rivals.length > 0) candidates.push(Math.min(maximum, oneStepOver(terms, Math.max(...rivals))))
  if (terms.reservePrice !== null && maximum >= terms.reservePrice) candidates.push(terms.reservePrice)
  if (terms.reservePrice !== null && maximum < terms.reservePrice && terms.belowReserve === 'full')
    candidates.push(maximum)
  return { leader, maximum, price: Math.max(...candidates) }
}

export function minimumBid(terms: ModelTerms, facts: readonly Fact[]): number {
  const standing = standingOf(terms, facts)
  return standing === null ? terms.startPrice : oneStepOver(terms, standing.price)
}

/** Why a bid is refused, or null where it is accepted. */
export function refusalOf(terms: ModelTerms, facts: readonly Fact[], fact: Fact): string | null {
  const standing = standingOf(terms, facts)
  if (standing?.leader === fact.who) {
    if (fact.exact) return 'already_leading'
    if (fact.maximum <= standing.maximum) return 'maximum_not_raised'
    const isSeen = standingOf(terms, [...facts, fact])!.price !== standing.price
    return isSeen || fact.maximum >= oneStepOver(terms, standing.maximum) ? null : 'maximum_not_raised'
  }
  return fact.maximum < minimumBid(terms, facts) ? 'bid_too_low' : null
}

export function reserveOf(terms: ModelTerms, facts: readonly Fact[]): string {
  if (terms.reservePrice === null) return 'none'
  return facts.some(({ maximum }) => maximum >= terms.reservePrice!) ? 'met' : 'unmet'
}
