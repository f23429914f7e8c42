import type { Amount } from '../domain/amount.ts'
import { type Auction, type Bid, bidIn, inOrder } from '../domain/auction.ts'
import { listed } from '../domain/bids.ts'
import { decide } from '../domain/decide.ts'
import { isPublic } from '../domain/event.ts'
import { evolve } from '../domain/evolve.ts'
import type { Instant } from '../domain/instant.ts'
import { formats } from '../domain/formats/index.ts'
import { type Offer, mostOf } from '../domain/schema.ts'
import { type Guess, reignAt } from './secrets.ts'

/** Figures put into an auction for what its ledger does not tell of it. */

/** With a raise of a bid that nobody saw, which goes with it. Coming early it changes nothing: nobody beat it meanwhile. */
export function withRaise(auction: Auction, of: Bid, maximum: Amount): Auction {
  const bids = inOrder(auction.bids)
  const last = bids.findLastIndex((bid) => bid.bidId === of.bidId || bid.raises === of.bidId)
  const { atMost: _, lowers: __, ...bid } = of
  const raise: Bid = {
    ...bid,
    bidId: `assumed to raise ${of.bidId} to ${maximum}`,
    maximum,
    exact: false,
    seq: null,
    raises: of.bidId,
  }
  const { standing } = auction
  const leads = standing?.bidder === of.bidder && standing.maximum < maximum
  return {
    ...auction,
    bids: listed(auction, bids.toSpliced(last + 1, 0, raise)),
    standing: leads ? { ...standing, maximum } : standing,
  }
}

/** With an exact bid of the price at which it took the lead in the place of a maximum: whatever it held beyond was raised later. */
export function withExact(auction: Auction, bidId: string): Auction {
  const bids = inOrder(auction.bids)
  const place = bids.findIndex((bid) => bid.bidId === bidId)
  const { amount, maximum } = bids[place]!
  const exact: Bid = { ...bids[place]!, exact: true, maximum: amount }
  const instead = { ...auction, bids: listed(auction, bids.with(place, exact)) }
  return maximum > amount ? withRaise(instead, exact, maximum) : instead
}

/** After entry `seq`, with the unseen raise that explains what follows, where one is needed. */
export function withUnseenRaise(auction: Auction, guess: Guess, seq: number, at: Instant): Auction {
  const { standing, bids } = auction
  if (standing === null) return auction
  const { bidId, bidder: id } = standing
  const maximum = neededAfter(guess, seq, bidId)
  if (maximum <= standing.maximum) return auction
  const bidder = { id, blocked: false }
  const { events } = decide(auction, { type: 'bid', at, bidId: 'assumed', bidder, offer: { maximum }, anyRaise: true })
  const isUnseen = events.length > 0 && events.every((event) => !isPublic(event))
  const raised = isWhole(guess, bidId, seq) ? latestUnopened(auction, guess, seq) : bidIn(bids, bidId)
  return isUnseen && raised ? withRaise(auction, raised, maximum) : auction
}

/** The least maximum that explains what this reign shows, but for what a void opens of the raises in it. */
function neededAfter(guess: Guess, seq: number, bidId: string): Amount {
  const reign = reignAt(guess, seq)
  if (reign === undefined) return 0 as Amount
  const ahead = guess.opened.silent.filter((one) => one.goesWith === bidId && 'maximum' in one.offer)
  const raisedBy = (until: number) =>
    Math.max(0, ...ahead.map(({ asOfSeq, offer }) => (asOfSeq < until ? mostOf(offer as Offer) : 0)))
  const needed = reign.prices.map((one) => (one.price > raisedBy(one.seq) ? one.price : 0))
  const told = reign.told !== null && reign.told > raisedBy(reign.to) ? reign.told : 0
  return Math.max(told, ...needed) as Amount
}

/** After the void of entry `seq`, with the unseen lowering that explains what follows, where one may have been made (VOID-3). */
export function withUnseenLowering(auction: Auction, guess: Guess, seq: number, at: Instant): Auction {
  const { standing, lowerable } = auction
  const lowerTo = reignAt(guess, seq)?.lowered ?? null
  if (standing === null || lowerTo === null || lowerable !== standing.bidId || isWhole(guess, lowerable, seq))
    return auction
  // A lower figure than the price belongs to a lowering after a later void.
  if (lowerTo < standing.price) return auction
  const bidder = { id: standing.bidder, blocked: false }
  const bidId = `assumed to lower ${standing.bidId} after entry ${seq}`
  const { events } = decide(auction, { type: 'bid', at, bidId, bidder, offer: { lowerTo, bid: standing.bidId } })
  return events.reduce(evolve, auction)
}

/** The latest bid of the leading run, but `except`, with which more may go than is opened. */
export function latestUnopened(auction: Auction, guess: Guess, seq: number, except?: string): Bid | undefined {
  const run = formats[auction.format].leadingRun(auction)
  return inOrder(auction.bids).findLast(
    ({ bidId }) => run.has(bidId) && bidId !== except && !isWhole(guess, bidId, seq),
  )
}

/** Whether all that goes with a bid up to an entry is opened. */
function isWhole({ opened }: Guess, bidId: string, seq: number): boolean {
  return (opened.wholeUntil.get(bidId) ?? 0) > seq
}
