import type { Instant } from '../../domain/instant.ts'
import type { Rights } from '../../engine/account-ports.ts'
import { USER, type UserRow, userOf } from '../users.ts'
import type { Postgres, Queries } from './connections.ts'

/** What people may do, how often that changed, and the locks by which bids and changes of rights wait for each other. */

export async function authVersionIn(queries: Queries): Promise<number> {
  return (await queries.get<{ count: number }>('SELECT count FROM revocations'))!.count
}

/** Last in the transaction in which somebody is signed out, blocked, let in again or given another role: others wait for the row. */
export async function bumpAuthVersion(queries: Queries): Promise<void> {
  await queries.run('UPDATE revocations SET count = count + 1')
}

/** A transaction that appends bids holds the shared lock of each bidder from before it looks at their rights. */
const BIDS_OF = 'SELECT pg_advisory_xact_lock(7, hashtext($1))'

/**
 * Behind the COMMIT of a change of rights, so that none of these people's bids is taken later that was decided without it. Each
 * in a statement of its own: it holds one lock at a time, and that for no longer than it takes to get it.
 */
export async function waitForBidsOf(postgres: Postgres, people: Iterable<string>): Promise<void> {
  for (const person of new Set(people)) await postgres.run(BIDS_OF, person)
}

/** First in a transaction: bids of a person that are on their way are waited for, and later ones wait until its end. */
export async function holdBackBidsOf(queries: Queries, person: string): Promise<void> {
  await queries.run(BIDS_OF, person)
}

/** Whether nobody else could rule the house. Until the end of the transaction nobody else takes an admin away. */
export async function isLastAdmin(queries: Queries, userId: string): Promise<boolean> {
  await queries.run('SELECT pg_advisory_xact_lock(8, 0)')
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
