import type { Role } from '../../domain/schema.ts'
import type { User } from '../../engine/ports.ts'

export type UserRow = {
  id: string
  email: string
  display_name: string
  role: Role
  blocked: 0 | 1
  password: string
  created_at: number
}

export function userOf({ id, email, display_name, role, blocked, created_at }: UserRow): User {
  return { id, email, displayName: display_name, role, blocked: blocked === 1, createdAt: created_at }
}
