import type { Instant } from '../domain/instant.ts'
import type { PublicType } from '../domain/wire.ts'
import type { ApiKey, KeyScope, PushSubscription, Reach, Webhook } from '../engine/reach-ports.ts'
import type { Queries, Transactions } from './queries.ts'

type KeyRow = Omit<ApiKey, 'scopes'> & { readonly scopes: string }
type WebhookRow = Omit<Webhook, 'events'> & { readonly events: string }

const KEY = `k.id, k.user_id AS "userId", k.name, k.scopes, k.created_at AS "createdAt", k.expires_at AS "expiresAt"`
const LIVE_KEYS = 'FROM api_keys k JOIN sessions s ON s.id = k.id WHERE s.ended = 0'
const WEBHOOK = `id, user_id AS "userId", url, events, created_at AS "createdAt"`

/** API keys, webhooks and push subscriptions, on either engine. */
export class ReachRecords implements Reach {
  readonly #db: Transactions

  constructor(db: Transactions) {
    this.#db = db
  }

  async keys(userId: string): Promise<readonly ApiKey[]> {
    const rows = await this.#db.all<KeyRow>(`SELECT ${KEY} ${LIVE_KEYS} AND k.user_id = $1 ORDER BY k.id DESC`, userId)
    return rows.map(keyOf)
  }

  async keyByHash(hash: string): Promise<ApiKey | null> {
    const row = await this.#db.get<KeyRow>(`SELECT ${KEY} ${LIVE_KEYS} AND k.hash = $1`, hash)
    return row === undefined ? null : keyOf(row)
  }

  addKey({ id, userId, name, scopes, createdAt, expiresAt }: ApiKey, hash: string, most: number): Promise<boolean> {
    const endsAt = expiresAt ?? Number.MAX_SAFE_INTEGER
    return this.#db.transaction(async (queries) => {
      const count = await queries.get<{ count: number }>(
        `SELECT count(*) AS count ${LIVE_KEYS} AND k.user_id = $1`,
        userId,
      )
      if (count!.count >= most) return false
      await queries.run(
        'INSERT INTO sessions (id, user_id, expires_at, ends_at) VALUES ($1, $2, $3, $4)',
        id,
        userId,
        endsAt,
        endsAt,
      )
      await queries.run(
        `INSERT INTO api_keys (id, user_id, name, scopes, hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        id,
        userId,
        name,
        JSON.stringify(scopes),
        hash,
        createdAt,
        expiresAt,
      )
      return true
    })
  }

  async webhooks(userId: string | null): Promise<readonly Webhook[]> {
    const rows = await this.#db.all<WebhookRow>(
      `SELECT ${WEBHOOK} FROM webhooks WHERE CAST($1 AS text) IS NULL OR user_id = $1 ORDER BY id DESC`,
      userId,
    )
    return rows.map(webhookOf)
  }

  async webhook(id: string): Promise<Webhook | null> {
    const row = await this.#db.get<WebhookRow>(`SELECT ${WEBHOOK} FROM webhooks WHERE id = $1`, id)
    return row === undefined ? null : webhookOf(row)
  }

  addWebhook({ id, userId, url, events, createdAt }: Webhook, most: number): Promise<boolean> {
    return this.#db.transaction(async (queries) => {
      const count = await queries.get<{ count: number }>(
        'SELECT count(*) AS count FROM webhooks WHERE user_id = $1',
        userId,
      )
      if (count!.count >= most) return false
      await queries.run(
        'INSERT INTO webhooks (id, user_id, url, events, created_at) VALUES ($1, $2, $3, $4, $5)',
        id,
        userId,
        url,
        JSON.stringify(events),
        createdAt,
      )
      return true
    })
  }

  removeWebhook(id: string): Promise<void> {
    return this.#db.transaction(async (queries) => {
      await queries.run('DELETE FROM webhooks WHERE id = $1', id)
      await queries.run(
        `UPDATE deliveries SET state = 'dropped', settled_at = at WHERE state = 'waiting' AND way = 'webhook'
           AND substr(stream, 1, ${STREAM_LENGTH}) = $1`,
        webhookStream(id),
      )
    })
  }

  async pushSubscriptions(userId: string): Promise<readonly PushSubscription[]> {
    return this.#db.all(
      'SELECT endpoint, user_id AS "userId", p256dh, auth FROM push_subscriptions WHERE user_id = $1 ORDER BY at',
      userId,
    )
  }

  addPushSubscription({ endpoint, userId, p256dh, auth }: PushSubscription, at: Instant, most: number): Promise<void> {
    return this.#db.transaction(async (queries) => {
      await queries.run('DELETE FROM push_subscriptions WHERE endpoint = $1', endpoint)
      await queries.run(
        'INSERT INTO push_subscriptions (endpoint, user_id, p256dh, auth, at) VALUES ($1, $2, $3, $4, $5)',
        endpoint,
        userId,
        p256dh,
        auth,
        at,
      )
      await removeOldest(queries, userId, most)
    })
  }

  async removePushSubscription(endpoint: string): Promise<void> {
    await this.#db.run('DELETE FROM push_subscriptions WHERE endpoint = $1', endpoint)
  }
}

async function removeOldest(queries: Queries, userId: string, most: number): Promise<void> {
  await queries.run(
    `DELETE FROM push_subscriptions WHERE user_id = $1 AND endpoint NOT IN
       (SELECT endpoint FROM push_subscriptions WHERE user_id = $1 ORDER BY at DESC, endpoint LIMIT $2)`,
    userId,
    most,
  )
}

/** What the streams of a webhook begin with; an id has 36 characters. */
export function webhookStream(id: string): string {
  return `webhook ${id}`
}
const STREAM_LENGTH = 'webhook '.length + 36

function keyOf({ scopes, ...row }: KeyRow): ApiKey {
  return { ...row, scopes: JSON.parse(scopes) as KeyScope[] }
}

function webhookOf({ events, ...row }: WebhookRow): Webhook {
  return { ...row, events: JSON.parse(events) as PublicType[] }
}
