import { type Amount, highest, lowest } from '../../amount.ts'
import { stepAbove } from '../../increments.ts'
import { withReserve } from './reserve.ts'
import type { Terms } from './terms.ts'

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
export function minimumAfter(terms: Terms, standing: Standing | null): Amount {
  return standing === null ? terms.startPrice : stepAbove(terms.increments, standing.price)
}

/**
 * The standing after one more bid: second price plus a step, the earliest wins a tie (PX-1 to PX-8, RES-2). Total: whether
 * the bid may be made at all is asked before.
 */
export function place(terms: Terms, before: Standing | null, offered: Offered): Standing {
  if (before !== null && offered.lowers === true) return lower(before, offered)
  if (before === null) return priced(terms, { ...leads(offered), price: terms.startPrice, beaten: null }, offered)
  if (offered.bidder === before.bidder) return raise(terms, before, offered)
  if (offered.maximum > before.maximum)
    return priced(terms, { ...leads(offered), price: before.price, beaten: before.maximum }, offered)
  return priced(terms, { ...before, beaten: highest(offered.maximum, before.beaten ?? offered.maximum) }, null)
}

/** PX-5, PX-6: the leader's own higher maximum. It becomes the leading bid only where the price moves, and everyone saw it. */
function raise(terms: Terms, before: Standing, offered: Offered): Standing {
  const raised = priced(terms, { ...before, maximum: highest(before.maximum, offered.maximum) }, null)
  return raised.price === before.price || offered.seq === null ? raised : { ...raised, bidId: offered.bidId }
}

/** VOID-3: the price stays. Bids that are void now may have left the lead to somebody else, whom it does not concern. */
function lower(before: Standing, { bidder, maximum }: Offered): Standing {
  const isOwn = before.bidder === bidder && maximum >= before.price
  return isOwn ? { ...before, maximum: lowest(before.maximum, maximum) } : before
}

/** What nobody saw leads as the bid it goes with: where a void leaves the lead to somebody else before it came. */
function leads({ bidId, bidder, maximum, raises }: Offered) {
  return { bidId: raises ?? bidId, bidder, maximum }
}

/** PX-7 in one line, then the reserve. `leading` is the bid that takes the lead, if one does. */
function priced(terms: Terms, standing: Standing, leading: Offered | null): Standing {
  const { maximum, beaten } = standing
  const wished = leading?.exact === true ? leading.maximum : standing.price
  const answered = beaten === null ? standing.price : lowest(maximum, stepAbove(terms.increments, beaten))
  return { ...standing, price: withReserve(terms, maximum, highest(standing.price, wished, answered)) }
}
