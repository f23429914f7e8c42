import type { Instant } from '../../domain/instant.ts'
import type { Rights } from '../../engine/account-ports.ts'
import { USER, type UserRow, userOf } from '../users.ts'
import type { Postgres, Queries } from './connections.ts'
import { lockClasses } from './locks.ts'

/** The rights of users, their version, and the locks that order bids and changes of rights. */

export async function authVersionIn(queries: Queries): Promise<number> {
  return (await queries.get<{ count: number }>('SELECT count FROM revocations'))!.count
}

/** Must be the last step of a transaction that changes somebody's rights, since other changes wait for this row. */
export async function bumpAuthVersion(queries: Queries): Promise<void> {
  await queries.run('UPDATE revocations SET count = count + 1')
}

const LOCK_PERSON = `SELECT pg_advisory_xact_lock(${lockClasses.person}, hashtext($1))`

/**
 * Returns when every running append of these people has ended. Called after the COMMIT of a change of rights: from then on no bid
 * is committed that was decided without it. Takes one lock at a time, each in a transaction of its own, so it cannot deadlock.
 */
export async function waitForBidsOf(postgres: Postgres, people: Iterable<string>): Promise<void> {
  for (const person of new Set(people)) await postgres.run(LOCK_PERSON, person)
}

/** Must be the first step of a transaction: waits for the running appends of a person, and holds back new ones until it ends. */
export async function holdBackBidsOf(queries: Queries, person: string): Promise<void> {
  await queries.run(LOCK_PERSON, person)
}

/** Returns whether a user is the only active admin, and keeps other transactions from removing an admin until this one ends. */
export async function isLastAdmin(queries: Queries, userId: string): Promise<boolean> {
  await queries.run('SELECT pg_advisory_xact_lock($1, 0)', lockClasses.admins)
  const admins = await queries.all<{ id: string }>("SELECT id FROM users WHERE role = 'admin' AND blocked = 0 LIMIT 2")
  return admins.length === 1 && admins[0]!.id === userId
}

type RightsRow = UserRow & { expires_at: Instant; blocked_here: boolean; staff: boolean }

export async function rightsIn(queries: Queries, sessionId: string, sellerId: string): Promise<Rights | null> {
  const row = await queries.get<RightsRow>(
    `SELECT ${USER}, s.expires_at,
       u.blocked = 1 OR EXISTS (SELECT FROM seller_blocks b WHERE b.seller_id = $2 AND b.user_id = u.id) AS blocked_here,
       u.role = 'admin' AND EXISTS (SELECT FROM users v WHERE v.id = $2 AND v.role = 'admin') AS staff
     FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.ended = 0`,
    sessionId,
    sellerId,
  )
  if (row === undefined) return null
  const { expires_at: expiresAt, blocked_here: blocked, staff } = row
  return { user: userOf(row), expiresAt, blocked, staff }
}
