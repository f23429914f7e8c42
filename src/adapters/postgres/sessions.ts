import { limits } from '../../config/limits.ts'
import type { Instant } from '../../domain/instant.ts'
import type { Rotated, Successor } from '../../engine/account-ports.ts'
import type { Queries } from './connections.ts'
import { bumpAuthVersion } from './rights.ts'

/** Sessions and their refresh tokens. Every change locks the session before its tokens. */

export async function addToken(queries: Queries, hash: string, sessionId: string): Promise<void> {
  await queries.run('INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)', hash, sessionId)
}

/** Ends sessions, and returns whose they were. For several sessions the caller already holds the locks. */
export async function endSessions(queries: Queries, sessionIds: readonly string[]): Promise<string[]> {
  const ended = await queries.all<{ id: string }>(
    'UPDATE sessions SET ended = 1 WHERE id = ANY ($1) RETURNING user_id AS id',
    sessionIds,
  )
  await queries.run('DELETE FROM refresh_tokens WHERE session_id = ANY ($1)', sessionIds)
  await bumpAuthVersion(queries)
  return ended.map(({ id }) => id)
}

type Token = {
  sessionId: string
  userId: string
  used: 0 | 1
  live: boolean
  expiresAt: Instant
  endsAt: Instant
  renewedBy: string | null
  renewedAt: Instant
  nonce: string
}

/** Locks in a statement of its own, so that the next one sees what the previous holder of the lock committed. */
async function lockedToken(queries: Queries, hash: string, at: Instant): Promise<Token | undefined> {
  await queries.run(
    'SELECT FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = $1) FOR UPDATE',
    hash,
  )
  return queries.get<Token>(
    `SELECT s.id AS "sessionId", s.user_id AS "userId", t.used, s.ended = 0 AND s.expires_at > $2 AS live,
       s.expires_at AS "expiresAt", s.ends_at AS "endsAt", s.renewed_by AS "renewedBy", s.renewed_at AS "renewedAt",
       s.renewal_nonce AS nonce
     FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = $1`,
    hash,
    at,
  )
}

export async function rotate(
  queries: Queries,
  hash: string,
  { next, at, wanted }: { next: Successor; at: Instant; wanted: Instant },
): Promise<{ rotated: Rotated; signedOut: readonly string[] }> {
  const token = await lockedToken(queries, hash, at)
  if (token?.live !== true) return { rotated: { result: 'unknown' }, signedOut: [] }
  const { sessionId, userId } = token
  const isAgain = token.renewedBy === hash && at < token.renewedAt + limits.refreshGraceMs
  // A session keeps only its last renewal: after the successor is used, this token is no longer part of it.
  if (token.used === 1 && !isAgain)
    return { rotated: { result: 'reused', sessionId }, signedOut: await endSessions(queries, [sessionId]) }
  const expiresAt = isAgain ? token.expiresAt : Math.min(wanted, token.endsAt)
  const nonce = isAgain ? token.nonce : next.nonce
  if (!isAgain) await renew(queries, { ...token, expiresAt }, { hash, next, at })
  return { rotated: { result: 'rotated', session: { id: sessionId, userId, expiresAt }, nonce }, signedOut: [] }
}

async function renew(
  queries: Queries,
  { sessionId, expiresAt }: Token,
  { hash, next, at }: { hash: string; next: Successor; at: Instant },
): Promise<void> {
  await queries.run('UPDATE refresh_tokens SET used = 1 WHERE hash = $1', hash)
  await queries.run(
    'UPDATE sessions SET expires_at = $2, renewed_by = $3, renewed_at = $4, renewal_nonce = $5 WHERE id = $1',
    sessionId,
    expiresAt,
    hash,
    at,
    next.nonce,
  )
  await addToken(queries, next.hash, sessionId)
}
