import { limits } from '../config/limits.ts'
import { type RoomChanges, type RoomSettings, DEFAULT_ROOM, changedRoom } from '../domain/room.ts'
import { lru } from './lru.ts'
import type { Bus, Clock } from './ports.ts'
import type { RoomRecords } from './room-ports.ts'

type Dependencies = { readonly records: RoomRecords; readonly bus: Bus; readonly clock: Clock }

/** The settings of rooms, cached until a change is announced. */
export class RoomSettingsCache {
  readonly #deps: Dependencies
  readonly #cached = lru<RoomSettings>(limits.roomsKeptMax)
  readonly #stop: readonly (() => void)[]
  /** Counts changes: what was being read during one may be old. */
  #changes = 0

  constructor(deps: Dependencies) {
    this.#deps = deps
    this.#stop = [
      deps.bus.subscribe((message) => {
        if (message.type === 'room-settings' || message.type === 'auction-removed') this.#forget(message.auctionId)
      }),
      deps.bus.onGap(() => {
        this.#changes += 1
        this.#cached.clear()
      }),
    ]
  }

  close(): void {
    for (const stop of this.#stop) stop()
  }

  #forget(auctionId: string): void {
    this.#changes += 1
    this.#cached.delete(auctionId)
  }

  /** Those in the cache, or null. */
  peek(auctionId: string): RoomSettings | null {
    return this.#cached.get(auctionId) ?? null
  }

  async of(auctionId: string): Promise<RoomSettings> {
    const cached = this.#cached.get(auctionId)
    if (cached !== undefined) return cached
    const changes = this.#changes
    const settings = (await this.#deps.records.rooms([auctionId])).get(auctionId) ?? DEFAULT_ROOM
    if (changes === this.#changes) this.#cached.set(auctionId, settings)
    return settings
  }

  /** Changes the settings, which is recorded, and tells everyone who watches. */
  async change(auctionId: string, changes: RoomChanges, by: string): Promise<RoomSettings> {
    const { records, bus, clock } = this.#deps
    const before = (await records.rooms([auctionId])).get(auctionId) ?? DEFAULT_ROOM
    const settings = changedRoom(before, changes)
    if (JSON.stringify(settings) === JSON.stringify(before)) return before
    await records.setRoom(settings, { auctionId, at: clock.now(), userId: by, reason: null })
    bus.publish({ type: 'room-settings', auctionId })
    return settings
  }
}
