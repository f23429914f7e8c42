import { type Auction, type Bid, type Bids, inOrder } from '../../auction.ts'
import type { Lowering } from '../../schema.ts'
import type { Standing } from './proxy.ts'
import type { Side } from './side.ts'

/**
 * What a void opens, in the order in which it was bid: the bid made void, the one that led, and those that raised a bid of their
 * own bidder or were raised by one; but for the first, none that stands as part of the lead (PX-9). Where they are of
 * the bidder whose bid is void, with what goes silently with them.
 */
export function openedBy(voided: Bid, before: Auction, after: Auction): Bid[] {
  const bids = inOrder(before.bids)
  const untold = raisedByOwn(before.bids).add(before.standing!.bidId)
  const standing = leadingRun(after)
  const isOpened = ({ bidId, voided: isVoid }: Bid) =>
    bidId === voided.bidId || (!isVoid && untold.has(bidId) && !standing.has(bidId))
  const opened = new Set(bids.filter((bid) => bid.seq !== null && isOpened(bid)).map(({ bidId }) => bidId))
  return bids.filter(
    ({ bidId, bidder, raises, voided: isVoid }) =>
      opened.has(bidId) || (bidder === voided.bidder && !isVoid && raises !== null && opened.has(raises)),
  )
}

/** Bids that a later one of their own bidder raised, and those that raised them, as the rules see the bids that stand. */
function raisedByOwn(bids: Bids): Set<string> {
  const raised = new Set<string>()
  for (let rest = bids; rest !== null; rest = rest.earlier) {
    const { bid, earlier } = rest
    const led = earlier?.standing ?? null
    if (bid.seq === null || bid.voided || led?.bidder !== bid.bidder) continue
    raised.add(bid.bidId)
    raised.add(led.bidId)
  }
  return raised
}

/** The public bids of whoever leads since they took the lead, as the rules see it now. */
export function leadingRun({ bids, standing }: Auction): Set<string> {
  const run = new Set<string>()
  for (let rest = bids; rest !== null && rest.standing?.bidder === standing?.bidder; rest = rest.earlier)
    if (rest.bid.bidder === standing?.bidder) run.add(rest.bid.raises ?? rest.bid.bidId)
  return run
}

/** VOID-3: once, to the present price at least, while the auction is as the void left it. Null where it may not be. */
export function lowered(
  side: Side,
  { standing, lowerable }: Auction,
  bidder: string,
  { lowerTo, bid: led }: Lowering,
): Standing | null {
  const isTheirs = standing !== null && standing.bidder === bidder && standing.bidId === led && lowerable === led
  if (!isTheirs || !side.reaches(lowerTo, standing.price) || side.reaches(lowerTo, standing.maximum)) return null
  return { ...standing, maximum: lowerTo }
}

/** Whose maximum everyone has seen beaten. Another void leaves it so. */
export function lowerableAfter(
  side: Side,
  { standing: before, lowerable, bids }: Auction,
  after: Standing | null,
): string | null {
  if (after === null || (after.bidId === before?.bidId && after.maximum === before.maximum)) return lowerable
  const isKnown = after.bidder !== before?.bidder || wasBeaten(side, bids, after)
  return isKnown ? after.bidId : null
}

/** Whether a bid was beaten when it was placed, or a later one of somebody else led above its maximum. */
function wasBeaten(side: Side, bids: Bids, { bidId, bidder, maximum }: Standing): boolean {
  for (let rest = bids; rest !== null; rest = rest.earlier) {
    const { bid } = rest
    if (bid.bidId === bidId) return bid.amount === maximum
    if (bid.bidder !== bidder && bid.amount === bid.price && !side.reaches(maximum, bid.price)) return true
  }
  return false
}
