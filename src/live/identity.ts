import type { Amount } from '../domain/amount.ts'
import type { Instant } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { type Offer, mostOf } from '../domain/schema.ts'
import type { AnswerView, LentAnswerView } from '../domain/wire.ts'
import type { User } from '../engine/account-ports.ts'

/** What a token is lent for: pages of one origin, bids in one auction, and the most that one may offer there. */
export type Delegation = { readonly origin: string; readonly auctionId: string; readonly most: Amount }

/**
 * Somebody who is signed in, and until when what they showed is good. By a token that was lent to a page elsewhere
 * (`scope`) everyone is a bidder, whatever they are at home.
 */
export type Identity = {
  readonly user: User & { readonly scope?: 'bid' }
  readonly sessionId: string
  readonly expiresAt: Instant
  /** Null where what was shown is the person's own. */
  readonly delegation: Delegation | null
}

/** Whoever an access token stands for, or null where it is not good. */
export type Authenticate = (token: string) => Promise<Identity | null>

/** Null, or why a bid is more than its bidder allowed the page that it comes from. */
export function rejectAboveDelegatedLimit({ delegation: lent }: Identity, offer: Offer): Rejection | null {
  if (lent === null) return null
  return mostOf(offer) > lent.most ? reject('above_lent_limit', { most: lent.most }) : null
}

/** The answer to a bid as whoever asked may know it: a page that a token was lent to learns no maximum, nor what opens it. */
export function answerFor({ delegation: lent }: Identity, answer: AnswerView): LentAnswerView {
  if (lent === null) return answer
  const { salt: _, ...bid } = answer.bid
  return { ...answer, bid: { ...bid, maximum: null } }
}
