import { type Auction, type Bid, type Bids, inOrder } from './auction.ts'
import { publicAmounts } from './public-amounts.ts'

/**
 * What a void opens, in the order in which it was bid: the bid made void, and each bid that does not stand as the leading
 * one and of which the history does not tell what it offered. Where they are of the bidder whose bid is void, with
 * what goes silently with them. Nothing that stands is among them (PX-9).
 */
export function openedBy(voided: Bid, before: Auction, after: Auction): Bid[] {
  const bids = inOrder(before.bids)
  const shown = new Map([...publicAmounts(before)].map(([{ bidId }, amount]) => [bidId, amount]))
  const raised = raisedByOwn(before.bids)
  const standing = leadingRun(after)
  const isUntold = ({ bidId, bidder, maximum }: Bid) =>
    bidId === before.standing?.bidId || raised.has(bidId) || (bidder === voided.bidder && shown.get(bidId) !== maximum)
  const isOpened = (bid: Bid) =>
    bid.bidId === voided.bidId || (!bid.voided && !standing.has(bid.bidId) && isUntold(bid))
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
