import type { Auction } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import type { Instant } from '../domain/instant.ts'
import type { Rejection } from '../domain/rejection.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { Arrival } from './arrivals.ts'
import type { StoredAuction } from './ports.ts'

/**
 * Decides whether the auction's current state allows a submission. Called when the submission is decided, not when it is
 * received.
 */
export type Permit = (auction: Auction) => Rejection | null

/**
 * How many more bids of a bidder may be accepted. Checked after the idempotency key, so a repeated bid is answered
 * without being charged.
 */
export type BidBudget = {
  /** Returns null, or the rejection if no further bid is accepted right now. */
  reject(): Rejection | null
  accepted(): void
}

export type BidSubmission = {
  readonly type: 'bid'
  readonly auctionId: string
  readonly at: Instant
  readonly bidId: string
  readonly userId: string
  readonly sessionId: string
  readonly key: string
  readonly offer: Offer | Lowering
  /** The bid comes from an embedding page by a delegated token. */
  readonly isDelegated?: boolean
  readonly budget?: BidBudget
  readonly permit: Permit
}

export type CommandSubmission = {
  readonly type: 'command'
  readonly auctionId: string
  readonly command: Exclude<Command, { type: 'bid' }>
  /** The user who submitted the command; null is time itself. */
  readonly by: string | null
  readonly permit: Permit
}

export type Submission = BidSubmission | CommandSubmission

/** The outcome of a submission. A rejection names the seq it was decided at, if the auction exists for the caller. */
export type Verdict =
  | {
      readonly ok: true
      readonly stored: StoredAuction
      readonly answer: AnswerView | null
      /** The answer was given before. */
      readonly repeated?: true
    }
  | {
      readonly ok: false
      readonly rejection: Rejection
      readonly asOfSeq: number | null
      /** If the rules rejected a bid: the JWS that binds the house to the rejection. */
      readonly receipt: string | null
    }

/** A bid before the engine stamps it. `arrival` is the result of `received`, if it had to wait for its turn to be parsed. */
export type BidRequest = Omit<BidSubmission, 'type' | 'at' | 'bidId'> & { readonly arrival?: Arrival }
