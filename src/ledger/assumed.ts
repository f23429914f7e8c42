import type { Amount } from '../domain/amount.ts'
import { type Auction, type Bid, bidIn, inOrder } from '../domain/auction.ts'
import { listed } from '../domain/bids.ts'
import { decide } from '../domain/decide.ts'
import { isPublic } from '../domain/event.ts'
import { evolve } from '../domain/evolve.ts'
import type { Instant } from '../domain/instant.ts'
import { formats } from '../domain/formats/index.ts'
import { type Offer, mostOf } from '../domain/schema.ts'
import { limitOffer } from './openings.ts'
import { type Guess, bestOf, reignAt } from './secrets.ts'

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
  const { side } = formats[auction.format]
  const leads = standing?.bidder === of.bidder && !side.reaches(standing.maximum, maximum)
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
  return maximum === amount ? instead : withRaise(instead, exact, maximum)
}

/** After entry `seq`, with the unseen raise that explains what follows, where one is needed. */
export function withUnseenRaise(auction: Auction, guess: Guess, seq: number, at: Instant): Auction {
  const { standing, bids } = auction
  if (standing === null) return auction
  const { bidId, bidder: id } = standing
  const { side } = formats[auction.format]
  const maximum = neededAfter(side, guess, { seq, bidId })
  if (maximum === null || side.reaches(standing.maximum, maximum)) return auction
  const bidder = { id, blocked: false }
  const { events } = decide(auction, {
    type: 'bid',
    at,
    bidId: 'assumed',
    bidder,
    offer: limitOffer(auction.format, maximum),
    anyRaise: true,
  })
  const isUnseen = events.length > 0 && events.every((event) => !isPublic(event))
  const raised = isWhole(guess, bidId, seq) ? latestUnopened(auction, guess, seq) : bidIn(bids, bidId)
  return isUnseen && raised ? withRaise(auction, raised, maximum) : auction
}

/** The least maximum that explains what this reign shows, but for what a void opens of the raises in it. */
function neededAfter(
  side: Parameters<typeof bestOf>[0],
  guess: Guess,
  { seq, bidId }: { readonly seq: number; readonly bidId: string },
): Amount | null {
  const reign = reignAt(guess, seq)
  if (reign === undefined) return null
  const ahead = guess.opened.silent.filter((one) => one.goesWith === bidId && !('lowerTo' in one.offer))
  const isBeyond = (amount: Amount, until: number) =>
    ahead.every(({ asOfSeq, offer }) => asOfSeq >= until || !side.reaches(mostOf(offer as Offer), amount))
  const needed = reign.prices.filter((one) => isBeyond(one.price, one.seq)).map(({ price }) => price)
  const told = reign.told !== null && isBeyond(reign.told, reign.to) ? [reign.told] : []
  return bestOf(side, [...told, ...needed])
}

/** After the void of entry `seq`, with the unseen lowering that explains what follows, where one may have been made (VOID-3). */
export function withUnseenLowering(auction: Auction, guess: Guess, seq: number, at: Instant): Auction {
  const { standing, lowerable } = auction
  const lowerTo = reignAt(guess, seq)?.lowered ?? null
  if (standing === null || lowerTo === null || lowerable !== standing.bidId || isWhole(guess, lowerable, seq))
    return auction
  // A figure short of the price belongs to a lowering after a later void.
  if (!formats[auction.format].side.reaches(lowerTo, standing.price)) return auction
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
