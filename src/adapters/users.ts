import type { Role } from '../domain/schema.ts'
import type { User } from '../engine/account-ports.ts'
import type { Page } from '../engine/ports.ts'

export type UserRow = {
  id: string
  email: string
  display_name: string
  role: Role
  blocked: 0 | 1
  password: string
  created_at: number
  terms: number | null
  terms_at: number | null
}

/** What makes a `UserRow`, of `users u`. */
export const USER = 'u.id, u.email, u.display_name, u.role, u.blocked, u.password, u.created_at, u.terms, u.terms_at'

export function userOf({ id, email, display_name, role, blocked, created_at, terms, terms_at }: UserRow): User {
  const user = { id, email, displayName: display_name, role, blocked: blocked === 1, createdAt: created_at }
  return terms === null ? user : { ...user, terms: { version: terms, at: terms_at! } }
}

/** Before every user in the list of all users, which is newest first: by `created_at`, then by `id`. */
const BEFORE_ALL = [Number.MAX_SAFE_INTEGER, ''] as const

/** The cursor of that list is its last user, as "createdAt.id": a sign-up between two pages moves nobody. */
export function userPosition(cursor: string | null): readonly [createdAt: number, id: string] {
  if (cursor === null) return BEFORE_ALL
  const [createdAt = '', id = ''] = cursor.split('.')
  return [Number(createdAt), id]
}

/** A page of users, out of rows of which `limit + 1` were requested. */
export function userPage(rows: readonly UserRow[], limit: number): Page<User> {
  const last = rows.length > limit ? rows[limit - 1]! : null
  return {
    items: rows.slice(0, limit).map(userOf),
    nextCursor: last === null ? null : `${last.created_at}.${last.id}`,
  }
}
