import type { Instant } from '../domain/instant.ts'
import type { PublicType } from '../domain/wire.ts'

/** Ports of storage for the programs of people: API keys, webhooks, and browsers that take push messages. */

export const keyScopes = ['read', 'bid', 'sell', 'admin'] as const
export type KeyScope = (typeof keyScopes)[number]

/** A key of a program. Its id is also that of a session, by which it ends at once. */
export type ApiKey = {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly scopes: readonly KeyScope[]
  readonly createdAt: Instant
  /** Null for a key without an end. */
  readonly expiresAt: Instant | null
}

export type Webhook = {
  readonly id: string
  readonly userId: string
  readonly url: string
  /** The types of public events that it is told of. */
  readonly events: readonly PublicType[]
  readonly createdAt: Instant
}

export type PushSubscription = {
  readonly endpoint: string
  readonly userId: string
  /** The keys of the browser, in base64url (RFC 8291). */
  readonly p256dh: string
  readonly auth: string
}

export interface ReachReads {
  keys(userId: string): Promise<readonly ApiKey[]>
  /** The key with this hash of its secret, or null. */
  keyByHash(hash: string): Promise<ApiKey | null>
  /** The webhooks of a user, or, for null, of everybody. */
  webhooks(userId: string | null): Promise<readonly Webhook[]>
  webhook(id: string): Promise<Webhook | null>
  pushSubscriptions(userId: string): Promise<readonly PushSubscription[]>
}

export interface ReachWrites {
  /** Adds a key with its session. Returns false, and adds nothing, if its user has `most`. */
  addKey(key: ApiKey, hash: string, most: number): Promise<boolean>
  /** Returns false, and adds nothing, if its user has `most`. */
  addWebhook(webhook: Webhook, most: number): Promise<boolean>
  /** Removes a webhook and what waits for it. */
  removeWebhook(id: string): Promise<void>
  /** Of more than `most` of a user the oldest go. */
  addPushSubscription(subscription: PushSubscription, at: Instant, most: number): Promise<void>
  removePushSubscription(endpoint: string): Promise<void>
}

export type Reach = ReachReads & ReachWrites
