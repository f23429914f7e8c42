import type { Instant } from '../domain/instant.ts'
import type { NewDelivery } from '../engine/delivery-ports.ts'
import type { EmailReads, EmailToken, EmailWrites, Emails, TokenPurpose } from '../engine/email-ports.ts'
import { deliver } from './deliveries.ts'
import type { Queries, Transactions } from './queries.ts'

type Owner = Pick<EmailToken, 'userId' | 'email'>

const LIVE = 'hash = $1 AND purpose = $2 AND expires_at > $3'

/** E-mail addresses, their tokens, and devices, on either engine. */
export class EmailRecords implements Emails {
  readonly #db: Transactions

  constructor(db: Transactions) {
    this.#db = db
  }

  async verifiedAt(userId: string): Promise<Instant | null> {
    const row = await this.#db.get<{ at: Instant | null }>('SELECT verified_at AS at FROM users WHERE id = $1', userId)
    return row?.at ?? null
  }

  async token(hash: string, purpose: TokenPurpose, at: Instant): Promise<Owner | null> {
    const found = await this.#db.get<Owner>(
      `SELECT user_id AS "userId", email FROM email_tokens WHERE ${LIVE}`,
      hash,
      purpose,
      at,
    )
    return found ?? null
  }

  async use(hash: string, purpose: TokenPurpose, at: Instant): Promise<Owner | null> {
    return this.#db.transaction(async (queries) => {
      const used = await queries.get<Owner>(
        `DELETE FROM email_tokens WHERE ${LIVE} RETURNING user_id AS "userId", email`,
        hash,
        purpose,
        at,
      )
      return used ?? null
    })
  }

  async issue({ hash, userId, purpose, email, expiresAt }: EmailToken, delivery: NewDelivery): Promise<void> {
    await this.#db.transaction(async (queries) => {
      await queries.run('DELETE FROM email_tokens WHERE user_id = $1 AND purpose = $2', userId, purpose)
      await queries.run(
        'INSERT INTO email_tokens (hash, user_id, purpose, email, expires_at) VALUES ($1, $2, $3, $4, $5)',
        hash,
        userId,
        purpose,
        email,
        expiresAt,
      )
      await deliver(queries, [delivery])
    })
  }

  async voidTokens(userId: string): Promise<void> {
    await this.#db.run(
      `DELETE FROM email_tokens
       WHERE user_id = $1 AND (purpose = 'reset' OR email <> (SELECT email FROM users WHERE id = $1))`,
      userId,
    )
  }

  verify(userId: string, email: string, at: Instant): Promise<boolean> {
    return this.#setEmail(userId, email, at)
  }

  changeEmail(userId: string, email: string): Promise<boolean> {
    return this.#setEmail(userId, email, null)
  }

  #setEmail(userId: string, email: string, verifiedAt: Instant | null): Promise<boolean> {
    return this.#db.transaction(async (queries) => {
      const set = await queries.run(
        `UPDATE users SET email = $2, verified_at = $3 WHERE id = $1 AND erased_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM users WHERE email = $2 AND id <> $1)`,
        userId,
        email,
        verifiedAt,
      )
      if (set === 1) await queries.run('DELETE FROM email_tokens WHERE user_id = $1 AND email <> $2', userId, email)
      await queries.run('UPDATE revocations SET count = count + 1')
      return set === 1
    })
  }

  async devices(userId: string): ReturnType<EmailReads['devices']> {
    const rows = await this.#db.all<{ id: string; device: string | null; usedAt: Instant | null }>(
      'SELECT id, device, used_at AS "usedAt" FROM sessions WHERE user_id = $1 AND ended = 0',
      userId,
    )
    return new Map(rows.map(({ id, ...row }) => [id, row]))
  }

  noteDevice({ sessionId, userId, device, hash, at }: Parameters<EmailWrites['noteDevice']>[0]): Promise<boolean> {
    return this.#db.transaction(async (queries) => {
      await queries.run('UPDATE sessions SET device = $2, used_at = $3 WHERE id = $1', sessionId, device, at)
      const isFirst = (await queries.get('SELECT 1 AS found FROM devices WHERE user_id = $1', userId)) === undefined
      const isUnknown = await addDevice(queries, userId, hash)
      return isUnknown && !isFirst
    })
  }

  async noteUse(sessionId: string, at: Instant): Promise<void> {
    await this.#db.run('UPDATE sessions SET used_at = $2 WHERE id = $1', sessionId, at)
  }

  removeTokens(before: Instant, most: number): Promise<number> {
    return this.#db.run(
      'DELETE FROM email_tokens WHERE hash IN (SELECT hash FROM email_tokens WHERE expires_at < $1 LIMIT $2)',
      before,
      most,
    )
  }
}

async function addDevice(queries: Queries, userId: string, hash: string): Promise<boolean> {
  const add = 'INSERT INTO devices (user_id, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING'
  return (await queries.run(add, userId, hash)) === 1
}
