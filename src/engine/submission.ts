import type { Auction } from '../domain/auction.ts'
import type { Command } from '../domain/command.ts'
import type { Instant } from '../domain/instant.ts'
import type { Rejection } from '../domain/rejection.ts'
import type { Lowering, Offer } from '../domain/schema.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { StoredAuction } from './ports.ts'

/** Whether this may be asked of the auction as it stands: looked at when the order is decided, not when it came in. */
export type Permit = (auction: Auction) => Rejection | null

/** What a bidder may still have accepted. Asked behind the key: a repeated bid has its answer, and costs nothing. */
export type BidBudget = {
  /** Null, or why no further bid is accepted right now. */
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
  readonly isDelegated?: boolean
  readonly budget?: BidBudget
  readonly permit: Permit
}

export type CommandSubmission = {
  readonly type: 'command'
  readonly auctionId: string
  readonly command: Exclude<Command, { type: 'bid' }>
  /** Who wants it; null is time itself. */
  readonly by: string | null
  readonly permit: Permit
}

export type Submission = BidSubmission | CommandSubmission

/** What became of an order. A rejection names the seq it was decided at, where an auction was read. */
export type Verdict =
  | {
      readonly ok: true
      readonly stored: StoredAuction
      readonly answer: AnswerView | null
      /** It was given before. */ readonly repeated?: true
    }
  | {
      readonly ok: false
      readonly rejection: Rejection
      readonly asOfSeq: number | null
      /** Where a bid was refused by the rules: the JWS that binds the house to it. */
      readonly receipt: string | null
    }
