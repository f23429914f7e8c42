import { AccountClient } from './account-client.ts'
import { newKey } from './pause.ts'
import type { List, Paging } from './room-client.ts'
import type { UserView } from './session.ts'
import type {
  BidderView,
  ConversationView,
  DeliveryList,
  DeliveryView,
  EventPage,
  HouseChanges,
  HouseView,
  ImageView,
  ReportedView,
  WebhookView,
} from './views.ts'
import type {
  AnswerView,
  AuctionChanges,
  AuctionView,
  FilmView,
  ListedAuctionView,
  NewAuction,
  RoomMessageView,
  YouView,
} from './wire.ts'

/** 10 MiB at 2 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 60_000

/** The service over REST, all of it: what bidders, sellers and admins can do. */
export class Client extends AccountClient {
  /** One after the other: the service decodes no two at once. */
  #uploads: Promise<unknown> = Promise.resolve()

  /** What the house shows of itself. */
  house(): Promise<HouseView> {
    return this.ask('/v1/house')
  }

  /** For admins. */
  patchHouse(changes: HouseChanges): Promise<HouseView> {
    return this.ask('/v1/house', { method: 'PATCH', body: changes })
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

  /** Where a void lets a bid of yours lead again: lowers its maximum, once, as `you.lowerable` says; where prices fall, raises its minimum. */
  lower(
    id: string,
    bidId: string,
    maximum: number | { readonly minimum: number },
    key: string = newKey(),
  ): Promise<AnswerView> {
    return this.ask(`/v1/auctions/${id}/bids/${bidId}/lower`, {
      body: typeof maximum === 'number' ? { maximum } : maximum,
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

  /** Sends somebody a link for a new password, where the house sends mail. */
  sendPasswordReset(userId: string): Promise<void> {
    return this.ask(`/v1/users/${userId}/reset`, { method: 'POST' })
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
