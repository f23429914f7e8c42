import { newKey } from './pause.ts'
import { ProblemError } from './problem.ts'
import { RoomClient, type List, type Paging } from './room-client.ts'
import type { UserView } from './session.ts'
import type {
  AnswerView,
  AuctionChanges,
  AuctionView,
  ChannelEvent,
  FilmView,
  ListedAuctionView,
  NoticeView,
  PreferencesView,
  NewAuction,
  OwnBidView,
  RoomMessageView,
  StandingView,
  YouView,
} from './wire.ts'

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

/** 10 MiB at 2 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 60_000

/** The service over REST, all of it: what bidders, sellers and admins can do. */
export class Client extends RoomClient {
  /** One after the other: the service decodes no two at once. */
  #uploads: Promise<unknown> = Promise.resolve()

  me(): Promise<UserView> {
    return this.ask('/v1/me')
  }

  /** Ends every session of the account, on every device, this one too. */
  async signUp(account: {
    email: string
    password: string
    displayName: string
    /** The `sha256` of the terms of the house that are accepted, where it has some. */
    terms?: string
  }): Promise<UserView> {
    const { user } = await this.ask<{ user: UserView }>('/v1/users', { body: account })
    return user
  }

  /** What the house shows of itself. */
  house(): Promise<HouseView> {
    return this.ask('/v1/house')
  }

  /** For admins. */
  patchHouse(changes: HouseChanges): Promise<HouseView> {
    return this.ask('/v1/house', { method: 'PATCH', body: changes })
  }

  signOut(): Promise<void> {
    return this.#leave('/v1/sessions/current')
  }

  async #leave(path: string): Promise<void> {
    await this.ask(path, { method: 'DELETE' }).catch((error: unknown) => {
      if (!(error instanceof ProblemError) || error.problem.status !== 401) throw error
    })
    this.session.forget()
  }

  signOutEverywhere(): Promise<void> {
    return this.#leave('/v1/sessions')
  }

  /** A new name, a new password, which ends every session but this, or a new address, which counts once it is confirmed. */
  async changeMe(
    changes:
      | { displayName: string }
      | { password: string; currentPassword: string }
      | { email: string; currentPassword: string },
  ): Promise<UserView> {
    return this.ask('/v1/me', { method: 'PATCH', body: changes })
  }

  /** The latest first. */
  sessions(): Promise<List<SessionView>> {
    return this.ask('/v1/me/sessions')
  }

  endSession(id: string): Promise<void> {
    return this.ask(`/v1/me/sessions/${id}`, { method: 'DELETE' })
  }

  /** A token to lend to an embed of ours on a page of this origin: by it that page bids for you in one auction, `most` at most. */
  tokenFor(lent: { origin: string; auction: string; most: number }): Promise<LentToken> {
    return this.ask('/v1/me/tokens', { body: lent })
  }

  myBids(paging: Paging = {}): Promise<List<MyBid>> {
    return this.ask('/v1/me/bids', { query: paging })
  }

  /** The events after a seq, at most 1000 and 256 KiB: go on from the last until there are none. */
  events(id: string, after = 0): Promise<EventPage> {
    return this.ask(`/v1/auctions/${id}/events`, { query: { after } })
  }

  /** Where you stand in an auction, also when it is over. */
  you(id: string): Promise<YouView> {
    return this.ask(`/v1/auctions/${id}/you`)
  }

  /** The last minute of bidding in an auction that closed. */
  film(id: string): Promise<FilmView> {
    return this.ask(`/v1/auctions/${id}/film`)
  }

  myAuctions(paging: Paging = {}): Promise<List<ListedAuctionView>> {
    return this.ask('/v1/me/auctions', { query: paging })
  }

  /** Makes an auction, once: whatever is repeated here or by you under the same key makes no other. */
  create(auction: NewAuction, key: string = newKey()): Promise<AuctionView> {
    return this.ask('/v1/auctions', { body: auction, headers: { 'idempotency-key': key } })
  }

  update(id: string, changes: AuctionChanges): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}`, { method: 'PATCH', body: changes })
  }

  /** Deletes a draft that was never anything else. */
  delete(id: string): Promise<void> {
    return this.ask(`/v1/auctions/${id}`, { method: 'DELETE' })
  }

  /** Uploads a JPEG, PNG, WebP, AVIF or GIF of at most 10 MiB; give the `url` among an auction's `images`. */
  upload(picture: Blob): Promise<ImageView> {
    const upload = this.#uploads.then(() => this.#upload(picture))
    this.#uploads = upload.catch(() => {})
    return upload
  }

  /** Named by what it shows, a picture that is sent twice is kept once: it may be repeated. */
  async #upload(picture: Blob): Promise<ImageView> {
    const asked = { body: picture, headers: { 'content-type': picture.type }, timeoutMs: UPLOAD_TIMEOUT_MS }
    const { image } = await this.ask<{ image: ImageView }>('/v1/images', asked)
    return image
  }

  open(id: string): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/open`, { method: 'POST' })
  }

  close(id: string): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/close`, { method: 'POST' })
  }

  cancel(id: string, reason: string): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/cancel`, { body: { reason } })
  }

  pause(id: string, reason: string): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/pause`, { body: { reason } })
  }

  resume(id: string, closesAt?: string): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/resume`, { body: closesAt === undefined ? {} : { closesAt } })
  }

  /** Moves the end of an open auction to a later time; the room is told the reason. */
  extend(id: string, more: { closesAt: string; reason: string }): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/extend`, { body: more })
  }

  /** `pause`: in the same act, so that whoever leads again has time to lower their maximum. */
  void(id: string, bidId: string, reason: string, { pause = false } = {}): Promise<AuctionView> {
    return this.ask(`/v1/auctions/${id}/bids/${bidId}/void`, { body: { reason, pause } })
  }

  /** Where a void lets a bid of yours lead again: lowers its maximum, once, as `you.lowerable` says. */
  lower(id: string, bidId: string, maximum: number, key: string = newKey()): Promise<AnswerView> {
    return this.ask(`/v1/auctions/${id}/bids/${bidId}/lower`, {
      body: { maximum },
      headers: { 'idempotency-key': key },
    })
  }

  bidders(id: string): Promise<List<BidderView>> {
    return this.ask(`/v1/auctions/${id}/bidders`)
  }

  users(query: Paging & { q?: string } = {}): Promise<List<UserView>> {
    return this.ask('/v1/users', { query })
  }

  user(id: string): Promise<UserView> {
    return this.ask(`/v1/users/${id}`)
  }

  patchUser(id: string, changes: { role?: UserView['role']; blocked?: boolean }): Promise<UserView> {
    return this.ask(`/v1/users/${id}`, { method: 'PATCH', body: changes })
  }

  /** The lots you watch, those that close first come first. */
  watchlist(): Promise<List<ListedAuctionView>> {
    return this.ask('/v1/me/watchlist')
  }

  watch(id: string): Promise<void> {
    return this.ask(`/v1/me/watchlist/${id}`, { method: 'PUT' })
  }

  unwatch(id: string): Promise<void> {
    return this.ask(`/v1/me/watchlist/${id}`, { method: 'DELETE' })
  }

  /** The newest first. */
  notices(query: Paging & { unread?: boolean } = {}): Promise<NoticeList> {
    return this.ask('/v1/me/notices', { query })
  }

  readNotices(which: { ids: readonly string[] } | { all: true }): Promise<void> {
    return this.ask('/v1/me/notices/read', { body: which })
  }

  preferences(): Promise<PreferencesView> {
    return this.ask('/v1/me/preferences')
  }

  /** What is not named stays as it is. */
  setPreferences(changes: {
    language?: PreferencesView['language']
    timeZone?: string
    notices?: Partial<PreferencesView['notices']>
  }): Promise<PreferencesView> {
    return this.ask('/v1/me/preferences', { method: 'PUT', body: changes })
  }

  keys(): Promise<List<ApiKeyView>> {
    return this.ask('/v1/me/keys')
  }

  /** Makes a key for a program. The secret is shown here, and never again. */
  makeKey(key: {
    name: string
    scopes: readonly KeyScope[]
    expiresAt?: string
  }): Promise<ApiKeyView & { secret: string }> {
    return this.ask('/v1/me/keys', { body: key })
  }

  endKey(id: string): Promise<void> {
    return this.ask(`/v1/me/keys/${id}`, { method: 'DELETE' })
  }

  webhooks(): Promise<List<WebhookView>> {
    return this.ask('/v1/webhooks')
  }

  /** Adds a webhook. The secret is shown here, and never again. */
  addWebhook(webhook: { url: string; events: readonly string[] }): Promise<WebhookView & { secret: string }> {
    return this.ask('/v1/webhooks', { body: webhook })
  }

  removeWebhook(id: string): Promise<void> {
    return this.ask(`/v1/webhooks/${id}`, { method: 'DELETE' })
  }

  webhookDeliveries(id: string, paging: Paging = {}): Promise<List<DeliveryView>> {
    return this.ask(`/v1/webhooks/${id}/deliveries`, { query: paging })
  }

  redeliverOf(webhookId: string, deliveryId: string): Promise<void> {
    return this.ask(`/v1/webhooks/${webhookId}/deliveries/${deliveryId}/redeliver`, { method: 'POST' })
  }

  /** What goes out of the house, for admins. */
  deliveries(query: Paging & { state?: string; way?: string } = {}): Promise<DeliveryList> {
    return this.ask('/v1/deliveries', { query })
  }

  redeliver(number: number): Promise<void> {
    return this.ask(`/v1/deliveries/${number}/redeliver`, { method: 'POST' })
  }

  /** The ids of those the seller who asks keeps out of their auctions. */
  blocks(): Promise<List<string>> {
    return this.ask('/v1/me/blocks')
  }

  /** Keeps a bidder out of all auctions of the seller who asks, from now on. */
  block(userId: string): Promise<void> {
    return this.ask(`/v1/me/blocks/${userId}`, { method: 'PUT' })
  }

  unblock(userId: string): Promise<void> {
    return this.ask(`/v1/me/blocks/${userId}`, { method: 'DELETE' })
  }

  /** Says something to the room of an auction, in private to its `seller`, or, as that or an admin, to a speaker; once under a key. */
  say(id: string, text: string, to = 'room', key: string = newKey()): Promise<RoomMessageView> {
    return this.ask(`/v1/auctions/${id}/messages`, { body: { text, to }, headers: { 'idempotency-key': key } })
  }

  /** What was said in a room, newest first, before the message of an id. */
  messages(
    id: string,
    page: { readonly limit?: number; readonly before?: string } = {},
  ): Promise<List<RoomMessageView>> {
    return this.ask(`/v1/auctions/${id}/messages`, { query: page })
  }

  reportMessage(id: string, messageId: string): Promise<void> {
    return this.ask(`/v1/auctions/${id}/messages/${messageId}/report`, { method: 'POST', body: {} })
  }

  /** For its seller and admins: the text is gone for good. */
  removeMessage(id: string, messageId: string, reason: string): Promise<void> {
    return this.ask(`/v1/auctions/${id}/messages/${messageId}`, { method: 'DELETE', body: { reason } })
  }

  /** For its seller and admins; without `seconds` for good. */
  mute(id: string, speaker: string, seconds: number | null = null): Promise<void> {
    return this.ask(`/v1/auctions/${id}/mutes/${speaker}`, { method: 'PUT', body: { seconds } })
  }

  unmute(id: string, speaker: string): Promise<void> {
    return this.ask(`/v1/auctions/${id}/mutes/${speaker}`, { method: 'DELETE' })
  }

  mutes(id: string): Promise<List<{ readonly speaker: string; readonly until: string | null }>> {
    return this.ask(`/v1/auctions/${id}/mutes`)
  }

  /** Mine, as asker or seller; `all` is for admins. */
  conversations(
    query: Paging & { readonly unread?: boolean; readonly all?: boolean } = {},
  ): Promise<List<ConversationView>> {
    return this.ask('/v1/me/conversations', { query })
  }

  /** Newest first. Whoever reads the newest page has read the conversation. */
  conversation(
    id: string,
    page: { readonly limit?: number; readonly before?: string } = {},
  ): Promise<List<RoomMessageView>> {
    return this.ask(`/v1/conversations/${id}/messages`, { query: page })
  }

  answer(conversationId: string, text: string, key: string = newKey()): Promise<RoomMessageView> {
    const path = `/v1/conversations/${conversationId}/messages`
    return this.ask(path, { body: { text }, headers: { 'idempotency-key': key } })
  }

  /** For sellers and admins: messages that readers reported. */
  reports(paging: Paging = {}): Promise<List<ReportedView>> {
    return this.ask('/v1/me/reports', { query: paging })
  }
}
