import type { Instant } from '../../domain/instant.ts'
import type { Role } from '../../domain/schema.ts'
import { limits } from '../../config/limits.ts'
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
import type { Sqlite } from './database.ts'
import { auctionAt } from './row-keys.ts'
import { eraseFromRooms } from './room.ts'
import { authVersionIn, bumpAuthVersion, rightsIn } from './rights.ts'
import { type UserRow, userOf, userPage, userPosition } from '../users.ts'

/** Keys of programs are no sessions of a person, who ends each by itself. */
const OF_NO_KEY = 'id NOT IN (SELECT id FROM api_keys)'

export class SqliteAccounts implements Accounts {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  async addUser(user: User, password: string): Promise<boolean> {
    const { id, email, displayName, role, blocked, createdAt, terms } = user
    return (
      this.#sqlite.run(
        `INSERT INTO users (id, email, display_name, role, blocked, password, created_at, terms, terms_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING`,
        id,
        email,
        displayName,
        role,
        blocked ? 1 : 0,
        password,
        createdAt,
        terms?.version ?? null,
        terms?.at ?? null,
      ) === 1
    )
  }

  async user(userId: string): Promise<User | null> {
    return this.#user(userId)
  }

  #user(userId: string): User | null {
    const row = this.#sqlite.get<UserRow>('SELECT * FROM users WHERE id = ?', userId)
    return row === undefined ? null : userOf(row)
  }

  async userByEmail(email: string): Promise<{ user: User; password: string } | null> {
    const row = this.#sqlite.get<UserRow>('SELECT * FROM users WHERE email = ?', email)
    return row === undefined ? null : { user: userOf(row), password: row.password }
  }

  /** All users, newest first. `q` is searched for in address and name. */
  async users({ limit, cursor, q }: Paging & { q: string | null }): Promise<Page<User>> {
    const rows = this.#sqlite.all<UserRow>(
      `SELECT * FROM users
       WHERE erased_at IS NULL AND (created_at, id) < (?, ?)
         AND (? IS NULL OR instr(lower(email || ' ' || display_name), lower(?)) > 0)
       ORDER BY created_at DESC, id DESC LIMIT ?`,
      ...userPosition(cursor),
      q,
      q,
      limit + 1,
    )
    return userPage(rows, limit)
  }

  async names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(userIds.map((id) => [id, this.#user(id)?.displayName ?? '']))
  }

  async changeUser(
    userId: string,
    { role, blocked }: { role?: Role; blocked?: boolean },
  ): Promise<User | 'last_admin' | null> {
    return this.#sqlite.transaction(() => {
      const isLess = (role !== undefined && role !== 'admin') || blocked === true
      if (isLess && this.#isLastAdmin(userId)) return 'last_admin'
      this.#sqlite.run(
        'UPDATE users SET role = ifnull(?, role), blocked = ifnull(?, blocked) WHERE id = ?',
        role ?? null,
        blocked === undefined ? null : blocked ? 1 : 0,
        userId,
      )
      bumpAuthVersion(this.#sqlite)
      return this.#user(userId)
    })
  }

  #isLastAdmin(userId: string): boolean {
    const admins = this.#sqlite.all<{ id: string }>("SELECT id FROM users WHERE role = 'admin' AND blocked = 0 LIMIT 2")
    return admins.length === 1 && admins[0]!.id === userId
  }

  async setPassword(userId: string, password: string): Promise<void> {
    this.#sqlite.run('UPDATE users SET password = ? WHERE id = ?', password, userId)
  }

  async rename(userId: string, displayName: string): Promise<void> {
    this.#sqlite.transaction(() => {
      this.#sqlite.run('UPDATE users SET display_name = ? WHERE id = ?', displayName, userId)
      bumpAuthVersion(this.#sqlite)
    })
  }

  async setHold(userId: string, reason: string | null): Promise<string | null> {
    return this.#sqlite.transaction(() => {
      const before = this.#holdOf(userId)
      if (before === null || reason === null) this.#sqlite.run('UPDATE users SET hold = ? WHERE id = ?', reason, userId)
      return before
    })
  }

  #holdOf(userId: string): string | null {
    return this.#sqlite.get<{ hold: string | null }>('SELECT hold FROM users WHERE id = ?', userId)!.hold
  }

  /** Erased data is overwritten in the database file, and cut off from the WAL as soon as nobody reads an older state. */
  async eraseUser(userId: string, at: Instant): Promise<Erased> {
    const erased = this.#sqlite.transaction(() => this.#erase(userId, at))
    if (erased.result === 'erased') this.#sqlite.truncateErased()
    return erased
  }

  #erase(userId: string, at: Instant): Erased {
    const hold = this.#holdOf(userId)
    if (hold !== null) return { result: 'held', reason: hold }
    const needed = this.#sqlite.get(
      `SELECT 1 FROM auctions a WHERE a.status NOT IN ('closed', 'cancelled')
         AND (a.seller_id = ? OR a.number IN (SELECT ${auctionAt('row_key')} FROM audit_log WHERE user_id = ? AND id IS NOT NULL))`,
      userId,
      userId,
    )
    if (needed !== undefined) return { result: 'needed' }
    if (this.#isLastAdmin(userId)) return { result: 'last_admin' }
    this.#sqlite.run(
      `UPDATE users SET email = 'erased-' || id, display_name = 'Erased', role = 'bidder', blocked = 1, password = '',
         created_at = 0, verified_at = NULL, terms = NULL, terms_at = NULL, erased_at = ? WHERE id = ?`,
      at,
      userId,
    )
    this.#eraseAnswers(userId)
    this.#sqlite.run('UPDATE pictures SET user_id = NULL WHERE user_id = ?', userId)
    this.#sqlite.run('UPDATE copies SET user_id = NULL WHERE user_id = ?', userId)
    this.#sqlite.run('DELETE FROM authors WHERE user_id = ?', userId)
    this.#sqlite.run('DELETE FROM creations WHERE user_id = ?', userId)
    this.#sqlite.run('DELETE FROM labels WHERE seller_id = ?', userId)
    for (const table of [
      'watched',
      'notices',
      'preferences',
      'deliveries',
      'email_tokens',
      'devices',
      'webhooks',
      'push_subscriptions',
    ])
      this.#sqlite.run(`DELETE FROM ${table} WHERE user_id = ?`, userId)
    this.#sqlite.run('DELETE FROM sessions WHERE user_id = ?', userId)
    this.#sqlite.run('DELETE FROM seller_blocks WHERE ? IN (seller_id, user_id)', userId)
    eraseFromRooms(this.#sqlite, userId)
    bumpAuthVersion(this.#sqlite)
    this.#sqlite.noteErased(at)
    return { result: 'erased' }
  }

  #eraseAnswers(userId: string): void {
    const own = 'user_id = ? AND id IS NOT NULL'
    this.#sqlite.run(`DELETE FROM answers WHERE number IN (SELECT answer FROM audit_log WHERE ${own})`, userId)
    this.#sqlite.run(`UPDATE audit_log SET answer = NULL WHERE ${own} AND answer IS NOT NULL`, userId)
  }

  async addSession({ id, userId, expiresAt, endsAt }: Session, refreshHash: string): Promise<void> {
    this.#sqlite.transaction(() => {
      this.#sqlite.run(
        'INSERT INTO sessions (id, user_id, expires_at, ends_at) VALUES (?, ?, ?, ?)',
        id,
        userId,
        expiresAt,
        endsAt ?? Number.MAX_SAFE_INTEGER,
      )
      this.#addToken(refreshHash, id)
    })
  }

  #addToken(hash: string, sessionId: string): void {
    this.#sqlite.run('INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)', hash, sessionId)
  }

  async authVersion(): Promise<number> {
    return authVersionIn(this.#sqlite)
  }

  async rights(sessionId: string, sellerId: string): Promise<Rights | null> {
    return rightsIn(this.#sqlite, sessionId, sellerId)
  }

  async sessionEnd(sessionId: string): Promise<Instant | null> {
    const row = this.#sqlite.get<{ expires_at: Instant }>(
      'SELECT expires_at FROM sessions WHERE id = ? AND ended = 0',
      sessionId,
    )
    return row?.expires_at ?? null
  }

  async removeSessions(before: Instant, most: number): Promise<number> {
    const over = `SELECT * FROM (SELECT id FROM sessions WHERE ended = 1 LIMIT ?)
      UNION SELECT * FROM (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)`
    return this.#sqlite.transaction(() => {
      // Tokens go first, in calls of their own: a session of months has thousands, and bids wait for each transaction.
      const tokens = this.#sqlite.run(
        `DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM refresh_tokens WHERE session_id IN (${over}) LIMIT ?)`,
        most,
        before,
        most,
        most,
      )
      return tokens > 0 ? tokens : this.#sqlite.run(`DELETE FROM sessions WHERE id IN (${over})`, most, before, most)
    })
  }

  async rotate(refreshHash: string, next: Successor, at: Instant, wanted: Instant): Promise<Rotated> {
    return this.#sqlite.transaction((): Rotated => {
      const token = this.#sqlite.get<{
        session_id: string
        user_id: string
        used: 0 | 1
        live: 0 | 1
        expires_at: Instant
        ends_at: Instant
        renewed_by: string | null
        renewed_at: Instant
        renewal_nonce: string
      }>(
        `SELECT t.session_id, t.used, s.user_id, s.expires_at, s.ends_at, s.renewed_by, s.renewed_at, s.renewal_nonce,
           s.ended = 0 AND s.expires_at > ? AS live
         FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?`,
        at,
        refreshHash,
      )
      if (token === undefined || token.live === 0) return { result: 'unknown' }
      const sessionId = token.session_id
      const session = { id: sessionId, userId: token.user_id }
      if (token.used === 1) {
        // A session keeps only its last renewal: once the successor was used, this token's is gone.
        if (token.renewed_by === refreshHash && at < token.renewed_at + limits.refreshGraceMs)
          return { result: 'rotated', session: { ...session, expiresAt: token.expires_at }, nonce: token.renewal_nonce }
        this.#end(sessionId)
        return { result: 'reused', sessionId }
      }
      const expiresAt = Math.min(wanted, token.ends_at)
      this.#sqlite.run('UPDATE refresh_tokens SET used = 1 WHERE hash = ?', refreshHash)
      this.#sqlite.run(
        'UPDATE sessions SET expires_at = ?, renewed_by = ?, renewed_at = ?, renewal_nonce = ? WHERE id = ?',
        expiresAt,
        refreshHash,
        at,
        next.nonce,
        sessionId,
      )
      this.#addToken(next.hash, sessionId)
      return { result: 'rotated', session: { ...session, expiresAt }, nonce: next.nonce }
    })
  }

  #end(sessionId: string): void {
    this.#sqlite.run('UPDATE sessions SET ended = 1 WHERE id = ?', sessionId)
    bumpAuthVersion(this.#sqlite)
    this.#sqlite.run('DELETE FROM refresh_tokens WHERE session_id = ?', sessionId)
  }

  async endSession(sessionId: string): Promise<void> {
    this.#sqlite.transaction(() => this.#end(sessionId))
  }

  async endSessions(userId: string, but = ''): Promise<readonly string[]> {
    return this.#sqlite.transaction(() => {
      const ended = this.#sqlite.all<{ id: string }>(
        `SELECT id FROM sessions WHERE user_id = ? AND id <> ? AND ended = 0 AND ${OF_NO_KEY}`,
        userId,
        but,
      )
      for (const { id } of ended) this.#end(id)
      return ended.map(({ id }) => id)
    })
  }

  async sessions(userId: string, at: Instant): Promise<readonly { id: string; expiresAt: Instant }[]> {
    return this.#sqlite.all(
      `SELECT id, expires_at AS expiresAt FROM sessions
       WHERE user_id = ? AND ended = 0 AND expires_at > ? AND ${OF_NO_KEY} ORDER BY id DESC`,
      userId,
      at,
    )
  }

  async claim(creation: Creation): Promise<Creation> {
    const { userId, key, request, made, at } = creation
    return this.#sqlite.transaction(() => {
      this.#sqlite.run(
        'INSERT INTO creations (user_id, key, request, made, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        userId,
        key,
        request,
        made,
        at,
      )
      return this.#sqlite.get<Creation>(
        'SELECT user_id AS userId, key, request, made, at FROM creations WHERE user_id = ? AND key = ?',
        userId,
        key,
      )!
    })
  }

  async removeClaims(before: Instant, most: number): Promise<number> {
    return this.#sqlite.run(
      'DELETE FROM creations WHERE (user_id, key) IN (SELECT user_id, key FROM creations WHERE at < ? LIMIT ?)',
      before,
      most,
    )
  }

  async blocks(sellerId: string): Promise<readonly string[]> {
    return this.#sqlite
      .all<{ user_id: string }>('SELECT user_id FROM seller_blocks WHERE seller_id = ?', sellerId)
      .map((row) => row.user_id)
  }

  async setBlock(sellerId: string, userId: string, blocked: boolean): Promise<void> {
    this.#sqlite.transaction(() => {
      this.#sqlite.run(
        blocked
          ? 'INSERT OR IGNORE INTO seller_blocks (seller_id, user_id) VALUES (?, ?)'
          : 'DELETE FROM seller_blocks WHERE seller_id = ? AND user_id = ?',
        sellerId,
        userId,
      )
      bumpAuthVersion(this.#sqlite)
    })
  }
}
