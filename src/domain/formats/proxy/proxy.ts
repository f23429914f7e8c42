import type { Amount } from '../../amount.ts'
import type { Increments } from '../../increments.ts'
import { withReserve } from './reserve.ts'
import type { Side } from './side.ts'

/**
 * Maximum bids: second price plus a step, the earliest wins a tie (PX). Whoever bids down has a minimum where these rules say
 * maximum: the amount that they go to at the utmost.
 */

/** The terms that these rules go by. */
export type ProxyTerms = {
  readonly startPrice: Amount
  readonly increments: Increments
  readonly reservePrice: Amount | null
  readonly belowReserve?: 'steps' | 'full'
}

/** A bid as the rules see it: an exact bid is one whose maximum is its amount and whose wish is that price (PX-7). */
export type Offered = {
  readonly bidId: string
  readonly bidder: string
  readonly maximum: Amount
  readonly exact: boolean
  /** Takes the place of a higher maximum of the own leading bid (VOID-3). */
  readonly lowers?: boolean
  /** The minimum bid of its instant was asked for, up to this (PX-10): as secret as a maximum, and nothing is bid by it later. */
  readonly atMost?: Amount
  /** Null of a raise that nobody saw; absent before a bid is accepted. */
  readonly seq?: number | null
  /** Of such a raise the bid with which it goes. */
  readonly raises?: string | null
}

/** Who leads, with which bid, up to what, at which price, and the highest amount that was beaten or tied. */
export type Standing = {
  readonly bidId: string
  readonly bidder: string
  readonly maximum: Amount
  readonly price: Amount
  readonly beaten: Amount | null
}

/** The least a new bidder must offer (INC-1). */
export function minimumAfter(side: Side, terms: ProxyTerms, standing: Standing | null): Amount {
  return standing === null ? terms.startPrice : side.next(terms.increments, standing.price)
}

/**
 * The standing after one more bid: second price plus a step, the earliest wins a tie (PX-1 to PX-8, RES-2). Total: whether
 * the bid may be made at all is asked before.
 */
export function place(side: Side, terms: ProxyTerms, before: Standing | null, offered: Offered): Standing {
  if (before !== null && offered.lowers === true) return lower(side, before, offered)
  if (before === null) return priced(side, terms, { ...leads(offered), price: terms.startPrice, beaten: null }, offered)
  if (offered.bidder === before.bidder) return raise(side, terms, before, offered)
  if (!side.reaches(before.maximum, offered.maximum))
    return priced(side, terms, { ...leads(offered), price: before.price, beaten: before.maximum }, offered)
  return priced(side, terms, { ...before, beaten: side.best(offered.maximum, before.beaten ?? offered.maximum) }, null)
}

/** PX-5, PX-6: the leader's own higher maximum. It becomes the leading bid only where the price moves, and everyone saw it. */
function raise(side: Side, terms: ProxyTerms, before: Standing, offered: Offered): Standing {
  const raised = priced(side, terms, { ...before, maximum: side.best(before.maximum, offered.maximum) }, null)
  return raised.price === before.price || offered.seq === null ? raised : { ...raised, bidId: offered.bidId }
}

/** VOID-3: the price stays. Bids that are void now may have left the lead to somebody else, whom it does not concern. */
function lower(side: Side, before: Standing, { bidder, maximum }: Offered): Standing {
  const isOwn = before.bidder === bidder && side.reaches(maximum, before.price)
  return isOwn ? { ...before, maximum: side.worst(before.maximum, maximum) } : before
}

/** What nobody saw leads as the bid it goes with: where a void leaves the lead to somebody else before it came. */
function leads({ bidId, bidder, maximum, raises }: Offered) {
  return { bidId: raises ?? bidId, bidder, maximum }
}

/** PX-7 in one line, then the reserve. `leading` is the bid that takes the lead, if one does. */
function priced(side: Side, terms: ProxyTerms, standing: Standing, leading: Offered | null): Standing {
  const { maximum, beaten } = standing
  const wished = leading?.exact === true ? leading.maximum : standing.price
  const answered = beaten === null ? standing.price : side.worst(maximum, side.next(terms.increments, beaten))
  return { ...standing, price: withReserve(side, terms, maximum, side.best(standing.price, wished, answered)) }
}
