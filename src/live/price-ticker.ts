import { limits } from '../config/limits.ts'
import { repeatEvery } from '../engine/interval.ts'
import { lru } from '../engine/lru.ts'
import type { Bus, Clock, Store } from '../engine/ports.ts'
import { CatalogueAdmission } from './catalogue-admission.ts'
import type { LoopScheduler } from './loop-scheduler.ts'

/** Cached ids that no auction has: some 100 bytes each. */
const UNKNOWN_IDS_MAX = 50_000

type PriceTickerDependencies = {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly queue: LoopScheduler
  readonly limited: boolean
}

/** Whom price changes are announced to. */
export type PriceWatcher = {
  readonly watched: Iterable<string>
  onPricesChanged(auctionIds: readonly string[]): void
}

/** Announces the auctions that changed since the last tick to everybody who watches prices. */
export class PriceTicker {
  readonly #deps: PriceTickerDependencies
  readonly admission: CatalogueAdmission
  readonly watchers = new Set<PriceWatcher>()
  readonly #changed = new Set<string>()
  readonly #unknown = lru<true>(UNKNOWN_IDS_MAX)
  readonly #unsubscribe: () => void
  readonly #stopTicking: () => void
  readonly #stopRefreshing: () => void
  #refreshedAt = 0

  constructor(deps: PriceTickerDependencies) {
    this.#deps = deps
    this.admission = new CatalogueAdmission(deps.clock, deps.limited)
    this.#unsubscribe = deps.bus.subscribe((message) => {
      if (message.type === 'auction' && (message.events.length > 0 || message.bidders === null))
        this.#changed.add(message.auctionId)
    })
    this.#stopRefreshing = deps.bus.onGap(() => this.#refresh())
    this.#stopTicking = repeatEvery(deps.clock, limits.pricesEveryMs, () => this.#tick())
  }

  /** Returns the ids that auctions have. Others are cached, so that naming them again costs nothing. */
  async existing(auctions: readonly string[]): Promise<ReadonlySet<string>> {
    const perhaps = auctions.filter((id) => !this.#unknown.has(id))
    const known = perhaps.length === 0 ? new Set<string>() : await this.#deps.store.existing(perhaps)
    for (const id of perhaps) if (!known.has(id)) this.#unknown.set(id, true)
    return known
  }

  /** Messages may be missing: every price that is watched may be another. Seldom, as each of them is looked up. */
  #refresh(): void {
    const now = this.#deps.clock.now()
    if (now - this.#refreshedAt < limits.pricesRefreshMs) return
    this.#refreshedAt = now
    for (const { watched } of this.watchers) for (const id of watched) this.#changed.add(id)
  }

  close(): void {
    this.#stopTicking()
    this.#stopRefreshing()
    this.#unsubscribe()
  }

  #tick(): void {
    if (this.#changed.size === 0) return
    const changed = [...this.#changed]
    this.#changed.clear()
    for (const id of changed) this.#unknown.delete(id)
    void this.#deps.queue.each(this.watchers, (watcher) => watcher.onPricesChanged(changed))
  }
}
