import { lru } from '../engine/lru.ts'
import { closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { type Actor, owns, rejectHidden } from '../domain/access.ts'
import { isOver, latestOf } from '../domain/auction.ts'
import { SECOND_MS, toWire } from '../domain/instant.ts'
import { auctionView, lastBids, partOf, standingOf } from '../domain/view.ts'
import type { AuctionView } from '../domain/wire.ts'
import type { Engine } from '../engine/engine.ts'
import type { Metrics } from '../engine/metrics.ts'
import type { Accounts } from '../engine/account-ports.ts'
import { type Bus, type BusMessage, type Clock, type Held, type Store, every } from '../engine/ports.ts'
import { Channel, type Place, type Watcher } from './channel.ts'
import { Frame, Snapshot, encode, encodeYou } from './frame.ts'
import { OwnBids } from './own-bids.ts'
import { costly, inTurns, rest } from './turns.ts'

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

const PAGE_EVENTS = 200

/** Of auctions to which somebody came; each is as long as the auction's description. */
const SNAPSHOTS_KEPT_MAX = 500

/** Where so many came while others were told it goes on at once: what waits longer would be too much to travel together. */
const EVENTS_MANY = 8

type Shown = { readonly held: Held; readonly snapshot: Snapshot }

/** The channels of the auctions that are being watched here. What comes by the bus with a gap is read from the journal. */
export class Hub {
  readonly #parts: HubParts
  readonly #channels = new Map<string, Channel>()
  readonly #snapshots = lru<Shown>(SNAPSHOTS_KEPT_MAX)
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
    const place: Place = { standing: 'none', told: 0, behind: true, bids: null, owesBeat: false }
    channel.watchers.set(watcher, place)
    this.#reach(channel, held.auction.seq)
    if (resume !== null && this.#canResume(held, resume)) watcher.cursor = resume.after
    else await this.#sendSnapshot(channel, watcher)
    await this.#catchUp(channel, watcher, place)
    await this.greet(watcher, auctionId)
    const now = await this.#parts.engine.held(auctionId)
    if (now === null || !isOver(now.auction)) return
    // Whoever says who they are right behind the handshake is told how it ended for them.
    if (watcher.actor === null && watcher.mayIntroduce)
      this.#parts.clock.wake(limits.overGraceMs, () => this.#endAfterLast(watcher, now))
    else this.#endAfterLast(watcher, now)
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
    if (held === null) return
    this.#tell(this.#channels.get(auctionId), watcher, held)
    this.#endAfterLast(watcher, held)
  }

  /** Whether a seq of this epoch says something; null where the epoch is not named. */
  isOfThisHistory(epoch: string | null): boolean {
    return epoch === null || epoch === this.#parts.store.epoch
  }

  #canResume({ auction }: Held, { after, epoch, most }: Resume): boolean {
    return this.isOfThisHistory(epoch) && after <= auction.seq && auction.seq - after <= most
  }

  #channelOf({ auction, head }: Held): Channel {
    const known = this.#channels.get(auction.id)
    if (known !== undefined) return known
    const channel = new Channel(auction.id, auction.seq, head)
    this.#channels.set(auction.id, channel)
    return channel
  }

  /** Sends what a watcher has not, as fast as they take it. */
  async #catchUp(channel: Channel, watcher: Watcher, place: Place): Promise<void> {
    place.behind = true
    while (watcher.cursor < channel.seq && !watcher.ended) {
      await this.drained(watcher)
      const frame = channel.after(watcher.cursor) ?? (await this.#journal(channel, watcher))
      if (watcher.ended) break
      // The journal lacks what was sent to others: nothing is sent behind a gap.
      if (frame?.first !== watcher.cursor + 1) watcher.end(closeCodes.try_later)
      else this.#send(watcher, frame)
    }
    place.behind = false
  }

  /** Resolves when there is room for more. Whoever takes nothing for too long is let go, to resume. */
  async drained(watcher: Watcher): Promise<void> {
    const stopWaiting = this.#parts.clock.wake(limits.unreadMs, () => watcher.end(closeCodes.reading_too_slowly))
    await watcher.drained()
    stopWaiting()
  }

  /** Somebody else may have read it meanwhile. */
  async #journal(channel: Channel, watcher: Watcher): Promise<Frame | null> {
    const after = watcher.cursor
    await costly.turn()
    const known = channel.after(after)
    if (known !== null || watcher.ended) return known
    const entries = await this.#parts.store.entries(channel.auctionId, after, PAGE_EVENTS, limits.catchUpBytes)
    return entries.length === 0 ? null : channel.keep(after, [Frame.of(entries.map((entry) => entry.event))])
  }

  #send(watcher: Watcher, frame: Frame): void {
    if (watcher.ended || watcher.cursor !== frame.first - 1) return
    watcher.cursor = frame.last
    watcher.events(frame)
  }

  async #sendSnapshot(channel: Channel, watcher: Watcher): Promise<void> {
    const held = await this.#parts.engine.held(channel.auctionId)
    if (held === null) return watcher.end(closeCodes.auction_not_found)
    const snapshot = await this.#shown(held, watcher.actor)
    watcher.snapshot(snapshot.frame(toWire(this.#parts.clock.now()), channel.watchers.size))
    watcher.cursor = held.auction.seq
  }

  /**
   * What strangers see is put together once for an auction as it stands. Until it is over nobody can erase its seller, so
   * the name holds as well.
   */
  async #shown(held: Held, actor: Actor): Promise<Snapshot> {
    const { auction } = held
    const isShared = !owns(auction, actor) && !isOver(auction)
    const known = this.#snapshots.get(auction.id)
    if (isShared && known?.held === held) return known.snapshot
    const { epoch } = this.#parts.store
    const view = await this.view(held, actor)
    const bids = lastBids(auction)
    const snapshot = new Snapshot({ type: 'snapshot', seq: auction.seq, epoch, auction: view, bids })
    if (isShared) this.#snapshots.set(auction.id, { held, snapshot })
    return snapshot
  }

  #heard(message: BusMessage): void {
    if (message.type === 'auction-removed') return this.#removed(message.auctionId)
    if (message.type !== 'auction') return
    const channel = this.#channels.get(message.auctionId)
    if (channel === undefined) return
    channel.moves(message)
    const fresh = message.events.filter(({ seq }) => seq > channel.seq)
    if (!channel.filling && fresh[0]?.seq === channel.seq + 1) channel.pass(fresh)
    this.#reach(channel, message.seq)
    if (channel.seq >= channel.target) this.#tellAll(channel)
  }

  #removed(auctionId: string): void {
    for (const watcher of this.#channels.get(auctionId)?.watchers.keys() ?? [])
      watcher.end(closeCodes.auction_not_found)
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
        channel.moves({ events, bidders: [] })
        this.#tellAll(channel)
      }
    } catch (error) {
      this.#lost(channel, error)
    } finally {
      channel.filling = false
    }
  }

  /** Everyone is told what came: the events, then their own part, and after the last event the end. */
  #tellAll(channel: Channel): void {
    channel.more = true
    if (channel.telling) return
    channel.telling = true
    this.#tellInTurns(channel).catch((error: unknown) => this.#lost(channel, error))
  }

  async #tellInTurns(channel: Channel): Promise<void> {
    try {
      while (channel.more) {
        channel.more = false
        const held = await this.#parts.engine.held(channel.auctionId)
        if (held === null) return
        const [began, told] = [performance.now(), channel.seq]
        await inTurns(channel.inTurn(), (watcher) => this.#visit(channel, watcher, held))
        if (channel.more && channel.seq - told < EVENTS_MANY) await rest(performance.now() - began)
      }
    } finally {
      channel.telling = false
    }
  }

  #visit(channel: Channel, watcher: Watcher, held: Held): void {
    const place = channel.watchers.get(watcher)
    if (place === undefined || watcher.ended || place.behind) return
    if (rejectHidden(held.auction, watcher.actor) !== null) return watcher.end(closeCodes.auction_not_found)
    const frame = watcher.cursor < channel.seq ? channel.after(watcher.cursor) : null
    if (watcher.cursor < channel.seq && (frame === null || watcher.full || frame.last < channel.seq))
      return void this.#bringUp(channel, watcher, place)
    const isTold = this.#isTold(channel, watcher, place, held)
    if (frame !== null && isTold) this.#send(watcher, frame)
    else
      watcher.together(() => {
        if (frame !== null) this.#send(watcher, frame)
        if (!isTold) this.#tell(channel, watcher, held)
      })
    if (place.owesBeat) this.#beatTo(channel, watcher, place)
    this.#endAfterLast(watcher, held)
  }

  /** Whoever does not keep pace is brought up to date by themselves, then told the rest. */
  async #bringUp(channel: Channel, watcher: Watcher, place: Place): Promise<void> {
    try {
      await this.#catchUp(channel, watcher, place)
      const held = await this.#parts.engine.held(channel.auctionId)
      if (held !== null) this.#visit(channel, watcher, held)
    } catch (error) {
      this.#lost(channel, error)
    }
  }

  #isTold(channel: Channel, { actor }: Watcher, place: Place, { auction }: Held): boolean {
    if (actor === null) return true
    return place.told >= channel.movedAt(actor.id) && standingOf(auction, actor.id) === place.standing
  }

  #endAfterLast(watcher: Watcher, { auction }: Held): void {
    if (isOver(auction) && watcher.cursor >= auction.seq) watcher.end(closeCodes.auction_over)
  }

  #tell(channel: Channel | undefined, watcher: Watcher, { auction }: Held): void {
    const { id: userId, scope } = watcher.actor!
    const isLent = scope === 'bid'
    const latest = latestOf(auction, userId)
    const part = { ...partOf(auction, userId, latest), ...(isLent ? { maximum: null, lowerable: null } : {}) }
    const place = channel?.watchers.get(watcher)
    const bids = place?.bids?.isLent === isLent ? place.bids : new OwnBids(isLent)
    if (place !== undefined) Object.assign(place, { standing: part.standing, told: channel!.message, bids })
    watcher.you(encodeYou(part, bids.json(latest)), part.paddle !== null)
  }

  #beat(): void {
    void inTurns(this.#everyone(), ([channel, watcher, place]) => this.#beatTo(channel, watcher, place))
  }

  *#everyone(): Iterable<readonly [Channel, Watcher, Place]> {
    for (const channel of this.#channels.values())
      for (const [watcher, place] of channel.watchers) yield [channel, watcher, place]
  }

  #beatTo(channel: Channel, watcher: Watcher, place: Place): void {
    // Who is about to be sent events would take the seq for one that was missed.
    place.owesBeat = watcher.cursor < channel.seq
    if (!place.owesBeat) watcher.heartbeat(this.#heartbeatOf(channel))
  }

  /** The same for everyone, until the channel moves. */
  #heartbeatOf(channel: Channel): Buffer {
    const { seq, head, watchers } = channel
    const serverTime = toWire(this.#parts.clock.now())
    if (channel.heartbeat?.seq !== seq || channel.heartbeat.serverTime !== serverTime)
      channel.heartbeat = {
        seq,
        serverTime,
        frame: encode({ type: 'heartbeat', serverTime, seq, head, watching: watchers.size }),
      }
    return channel.heartbeat.frame
  }
}
