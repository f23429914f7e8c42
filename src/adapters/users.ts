import type { Role } from '../domain/schema.ts'
import type { User } from '../engine/account-ports.ts'

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
