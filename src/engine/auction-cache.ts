import { limits } from '../config/limits.ts'
import { lru } from './lru.ts'
import type { Clock, StoredAuction, Store } from './ports.ts'

type Reading = {
  readonly promise: Promise<StoredAuction | null>
  readonly settle: (found: Promise<StoredAuction | null>) => void
}

/**
 * Auctions in memory as they are committed. Another process may change one at any time: then what is newer is read, by one
 * read for all that are asked for in a turn of the loop.
 */
export class AuctionCache {
  readonly #store: Store
  readonly #clock: Clock
  readonly #cached = lru<StoredAuction>(limits.auctionsHeldMax)
  /** The least version that counts, where one is known to be newer than what is here. */
  readonly #minimumVersion = lru<number>(limits.auctionsHeldMax)
  readonly #readings = new Map<string, Reading>()
  #isReadScheduled = false

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** What is in memory, perhaps older than what is stored. */
  peek(auctionId: string): StoredAuction | undefined {
    return this.#cached.get(auctionId)
  }

  /** As it is at a moment not before the call. */
  get(auctionId: string): Promise<StoredAuction | null> {
    const known = this.#cached.get(auctionId)
    const isCurrent = known !== undefined && known.version >= (this.#minimumVersion.get(auctionId) ?? 0)
    if (isCurrent && !this.#store.isShared) return Promise.resolve(known)
    return (this.#readings.get(auctionId) ?? this.#schedule(auctionId)).promise
  }

  /** It is committed so. */
  put(stored: StoredAuction): void {
    const known = this.#cached.get(stored.auction.id)
    if (known === undefined || known.version < stored.version) this.#cached.set(stored.auction.id, stored)
  }

  /** Somebody has committed a version; without one, any that is newer than what is here. */
  outdate(auctionId: string, version = (this.#cached.get(auctionId)?.version ?? 0) + 1): void {
    if (this.#cached.has(auctionId))
      this.#minimumVersion.set(auctionId, Math.max(version, this.#minimumVersion.get(auctionId) ?? 0))
  }

  /** Nothing in memory of it may be trusted. */
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
    // One that cannot be read fails alone.
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
