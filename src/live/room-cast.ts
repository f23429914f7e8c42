import { limits } from '../config/limits.ts'
import { type RoomSettings, mayRead, mayReadPrivate } from '../domain/room.ts'
import type { Instant } from '../domain/instant.ts'
import { repeatEvery } from '../engine/interval.ts'
import type { Metrics } from '../engine/metrics.ts'
import type { Bus, BusMessage, Clock, RoomBusMessage, SaidMessage, StoredAuction } from '../engine/ports.ts'
import { type Rooms, saidOf } from '../engine/room.ts'
import type { RoomRecords } from '../engine/room-ports.ts'
import type { Actor } from '../domain/access.ts'
import type { AuctionFeed } from './auction-feed.ts'
import { encode } from './frame.ts'
import type { LoopScheduler } from './loop-scheduler.ts'
import type { Presence, Watching } from './presence.ts'
import { RoomFrames, messageFrame, roomFrame } from './room-frames.ts'
import { LIVE, type Subscription } from './subscription.ts'

export type RoomCastDependencies = {
  readonly rooms: Rooms
  readonly records: RoomRecords
  readonly bus: Bus
  readonly clock: Clock
  readonly queue: LoopScheduler
  readonly metrics: Metrics
  readonly log: { error(fields: object, message: string): void }
}

const NOTHING = '[]'

/**
 * Brings what happens in rooms to those who may read it: after events, in pieces, some of it together, and never to a
 * reader that lags (ROOM-9). What a reader missed is made up for by the last messages.
 */
export class RoomCast {
  readonly #deps: RoomCastDependencies
  readonly #feeds: ReadonlyMap<string, AuctionFeed>
  readonly #presence: Presence | null
  readonly #stop: readonly (() => void)[]
  #isLooking = false

  constructor(deps: RoomCastDependencies, feeds: ReadonlyMap<string, AuctionFeed>, presence: Presence | null) {
    this.#deps = deps
    this.#feeds = feeds
    this.#presence = presence
    this.#stop = [
      deps.bus.subscribe((message) => this.#onMessage(message)),
      deps.bus.onGap(() => this.#forgetAll()),
      repeatEvery(deps.clock, limits.presenceLookMs, () => void this.#look()),
      repeatEvery(deps.clock, limits.roomMadeUpEveryMs, () => this.#sendStale()),
    ]
  }

  close(): void {
    for (const stop of this.#stop) stop()
  }

  /** The messages of the room for a snapshot, as JSON. */
  async snapshotMessages({ auction }: StoredAuction, actor: Actor, feed: AuctionFeed): Promise<string> {
    const settings = await this.#deps.rooms.settings.of(auction.id)
    return mayRead(settings, auction, actor) ? feed.room.json(() => this.#load(auction.id)) : NOTHING
  }

  /** A subscription has been sent its snapshot, or what it missed: then it knows nothing of the room. */
  joined(one: Subscription): void {
    const { room } = one.feed
    if (room.presence.isToldBySnapshot) one.presenceAsOf = room.presence.version
    else room.owesPresence = true
    const settings = this.#deps.rooms.settings.peek(one.feed.auctionId)
    one.readsRoom = settings !== null && mayRead(settings, one.feed.stored.auction, one.reader.actor)
  }

  /** What a reader that resumes may have missed of the room. */
  async framesFor({ feed, reader }: Subscription): Promise<RoomFrames> {
    const settings = await this.#deps.rooms.settings.of(feed.auctionId)
    const isOpen = mayRead(settings, feed.stored.auction, reader.actor)
    return roomFrame(settings, isOpen ? await feed.room.latest(() => this.#load(feed.auctionId)) : [])
  }

  /** A reader has authenticated, or has a paddle now: perhaps it may read what it could not before. */
  entitled(one: Subscription): void {
    if (one.readsRoom) return
    const settings = this.#deps.rooms.settings.peek(one.feed.auctionId)
    if (settings !== null && !mayRead(settings, one.feed.stored.auction, one.reader.actor)) return
    this.#markStale(one)
    if (!one.feed.room.isSending) void this.#send(one.feed)
  }

  /** The paddles that are here, where the room of an auction tells them. */
  watchingHere(feed: AuctionFeed): Watching {
    if (feed.room.seen.size > 0 || !feed.room.presence.isToldBySnapshot) this.#see(feed)
    return { count: feed.subscriptions.size, paddles: [...feed.room.seen.keys()].toSorted((a, b) => a - b) }
  }

  watching({ auctionId, subscriptions }: AuctionFeed): number {
    return subscriptions.size + (this.#presence?.elsewhere(auctionId) ?? 0)
  }

  /** As readers are told: nobody, where the room of an auction counts nobody (ROOM-5). */
  watchingTold(feed: AuctionFeed): number {
    const settings = this.#deps.rooms.settings.peek(feed.auctionId)
    if (settings !== null) feed.room.isCounted = settings.presence !== 'off'
    return feed.room.isCounted ? this.watching(feed) : 0
  }

  #markStale(one: Subscription): void {
    one.isRoomStale = true
    one.feed.room.hasStale = true
  }

  async #load(auctionId: string): Promise<readonly SaidMessage[]> {
    const page = { before: null, limit: limits.roomMessagesShown }
    return (await this.#deps.records.said(auctionId, page)).map(saidOf)
  }

  #onMessage(message: BusMessage): void {
    if (!isOfRoom(message)) return
    const feed = this.#feeds.get(message.auctionId)
    if (feed === undefined) return
    const { room } = feed
    if (message.type === 'room-message' && message.asker === null) room.add(message.message)
    if (message.type === 'room-removed') room.remove(message.messageId)
    if (room.outbox.length >= limits.roomFramesWaitingMax) return this.#drop(feed, message)
    room.outbox.push(message)
    if (!room.isSending) void this.#send(feed)
  }

  /** Too much waits: typing is forgotten, the rest is read again. */
  #drop(feed: AuctionFeed, { type }: RoomBusMessage): void {
    this.#deps.metrics.roomDropped.inc({ type })
    if (type !== 'room-typing') for (const one of feed.subscriptions.values()) this.#markStale(one)
  }

  /** Messages between nodes may be missing. */
  #forgetAll(): void {
    for (const feed of this.#feeds.values()) {
      feed.room.forget()
      for (const one of feed.subscriptions.values()) this.#markStale(one)
    }
  }

  async #send(feed: AuctionFeed): Promise<void> {
    const { room, auctionId } = feed
    room.isSending = true
    try {
      do {
        await this.#deps.clock.yield(this.#restMs(feed))
        const items = room.outbox.splice(0)
        const settings = await this.#deps.rooms.settings.of(auctionId)
        await this.#sendItems(feed, settings, items)
        await this.#makeUp(feed, settings)
      } while (room.outbox.length > 0)
    } catch (error) {
      this.#deps.log.error({ err: error, auctionId }, 'what was said in a room could not be sent')
    } finally {
      room.isSending = false
    }
  }

  #restMs({ subscriptions }: AuctionFeed): number {
    return subscriptions.size > limits.crowdedRoom ? limits.roomRestCrowdedMs : limits.roomRestMs
  }

  async #sendItems(feed: AuctionFeed, settings: RoomSettings, items: readonly RoomBusMessage[]): Promise<void> {
    if (items.some(({ type }) => type === 'room-settings'))
      for (const one of feed.subscriptions.values()) this.#markStale(one)
    const isCrowded = this.watching(feed) > limits.crowdedRoom
    const told = items.filter(({ type }) => type !== 'room-settings' && !(isCrowded && type === 'room-typing'))
    if (told.length === 0) return
    const common = told.filter(({ asker }) => asker === null)
    const frames = common.length === 0 ? null : new RoomFrames(common.map((item) => frameOf(item, null)))
    const named = new Set(told.flatMap(peopleOf))
    const isPrivate = common.length < told.length
    await this.#deps.queue.eachGently(feed.subscriptions.values(), (one) => {
      const { reader } = one
      const { actor } = reader
      const { auction } = feed.stored
      one.readsRoom = mayRead(settings, auction, actor)
      const isConcerned = actor !== null && (isPrivate || named.has(actor.id))
      const own = isConcerned ? ownFrames(told, one, feed) : one.readsRoom ? frames : null
      if (own !== null) this.offer(one, own)
    })
  }

  /** Sends frames to a reader that can take them; to another one the last messages later. */
  offer(one: Subscription, frames: RoomFrames): void {
    const { reader, state } = one
    if (reader.ended) return
    if (state !== LIVE || reader.lags) {
      this.#deps.metrics.roomDropped.inc({ type: 'room-message' }, frames.each.length)
      return this.#markStale(one)
    }
    reader.ephemeral(frames)
    reader.flush()
  }

  /** Sends the settings and the last messages to whoever missed some. */
  async #makeUp(feed: AuctionFeed, settings: RoomSettings): Promise<void> {
    if (!feed.room.hasStale) return
    feed.room.hasStale = false
    const messages = settings.messages === 'off' ? [] : await feed.room.latest(() => this.#load(feed.auctionId))
    const [open, closed] = [roomFrame(settings, messages), roomFrame(settings, [])]
    await this.#deps.queue.eachGently(feed.subscriptions.values(), (one) => {
      const { reader, state } = one
      if (!one.isRoomStale || reader.ended) return
      if (state !== LIVE || reader.lags) return this.#markStale(one)
      one.isRoomStale = false
      one.readsRoom = mayRead(settings, feed.stored.auction, reader.actor)
      reader.ephemeral(one.readsRoom ? open : closed)
      reader.flush()
    })
  }

  /** Whoever could not take what was said may be able to by now. */
  #sendStale(): void {
    for (const feed of this.#feeds.values()) if (feed.room.hasStale && !feed.room.isSending) void this.#send(feed)
  }

  /** Looks who is there in each room, and tells it. */
  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      for (const feed of this.#feeds.values()) await this.#lookAt(feed)
    } catch (error) {
      this.#deps.log.error({ err: error }, 'who is in the rooms could not be told')
    } finally {
      this.#isLooking = false
    }
  }

  async #lookAt(feed: AuctionFeed): Promise<void> {
    const { room, auctionId } = feed
    const settings = this.#deps.rooms.settings.peek(auctionId) ?? (await this.#deps.rooms.settings.of(auctionId))
    const watching = this.watching(feed)
    const tells = settings.presence === 'paddles' && watching <= limits.crowdedRoom
    if (tells) this.#see(feed)
    else room.seen.clear()
    if (settings.presence === 'off') return
    const paddles = tells
      ? new Set([...room.seen.keys(), ...(this.#presence?.paddlesElsewhere(auctionId) ?? [])])
      : null
    const now = this.#deps.clock.now()
    const isNew = room.presence.update(watching, paddles, now)
    // Names that were told before are told nobody once the room tells none.
    const owes = room.owesPresence && (paddles === null) === room.presence.isToldBySnapshot
    if (!isNew && !owes) return
    room.owesPresence = false
    await this.#deps.queue.eachGently(feed.subscriptions.values(), (one) => this.#tellPresence(one, now))
  }

  #tellPresence(one: Subscription, now: Instant): void {
    const { room } = one.feed
    const { presence } = room
    const { reader, state } = one
    if (one.presenceAsOf === presence.version || reader.ended) return
    const isTooSoon = now < one.presenceAt + limits.presenceEveryMs
    const cannot = state !== LIVE || reader.lags
    // Without names the next change tells all.
    if (isTooSoon || (cannot && !presence.isToldBySnapshot)) room.owesPresence = true
    if (reader.lags) this.#deps.metrics.roomDropped.inc({ type: 'presence' })
    if (isTooSoon || cannot) return
    reader.ephemeral(presence.frameAfter(one.presenceAsOf))
    one.presenceAsOf = presence.version
    one.presenceAt = now
  }

  /** A paddle is there while any of its sockets is open, and for some seconds more. */
  #see({ room: { seen }, subscriptions, stored: { auction } }: AuctionFeed): void {
    const now = this.#deps.clock.now()
    for (const { reader } of subscriptions.values()) {
      const paddle = reader.actor === null ? undefined : auction.paddles.get(reader.actor.id)
      if (paddle !== undefined) seen.set(paddle, now)
    }
    for (const [paddle, at] of seen) if (at + limits.presenceKeptMs < now) seen.delete(paddle)
  }
}

function isOfRoom(message: BusMessage): message is RoomBusMessage {
  return message.type.startsWith('room-')
}

type Told = Exclude<RoomBusMessage, { readonly type: 'room-settings' }>

/** The sender's own copy of a message has its key. */
function frameOf(item: RoomBusMessage, userId: string | null): Buffer {
  const told = item as Told
  if (told.type === 'room-message') return messageFrame(told.message, told.senderId === userId ? told.key : null)
  if (told.type === 'room-removed') return encode({ type: 'message.removed', id: told.messageId })
  return encode({ type: 'typing', from: told.from, to: told.to })
}

/** What somebody is sent who said some of it, or may read what is private. */
function ownFrames(
  items: readonly RoomBusMessage[],
  { reader, readsRoom }: Subscription,
  feed: AuctionFeed,
): RoomFrames | null {
  const { actor } = reader
  const { auction } = feed.stored
  const frames = (items as readonly Told[])
    .filter((item) => (item.asker === null ? readsRoom : mayReadPrivate(auction, item.asker, actor)))
    .filter((item) => item.type !== 'room-typing' || item.senderId !== actor!.id)
    .map((item) => frameOf(item, actor!.id))
  return frames.length === 0 ? null : new RoomFrames(frames)
}

/** Those who are sent other frames than everyone. */
function peopleOf(item: RoomBusMessage): string[] {
  return 'senderId' in item ? [item.senderId] : []
}
