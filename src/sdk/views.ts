import type { List } from './room-client.ts'
import type { UserView } from './session.ts'
import type { AuctionView, ChannelEvent, NoticeView, OwnBidView, RoomMessageView, StandingView } from './wire.ts'

/** A picture as it is kept: paths below the address of the service, size in pixels. */
export type ImageView = {
  readonly url: string
  readonly small: string
  readonly width: number
  readonly height: number
}
export type MyBid = OwnBidView & {
  /** To the maximum, as in the ledger, and what opens it: docs/ledger.md. */
  readonly commitment: string
  readonly salt: string
  readonly standing: StandingView
  readonly auction: Pick<AuctionView, 'id' | 'title' | 'currency' | 'status' | 'price' | 'reserve' | 'closesAt'> & {
    readonly ownMaximum: number | null
    /** Where prices fall. */
    readonly ownMinimum?: number | null
  }
}
export type LentToken = {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly user: { readonly id: string; readonly displayName: string; readonly role: 'bidder' }
}
/** Events in order; `seq` and `head` are those of the auction, and `over` says that no more come. */
export type EventPage = {
  readonly events: readonly ChannelEvent[]
  readonly seq: number
  readonly head: string
  readonly epoch: string
  readonly over: boolean
}
/** What the house shows of itself; null is what nobody has set. */
export type HouseView = {
  readonly name: string | null
  readonly logo: ImageView | null
  readonly accent: { readonly light: string; readonly dark: string } | null
  readonly contact: string | null
  readonly imprint: string | null
  readonly privacy: string | null
  readonly terms: {
    readonly version: number
    readonly sha256: string
    readonly since: string
    readonly text: string
  } | null
}
/** Null takes away what was. The logo is the `url` of an uploaded picture. */
export type HouseChanges = Partial<
  Pick<HouseView, 'name' | 'accent' | 'contact' | 'imprint' | 'privacy'> & {
    readonly logo: string | null
    readonly terms: string | null
  }
>
/** `unread`: how many there are in all. */
export type NoticeList = List<NoticeView> & { readonly unread: number }
export type KeyScope = 'read' | 'bid' | 'sell' | 'admin'
export type ApiKeyView = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly KeyScope[]
  readonly createdAt: string
  readonly expiresAt: string | null
}
export type WebhookView = {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly createdAt: string
}
/** Something on its way out; what it says is not shown. */
export type DeliveryView = {
  readonly number: number
  readonly id: string
  readonly way: 'email' | 'push' | 'webhook'
  readonly kind: string
  readonly state: 'waiting' | 'sent' | 'dropped' | 'dead'
  readonly user: string
  readonly auction: string | null
  readonly at: string
  readonly nextAt: string | null
  readonly tries: number
  readonly error: string | null
}
export type DeliveryList = List<DeliveryView> & {
  readonly counts: readonly (Pick<DeliveryView, 'way' | 'state'> & { readonly count: number })[]
}
export type SessionView = {
  readonly id: string
  readonly current: boolean
  readonly createdAt: string
  readonly expiresAt: string
  /** From where it was begun, as the browser calls itself. */
  readonly device: string | null
  readonly lastUsedAt: string | null
}
export type BidderView = { readonly paddle: string; readonly user: Pick<UserView, 'id' | 'displayName' | 'email'> }

/** A private conversation; `with` is the other side as the auction knows it. */
export type ConversationView = {
  readonly id: string
  readonly auction: { readonly id: string; readonly title: string }
  readonly with: string
  readonly unread: number
  readonly last: RoomMessageView
}
export type ReportedView = Pick<ConversationView, 'auction'> & {
  readonly message: RoomMessageView
  readonly reports: number
}
