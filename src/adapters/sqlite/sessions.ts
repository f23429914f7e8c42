import { lru } from '../../engine/lru.ts'
import type { Instant } from '../../domain/instant.ts'
import type { User } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { revocationsIn } from './revocations.ts'
import { type UserRow, userOf } from './users.ts'

type Known = { readonly user: User; readonly expiresAt: Instant }

const KNOWN_MAX = 10_000

/** Whose a session is that goes on, read once and known until somebody's rights change. */
export class Sessions {
  readonly #sqlite: Sqlite
  readonly #known = lru<Known>(KNOWN_MAX)
  #asOf = -1

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** Null where it is ended or over. */
  userOf(sessionId: string, at: Instant): User | null {
    const count = revocationsIn(this.#sqlite)
    if (count !== this.#asOf) this.#known.clear()
    this.#asOf = count
    let known = this.#known.get(sessionId)
    // One that is over may have been prolonged since.
    if (known === undefined || known.expiresAt <= at) known = this.#read(sessionId)
    if (known === undefined) return null
    this.#known.set(sessionId, known)
    return known.expiresAt > at ? known.user : null
  }

  #read(sessionId: string): Known | undefined {
    const row = this.#sqlite.get<UserRow & { expires_at: Instant }>(
      `SELECT u.*, s.expires_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND s.ended = 0`,
      sessionId,
    )
    return row && { user: userOf(row), expiresAt: row.expires_at }
  }
}
