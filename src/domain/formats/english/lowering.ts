import type { Auction, Bids } from '../../auction.ts'
import { reject, type Rejection } from '../../rejection.ts'
import type { Lowering } from '../../schema.ts'
import type { Standing } from './proxy.ts'

/** VOID-3: a maximum that everyone has seen beaten may be lowered once, where a void lets it lead again. */

/** Once, to the present price at least, while the auction is as the void left it. */
export function lowered(
  { standing, lowerable }: Auction,
  bidder: string,
  { lowerTo, bid: led }: Lowering,
): Standing | Rejection {
  const isTheirs = standing !== null && standing.bidder === bidder && standing.bidId === led && lowerable === led
  if (!isTheirs || lowerTo < standing.price || lowerTo >= standing.maximum) return reject('maximum_not_lowered')
  return { ...standing, maximum: lowerTo }
}

/** Whose maximum everyone has seen beaten. Another void leaves it so. */
export function lowerableAfter({ standing: before, lowerable, bids }: Auction, after: Standing | null): string | null {
  if (after === null || (after.bidId === before?.bidId && after.maximum === before.maximum)) return lowerable
  const isKnown = after.bidder !== before?.bidder || wasBeaten(bids, after)
  return isKnown ? after.bidId : null
}

/** Whether a bid was beaten when it was placed, or a later one of somebody else led above its maximum. */
function wasBeaten(bids: Bids, { bidId, bidder, maximum }: Standing): boolean {
  for (let rest = bids; rest !== null; rest = rest.earlier) {
    const { bid } = rest
    if (bid.bidId === bidId) return bid.amount === maximum
    if (bid.bidder !== bidder && bid.amount === bid.price && bid.price > maximum) return true
  }
  return false
}
