import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config.ts'
import { type Actor, owns, rejectHidden } from '../domain/access.ts'
import { isOver } from '../domain/auction.ts'
import { SECOND_MS, toWire } from '../domain/instant.ts'
import { auctionView, lastBids, standingOf, youView } from '../domain/view.ts'
import type { AuctionView, StandingView } from '../domain/wire.ts'
import type { Engine } from '../engine/engine.ts'
import type { Metrics } from '../engine/metrics.ts'
import { type Accounts, type Bus, type BusMessage, type Clock, type Held, type Store, every } from '../engine/ports.ts'
import type { ChannelEvent, ServerMessageOf } from '../protocol.ts'
import { Frame, encode } from './frame.ts'

/** One who watches an auction, over whichever transport. */
export interface Watcher {
  readonly actor: Actor
  /** The latest seq that was sent; what is not beyond it is never sent again. */
  cursor: number
  events(frame: Frame): void
  snapshot(message: ServerMessageOf<'snapshot'>): void
  you(message: ServerMessageOf<'you'>): void
  heartbeat(encoded: Buffer): void
  /** Resolves when what was sent so far has been taken by the transport. */
  drained(): Promise<void>
  end(closing: Closing): void
  readonly ended: boolean
}

export type HubParts = {
  readonly engine: Engine
  readonly store: Store
  readonly accounts: Accounts
  readonly bus: Bus
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: { error(fields: object, message: string): void }
}

/** Where a watcher goes on: after a seq of an epoch, or, where that cannot be, from a snapshot. */
export type Resume = { readonly after: number; readonly epoch: string | null; readonly most: number }

type Channel = {
  readonly auctionId: string
  /** The latest event that was passed on here. */
  seq: number
  head: string
  /** The latest event that is known to exist; while it is ahead, the journal is being read. */
  target: number
  filling: boolean
  ring: Frame[]
  /** What the latest who resumed had missed: after a restart thousands have missed the same. */
  missed: Frame | null
  readonly watchers: Map<Watcher, StandingView>
}

const PAGE_EVENTS = 200

/** The channels of the auctions that are being watched here. What comes by the bus with a gap is read from the journal. */
export class Hub {
  readonly #parts: HubParts
  readonly #channels = new Map<string, Channel>()
  readonly #unsubscribe: () => void
  readonly #stopBeating: () => void

  constructor(parts: HubParts) {
    this.#parts = parts
    this.#unsubscribe = parts.bus.subscribe((message) => this.#heard(message))
    this.#stopBeating = every(parts.clock, limits.heartbeatSeconds * SECOND_MS, () => this.#beat())
  }

  close(): void {
    this.#stopBeating()
    this.#unsubscribe()
  }

  /** The public view as the watcher may see it. */
  async view(held: Held, actor: Actor): Promise<AuctionView> {
    const { sellerId } = held.auction
    const names = await this.#parts.accounts.names([sellerId])
    const seller = { id: sellerId, displayName: names.get(sellerId)! }
    const viewer = owns(held.auction, actor) ? 'owner' : 'public'
    return auctionView(held.auction, { seller, head: held.head, serverTime: this.#parts.clock.now(), viewer })
  }

  /** Sends what was missed, or a snapshot, then every event as it comes. Never misses one, never sends one twice. */
  async attach(watcher: Watcher, auctionId: string, resume: Resume | null): Promise<void> {
    const held = await this.#parts.engine.held(auctionId)
    if (held === null || rejectHidden(held.auction, watcher.actor) !== null)
      return watcher.end(closeCodes.auction_not_found)
    if (watcher.ended) return
    const channel = this.#channelOf(held)
    channel.watchers.set(watcher, 'none')
    this.#reach(channel, held.auction.seq)
    if (resume !== null && this.#canResume(held, resume)) await this.#catchUp(channel, watcher, resume.after)
    else await this.#sendSnapshot(channel, watcher)
    await this.greet(watcher, auctionId)
    const now = await this.#parts.engine.held(auctionId)
    if (now !== null && isOver(now.auction) && watcher.cursor >= now.auction.seq) watcher.end(closeCodes.auction_over)
  }

  detach(watcher: Watcher, auctionId: string): void {
    const channel = this.#channels.get(auctionId)
    channel?.watchers.delete(watcher)
    if (channel?.watchers.size === 0) this.#channels.delete(auctionId)
  }

  /** Tells somebody who has just shown who they are how they stand. */
  async greet(watcher: Watcher, auctionId: string): Promise<void> {
    if (watcher.actor === null) return
    const held = await this.#parts.engine.held(auctionId)
    if (held !== null) this.#tell(this.#channels.get(auctionId), watcher, held)
  }

  #canResume({ auction }: Held, { after, epoch, most }: Resume): boolean {
    const known = epoch === null || epoch === this.#parts.store.epoch
    return known && after <= auction.seq && auction.seq - after <= most
  }

  #channelOf({ auction, head }: Held): Channel {
    const known = this.#channels.get(auction.id)
    if (known !== undefined) return known
    const { id, seq } = auction
    const channel: Channel = {
      auctionId: id,
      seq,
      head,
      target: seq,
      filling: false,
      ring: [],
      missed: null,
      watchers: new Map(),
    }
    this.#channels.set(id, channel)
    return channel
  }

  async #catchUp(channel: Channel, watcher: Watcher, after: number): Promise<void> {
    watcher.cursor = after
    while (watcher.cursor < channel.seq && !watcher.ended) {
      const frame = await this.#missed(channel, watcher.cursor)
      if (frame === null) break
      this.#send(watcher, frame)
      await watcher.drained()
    }
  }

  /** What follows a seq, or the next part of it. */
  async #missed(channel: Channel, after: number): Promise<Frame | null> {
    const { missed } = channel
    if (missed?.first === after + 1 && missed.last >= channel.seq) return missed
    const events = await this.#following(channel, after)
    if (events.length === 0) return null
    channel.missed = new Frame(events)
    return channel.missed
  }

  /** From the ring of recent frames, else from the journal. */
  async #following({ auctionId, ring }: Channel, after: number): Promise<ChannelEvent[]> {
    const recent = ring.filter((frame) => frame.last > after)
    if (recent[0]?.first === after + 1) return recent.flatMap((frame) => frame.events)
    const entries = await this.#parts.store.entries(auctionId, after, PAGE_EVENTS)
    return entries.map((entry) => entry.event)
  }

  async #sendSnapshot(channel: Channel, watcher: Watcher): Promise<void> {
    watcher.cursor = Number.MAX_SAFE_INTEGER
    const held = await this.#parts.engine.held(channel.auctionId)
    if (held === null) return
    const auction = await this.view(held, watcher.actor)
    const { seq } = held.auction
    watcher.snapshot({
      type: 'snapshot',
      seq,
      epoch: this.#parts.store.epoch,
      auction,
      bids: lastBids(held.auction),
      watching: channel.watchers.size,
    })
    await this.#catchUp(channel, watcher, seq)
  }

  /** What the watcher has already of a frame is left out. */
  #send(watcher: Watcher, frame: Frame): void {
    const { cursor } = watcher
    if (frame.first > cursor + 1 || frame.last <= cursor || watcher.ended) return
    watcher.cursor = frame.last
    watcher.events(frame.first > cursor ? frame : new Frame(frame.events.filter(({ seq }) => seq > cursor)))
  }

  #heard(message: BusMessage): void {
    if (message.type !== 'auction') return
    const channel = this.#channels.get(message.auctionId)
    if (channel === undefined) return
    const fresh = message.events.filter(({ seq }) => seq > channel.seq)
    if (!channel.filling && fresh[0]?.seq === channel.seq + 1) this.#pass(channel, fresh)
    this.#reach(channel, message.seq)
    if (channel.seq >= channel.target)
      this.#tellAll(channel, fresh, message.bidders).catch((error: unknown) => this.#lost(channel, error))
  }

  #reach(channel: Channel, seq: number): void {
    channel.target = Math.max(channel.target, seq)
    if (channel.seq < channel.target) void this.#fill(channel)
  }

  /** Whoever cannot be told what happened is sent away to come back, and told then. */
  #lost({ auctionId, watchers }: Channel, error: unknown): void {
    this.#parts.log.error({ err: error, auctionId }, 'the journal could not be read')
    for (const watcher of watchers.keys()) watcher.end(closeCodes.try_later)
  }

  #pass(channel: Channel, events: readonly ChannelEvent[]): void {
    const frame = new Frame(events)
    channel.seq = frame.last
    channel.head = events.at(-1)!.hash
    channel.ring = [...channel.ring, frame].slice(-limits.ringEvents)
    for (const watcher of channel.watchers.keys()) this.#send(watcher, frame)
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
        this.#pass(channel, events)
        await this.#tellAll(channel, events, [])
      }
    } catch (error) {
      this.#lost(channel, error)
    } finally {
      channel.filling = false
    }
  }

  /** The private part after events, and the end after the last. */
  async #tellAll(channel: Channel, events: readonly ChannelEvent[], bidders: readonly string[]): Promise<void> {
    const held = await this.#parts.engine.held(channel.auctionId)
    if (held === null) return
    for (const watcher of channel.watchers.keys())
      if (rejectHidden(held.auction, watcher.actor) !== null) watcher.end(closeCodes.auction_not_found)
    const anyone = events.some(({ type }) => type === 'bid.voided')
    for (const [watcher, standing] of channel.watchers) {
      const { actor } = watcher
      if (actor === null) continue
      if (anyone || bidders.includes(actor.id) || standingOf(held.auction, actor.id) !== standing)
        this.#tell(channel, watcher, held)
    }
    if (!isOver(held.auction)) return
    for (const watcher of channel.watchers.keys())
      if (watcher.cursor >= held.auction.seq) watcher.end(closeCodes.auction_over)
  }

  #tell(channel: Channel | undefined, watcher: Watcher, { auction }: Held): void {
    const you = youView(auction, watcher.actor!.id)
    if (channel?.watchers.has(watcher) === true) channel.watchers.set(watcher, you.standing)
    watcher.you({ type: 'you', ...you })
  }

  #beat(): void {
    const serverTime = toWire(this.#parts.clock.now())
    for (const { seq, head, watchers } of this.#channels.values()) {
      const encoded = encode({ type: 'heartbeat', serverTime, seq, head, watching: watchers.size })
      for (const watcher of watchers.keys()) watcher.heartbeat(encoded)
    }
  }
}
