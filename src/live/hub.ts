import { lru } from '../engine/lru.ts'
import { closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { type Actor, owns, rejectHidden } from '../domain/access.ts'
import { isOver, latestOf } from '../domain/auction.ts'
import { SECOND_MS, toWire } from '../domain/instant.ts'
import { auctionView, lastBids, partOf, standingOf } from '../domain/view.ts'
import type { AuctionView } from '../domain/wire.ts'
import type { Engine } from '../engine/engine.ts'
import type { Accounts } from '../engine/account-ports.ts'
import { type Bus, type BusMessage, type Clock, type StoredAuction, type Store, every } from '../engine/ports.ts'
import { Channel } from './channel.ts'
import type { FairQueue } from './fair-queue.ts'
import { Frame, Snapshot, encode, encodeYou } from './frame.ts'
import { OwnBids } from './own-bids.ts'
import {
  CLOSED,
  LIVE,
  NO_MESSAGE,
  RESUMING,
  type Reader,
  type Subscription,
  become,
  subscription,
} from './subscription.ts'

export type HubDependencies = {
  readonly engine: Engine
  readonly store: Store
  readonly accounts: Accounts
  readonly bus: Bus
  readonly clock: Clock
  readonly queue: FairQueue
  readonly log: { error(fields: object, message: string): void }
}

/** Where a reader goes on: after a seq of an epoch, or, where that cannot be, from a snapshot. */
export type Resume = { readonly after: number; readonly epoch: string | null; readonly most: number }

const PAGE_EVENTS = 200

/** Of auctions to which somebody came; each is as long as the auction's description. */
const SNAPSHOTS_KEPT_MAX = 500

/** Where so many came during a fan-out the next follows at once: what waits longer would be too much to travel together. */
const EVENTS_MANY = 8

type Shown = { readonly stored: StoredAuction; readonly snapshot: Snapshot }

/** The channels of the auctions that are being watched here. What comes by the bus with a gap is read from the journal. */
export class Hub {
  readonly #parts: HubDependencies
  readonly #channels = new Map<string, Channel>()
  readonly #snapshots = lru<Shown>(SNAPSHOTS_KEPT_MAX)
  /** How often somebody was renamed: a snapshot built meanwhile may hold the old name. */
  #renames = 0
  readonly #unsubscribe: () => void
  readonly #stopHeartbeats: () => void

  constructor(parts: HubDependencies) {
    this.#parts = parts
    this.#unsubscribe = parts.bus.subscribe((message) => this.#heard(message))
    this.#stopHeartbeats = every(parts.clock, limits.heartbeatSeconds * SECOND_MS, () => this.#sendHeartbeats())
  }

  close(): void {
    this.#stopHeartbeats()
    this.#unsubscribe()
  }

  /** The public view as the watcher may see it. */
  async view(stored: StoredAuction, actor: Actor): Promise<AuctionView> {
    const { sellerId } = stored.auction
    const names = await this.#parts.accounts.names([sellerId])
    const seller = { id: sellerId, displayName: names.get(sellerId)! }
    const viewer = owns(stored.auction, actor) ? 'owner' : 'public'
    return auctionView(stored.auction, { seller, head: stored.head, serverTime: this.#parts.clock.now(), viewer })
  }

  /** Sends what was missed, or a snapshot, then every event as it comes. Never misses one, never sends one twice. */
  async subscribe(reader: Reader, auctionId: string, resume: Resume | null): Promise<void> {
    const stored = await this.#parts.engine.stored(auctionId)
    if (stored === null || rejectHidden(stored.auction, reader.actor) !== null)
      return reader.end(closeCodes.auction_not_found)
    if (reader.ended) return
    const channel = this.#channelOf(stored)
    const one = subscription(reader, channel)
    channel.subscriptions.set(reader, one)
    this.#reach(channel, stored.auction.seq)
    if (resume !== null && this.#canResume(stored, resume)) one.seq = resume.after
    else await this.#sendSnapshot(one)
    become(one, LIVE)
    if (reader.actor === null && reader.mayIntroduce) this.#letIntroduce(one)
    this.advance(one)
  }

  unsubscribe(reader: Reader, auctionId: string): void {
    const channel = this.#channels.get(auctionId)
    const one = channel?.subscriptions.get(reader)
    if (channel === undefined || one === undefined) return
    become(one, CLOSED)
    channel.subscriptions.delete(reader)
    if (channel.subscriptions.size === 0) this.#channels.delete(auctionId)
  }

  /** The latest event that a reader was sent; less than any where it is not subscribed. */
  sentTo(reader: Reader, auctionId: string): number {
    return this.#channels.get(auctionId)?.subscriptions.get(reader)?.seq ?? -1
  }

  /** Resolves when a reader has taken what it was sent. Whoever takes nothing for too long is let go, to resume. */
  drained(reader: Pick<Reader, 'whenDrained' | 'end'>): Promise<void> {
    return new Promise((resolve) => this.#whenDrained(reader, resolve))
  }

  /** Whoever has just said who they are is told how they stand. */
  greet(reader: Reader, auctionId: string): void {
    const one = this.#channels.get(auctionId)?.subscriptions.get(reader)
    if (one === undefined) return
    Object.assign(one, { message: NO_MESSAGE, mayEndAt: 0 })
    this.advance(one)
  }

  /**
   * Brings a subscription up to what there is: events, then its own part, the heartbeat behind them, and after the last
   * event the end. Called on publish, on drain and on heartbeat, and whenever its state changed.
   */
  advance(one: Subscription): void {
    const { reader, channel, state } = one
    const { stored } = channel
    if (reader.ended || state === RESUMING || state === CLOSED) return
    if (rejectHidden(stored.auction, reader.actor) !== null) return reader.end(closeCodes.auction_not_found)
    while (one.seq < channel.seq) {
      if (reader.lags) return this.#lag(one)
      const frame = channel.after(one.seq)
      if (frame === null) return void this.#readJournal(one)
      // The journal lacks what was sent to others: nothing is sent behind a gap.
      if (frame.first !== one.seq + 1) return reader.end(closeCodes.try_later)
      one.seq = frame.last
      reader.events(frame)
    }
    become(one, LIVE)
    if (reader.actor !== null && !hasOwn(one, reader.actor.id, stored)) this.#sendOwn(one, reader.actor, stored)
    if (one.heartbeats < channel.heartbeats) {
      one.heartbeats = channel.heartbeats
      reader.offer(this.#heartbeatOf(channel))
    }
    if (isOver(stored.auction) && one.seq >= stored.auction.seq && one.mayEndAt <= this.#parts.clock.now())
      reader.end(closeCodes.auction_over)
  }

  /** Whoever says who they are right behind the handshake is told how it ended for them. */
  #letIntroduce(one: Subscription): void {
    if (!isOver(one.channel.stored.auction)) return
    one.mayEndAt = this.#parts.clock.now() + limits.overGraceMs
    this.#parts.clock.wake(limits.overGraceMs, () => this.advance(one))
  }

  /** Nothing more is sent until what was sent is taken. */
  #lag(one: Subscription): void {
    if (one.state.is === 'lagging') return
    const forget = this.#whenDrained(one.reader, () => {
      if (one.state.is === 'lagging') become(one, LIVE)
      this.advance(one)
    })
    become(one, { is: 'lagging', forget })
  }

  /** Whoever takes nothing for too long is let go, to resume. What it returns calls that off. */
  #whenDrained(reader: Pick<Reader, 'whenDrained' | 'end'>, call: () => void): () => void {
    const forget = this.#parts.clock.wake(limits.unreadMs, () => reader.end(closeCodes.reading_too_slowly))
    reader.whenDrained(() => {
      forget()
      call()
    })
    return forget
  }

  /** Fetches what only the journal knows. Somebody else may have read it meanwhile. */
  async #readJournal(one: Subscription): Promise<void> {
    const { channel, reader, seq } = one
    become(one, RESUMING)
    try {
      await this.#parts.queue.turn('costly')
      if (channel.after(seq) === null && !reader.ended) {
        const entries = await this.#parts.store.entries(channel.auctionId, seq, PAGE_EVENTS, limits.catchUpBytes)
        if (entries.length === 0) return reader.end(closeCodes.try_later)
        channel.keep(seq, [Frame.of(entries.map((entry) => entry.event))])
      }
      become(one, LIVE)
      this.advance(one)
    } catch (error) {
      this.#lost(channel, error)
    }
  }

  /** Whether a seq of this epoch says something; null where the epoch is not named. */
  isOfThisHistory(epoch: string | null): boolean {
    return epoch === null || epoch === this.#parts.store.epoch
  }

  #canResume({ auction }: StoredAuction, { after, epoch, most }: Resume): boolean {
    return this.isOfThisHistory(epoch) && after <= auction.seq && auction.seq - after <= most
  }

  #channelOf(stored: StoredAuction): Channel {
    const known = this.#channels.get(stored.auction.id)
    if (known !== undefined && stored.version > known.stored.version) known.stored = stored
    if (known !== undefined) return known
    const channel = new Channel(stored)
    this.#channels.set(stored.auction.id, channel)
    return channel
  }

  async #sendSnapshot(one: Subscription): Promise<void> {
    const { reader, channel } = one
    const stored = await this.#parts.engine.stored(channel.auctionId)
    if (stored === null) return reader.end(closeCodes.auction_not_found)
    const snapshot = await this.#shown(stored, reader.actor)
    one.seq = stored.auction.seq
    reader.snapshot(snapshot.frame(toWire(this.#parts.clock.now()), channel.subscriptions.size))
  }

  /**
   * Everybody but the owner is sent one cached snapshot of each state. It holds the seller's name, which changes only by a
   * rename while the auction is not over: until then nobody can erase its seller.
   */
  async #shown(stored: StoredAuction, actor: Actor): Promise<Snapshot> {
    const { auction } = stored
    const isShared = !owns(auction, actor) && !isOver(auction)
    const known = this.#snapshots.get(auction.id)
    if (isShared && known?.stored === stored) return known.snapshot
    const { epoch } = this.#parts.store
    const renames = this.#renames
    const view = await this.view(stored, actor)
    const bids = lastBids(auction)
    const snapshot = new Snapshot({ type: 'snapshot', seq: auction.seq, epoch, auction: view, bids })
    if (isShared && renames === this.#renames) this.#snapshots.set(auction.id, { stored, snapshot })
    return snapshot
  }

  #renamed(userId: string): void {
    this.#renames += 1
    for (const [auctionId, { stored }] of this.#snapshots.entries())
      if (stored.auction.sellerId === userId) this.#snapshots.delete(auctionId)
  }

  #heard(message: BusMessage): void {
    if (message.type === 'user-renamed') return this.#renamed(message.userId)
    if (message.type === 'auction-removed') return this.#removed(message.auctionId)
    if (message.type !== 'auction') return
    const channel = this.#channels.get(message.auctionId)
    if (channel === undefined) return
    channel.announce(message)
    const fresh = message.events.filter(({ seq }) => seq > channel.seq)
    if (!channel.filling && fresh[0]?.seq === channel.seq + 1) channel.pass(fresh)
    this.#reach(channel, message.seq)
    if (channel.seq >= channel.target) this.#fanOut(channel)
  }

  #removed(auctionId: string): void {
    for (const reader of this.#channels.get(auctionId)?.subscriptions.keys() ?? [])
      reader.end(closeCodes.auction_not_found)
  }

  #reach(channel: Channel, seq: number): void {
    channel.target = Math.max(channel.target, seq)
    if (channel.seq < channel.target) void this.#fill(channel)
  }

  /** Whoever cannot be told what happened is sent away to come back, and told then. */
  #lost({ auctionId, subscriptions }: Channel, error: unknown): void {
    this.#parts.log.error({ err: error, auctionId }, 'the journal could not be read')
    for (const reader of subscriptions.keys()) reader.end(closeCodes.try_later)
  }

  /** Reads what the bus did not bring. */
  async #fill(channel: Channel): Promise<void> {
    if (channel.filling) return
    channel.filling = true
    try {
      while (channel.seq < channel.target) {
        const entries = await this.#parts.store.entries(channel.auctionId, channel.seq, PAGE_EVENTS)
        if (entries.length === 0) break
        const events = entries.map((entry) => entry.event)
        channel.pass(events)
        channel.move(events, [])
        this.#fanOut(channel)
      }
    } catch (error) {
      this.#lost(channel, error)
    } finally {
      channel.filling = false
    }
  }

  #fanOut(channel: Channel): void {
    channel.more = true
    if (channel.fanningOut) return
    channel.fanningOut = true
    this.#advanceAll(channel).catch((error: unknown) => this.#lost(channel, error))
  }

  async #advanceAll(channel: Channel): Promise<void> {
    const { engine, queue } = this.#parts
    try {
      while (channel.more) {
        channel.more = false
        const { message } = channel
        const stored = await engine.stored(channel.auctionId)
        if (stored === null) return
        Object.assign(channel, { stored, storedAt: message })
        const [began, seq] = [performance.now(), channel.seq]
        await queue.each(channel.inTurn(), (one) => {
          this.advance(one)
          one.reader.flush()
        })
        if (channel.more && channel.seq - seq < EVENTS_MANY) await queue.rest(performance.now() - began)
      }
    } finally {
      channel.fanningOut = false
    }
  }

  #sendOwn(one: Subscription, { id: userId, scope }: NonNullable<Actor>, { auction }: StoredAuction): void {
    const isLent = scope === 'bid'
    const latest = latestOf(auction, userId)
    const part = { ...partOf(auction, userId, latest), ...(isLent ? { maximum: null, lowerable: null } : {}) }
    const bids = one.bids?.isLent === isLent ? one.bids : new OwnBids(isLent)
    Object.assign(one, { standing: part.standing, message: one.channel.storedAt, bids })
    one.reader.send(encodeYou(part, bids.json(latest)))
  }

  #sendHeartbeats(): void {
    for (const channel of this.#channels.values()) channel.heartbeats += 1
    void this.#parts.queue.each(this.#everyone(), (one) => this.advance(one))
  }

  *#everyone(): Iterable<Subscription> {
    for (const channel of this.#channels.values()) yield* channel.subscriptions.values()
  }

  /** The same for everyone, until the channel moves. */
  #heartbeatOf(channel: Channel): Buffer {
    const { seq, head, subscriptions } = channel
    const serverTime = toWire(this.#parts.clock.now())
    if (channel.heartbeat?.seq !== seq || channel.heartbeat.serverTime !== serverTime)
      channel.heartbeat = {
        seq,
        serverTime,
        frame: encode({ type: 'heartbeat', serverTime, seq, head, watching: subscriptions.size }),
      }
    return channel.heartbeat.frame
  }
}

/** Whether a reader has its own part as of the latest state that was fetched. */
function hasOwn({ message, standing, channel }: Subscription, userId: string, { auction }: StoredAuction): boolean {
  return message >= Math.min(channel.movedAt(userId), channel.storedAt) && standingOf(auction, userId) === standing
}
