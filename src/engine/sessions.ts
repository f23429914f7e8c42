import { lru } from './lru.ts'
import type { Instant } from '../domain/instant.ts'
import type { Accounts, Rights, User } from './account-ports.ts'

const KNOWN_MAX = 50_000

/** What somebody may do who bids, as of a version of everybody's rights. */
export type BidderRights = {
  readonly isSignedIn: boolean
  /** By the house, or by the seller of the auction (WHO-1). */
  readonly isBlocked: boolean
  /** An admin, where an admin sells (WHO-2). */
  readonly isStaff: boolean
  readonly authVersion: number
}

/** Whose a session is and what they may do, read once and known until anybody's rights change. */
export class Sessions {
  readonly #accounts: Accounts
  readonly #cached = lru<Rights>(KNOWN_MAX)
  #authVersion = -1

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  /** The user of a session that goes on; null where it is ended or over. */
  async user(sessionId: string, at: Instant): Promise<User | null> {
    await this.#refresh()
    return (await this.#rights(sessionId, '', at))?.user ?? null
  }

  /** What bidders may do in an auction of a seller each, all as of one version. */
  async bidders(
    asks: readonly { sessionId: string; userId: string; sellerId: string; at: Instant }[],
  ): Promise<readonly BidderRights[]> {
    // Before the others: what they see may be later, and then the commit that writes the bid looks again.
    const authVersion = await this.#refresh()
    return Promise.all(
      asks.map(async ({ sessionId, userId, sellerId, at }) => {
        const rights = await this.#rights(sessionId, sellerId, at)
        if (rights?.user.id !== userId) return { isSignedIn: false, isBlocked: false, isStaff: false, authVersion }
        return { isSignedIn: true, isBlocked: rights.blocked, isStaff: rights.staff, authVersion }
      }),
    )
  }

  async #refresh(): Promise<number> {
    const version = await this.#accounts.authVersion()
    if (version !== this.#authVersion) this.#cached.clear()
    return (this.#authVersion = version)
  }

  async #rights(sessionId: string, sellerId: string, at: Instant): Promise<Rights | null> {
    const name = `${sessionId} ${sellerId}`
    const known = this.#cached.get(name)
    // One that is over may have been prolonged since.
    if (known !== undefined && known.expiresAt > at) return known
    const version = this.#authVersion
    const rights = await this.#accounts.rights(sessionId, sellerId)
    if (rights === null || rights.expiresAt <= at) return null
    if (version === this.#authVersion) this.#cached.set(name, rights)
    return rights
  }
}
