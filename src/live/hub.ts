import { closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { type Actor, rejectHidden } from '../domain/access.ts'
import { isOver, latestOf } from '../domain/auction.ts'
import { SECOND_MS, toWire } from '../domain/instant.ts'
import { partOf, standingOf, withoutLimit } from '../domain/view.ts'
import type { Engine } from '../engine/engine.ts'
import type { Accounts } from '../engine/account-ports.ts'
import { repeatEvery } from '../engine/interval.ts'
import type { Metrics } from '../engine/metrics.ts'
import type { Bus, BusMessage, Clock, StoredAuction, Store } from '../engine/ports.ts'
import type { Rooms } from '../engine/room.ts'
import type { RoomRecords } from '../engine/room-ports.ts'
import { AuctionFeed } from './auction-feed.ts'
import type { LoopScheduler } from './loop-scheduler.ts'
import { EventBatch } from './event-batch.ts'
import { encode, encodeYou } from './frame.ts'
import { OwnBids } from './own-bids.ts'
import { Presence } from './presence.ts'
import { RoomCast } from './room-cast.ts'
import { Snapshots } from './snapshots.ts'
import {
  CLOSED,
  LIVE,
  BEFORE_ANY_MESSAGE,
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
  readonly queue: LoopScheduler
  readonly rooms: Rooms
  readonly roomRecords: RoomRecords
  readonly metrics: Metrics
  readonly log: { error(fields: object, message: string): void }
}

/** Where a reader resumes: after a seq of an epoch, if at most `most` events were missed; otherwise it gets a snapshot. */
export type Resume = { readonly after: number; readonly epoch: string | null; readonly most: number }

const PAGE_EVENTS = 200

/**
 * A fan-out in which at least this many events came is followed by the next at once, as what waits longer would be too
 * much for one batch.
 */
const EVENTS_WITHOUT_REST = 8

/**
 * Subscriptions, catch-up and fan-out of all auctions watched here. Events that the bus did not bring are read
 * from the journal.
 */
export class Hub {
  readonly #deps: HubDependencies
  readonly #feeds = new Map<string, AuctionFeed>()
  readonly snapshots: Snapshots
  readonly #unsubscribe: () => void
  readonly #stopHeartbeats: () => void
  readonly #stopRefreshing: () => void
  /** Null if there is one node. */
  readonly #presence: Presence | null
  readonly #room: RoomCast
  #isRefreshing = false

  constructor(deps: HubDependencies) {
    this.#deps = deps
    this.snapshots = new Snapshots(deps)
    this.#unsubscribe = deps.bus.subscribe((message) => this.#onMessage(message))
    this.#stopRefreshing = deps.bus.onGap(() => void this.#refresh())
    const all = () => [...this.#feeds.values()].map((feed) => [feed.auctionId, this.#room.watchingHere(feed)] as const)
    const has = (userId: string, auctionId: string) => this.#isHere(userId, auctionId)
    this.#presence = deps.store.isShared ? new Presence(deps, { all, has }) : null
    this.#room = new RoomCast({ ...deps, records: deps.roomRecords }, this.#feeds, this.#presence)
    this.#stopHeartbeats = repeatEvery(deps.clock, limits.heartbeatSeconds * SECOND_MS, () => this.#sendHeartbeats())
  }

  close(): void {
    this.#stopHeartbeats()
    this.#room.close()
    this.#presence?.close()
    this.#stopRefreshing()
    this.#unsubscribe()
  }

  /** Sends what was missed, or a snapshot, then every event once as it comes. */
  async subscribe(reader: Reader, auctionId: string, resume: Resume | null): Promise<void> {
    const stored = await this.#deps.engine.stored(auctionId)
    if (stored === null || rejectHidden(stored.auction, reader.actor) !== null)
      return reader.end(closeCodes.auction_not_found)
    if (reader.ended) return
    const feed = this.#feedOf(stored)
    const one = subscription(reader, feed)
    feed.subscriptions.set(reader, one)
    this.#raiseTarget(feed, stored.auction.seq)
    const canResume = resume !== null && this.#canResume(stored, resume)
    if (canResume) one.seq = resume.after
    else await this.#sendSnapshot(one)
    const missed = canResume ? await this.#room.framesFor(one) : null
    this.#room.joined(one)
    become(one, LIVE)
    if (reader.actor === null && reader.canAuthenticateLater) this.#leaveTimeToAuthenticate(one)
    if (missed !== null) this.#room.offer(one, missed)
    this.advance(one)
  }

  unsubscribe(reader: Reader, auctionId: string): void {
    const feed = this.#feeds.get(auctionId)
    const one = feed?.subscriptions.get(reader)
    if (feed === undefined || one === undefined) return
    become(one, CLOSED)
    feed.subscriptions.delete(reader)
    if (feed.subscriptions.size === 0) this.#feeds.delete(auctionId)
  }

  /** Whether somebody has the room of an auction open, on any node. */
  async isPresent(userId: string, auctionId: string): Promise<boolean> {
    return this.#isHere(userId, auctionId) || ((await this.#presence?.isElsewhere(userId, auctionId)) ?? false)
  }

  #isHere(userId: string, auctionId: string): boolean {
    for (const reader of this.#feeds.get(auctionId)?.subscriptions.keys() ?? [])
      if (reader.actor?.id === userId && !reader.ended) return true
    return false
  }

  /** The latest event that a reader was sent; -1 if it is not subscribed. */
  sentTo(reader: Reader, auctionId: string): number {
    return this.#feeds.get(auctionId)?.subscriptions.get(reader)?.seq ?? -1
  }

  /**
   * Resolves when a reader has taken what it was sent. A reader that takes nothing for `unreadMs` is ended, and may
   * resume.
   */
  drained(reader: Pick<Reader, 'whenDrained' | 'end'>): Promise<void> {
    return new Promise((resolve) => this.#whenDrained(reader, resolve))
  }

  /** Sends a reader that has just authenticated its own part. */
  sendOwnPart(reader: Reader, auctionId: string): void {
    const one = this.#feeds.get(auctionId)?.subscriptions.get(reader)
    if (one === undefined) return
    one.ownPartAsOf = BEFORE_ANY_MESSAGE
    one.mayEndAt = 0
    this.advance(one)
    this.#room.entitled(one)
  }

  /**
   * Sends a subscription all it lacks: events, its own part, the heartbeat, and after the last event the end. A heartbeat
   * with a newer `seq` than the reader has would look like a gap, so it comes after the events. Called on publish, drain,
   * heartbeat and change of state.
   */
  advance(one: Subscription): void {
    const { reader, feed, state } = one
    const { stored } = feed
    if (reader.ended || state === RESUMING || state === CLOSED) return
    if (rejectHidden(stored.auction, reader.actor) !== null) return reader.end(closeCodes.auction_not_found)
    while (one.seq < feed.seq) {
      if (reader.lags) return this.#lag(one)
      const batch = feed.after(one.seq)
      if (batch === null) return void this.#readJournal(one)
      // The journal lacks an event that was sent to others. Nothing is sent after a gap.
      if (batch.first !== one.seq + 1) return reader.end(closeCodes.try_later)
      one.seq = batch.last
      reader.events(batch)
    }
    become(one, LIVE)
    if (reader.actor !== null && !isOwnPartCurrent(one, reader.actor.id, stored))
      this.#sendOwn(one, reader.actor, stored)
    if (one.heartbeats < feed.heartbeats) {
      one.heartbeats = feed.heartbeats
      reader.offer(this.#heartbeatOf(feed))
    }
    if (isOver(stored.auction) && one.seq >= stored.auction.seq && one.mayEndAt <= this.#deps.clock.now())
      reader.end(closeCodes.auction_over)
  }

  /**
   * Keeps an ended auction's channel open for a moment, so that a client that authenticates right after the handshake
   * gets its own part.
   */
  #leaveTimeToAuthenticate(one: Subscription): void {
    if (!isOver(one.feed.stored.auction)) return
    one.mayEndAt = this.#deps.clock.now() + limits.overGraceMs
    this.#deps.clock.wake(limits.overGraceMs, () => this.advance(one))
  }

  /** Sends nothing more until the reader has taken what it was sent. */
  #lag(one: Subscription): void {
    if (one.state.is === 'lagging') return
    const forget = this.#whenDrained(one.reader, () => {
      if (one.state.is === 'lagging') become(one, LIVE)
      this.advance(one)
    })
    become(one, { is: 'lagging', forget })
  }

  /**
   * Calls once the reader has drained, and ends a reader that does not within `unreadMs`. The returned function cancels
   * that end.
   */
  #whenDrained(reader: Pick<Reader, 'whenDrained' | 'end'>, call: () => void): () => void {
    const forget = this.#deps.clock.wake(limits.unreadMs, () => reader.end(closeCodes.reading_too_slowly))
    reader.whenDrained(() => {
      forget()
      call()
    })
    return forget
  }

  /** Reads missed events from the journal, unless another subscription has caused that meanwhile. */
  async #readJournal(one: Subscription): Promise<void> {
    const { feed, reader, seq } = one
    become(one, RESUMING)
    try {
      await this.#deps.queue.turn('costly')
      if (feed.after(seq) === null && !reader.ended) {
        const entries = await this.#deps.store.entries(feed.auctionId, seq, PAGE_EVENTS, limits.catchUpBytes)
        if (entries.length === 0) return reader.end(closeCodes.try_later)
        feed.cacheCatchUp(seq, [EventBatch.of(entries.map((entry) => entry.event))])
      }
      become(one, LIVE)
      this.advance(one)
    } catch (error) {
      this.#endAllAfterReadFailure(feed, error)
    }
  }

  /** Whether a seq of this epoch is comparable to ours; without one (null) it is taken to be. */
  isThisEpoch(epoch: string | null): boolean {
    return epoch === null || epoch === this.#deps.store.epoch
  }

  #canResume({ auction }: StoredAuction, { after, epoch, most }: Resume): boolean {
    return this.isThisEpoch(epoch) && after <= auction.seq && auction.seq - after <= most
  }

  #feedOf(stored: StoredAuction): AuctionFeed {
    const known = this.#feeds.get(stored.auction.id)
    if (known !== undefined && stored.version > known.stored.version) known.stored = stored
    if (known !== undefined) return known
    const feed = new AuctionFeed(stored)
    this.#feeds.set(stored.auction.id, feed)
    return feed
  }

  async #sendSnapshot(one: Subscription): Promise<void> {
    const { reader, feed } = one
    const stored = await this.#deps.engine.stored(feed.auctionId)
    if (stored === null) return reader.end(closeCodes.auction_not_found)
    const snapshot = await this.snapshots.of(stored, reader.actor)
    const messages = await this.#room.snapshotMessages(stored, reader.actor, feed)
    one.seq = stored.auction.seq
    reader.snapshot(snapshot.frame(toWire(this.#deps.clock.now()), this.#room.watchingTold(feed), messages))
  }

  #onMessage(message: BusMessage): void {
    if (message.type === 'user-renamed') return this.snapshots.onRenamed(message.userId)
    if (message.type === 'room-settings') return this.snapshots.onRoomChanged(message.auctionId)
    if (message.type === 'auction-removed') return this.#onRemoved(message.auctionId)
    if (message.type !== 'auction') return
    const feed = this.#feeds.get(message.auctionId)
    if (feed === undefined) return
    feed.announce(message)
    const fresh = message.events.filter(({ seq }) => seq > feed.seq)
    if (!feed.isFilling && fresh[0]?.seq === feed.seq + 1) feed.append(fresh)
    this.#raiseTarget(feed, message.seq)
    if (feed.seq >= feed.target) this.#fanOut(feed)
  }

  /** Messages may be missing: asks what each watched auction has come to, one time after the other. */
  async #refresh(): Promise<void> {
    if (this.#isRefreshing) return
    this.#isRefreshing = true
    try {
      await Promise.all([...this.#feeds.values()].map((feed) => this.#refreshFeed(feed)))
    } catch (error) {
      this.#deps.log.error({ err: error }, 'watched auctions could not be read')
    } finally {
      this.#isRefreshing = false
    }
  }

  async #refreshFeed({ auctionId, stored: shown }: AuctionFeed): Promise<void> {
    const stored = await this.#deps.engine.stored(auctionId)
    if (stored === null) return this.#onRemoved(auctionId)
    if (stored.version === shown.version) return
    const { version, auction } = stored
    this.#onMessage({ type: 'auction', auctionId, version, seq: auction.seq, events: [], bidders: null })
  }

  #onRemoved(auctionId: string): void {
    for (const reader of this.#feeds.get(auctionId)?.subscriptions.keys() ?? [])
      reader.end(closeCodes.auction_not_found)
  }

  #raiseTarget(feed: AuctionFeed, seq: number): void {
    feed.target = Math.max(feed.target, seq)
    if (feed.seq < feed.target) void this.#readMissed(feed)
  }

  /** Ends all readers that cannot be sent what happened; they resume, and are sent it then. */
  #endAllAfterReadFailure({ auctionId, subscriptions }: AuctionFeed, error: unknown): void {
    this.#deps.log.error({ err: error, auctionId }, 'the journal could not be read')
    for (const reader of subscriptions.keys()) reader.end(closeCodes.try_later)
  }

  /** Reads the events that the bus did not bring. */
  async #readMissed(feed: AuctionFeed): Promise<void> {
    if (feed.isFilling) return
    feed.isFilling = true
    try {
      while (feed.seq < feed.target) {
        const entries = await this.#deps.store.entries(feed.auctionId, feed.seq, PAGE_EVENTS)
        if (entries.length === 0) break
        const events = entries.map((entry) => entry.event)
        feed.append(events)
        feed.move(events, [])
        this.#fanOut(feed)
      }
    } catch (error) {
      this.#endAllAfterReadFailure(feed, error)
    } finally {
      feed.isFilling = false
    }
  }

  #fanOut(feed: AuctionFeed): void {
    feed.needsAnotherPass = true
    if (feed.isFanningOut) return
    feed.isFanningOut = true
    this.#advanceAll(feed).catch((error: unknown) => this.#endAllAfterReadFailure(feed, error))
  }

  async #advanceAll(feed: AuctionFeed): Promise<void> {
    const { engine, queue } = this.#deps
    try {
      while (feed.needsAnotherPass) {
        feed.needsAnotherPass = false
        const { busMessages } = feed
        const stored = await engine.stored(feed.auctionId)
        if (stored === null) return
        feed.stored = stored
        feed.storedAsOf = busMessages
        const [began, seq] = [performance.now(), feed.seq]
        await queue.each(feed.inTurns(), (one) => {
          this.advance(one)
          one.reader.flush()
        })
        if (feed.needsAnotherPass && feed.seq - seq < EVENTS_WITHOUT_REST) await queue.rest(performance.now() - began)
      }
    } finally {
      feed.isFanningOut = false
    }
  }

  #sendOwn(one: Subscription, { id: userId, scope }: NonNullable<Actor>, { auction }: StoredAuction): void {
    const isDelegated = scope === 'bid'
    const latest = latestOf(auction, userId)
    const own = partOf(auction, userId, latest)
    const part = isDelegated ? { ...withoutLimit(own), lowerable: null } : own
    const bids = one.bids?.isDelegated === isDelegated ? one.bids : new OwnBids(isDelegated)
    const hasNewPaddle = one.standing === 'none' && part.standing !== 'none'
    one.standing = part.standing
    one.ownPartAsOf = one.feed.storedAsOf
    one.bids = bids
    one.reader.send(encodeYou(part, bids.json(latest, auction)))
    if (hasNewPaddle) this.#room.entitled(one)
  }

  #sendHeartbeats(): void {
    for (const feed of this.#feeds.values()) feed.heartbeats += 1
    void this.#deps.queue.each(this.#everyone(), (one) => this.advance(one))
  }

  *#everyone(): Iterable<Subscription> {
    for (const feed of this.#feeds.values()) yield* feed.subscriptions.values()
  }

  /** The heartbeat is the same for all readers, until the feed or the time moves. */
  #heartbeatOf(feed: AuctionFeed): Buffer {
    const { seq, head } = feed
    const serverTime = toWire(this.#deps.clock.now())
    if (feed.heartbeat?.seq !== seq || feed.heartbeat.serverTime !== serverTime)
      feed.heartbeat = {
        seq,
        serverTime,
        frame: encode({ type: 'heartbeat', serverTime, seq, head, watching: this.#room.watchingTold(feed) }),
      }
    return feed.heartbeat.frame
  }
}

/** Whether the `you` message last sent reflects every change of this bidder in the fetched state. */
function isOwnPartCurrent(
  { ownPartAsOf, standing, feed }: Subscription,
  userId: string,
  { auction }: StoredAuction,
): boolean {
  return (
    ownPartAsOf >= Math.min(feed.ownPartMovedAt(userId), feed.storedAsOf) && standingOf(auction, userId) === standing
  )
}
