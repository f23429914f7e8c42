import { type Auction, type Bid, type Bids, inOrder } from '../../auction.ts'

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
