import { lru } from '../../engine/lru.ts'
import { limits } from '../../config/limits.ts'
import type { Change } from '../../engine/ports.ts'
import type { Sqlite } from './database.ts'
import { auctionNumber, numberAt, rowKeysAfter } from './row-keys.ts'

/** By user and idempotency key, the number of the bid. */
type Keys = Map<string, Map<string, number>>

/**
 * Caches the idempotency keys used in recent auctions: each bid looks one up, and an index on disk would cost a page
 * each. Invariant: a cached auction's keys include all bids up to the last append by this process. After another process
 * changes the auction, the caller must call `forget`.
 */
export class UsedKeys {
  readonly #sqlite: Sqlite
  readonly #auctions = lru<Keys>(limits.auctionsHeldMax)

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** The number of the bid that a user made under a key. */
  numberOf(auctionId: string, userId: string, key: string): number | undefined {
    let keys = this.#auctions.get(auctionId)
    if (keys === undefined) this.#auctions.set(auctionId, (keys = this.#read(auctionId)))
    return keys.get(userId)?.get(key)
  }

  add({ after, bids }: Change): void {
    const keys = this.#auctions.get(after.auction.id)
    if (keys !== undefined) for (const { bid, key, number } of bids) put(keys, bid.bidder, key, number)
  }

  forget(auctionId: string): void {
    this.#auctions.delete(auctionId)
  }

  #read(auctionId: string): Keys {
    const keys: Keys = new Map()
    const auction = auctionNumber(this.#sqlite, auctionId)
    if (auction === undefined) return keys
    const rows = this.#sqlite.all<{ user_id: string; key: string; row_key: number }>(
      'SELECT a.user_id, a.key, a.row_key FROM audit_log d JOIN answers a ON a.number = d.answer WHERE d.row_key BETWEEN ? AND ?',
      ...rowKeysAfter(auction),
    )
    for (const { user_id: userId, key, row_key: rowKey } of rows) put(keys, userId, key, numberAt(rowKey))
    return keys
  }
}

function put(keys: Keys, userId: string, key: string, number: number): void {
  const own = keys.get(userId)
  if (own === undefined) keys.set(userId, new Map([[key, number]]))
  else own.set(key, number)
}
