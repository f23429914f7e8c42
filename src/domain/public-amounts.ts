import type { Amount } from './amount.ts'
import { type Auction, inOrder } from './auction.ts'
import { type Standing, place } from './proxy.ts'

/**
 * What bids publicly amount to by now, where that is not what they were placed at: the leading one to the price, a beaten
 * one to its whole maximum, one that its own bidder's later bid took the place of to the price it had reached.
 */
export function publicAmounts({ terms, bids, standing }: Auction): ReadonlyMap<string, Amount> {
  const amounts = new Map<string, Amount>()
  let leading: Standing | null = null
  for (const bid of inOrder(bids)) {
    if (bid.voided) continue
    const after: Standing = place(terms, leading, bid)
    if (leading !== null && leading.bidder !== after.bidder) amounts.set(leading.bidId, leading.maximum)
    else if (leading !== null && leading.bidId !== after.bidId) amounts.set(leading.bidId, leading.price)
    leading = after
  }
  if (standing !== null) amounts.set(standing.bidId, standing.price)
  return amounts
}

export type PublicAmount = { readonly bid: string; readonly amount: Amount }

/** The bids of the history that amount to something else after a change. */
export function changedAmounts(before: Auction, after: Auction): PublicAmount[] {
  const [old, now] = [publicAmounts(before), publicAmounts(after)]
  return inOrder(after.bids).flatMap(({ bidId, amount, seq }) => {
    const shown = now.get(bidId) ?? amount
    return seq === null || shown === (old.get(bidId) ?? amount) ? [] : [{ bid: bidId, amount: shown }]
  })
}
