import type { Amount } from './amount.ts'
import type { Instant } from './instant.ts'
import type { Offered, Standing, Terms } from './formats/index.ts'
import type { FormatName } from './formats/shapes.ts'

/** The result of the close. The winner is a paddle. */
export type Outcome =
  | { readonly result: 'sold'; readonly price: Amount; readonly winner: number; readonly reason: 'buy_now' | null }
  | {
      readonly result: 'unsold'
      readonly price: null
      readonly winner: null
      readonly reason: 'no_bids' | 'reserve_unmet'
    }

export type Stage =
  | { readonly status: 'draft' | 'scheduled' | 'open' }
  /** `leftMs` is what was left at the pause; null where a new end was set since. */
  | { readonly status: 'paused'; readonly leftMs: number | null; readonly reason: string }
  | { readonly status: 'closed'; readonly outcome: Outcome }
  /** `wasDraft` where nobody else saw it before. */
  | { readonly status: 'cancelled'; readonly reason: string; readonly wasDraft: boolean }

/** An accepted bid. `seq` is null for a silent raise, which `raises` the bid that leads. */
export type Bid = Offered & {
  readonly paddle: number
  readonly at: Instant
  readonly seq: number | null
  readonly raises: string | null
  /** What the bid publicly amounted to, and the price, when it was placed. */
  readonly amount: Amount
  readonly price: Amount
  readonly voided: boolean
  /** Made by an admin in an auction of an admin (WHO-2). */
  readonly house: boolean
}

/**
 * All accepted bids, the latest first, and among them those of one bidder: lists that are added to without being copied.
 * `standing` is what the rules make of the bids so far, without those that are void.
 */
export type Bids = {
  readonly bid: Bid
  readonly earlier: Bids
  readonly own: Bids
  readonly standing: Standing | null
} | null

/** What a seller sets, resolved. Until it opens, an auction may have a length, from which its end follows. */
export type Details = {
  readonly title: string
  readonly description: string
  readonly images: readonly string[]
  readonly currency: string
  readonly format: FormatName
  readonly terms: Terms
  readonly opensAt: Instant | null
  readonly closesAt: Instant | null
  readonly durationMs: number | null
}

export type Auction = Details & {
  readonly id: string
  readonly sellerId: string
  readonly createdAt: Instant
  readonly stage: Stage
  /** Others than the seller and the house have seen it, or may have: it was not a draft all the time. */
  readonly wasShown: boolean
  /** How often a late bid moved the end (SC-2). */
  readonly extensions: number
  readonly standing: Standing | null
  /** The bid that leads again by a void, until the next bid: its maximum is known, and may be lowered once (VOID-3). */
  readonly lowerable: string | null
  readonly bids: Bids
  /** The number on each bidder's paddle, in order of first bid. */
  readonly paddles: ReadonlyMap<string, number>
  /** Public bids that stand. */
  readonly bidCount: number
  /** The number of the latest public event; 0 before the first. */
  readonly seq: number
  /** When its latest event happened: nothing of it is dated before that. 0 before the first. */
  readonly latestAt: Instant
}

/** An auction without its bids: as much as everybody may see, and what it is reckoned from. */
export type Summary = Omit<Auction, 'bids' | 'paddles'> & {
  readonly leaderPaddle: number | null
  readonly bidderCount: number
}

export function summaryOf(auction: Auction): Summary {
  const { standing, paddles } = auction
  const leaderPaddle = standing === null ? null : paddles.get(standing.bidder)!
  return { ...auction, leaderPaddle, bidderCount: paddles.size }
}

export function isOver({ stage }: Auction): boolean {
  return stage.status === 'closed' || stage.status === 'cancelled'
}

/** The bids in the order in which they were accepted. */
export function inOrder(bids: Bids): Bid[] {
  const list: Bid[] = []
  for (let rest = bids; rest !== null; rest = rest.earlier) list.push(rest.bid)
  return list.toReversed()
}

/** Looked for from the latest on: what is asked for is mostly late, and nothing is copied. */
export function bidIn(bids: Bids, bidId: string): Bid | null {
  let rest = bids
  while (rest !== null && rest.bid.bidId !== bidId) rest = rest.earlier
  return rest?.bid ?? null
}

/** The latest of a bidder's own, or null where they have none; the others are its `own`. */
export function latestOf({ bids, paddles }: Pick<Auction, 'bids' | 'paddles'>, bidder: string): Bids {
  if (!paddles.has(bidder)) return null
  let list = bids
  while (list !== null && list.bid.bidder !== bidder) list = list.earlier
  return list
}

/** When this auction next wants a tick, or null where nothing but a command moves it. */
export function dueAt(auction: Auction): Instant | null {
  if (auction.stage.status === 'scheduled') return auction.opensAt
  if (auction.stage.status === 'open') return auction.closesAt
  return null
}
