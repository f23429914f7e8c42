import type { Amount } from '../../amount.ts'
import type { Auction, Outcome } from '../../auction.ts'
import { stepAbove } from '../../increments.ts'
import { type Offered, type Standing, minimumAfter, place } from './proxy.ts'
import { reject, type Rejection } from '../../rejection.ts'
import { reserveState } from './reserve.ts'
import { type Terms, readTerms, showTerms } from './terms.ts'
import { leadingRun, lowerableAfter, lowered, openedBy } from './void.ts'
import { changedAmounts, publicAmounts } from './public-amounts.ts'
import type { Format, Placement } from '../format.ts'

/** Ascending, open, with maximum bids: the highest maximum wins at a step above the second. */
export const english: Format = {
  direction: 'up',
  sealed: false,
  extends: true,
  readTerms,
  showTerms,
  minimumBid: ({ terms, standing }) => minimumAfter(terms, standing),
  reserve: ({ terms, standing }) => reserveState(terms, standing?.maximum ?? null),
  decideBid,
  place,
  replay: ({ terms }, bids) => bids.reduce<Standing | null>((standing, bid) => place(terms, standing, bid), null),
  lower: lowered,
  lowerableAfter,
  amounts: publicAmounts,
  changedAmounts,
  opened: openedBy,
  leadingRun,
  settle,
}

function decideBid(auction: Auction, offered: Offered, anyRaise?: true): Placement | Rejection {
  const { standing } = auction
  if (takesBuyNow(auction, offered)) return buyNow(auction, offered)
  if (standing?.bidder === offered.bidder) {
    if (offered.exact) return reject('already_leading')
    if (offered.maximum <= standing.maximum) return reject('maximum_not_raised')
  } else {
    const minimumBid = minimumAfter(auction.terms, standing)
    if (offered.maximum < minimumBid) return reject('bid_too_low', { minimumBid, price: standing?.price ?? null })
  }
  const after = place(auction.terms, standing, offered)
  const visible = standing?.bidder !== offered.bidder || after.price !== standing.price
  if (!visible && anyRaise !== true && offered.maximum < silentRaise(auction.terms, standing))
    return reject('maximum_not_raised')
  const amount = after.bidder === offered.bidder ? after.price : offered.maximum
  return { standing: after, amount, visible, closes: false }
}

/** PX-5: a raise that nobody sees is one step at least, or the highest amount. By a unit each they could fill a disk. */
function silentRaise({ increments }: Terms, { maximum }: Standing): Amount {
  return stepAbove(increments, maximum)
}

/** BIN-1: until the first bid was accepted; a bid made void does not bring it back. */
function takesBuyNow({ terms, bids }: Auction, { exact, maximum }: Offered): boolean {
  return terms.buyNowPrice !== null && bids === null && exact && maximum >= terms.buyNowPrice
}

function buyNow({ terms }: Auction, { bidId, bidder }: Offered): Placement {
  const price = terms.buyNowPrice!
  return {
    standing: { bidId, bidder, maximum: price, price, beaten: null },
    amount: price,
    visible: true,
    closes: true,
  }
}

function settle({ terms, standing, paddles }: Auction): Outcome {
  const unsold = { result: 'unsold', price: null, winner: null } as const
  if (standing === null) return { ...unsold, reason: 'no_bids' }
  if (reserveState(terms, standing.maximum) === 'unmet') return { ...unsold, reason: 'reserve_unmet' }
  return { result: 'sold', price: standing.price, winner: paddles.get(standing.bidder)!, reason: null }
}
