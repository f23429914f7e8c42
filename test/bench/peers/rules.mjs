/** The rules of a bid, as each peer applies them: whole minor units, a step of one, a maximum that bids for its owner, a soft close. */

export const WINDOW_MS = 60_000

/** What a bid does to an auction `{ price, leader, maximum, closesAt, seq }`, or `{ refused }`. */
export function decide(auction, { user, amount, at }) {
  if (!Number.isSafeInteger(amount) || amount < 1) return { refused: 'invalid' }
  if (at >= auction.closesAt) return { refused: 'auction_closed' }
  if (auction.leader !== null && amount < auction.price + 1)
    return { refused: 'bid_too_low', minimumBid: auction.price + 1 }
  const closesAt = auction.closesAt - at < WINDOW_MS ? at + WINDOW_MS : auction.closesAt
  const seq = auction.seq + 1
  if (auction.leader === null) return { price: amount, leader: user, maximum: amount, closesAt, seq }
  if (amount > auction.maximum)
    return { price: Math.max(auction.maximum + 1, amount), leader: user, maximum: amount, closesAt, seq }
  return {
    price: Math.min(amount + 1, auction.maximum),
    leader: auction.leader,
    maximum: auction.maximum,
    closesAt,
    seq,
  }
}
