import type { Instant } from '../../domain/instant.ts'
import type { Rights } from '../../engine/account-ports.ts'
import type { Sqlite } from './database.ts'
import { type UserRow, userOf } from '../users.ts'

/** Rights of sessions, and the auth version that they are cached by. */

/** Reads one database page: a tenth of the cost of reading the rights that a caller may cache by this version. */
export function authVersionIn(sqlite: Sqlite): number {
  return sqlite.get<{ count: number }>('SELECT count FROM revocations')!.count
}

/** Must run in the transaction that signs somebody out, blocks, unblocks or renames them, or changes their role. */
export function bumpAuthVersion(sqlite: Sqlite): void {
  sqlite.run('UPDATE revocations SET count = count + 1')
}

type RightsRow = UserRow & { expires_at: Instant; blocked_here: 0 | 1; staff: 0 | 1 }

export function rightsIn(sqlite: Sqlite, sessionId: string, sellerId: string): Rights | null {
  const row = sqlite.get<RightsRow>(
    `SELECT u.*, s.expires_at,
       u.blocked OR EXISTS (SELECT 1 FROM seller_blocks b WHERE b.seller_id = ? AND b.user_id = u.id) AS blocked_here,
       u.role = 'admin' AND EXISTS (SELECT 1 FROM users v WHERE v.id = ? AND v.role = 'admin') AS staff
     FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND s.ended = 0`,
    sellerId,
    sellerId,
    sessionId,
  )
  if (row === undefined) return null
  const { expires_at: expiresAt, blocked_here: blocked, staff } = row
  return { user: userOf(row), expiresAt, blocked: blocked === 1, staff: staff === 1 }
}
