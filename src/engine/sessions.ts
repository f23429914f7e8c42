import { lru } from './lru.ts'
import type { Instant } from '../domain/instant.ts'
import type { Accounts, Rights, User } from './account-ports.ts'

const KNOWN_MAX = 50_000

/** What a bidder may do, as of an auth version. */
export type BidderRights = {
  readonly isSignedIn: boolean
  /** Blocked by an admin, or by the seller of the auction (WHO-1). */
  readonly isBlocked: boolean
  /** Whether an admin bids where an admin sells (WHO-2). */
  readonly isStaff: boolean
  readonly authVersion: number
}

/** Caches the user and the rights of sessions, until the auth version moves. */
export class Sessions {
  readonly #accounts: Accounts
  readonly #cached = lru<Rights>(KNOWN_MAX)
  #authVersion = -1

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  /** Returns the user of a session; null if it was ended or has expired. */
  async user(sessionId: string, at: Instant): Promise<User | null> {
    await this.#refresh()
    return (await this.#rights(sessionId, '', at))?.user ?? null
  }

  /** Returns what each bidder may do in the auctions of a seller, all as of one auth version. */
  async bidders(
    asks: readonly { sessionId: string; userId: string; sellerId: string; at: Instant }[],
  ): Promise<readonly BidderRights[]> {
    // Read before the rights: if they are newer than this version, the commit that writes the bid checks them again.
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
    const cached = this.#cached.get(name)
    // An expired session may have been refreshed since.
    if (cached !== undefined && cached.expiresAt > at) return cached
    const version = this.#authVersion
    const rights = await this.#accounts.rights(sessionId, sellerId)
    if (rights === null || rights.expiresAt <= at) return null
    if (version === this.#authVersion) this.#cached.set(name, rights)
    return rights
  }
}
