import type { Amount } from '../amount.ts'
import type { Auction, Outcome } from '../auction.ts'
import type { Offered, Standing } from './english/proxy.ts'
import type { Rejection } from '../rejection.ts'

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

/** What shared code asks a format; it never asks which format it has. */
export type Format = {
  readonly direction: 'up'
  /** Whether amounts stay hidden until the close. */
  readonly sealed: boolean
  /** Whether late bids may move the end (SC-2). */
  readonly extends: boolean
  minimumBid(auction: Pick<Auction, 'terms' | 'standing'>): Amount
  decideBid(auction: Auction, offered: Offered, anyRaise?: true): Placement | Rejection
  /** The standing that follows from these bids in their order (VOID-1). */
  replay(auction: Auction, bids: readonly Offered[]): Standing | null
  settle(auction: Auction): Outcome
}
