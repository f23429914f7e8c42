import { limits } from '../config/limits.ts'
import { lru } from './lru.ts'
import type { Clock, StoredAuction, Store } from './ports.ts'

type Reading = {
  readonly promise: Promise<StoredAuction | null>
  readonly settle: (found: Promise<StoredAuction | null>) => void
}

/**
 * Caches committed auctions. If another process changed one, only what is newer is read. Concurrent lookups in one turn
 * of the event loop share one storage read.
 */
export class AuctionCache {
  readonly #store: Store
  readonly #clock: Clock
  readonly #cached = lru<StoredAuction>(limits.auctionsHeldMax)
  /** The lowest acceptable version of a cached auction, set when another process committed a newer one. */
  readonly #minimumVersion = lru<number>(limits.auctionsHeldMax)
  readonly #readings = new Map<string, Reading>()
  #isReadScheduled = false

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** The cached state, which may be older than the stored one. */
  peek(auctionId: string): StoredAuction | undefined {
    return this.#cached.get(auctionId)
  }

  /** Returns the auction's committed state, no staler than the moment of the call. */
  get(auctionId: string): Promise<StoredAuction | null> {
    const cached = this.#cached.get(auctionId)
    const isCurrent = cached !== undefined && cached.version >= (this.#minimumVersion.get(auctionId) ?? 0)
    if (isCurrent && !this.#store.isShared) return Promise.resolve(cached)
    return (this.#readings.get(auctionId) ?? this.#schedule(auctionId)).promise
  }

  /** Caches a state that is committed. */
  put(stored: StoredAuction): void {
    const cached = this.#cached.get(stored.auction.id)
    if (cached === undefined || cached.version < stored.version) this.#cached.set(stored.auction.id, stored)
  }

  /** Marks the cached state as older than a committed version; without one, as older than what is stored. */
  outdate(auctionId: string, version = (this.#cached.get(auctionId)?.version ?? 0) + 1): void {
    if (this.#cached.has(auctionId))
      this.#minimumVersion.set(auctionId, Math.max(version, this.#minimumVersion.get(auctionId) ?? 0))
  }

  /** Drops the cached state, which can no longer be trusted. */
  forget(auctionId: string): void {
    this.#cached.delete(auctionId)
    this.#minimumVersion.delete(auctionId)
  }

  #schedule(auctionId: string): Reading {
    const { promise, resolve } = Promise.withResolvers<StoredAuction | null>()
    const reading = { promise, settle: resolve }
    this.#readings.set(auctionId, reading)
    if (!this.#isReadScheduled) void this.#clock.yield().then(() => this.#readAll())
    this.#isReadScheduled = true
    return reading
  }

  async #readAll(): Promise<void> {
    this.#isReadScheduled = false
    const due = [...this.#readings]
    this.#readings.clear()
    const ids = due.map(([auctionId]) => auctionId)
    const all = this.#read(ids)
    // An auction that cannot be read fails alone.
    const each = all.then(
      (found) => found.map((one) => Promise.resolve(one)),
      (error: unknown) =>
        ids.length === 1 ? [Promise.reject(error as Error)] : ids.map(async (id) => (await this.#read([id]))[0]!),
    )
    const found = await each
    due.forEach(([, { settle }], i) => settle(found[i]!))
  }

  async #read(ids: readonly string[]): Promise<readonly (StoredAuction | null)[]> {
    const asks = ids.map((auctionId) => ({ auctionId, known: this.#cached.get(auctionId) ?? null }))
    const newer = ids.map((id) => this.#minimumVersion.get(id))
    const found = await this.#store.read(asks)
    ids.forEach((id, i) => {
      if (this.#minimumVersion.get(id) === newer[i]) this.#minimumVersion.delete(id)
      if (found[i] === null) this.#cached.delete(id)
      else this.put(found[i]!)
    })
    return found
  }
}
