import type { Amount } from '../../amount.ts'
import type { Auction, Outcome } from '../../auction.ts'
import type { Code } from '../../../codes.ts'
import { reject, type Rejection } from '../../rejection.ts'
import type { Format, Placement } from '../format.ts'
import { type Offered, type ProxyTerms, type Standing, minimumAfter, place } from './proxy.ts'
import { changedAmounts, publicAmounts } from './public-amounts.ts'
import { reasonFor } from './reasons.ts'
import { reserveState } from './reserve.ts'
import type { Side } from './side.ts'
import { leadingRun, lowerableAfter, lowered, openedBy } from './void.ts'

/** What differs by the side, besides the order of amounts: the names of what is asked, offered and refused. */
type Names = {
  readonly direction: Format['direction']
  readonly limit: Format['limit']
  readonly nextBid: 'minimumBid' | 'maximumBid'
  readonly tooLow: Code
  readonly notRaised: Code
  readonly notLowered: Code
}

/** Open bidding with maximum bids: the best maximum wins at a step beyond the second. */
export function proxyBidding(side: Side, names: Names): Omit<Format, 'readTerms' | 'showTerms' | 'readOffer'> {
  return {
    direction: names.direction,
    limit: names.limit,
    side,
    sealed: false,
    extends: true,
    asked: (next) => (names.nextBid === 'minimumBid' ? { minimumBid: next } : { minimumBid: null, maximumBid: next }),
    nextBid: ({ terms, standing }) => minimumAfter(side, terms, standing),
    reserve: ({ terms, standing }) => reserveState(side, terms, standing?.maximum ?? null),
    decideBid: (auction, offered, anyRaise) => decideBid(auction, offered, { side, names, anyRaise }),
    place: (terms, before, bid) => place(side, terms, before, bid),
    replay: ({ terms }, bids) =>
      bids.reduce<Standing | null>((standing, bid) => place(side, terms, standing, bid), null),
    lower: (auction, bidder, lowering) => lowered(side, auction, bidder, lowering) ?? reject(names.notLowered),
    lowerableAfter: (before, after) => lowerableAfter(side, before, after),
    amounts: publicAmounts,
    changedAmounts,
    opened: openedBy,
    leadingRun,
    settle: (auction) => settle(side, auction),
    reasonFor: (facts) => reasonFor(side, facts),
  }
}

type Rules = { readonly side: Side; readonly names: Names; readonly anyRaise: true | undefined }

function decideBid(
  { terms, standing }: Auction,
  offered: Offered,
  { side, names, anyRaise }: Rules,
): Placement | Rejection {
  if (standing?.bidder === offered.bidder) {
    if (offered.exact) return reject('already_leading')
    if (side.reaches(standing.maximum, offered.maximum)) return reject(names.notRaised)
  } else {
    const next = minimumAfter(side, terms, standing)
    if (!side.reaches(offered.maximum, next))
      return reject(names.tooLow, { [names.nextBid]: next, price: standing?.price ?? null })
  }
  const after = place(side, terms, standing, offered)
  const visible = standing?.bidder !== offered.bidder || after.price !== standing.price
  if (!visible && anyRaise !== true && !side.reaches(offered.maximum, silentRaise(side, terms, standing)))
    return reject(names.notRaised)
  const amount = after.bidder === offered.bidder ? after.price : offered.maximum
  return { standing: after, amount, visible, closes: false }
}

/** PX-5: a raise that nobody sees is one step at least, or goes to the utmost amount. By a unit each they could fill a disk. */
function silentRaise(side: Side, { increments }: ProxyTerms, { maximum }: Standing): Amount {
  return side.next(increments, maximum)
}

function settle(side: Side, { terms, standing, paddles }: Auction): Outcome {
  const unsold = { result: 'unsold', price: null, winner: null } as const
  if (standing === null) return { ...unsold, reason: 'no_bids' }
  if (reserveState(side, terms, standing.maximum) === 'unmet') return { ...unsold, reason: 'reserve_unmet' }
  return { result: 'sold', price: standing.price, winner: paddles.get(standing.bidder)!, reason: null }
}
