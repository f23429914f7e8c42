import { lru } from '../../engine/lru.ts'
import type { Instant } from '../../domain/instant.ts'
import type { BidderAsk } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { revocationsIn } from './revocations.ts'

type Rights = { readonly blocked: boolean; readonly staff: boolean }
type Known = Rights & { readonly userId: string; readonly expiresAt: Instant }
type MayBid = Rights & { readonly signedIn: boolean }

const KNOWN_MAX = 50_000

/** Who may bid where, asked once and known until somebody is signed out, blocked, let in again or given another role. */
export class Bidders {
  readonly #sqlite: Sqlite
  readonly #known = lru<Known>(KNOWN_MAX)
  #asOf = -1

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** How often that happened so far. What is known of a time before is forgotten. */
  revocations(): number {
    const count = revocationsIn(this.#sqlite)
    if (count !== this.#asOf) this.#known.clear()
    this.#asOf = count
    return count
  }

  /** As of the last `revocations`. */
  mayBid(ask: Omit<BidderAsk, 'key'>): MayBid {
    const { auctionId, userId, sessionId, at } = ask
    const name = `${sessionId} ${auctionId}`
    let known = this.#known.get(name)
    if (known === undefined || known.expiresAt <= at) known = this.#ask(ask)
    if (known === undefined) return { signedIn: false, blocked: false, staff: false }
    this.#known.set(name, known)
    const { blocked, staff } = known
    return { signedIn: known.userId === userId && known.expiresAt > at, blocked, staff }
  }

  #ask({ auctionId, sessionId }: Omit<BidderAsk, 'key'>): Known | undefined {
    const row = this.#sqlite.get<{ user_id: string; expires_at: Instant; blocked: 0 | 1; staff: 0 | 1 }>(
      `SELECT s.user_id, s.expires_at, u.blocked OR EXISTS (
         SELECT 1 FROM seller_blocks b JOIN auctions a ON a.seller_id = b.seller_id WHERE a.id = ? AND b.user_id = u.id
       ) AS blocked, u.role = 'admin' AND EXISTS (
         SELECT 1 FROM auctions a JOIN users v ON v.id = a.seller_id WHERE a.id = ? AND v.role = 'admin'
       ) AS staff
       FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND s.ended = 0`,
      auctionId,
      auctionId,
      sessionId,
    )
    if (row === undefined) return row
    const { user_id: userId, expires_at: expiresAt, blocked, staff } = row
    return { userId, expiresAt, blocked: blocked === 1, staff: staff === 1 }
  }
}
