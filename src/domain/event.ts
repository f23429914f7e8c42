import type { Bid, Details, Outcome } from './auction.ts'
import type { Instant } from './instant.ts'
import type { Beaten, PublicAmount, Standing } from './formats/index.ts'

/** What happened, with all that is secret. What others see of it is made in view.ts. */
export type Event = { readonly at: Instant } & (
  | {
      readonly type: 'auction.created'
      readonly id: string
      readonly sellerId: string
      readonly details: Details
      readonly status: 'draft' | 'scheduled'
    }
  | { readonly type: 'auction.updated'; readonly details: Details; readonly status: 'draft' | 'scheduled' | null }
  | { readonly type: 'auction.opened'; readonly opensAt: Instant; readonly closesAt: Instant }
  | {
      readonly type: 'bid.placed'
      readonly bid: Bid
      readonly standing: Standing
      /** The maximum that lost the lead, and is public from now on, and whether the bid was an exact one. */
      readonly beaten: Beaten | null
    }
  /** Private: nothing that others see changed, so it has no number on the channel (PX-9). */
  | { readonly type: 'maximum.raised' | 'maximum.lowered'; readonly bid: Bid; readonly standing: Standing }
  | ({ readonly type: 'closing.extended'; readonly from: Instant; readonly to: Instant } & (
      | { readonly reason: 'bid' | 'outage' }
      /** By hand; `note` is the reason that was given. */
      | { readonly reason: 'house'; readonly note: string }
    ))
  | {
      readonly type: 'bid.voided'
      readonly bid: Bid
      readonly reason: string
      readonly standing: Standing | null
      /** What other bids amount to now. */
      readonly amounts: readonly PublicAmount[]
      /** What is secret no more. */
      readonly opened: readonly Bid[]
    }
  | { readonly type: 'auction.paused'; readonly reason: string }
  | { readonly type: 'auction.resumed'; readonly closesAt: Instant }
  | { readonly type: 'auction.closed'; readonly outcome: Outcome }
  | { readonly type: 'auction.cancelled'; readonly reason: string }
)

export type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>

/** Whether the event has a number on the channel. */
export function isPublic(event: Event): event is Exclude<Event, { type: 'maximum.raised' | 'maximum.lowered' }> {
  return event.type !== 'maximum.raised' && event.type !== 'maximum.lowered'
}
