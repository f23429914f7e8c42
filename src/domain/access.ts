import type { Auction } from './auction.ts'
import { reject, type Rejection } from './rejection.ts'
import type { Role } from './schema.ts'

/** Somebody signed in; null is a passer-by. With `scope` they are here by a page elsewhere, lent to which they only bid. */
export type Actor = {
  readonly id: string
  readonly role: Role
  readonly blocked?: boolean
  readonly scope?: 'bid'
} | null

/** Who is blocked has no rank left. */
export function isAdmin(actor: Actor): boolean {
  return actor?.role === 'admin' && actor.blocked !== true
}

/** Whether the actor may know what the seller knows. */
export function owns({ sellerId }: Pick<Auction, 'sellerId'>, actor: Actor): boolean {
  if (actor === null || actor.scope === 'bid') return false
  return isAdmin(actor) || actor.id === sellerId
}

/** A draft, and one that was cancelled before anybody else saw it. */
export function isHidden({ stage }: Auction): boolean {
  return stage.status === 'draft' || (stage.status === 'cancelled' && stage.wasDraft)
}

/** To others what is hidden does not exist. */
export function rejectHidden(auction: Auction, actor: Actor): Rejection | null {
  return isHidden(auction) && !owns(auction, actor) ? reject('auction_not_found') : null
}

/** What others have seen is never gone: only a draft from the beginning is. */
export function rejectUnlessUnseen({ stage, wasShown }: Auction): Rejection | null {
  return stage.status === 'draft' && !wasShown ? null : reject('auction_not_draft')
}

/** Details are changed by the auction's seller and by admins. */
export function rejectStranger(auction: Auction, actor: Actor): Rejection | null {
  return rejectHidden(auction, actor) ?? (owns(auction, actor) ? null : reject('forbidden'))
}

/** The hammer is the seller's before the first bid, and the admins' always. */
export function rejectUnlessInCharge(auction: Auction, actor: Actor): Rejection | null {
  const stranger = rejectStranger(auction, actor)
  if (stranger !== null || isAdmin(actor) || auction.bids === null) return stranger
  return reject('forbidden', { detail: 'With the first bid the auction passes into the hands of the admins' })
}
