import type { Amount } from '../../amount.ts'
import type { Auction, Bid } from '../../auction.ts'
import type { Standing } from './proxy.ts'

/**
 * All bids, the latest first, each with what it publicly amounts to by now: the leading one to the price, a beaten one to
 * its whole maximum, one that its own bidder's later bid took the place of to the price it had reached, others to what they
 * were placed at. Whoever wants the latest only looks at no others.
 */
export function* publicAmounts({ bids, standing }: Auction): Generator<readonly [Bid, Amount]> {
  const amounts = new Map<string, Amount>()
  for (let rest = bids; rest !== null; rest = rest.earlier) {
    const { bid, earlier } = rest
    const lost = lostBy(earlier?.standing ?? null, rest.standing)
    if (lost !== null && !amounts.has(lost.bid)) amounts.set(lost.bid, lost.amount)
    const amount = bid.bidId === standing?.bidId ? standing.price : amounts.get(bid.bidId)
    yield [bid, amount ?? bid.amount]
  }
}

/** The bid that no longer leads, and what it amounts to from then on. */
function lostBy(before: Standing | null, after: Standing | null): PublicAmount | null {
  if (before === null || before.bidId === after?.bidId) return null
  return { bid: before.bidId, amount: before.bidder === after?.bidder ? before.price : before.maximum }
}

export type PublicAmount = { readonly bid: string; readonly amount: Amount }

/** `exact` where it is told, which it was not in earlier versions. */
export type Beaten = PublicAmount & { readonly exact?: boolean }

/** The bids of the history that amount to something else after a change, in their order. */
export function changedAmounts(before: Auction, after: Auction): PublicAmount[] {
  const old = new Map([...publicAmounts(before)].map(([{ bidId }, amount]) => [bidId, amount]))
  return [...publicAmounts(after)]
    .toReversed()
    .flatMap(([{ bidId, seq }, amount]) => (seq === null || amount === old.get(bidId) ? [] : [{ bid: bidId, amount }]))
}
