import type { Instant } from './instant.ts'
import type { AuctionChanges, Lowering, NewAuction, Offer } from './schema.ts'

/**
 * Who bids, as far as the rules ask (WHO-1). `staff` is set where an admin bids in an auction of an admin, and says whether
 * the house lets its staff (WHO-2).
 */
export type Bidder = { readonly id: string; readonly blocked: boolean; readonly staff?: 'allowed' | 'refused' | null }

/** What somebody wants of an auction, or what time brings. `at` is stamped once, by the shell. */
export type Command = { readonly at: Instant } & (
  | { readonly type: 'create'; readonly id: string; readonly sellerId: string; readonly auction: NewAuction }
  | {
      readonly type: 'update'
      readonly changes: AuctionChanges
      /** A verifier takes what earlier versions did: a new currency of an open auction without bids, terms of those days. */
      readonly asKept?: true
    }
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'resume'; readonly closesAt: Instant | null }
  | { readonly type: 'extend'; readonly closesAt: Instant; readonly reason: string }
  | {
      readonly type: 'bid'
      readonly bidId: string
      readonly bidder: Bidder
      readonly offer: Offer | Lowering
      /** A verifier takes silent raises of any size (PX-5): from where to where is not public, and a step was not always asked for. */
      readonly anyRaise?: true
    }
  | { readonly type: 'void'; readonly bidId: string; readonly reason: string; readonly pause?: boolean }
  | { readonly type: 'tick' }
  | { readonly type: 'outage'; readonly since: Instant }
)

export type CommandOf<Type extends Command['type']> = Extract<Command, { type: Type }>
