import { limits } from '../config/limits.ts'
import { type Actor, owns } from '../domain/access.ts'
import { isOver } from '../domain/auction.ts'
import { auctionView, lastBids } from '../domain/view.ts'
import type { AuctionView } from '../domain/wire.ts'
import type { Accounts } from '../engine/account-ports.ts'
import { lru } from '../engine/lru.ts'
import type { Clock, StoredAuction, Store } from '../engine/ports.ts'
import type { Rooms } from '../engine/room.ts'
import { Snapshot } from './frame.ts'

type SnapshotsDependencies = {
  readonly store: Store
  readonly accounts: Accounts
  readonly rooms: Rooms
  readonly clock: Clock
}

type CachedSnapshot = { readonly stored: StoredAuction; readonly snapshot: Snapshot }

/** Views and snapshots of auctions, with the names of their sellers. */
export class Snapshots {
  readonly #deps: SnapshotsDependencies
  /** Snapshots of auctions that somebody joined; each is as long as the auction's description. */
  readonly #cached = lru<CachedSnapshot>(limits.snapshotsKeptMax)
  /** Counts renames and changes of rooms: a snapshot that was being built during one may hold what was before. */
  #changes = 0

  constructor(deps: SnapshotsDependencies) {
    this.#deps = deps
  }

  /** The view of an auction that a watcher is entitled to. */
  async view(stored: StoredAuction, actor: Actor): Promise<AuctionView> {
    const { sellerId } = stored.auction
    const names = await this.#deps.accounts.names([sellerId])
    const seller = { id: sellerId, displayName: names.get(sellerId)! }
    const viewer = owns(stored.auction, actor) ? 'owner' : 'public'
    const room = await this.#deps.rooms.settings.of(stored.auction.id)
    const view = auctionView(stored.auction, { seller, head: stored.head, serverTime: this.#deps.clock.now(), viewer })
    return { ...view, room }
  }

  /**
   * Returns the snapshot of a state. All but the owner share one that is cached. It holds the seller's name, which
   * changes only by a rename: nobody can erase a seller before the auction is over.
   */
  async of(stored: StoredAuction, actor: Actor): Promise<Snapshot> {
    const { auction } = stored
    const isShared = !owns(auction, actor) && !isOver(auction)
    const known = this.#cached.get(auction.id)
    if (isShared && known?.stored === stored) return known.snapshot
    const { epoch } = this.#deps.store
    const changes = this.#changes
    const view = await this.view(stored, actor)
    const bids = lastBids(auction)
    const snapshot = new Snapshot({ type: 'snapshot', seq: auction.seq, epoch, auction: view, bids })
    if (isShared && changes === this.#changes) this.#cached.set(auction.id, { stored, snapshot })
    return snapshot
  }

  onRenamed(userId: string): void {
    this.#changes += 1
    for (const [auctionId, { stored }] of this.#cached.entries())
      if (stored.auction.sellerId === userId) this.#cached.delete(auctionId)
  }

  onRoomChanged(auctionId: string): void {
    this.#changes += 1
    this.#cached.delete(auctionId)
  }
}
