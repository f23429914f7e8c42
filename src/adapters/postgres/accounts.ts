import type { Instant } from '../../domain/instant.ts'
import type { Role } from '../../domain/schema.ts'
import type {
  Accounts,
  Creation,
  Erased,
  Rights,
  Rotated,
  Session,
  Successor,
  User,
} from '../../engine/account-ports.ts'
import type { Page, Paging } from '../../engine/ports.ts'
import { USER, type UserRow, userOf, userPage, userPosition } from '../users.ts'
import { Coalesced } from './coalesced.ts'
import type { Postgres, Queries } from './connections.ts'
import { authVersionIn, bumpAuthVersion, holdBackBidsOf, isLastAdmin, rightsIn, waitForBidsOf } from './rights.ts'
import { ERASE_FROM_ROOMS } from './room.ts'
import { addToken, endSessions, rotate } from './sessions.ts'

/** Removes everything that identifies a person. The id stays, and what ledgers say of paddles. */
const ERASE = [
  `DELETE FROM answers WHERE (auction_id, number) IN
     (SELECT auction_id, number FROM audit_log WHERE user_id = $1 AND id IS NOT NULL)`,
  'UPDATE pictures SET user_id = NULL WHERE user_id = $1',
  'UPDATE copies SET user_id = NULL WHERE user_id = $1',
  'DELETE FROM authors WHERE user_id = $1',
  'DELETE FROM creations WHERE user_id = $1',
  'DELETE FROM labels WHERE seller_id = $1',
  'DELETE FROM watched WHERE user_id = $1',
  'DELETE FROM notices WHERE user_id = $1',
  'DELETE FROM preferences WHERE user_id = $1',
  'DELETE FROM deliveries WHERE user_id = $1',
  'DELETE FROM email_tokens WHERE user_id = $1',
  'DELETE FROM devices WHERE user_id = $1',
  'DELETE FROM webhooks WHERE user_id = $1',
  'DELETE FROM push_subscriptions WHERE user_id = $1',
  'DELETE FROM sessions WHERE user_id = $1',
  'DELETE FROM seller_blocks WHERE $1 IN (seller_id, user_id)',
  ...ERASE_FROM_ROOMS,
]

/** Keys of programs are no sessions of a person, who ends each by itself. */
const OF_NO_KEY = 'id NOT IN (SELECT id FROM api_keys)'

/** Columns are named, never `*`: a prepared `SELECT *` fails after a migration adds a column. */
export class PostgresAccounts implements Accounts {
  readonly #postgres: Postgres
  readonly #version: Coalesced<number>

  constructor(postgres: Postgres) {
    this.#postgres = postgres
    this.#version = new Coalesced(() => authVersionIn(postgres))
  }

  async addUser(user: User, password: string): Promise<boolean> {
    const { id, email, displayName, role, blocked, createdAt, terms } = user
    const added = await this.#postgres.run(
      `INSERT INTO users (id, email, display_name, role, blocked, password, created_at, terms, terms_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (email) DO NOTHING`,
      id,
      email,
      displayName,
      role,
      blocked ? 1 : 0,
      password,
      createdAt,
      terms?.version ?? null,
      terms?.at ?? null,
    )
    return added === 1
  }

  async user(userId: string): Promise<User | null> {
    const row = await this.#postgres.get<UserRow>(`SELECT ${USER} FROM users u WHERE id = $1`, userId)
    return row === undefined ? null : userOf(row)
  }

  async userByEmail(email: string): Promise<{ user: User; password: string } | null> {
    const row = await this.#postgres.get<UserRow>(`SELECT ${USER} FROM users u WHERE email = $1`, email)
    return row === undefined ? null : { user: userOf(row), password: row.password }
  }

  /** Newest first. Finds `q` in address and name, ignoring case for ASCII letters only, as SQLite does. */
  async users({ limit, cursor, q }: Paging & { q: string | null }): Promise<Page<User>> {
    // PostgreSQL's text cannot hold NUL, so nothing matches.
    if (q?.includes('\0') === true) return { items: [], nextCursor: null }
    const [createdAt, id] = userPosition(cursor)
    const rows = await this.#postgres.all<UserRow>(
      `SELECT ${USER} FROM users u
       WHERE erased_at IS NULL AND (created_at, id) < ($1, $2) AND ($3::text IS NULL
         OR strpos(lower((email || ' ' || display_name) COLLATE "C"), lower($3 COLLATE "C")) > 0)
       ORDER BY created_at DESC, id DESC LIMIT $4`,
      createdAt,
      id,
      q,
      limit + 1,
    )
    return userPage(rows, limit)
  }

  async names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#postgres.all<{ id: string; name: string }>(
      'SELECT id, display_name AS name FROM users WHERE id = ANY ($1)',
      userIds,
    )
    const known = new Map(rows.map(({ id, name }) => [id, name]))
    return new Map(userIds.map((id) => [id, known.get(id) ?? '']))
  }

  async changeUser(
    userId: string,
    { role, blocked }: { role?: Role; blocked?: boolean },
  ): Promise<User | 'last_admin' | null> {
    const changed = await this.#postgres.transaction(async (queries) => {
      const isLess = (role !== undefined && role !== 'admin') || blocked === true
      if (isLess && (await isLastAdmin(queries, userId))) return 'last_admin'
      const row = await queries.get<UserRow>(
        `UPDATE users u SET role = coalesce($2, role), blocked = coalesce($3, blocked) WHERE id = $1 RETURNING ${USER}`,
        userId,
        role ?? null,
        blocked === undefined ? null : blocked ? 1 : 0,
      )
      await bumpAuthVersion(queries)
      return row === undefined ? null : userOf(row)
    })
    await waitForBidsOf(this.#postgres, role === undefined ? [userId] : [userId, ...(await this.#admins())])
    return changed
  }

  /** The people whose bids a changed role concerns: all admins, since staff depends on the seller's role (WHO-2). */
  async #admins(): Promise<string[]> {
    return (await this.#postgres.all<{ id: string }>("SELECT id FROM users WHERE role = 'admin'")).map(({ id }) => id)
  }

  async setPassword(userId: string, password: string): Promise<void> {
    await this.#postgres.run('UPDATE users SET password = $2 WHERE id = $1', userId, password)
  }

  async rename(userId: string, displayName: string): Promise<void> {
    await this.#postgres.transaction(async (queries) => {
      await queries.run('UPDATE users SET display_name = $2 WHERE id = $1', userId, displayName)
      // Cached rights contain the user's name.
      await bumpAuthVersion(queries)
    })
  }

  setHold(userId: string, reason: string | null): Promise<string | null> {
    return this.#postgres.transaction(async (queries) => {
      const before = await heldFor(queries, userId)
      if (before === null || reason === null)
        await queries.run('UPDATE users SET hold = $2 WHERE id = $1', userId, reason)
      return before
    })
  }

  /** No query finds what was removed. Its bytes stay in table pages until they are reused or vacuumed, and in old backups. */
  eraseUser(userId: string, at: Instant): Promise<Erased> {
    return this.#postgres.transaction(async (queries): Promise<Erased> => {
      await holdBackBidsOf(queries, userId)
      const isLast = await isLastAdmin(queries, userId)
      const hold = await heldFor(queries, userId)
      if (hold !== null) return { result: 'held', reason: hold }
      if (await isNeeded(queries, userId)) return { result: 'needed' }
      if (isLast) return { result: 'last_admin' }
      await queries.run(
        `UPDATE users SET email = 'erased-' || id, display_name = 'Erased', role = 'bidder', blocked = 1, password = '',
           created_at = 0, verified_at = NULL, terms = NULL, terms_at = NULL, erased_at = $2 WHERE id = $1`,
        userId,
        at,
      )
      for (const sql of ERASE) await queries.run(sql, userId)
      await bumpAuthVersion(queries)
      return { result: 'erased' }
    })
  }

  addSession({ id, userId, expiresAt, endsAt }: Session, refreshHash: string): Promise<void> {
    return this.#postgres.transaction(async (queries) => {
      await queries.run(
        'INSERT INTO sessions (id, user_id, expires_at, ends_at) VALUES ($1, $2, $3, $4)',
        id,
        userId,
        expiresAt,
        endsAt ?? Number.MAX_SAFE_INTEGER,
      )
      await addToken(queries, refreshHash, id)
    })
  }

  authVersion(): Promise<number> {
    return this.#version.get()
  }

  rights(sessionId: string, sellerId: string): Promise<Rights | null> {
    return rightsIn(this.#postgres, sessionId, sellerId)
  }

  async sessionEnd(sessionId: string): Promise<Instant | null> {
    const row = await this.#postgres.get<{ expiresAt: Instant }>(
      'SELECT expires_at AS "expiresAt" FROM sessions WHERE id = $1 AND ended = 0',
      sessionId,
    )
    return row?.expiresAt ?? null
  }

  /** Skips rows that another node is removing. */
  async removeSessions(before: Instant, most: number): Promise<number> {
    const tokens = await this.#postgres.run(
      `WITH gone AS MATERIALIZED (
         SELECT t.hash FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
         WHERE s.ended = 1 OR s.expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
       )
       DELETE FROM refresh_tokens t USING gone WHERE t.hash = gone.hash`,
      before,
      most,
    )
    // Tokens first, in batches: a session of months has thousands.
    if (tokens > 0) return tokens
    return this.#postgres.run(
      `WITH gone AS MATERIALIZED (
         SELECT id FROM sessions WHERE ended = 1 OR expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
       )
       DELETE FROM sessions s USING gone WHERE s.id = gone.id`,
      before,
      most,
    )
  }

  async rotate(refreshHash: string, next: Successor, at: Instant, wanted: Instant): Promise<Rotated> {
    const { rotated, signedOut } = await this.#postgres.transaction((queries) =>
      rotate(queries, refreshHash, { next, at, wanted }),
    )
    await waitForBidsOf(this.#postgres, signedOut)
    return rotated
  }

  async endSession(sessionId: string): Promise<void> {
    const signedOut = await this.#postgres.transaction((queries) => endSessions(queries, [sessionId]))
    await waitForBidsOf(this.#postgres, signedOut)
  }

  /** Also waits for the bids of sessions that another call has just ended. */
  async endSessions(userId: string, but = ''): Promise<readonly string[]> {
    const ended = await this.#postgres.transaction(async (queries) => {
      const sessions = await queries.all<{ id: string }>(
        `SELECT id FROM sessions WHERE user_id = $1 AND id <> $2 AND ended = 0 AND ${OF_NO_KEY} ORDER BY id FOR UPDATE`,
        userId,
        but,
      )
      const ids = sessions.map(({ id }) => id)
      if (ids.length > 0) await endSessions(queries, ids)
      return ids
    })
    await waitForBidsOf(this.#postgres, [userId])
    return ended
  }

  sessions(userId: string, at: Instant): Promise<readonly { id: string; expiresAt: Instant }[]> {
    return this.#postgres.all(
      `SELECT id, expires_at AS "expiresAt" FROM sessions WHERE user_id = $1 AND ended = 0 AND expires_at > $2 AND ${OF_NO_KEY}
       ORDER BY id DESC`,
      userId,
      at,
    )
  }

  /** The update without effect returns the existing row, and locks it against removal. */
  async claim(creation: Creation): Promise<Creation> {
    const { userId, key, request, made, at } = creation
    const kept = await this.#postgres.get<Creation>(
      `INSERT INTO creations (user_id, key, request, made, at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (user_id, key) DO UPDATE SET at = creations.at
       RETURNING user_id AS "userId", key, request, made, at`,
      userId,
      key,
      request,
      made,
      at,
    )
    return kept!
  }

  removeClaims(before: Instant, most: number): Promise<number> {
    return this.#postgres.run(
      `WITH old AS MATERIALIZED (
         SELECT user_id, key FROM creations WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
       )
       DELETE FROM creations c USING old WHERE (c.user_id, c.key) = (old.user_id, old.key)`,
      before,
      most,
    )
  }

  async blocks(sellerId: string): Promise<readonly string[]> {
    const sql = 'SELECT user_id AS id FROM seller_blocks WHERE seller_id = $1'
    return (await this.#postgres.all<{ id: string }>(sql, sellerId)).map(({ id }) => id)
  }

  async setBlock(sellerId: string, userId: string, blocked: boolean): Promise<void> {
    await this.#postgres.transaction(async (queries) => {
      await queries.run(
        blocked
          ? 'INSERT INTO seller_blocks (seller_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING'
          : 'DELETE FROM seller_blocks WHERE seller_id = $1 AND user_id = $2',
        sellerId,
        userId,
      )
      await bumpAuthVersion(queries)
    })
    await waitForBidsOf(this.#postgres, [userId])
  }
}

/** Reads the legal hold, and locks the row until the transaction ends. */
async function heldFor(queries: Queries, userId: string): Promise<string | null> {
  return (await queries.get<{ hold: string | null }>('SELECT hold FROM users WHERE id = $1 FOR UPDATE', userId))!.hold
}

/** Returns whether a user sells or bids in an auction that is not over. */
async function isNeeded(queries: Queries, userId: string): Promise<boolean> {
  const auction = await queries.get(
    `SELECT FROM auctions WHERE status NOT IN ('closed', 'cancelled')
       AND (seller_id = $1 OR id IN (SELECT auction_id FROM audit_log WHERE user_id = $1 AND id IS NOT NULL)) LIMIT 1`,
    userId,
  )
  return auction !== undefined
}
