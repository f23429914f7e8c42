import type { Amount } from '../amount.ts'
import type { Auction, Bid, Details, Outcome } from '../auction.ts'
import type { PublicFacts } from '../explanation.ts'
import type { Rejection } from '../rejection.ts'
import type { Lowering, Offer } from '../schema.ts'
import type { Viewer } from '../viewer.ts'
import type { Terms } from './index.ts'
import type { Offered, Standing } from './proxy/proxy.ts'
import type { PublicAmount } from './proxy/public-amounts.ts'
import type { Reason } from './proxy/reasons.ts'
import type { ReserveState } from './proxy/reserve.ts'
import type { Side } from './proxy/side.ts'
import type { TermsInput, TermsView } from './shapes.ts'

/** What a bid does to an auction, where it is accepted. */
export type Placement = {
  readonly standing: Standing
  /** What the bid publicly amounts to now. */
  readonly amount: Amount
  /** False for a silent raise (PX-9). */
  readonly visible: boolean
  /** True where it ends the auction (BIN-1). */
  readonly closes: boolean
}

/** An offer as the rules see it: how far it goes, or up to where the next bid is asked for, whatever that is then (PX-10). */
export type Asked = { readonly maximum: Amount; readonly exact: boolean } | { readonly upTo: Amount }

/** What the next bid must be, by the name that the format has for it. */
export type NextBidView = { readonly minimumBid: Amount | null; readonly maximumBid?: Amount | null }

/** What shared code asks a format; it never asks which format it has. */
export type Format = {
  readonly direction: 'up' | 'down'
  readonly side: Side
  /** What the secret amount of a bid is called. */
  readonly limit: 'maximum' | 'minimum'
  /** Whether amounts stay hidden until the close. */
  readonly sealed: boolean
  /** Whether late bids may move the end (SC-2). */
  readonly extends: boolean
  /** Terms as a seller gives them, in a currency. */
  readTerms(input: TermsInput, currency: string): Terms
  showTerms(terms: Terms, viewer: Viewer): TermsView
  /** Null where the format takes no such offer. */
  readOffer(offer: Offer): Asked | null
  /** What a new bidder must offer at the least. */
  nextBid(auction: Pick<Auction, 'terms' | 'standing'>): Amount
  /** The same as it is shown; null where nobody may bid. */
  asked(nextBid: Amount | null): NextBidView
  /** Whether what leads reaches the reserve (RES-1). */
  reserve(auction: Pick<Auction, 'terms' | 'standing'>): ReserveState
  decideBid(auction: Auction, offered: Offered, anyRaise?: true): Placement | Rejection
  /** What leads after one more bid that was accepted. */
  place(terms: Terms, before: Standing | null, bid: Offered): Standing
  /** What leads after these bids in their order (VOID-1). */
  replay(auction: Pick<Auction, 'terms'>, bids: readonly Offered[]): Standing | null
  /** The standing with a lower maximum of a bid that a void lets lead again (VOID-3). */
  lower(auction: Auction, bidder: string, lowering: Lowering): Standing | Rejection
  /** The bid whose maximum may be lowered once, after a void that left `after` to lead. */
  lowerableAfter(before: Auction, after: Standing | null): string | null
  /** All bids, the latest first, each with what it publicly amounts to by now. */
  amounts(auction: Auction): Iterable<readonly [Bid, Amount]>
  /** The bids of the history that amount to something else after a change, in their order. */
  changedAmounts(before: Auction, after: Auction): PublicAmount[]
  /** The bids whose secrets the void of one opens. */
  opened(voided: Bid, before: Auction, after: Auction): Bid[]
  /** The public bids of whoever leads since they took the lead. */
  leadingRun(auction: Auction): ReadonlySet<string>
  settle(auction: Auction): Outcome
  /** Why a bid made the price what it became, and the ids of docs/rules.md that say so. */
  reasonFor(facts: PublicFacts): { readonly reason: Reason; readonly rules: readonly string[] }
}

/** The format and the terms of an auction. */
export type Formatted = Pick<Details, 'format' | 'terms'>
