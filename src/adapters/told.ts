import type { Instant } from '../domain/instant.ts'
import {
  type NoticeData,
  type NoticeKind,
  type Preferences,
  type PreferencesChanges,
  changedPreferences,
} from '../domain/notices.ts'
import type { Page } from '../engine/ports.ts'
import type { Notice, Published, Telling, Told, ToldReads, ToldWrites, Untold } from '../engine/told-ports.ts'
import { deliver } from './deliveries.ts'
import type { Queries, Transactions } from './queries.ts'

/** The outbox of an engine: what was published behind a position, in at most `limit` commits. */
export type ReadOutbox = (queries: Queries, after: number, limit: number) => Promise<Published>

type UntoldRow = Omit<Untold, 'userIds'> & {
  readonly asker: string | null
  readonly seller: string
  readonly askerRead: number
  readonly sellerRead: number
}

type NoticeRow = {
  readonly id: string
  readonly user_id: string
  readonly kind: NoticeKind
  readonly auction_id: string | null
  readonly at: Instant
  readonly data: string
  readonly is_read: 0 | 1
}

/** What a notice takes the place of: others of its kind, and at the end all that was said of what comes before it. */
const REPLACED: Readonly<Partial<Record<NoticeKind, readonly NoticeKind[]>>> = {
  won: ['won', 'outbid', 'closing_soon', 'lot_coming_up'],
  lost: ['lost', 'outbid', 'closing_soon', 'lot_coming_up'],
}

const REACHED = {
  email: 'SELECT 1 AS found FROM users WHERE id = $1 AND verified_at IS NOT NULL',
  push: 'SELECT 1 AS found FROM push_subscriptions WHERE user_id = $1 LIMIT 1',
} as const

/** Watchlists, notices and preferences, on either engine. */
export class ToldRecords implements Told {
  readonly #db: Transactions
  readonly #outbox: ReadOutbox

  constructor(db: Transactions, outbox: ReadOutbox) {
    this.#db = db
    this.#outbox = outbox
  }

  async watched(userId: string): Promise<readonly string[]> {
    const rows = await this.#db.all<{ auction_id: string }>(
      'SELECT auction_id FROM watched WHERE user_id = $1 ORDER BY at DESC, auction_id DESC',
      userId,
    )
    return rows.map((row) => row.auction_id)
  }

  async watchers(auctionId: string): Promise<readonly { userId: string; at: Instant }[]> {
    const rows = await this.#db.all<{ user_id: string; at: Instant }>(
      'SELECT user_id, at FROM watched WHERE auction_id = $1 ORDER BY user_id',
      auctionId,
    )
    return rows.map(({ user_id: userId, at }) => ({ userId, at }))
  }

  watch(userId: string, auctionId: string, at: Instant, most: number): Promise<void> {
    return this.#db.transaction(async (queries) => {
      await queries.run(
        'INSERT INTO watched (user_id, auction_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        userId,
        auctionId,
        at,
      )
      await queries.run(
        `DELETE FROM watched WHERE user_id = $1 AND auction_id NOT IN
           (SELECT auction_id FROM watched WHERE user_id = $1 ORDER BY at DESC, auction_id DESC LIMIT $2)`,
        userId,
        most,
      )
    })
  }

  async unwatch(userId: string, auctionId: string): Promise<void> {
    await this.#db.run('DELETE FROM watched WHERE user_id = $1 AND auction_id = $2', userId, auctionId)
  }

  async notices(userId: string, { limit, cursor, unread }: Parameters<ToldReads['notices']>[1]): Promise<Page<Notice>> {
    const rows = await this.#db.all<NoticeRow>(
      `SELECT id, user_id, kind, auction_id, at, data, is_read FROM notices
       WHERE user_id = $1 AND id < $2 AND is_read <= $3 ORDER BY id DESC LIMIT $4`,
      userId,
      cursor ?? BEHIND_ALL,
      unread ? 0 : 1,
      limit + 1,
    )
    const items = rows.slice(0, limit).map(noticeOf)
    return { items, nextCursor: rows.length > limit ? items.at(-1)!.id : null }
  }

  async unreadCount(userId: string): Promise<number> {
    const row = await this.#db.get<{ count: number }>(
      'SELECT count(*) AS count FROM notices WHERE user_id = $1 AND is_read = 0',
      userId,
    )
    return row!.count
  }

  async read(userId: string, ids: readonly string[] | 'all'): Promise<void> {
    if (ids === 'all')
      return void (await this.#db.run('UPDATE notices SET is_read = 1 WHERE user_id = $1 AND is_read = 0', userId))
    await this.#db.transaction(async (queries) => {
      for (const id of ids)
        await queries.run('UPDATE notices SET is_read = 1 WHERE user_id = $1 AND id = $2', userId, id)
    })
  }

  async preferences(userIds: readonly string[]): Promise<ReadonlyMap<string, Preferences>> {
    const found = new Map<string, Preferences>()
    for (const userId of userIds) {
      const row = await this.#db.get<{ text: string }>('SELECT text FROM preferences WHERE user_id = $1', userId)
      if (row !== undefined) found.set(userId, JSON.parse(row.text) as Preferences)
    }
    return found
  }

  async reached(userIds: readonly string[], way: 'email' | 'push'): Promise<ReadonlySet<string>> {
    const reached = new Set<string>()
    for (const userId of userIds) if ((await this.#db.get(REACHED[way], userId)) !== undefined) reached.add(userId)
    return reached
  }

  changePreferences(userId: string, changes: PreferencesChanges, otherwise: Preferences): Promise<Preferences> {
    return this.#db.transaction(async (queries) => {
      // Locks the row, on PostgreSQL too: of two changes at once the second begins with what the first made of it.
      const row = await queries.get<{ text: string }>(
        `INSERT INTO preferences (user_id, text) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET text = preferences.text RETURNING text`,
        userId,
        JSON.stringify(otherwise),
      )
      const after = changedPreferences(JSON.parse(row!.text) as Preferences, changes)
      await queries.run('UPDATE preferences SET text = $2 WHERE user_id = $1', userId, JSON.stringify(after))
      return after
    })
  }

  async closing({ now, until, mark, limit }: Parameters<ToldReads['closing']>[0]): Promise<readonly string[]> {
    const rows = await this.#db.all<{ id: string }>(
      `SELECT id FROM auctions a WHERE status = 'open' AND closes_at > $1 AND closes_at <= $2
         AND NOT EXISTS (SELECT 1 FROM told_marks m WHERE m.auction_id = a.id AND m.mark = $3)
       ORDER BY closes_at LIMIT $4`,
      now,
      until,
      mark,
      limit,
    )
    return rows.map(({ id }) => id)
  }

  async untold(limit: number): Promise<readonly Untold[]> {
    const rows = await this.#db.all<UntoldRow>(
      `SELECT c.id AS "conversationId", c.auction_id AS "auctionId", c.last, c.asker_id AS asker, a.seller_id AS seller,
         c.asker_read AS "askerRead", c.seller_read AS "sellerRead"
       FROM conversations c JOIN auctions a ON a.id = c.auction_id WHERE c.last > c.told ORDER BY c.id LIMIT $1`,
      limit,
    )
    return rows.map(({ asker, seller, askerRead, sellerRead, ...row }) => ({
      ...row,
      userIds: [...(asker !== null && askerRead < row.last ? [asker] : []), ...(sellerRead < row.last ? [seller] : [])],
    }))
  }

  async published(consumer: string, limit: number): Promise<Published & { readonly from: number }> {
    const row = await this.#db.get<{ position: number }>('SELECT position FROM consumers WHERE name = $1', consumer)
    const from = row?.position ?? 0
    return { from, ...(await this.#outbox(this.#db, from, limit)) }
  }

  tell(tellings: readonly Telling[], moved: Parameters<ToldWrites['tell']>[1]): Promise<readonly Notice[] | null> {
    return this.#db.transaction(async (queries) => {
      if (moved !== null && !(await move(queries, moved))) return null
      const made: Notice[] = []
      for (const telling of tellings) made.push(...(await tellOne(queries, telling)))
      return made
    })
  }

  removeNotices(before: Instant, most: number): Promise<number> {
    return this.#db.run('DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE at < $1 LIMIT $2)', before, most)
  }
}

/** An id behind those of all notices. */
const BEHIND_ALL = 'g'

async function move(
  queries: Queries,
  { consumer, from, to }: NonNullable<Parameters<ToldWrites['tell']>[1]>,
): Promise<boolean> {
  return (
    (await queries.run('UPDATE consumers SET position = $1 WHERE name = $2 AND position = $3', to, consumer, from)) ===
    1
  )
}

async function tellOne(
  queries: Queries,
  { auctionId, mark, at, notices, deliveries, asked }: Telling,
): Promise<Notice[]> {
  if (mark !== null) {
    const set = 'INSERT INTO told_marks (auction_id, mark) VALUES ($1, $2) ON CONFLICT DO NOTHING'
    if ((await queries.run(set, auctionId, mark)) === 0) return []
  }
  if (asked !== undefined) {
    const told = 'UPDATE conversations SET told = $2 WHERE id = $1 AND told < $2'
    if ((await queries.run(told, asked.conversationId, asked.last)) === 0) return []
  }
  await deliver(queries, deliveries)
  const made = notices.map((notice) => ({ ...notice, auctionId, at, isRead: false }))
  for (const { id, userId, kind, data } of made) {
    for (const replaced of REPLACED[kind] ?? [kind])
      await queries.run(
        'DELETE FROM notices WHERE user_id = $1 AND auction_id = $2 AND kind = $3 AND is_read = 0',
        userId,
        auctionId,
        replaced,
      )
    await queries.run(
      'INSERT INTO notices (id, user_id, kind, auction_id, at, data) VALUES ($1, $2, $3, $4, $5, $6)',
      id,
      userId,
      kind,
      auctionId,
      at,
      JSON.stringify(data),
    )
  }
  return made
}

function noticeOf(row: NoticeRow): Notice {
  return {
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    auctionId: row.auction_id,
    at: row.at,
    data: JSON.parse(row.data) as NoticeData,
    isRead: row.is_read === 1,
  }
}
