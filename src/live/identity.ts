import type { Amount } from '../domain/amount.ts'
import type { Instant } from '../domain/instant.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { type Offer, mostOf } from '../domain/schema.ts'
import { withoutLimit } from '../domain/view.ts'
import type { AnswerView, LentAnswerView } from '../domain/wire.ts'
import type { KeyScope } from '../engine/reach-ports.ts'
import type { User } from '../engine/account-ports.ts'

/** What a delegated token allows: pages of one origin, bids in one auction, and the most that a bid may offer. */
export type Delegation = { readonly origin: string; readonly auctionId: string; readonly most: Amount }

/**
 * An authenticated user, and the expiry of the token. A delegated token (`scope`) makes everyone a bidder, whatever their
 * role.
 */
export type Identity = {
  readonly user: User & { readonly scope?: 'bid' }
  readonly sessionId: string
  readonly expiresAt: Instant
  /** Null for the user's own token. */
  readonly delegation: Delegation | null
  /** What a key of a program may do; null for a token. */
  readonly scopes: ReadonlySet<KeyScope> | null
}

/** Returns the identity of an access token, or null if it is not valid. */
export type Authenticate = (token: string) => Promise<Identity | null>

/** Returns null, or the rejection of an offer that a key may not make, or that is above the limit of a delegated token. */
export function rejectBeyondToken({ delegation, scopes }: Identity, offer: Offer): Rejection | null {
  if (scopes !== null && !scopes.has('bid')) return reject('forbidden', { detail: 'This key does not bid' })
  if (delegation === null) return null
  return mostOf(offer) > delegation.most ? reject('above_lent_limit', { most: delegation.most }) : null
}

/**
 * The answer to a bid as its sender may see it: a page with a delegated token sees neither the maximum nor the salt that
 * opens its commitment.
 */
export function answerFor({ delegation }: Identity, answer: AnswerView): LentAnswerView {
  if (delegation === null) return answer
  const { salt: _, ...bid } = answer.bid
  return { ...answer, bid: withoutLimit(bid) }
}
