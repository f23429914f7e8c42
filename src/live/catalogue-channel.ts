import { lru } from '../engine/lru.ts'
import type { z } from 'zod'
import { closeCodes } from '../codes.ts'
import { limits, rates } from '../config/limits.ts'
import { type Actor, rejectHidden } from '../domain/access.ts'
import { priceView } from '../domain/view.ts'
import type { PriceView } from '../domain/wire.ts'
import type { Rejection } from '../domain/rejection.ts'
import type { Engine } from '../engine/engine.ts'
import { networksOf } from '../engine/network.ts'
import { type Bus, type Clock, type Store, every } from '../engine/ports.ts'
import { catalogueMessage, problemOf } from '../protocol.ts'
import { Buckets, rejectFor } from '../engine/bucket.ts'
import { Following } from './following.ts'
import type { Hub } from './hub.ts'
import { Counts, type Rank, rankIn } from './places.ts'
import { LiveSocket, type Conversation, type Peer, type SocketParts } from './socket.ts'
import { Pieces, costly, inTurns } from './turns.ts'

type Message = z.output<typeof catalogueMessage>
type WatchMessage = Extract<Message, { type: 'watch' }>
type FollowMessage = Extract<Message, { type: 'follow' }>

/** Ids that lists named and no auction has: some 100 bytes each. */
const UNKNOWN_KEPT_MAX = 50_000

type PricesParts = {
  readonly engine: Engine
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly limited: boolean
}

/**
 * The auctions whose prices moved since the last tick, told to those who watch them, at most once a tick. Whoever has
 * something to be told stands in one line, across all sockets, and is told a piece of a list at a time.
 */
export class Prices {
  readonly #parts: PricesParts
  readonly #channels = new Set<CatalogueChannel>()
  readonly #moved = new Set<string>()
  readonly #toTell = new Set<CatalogueChannel>()
  #telling = false
  readonly #unknown = lru<true>(UNKNOWN_KEPT_MAX)
  readonly #ofStrangers = new Buckets(rates.watchedByStrangers)
  readonly #ofMembers = new Buckets(rates.watchedByMembers)
  readonly #strangers = new Counts()
  readonly #unsubscribe: () => void
  readonly #stopTicking: () => void

  constructor(parts: PricesParts) {
    this.#parts = parts
    this.#unsubscribe = parts.bus.subscribe((message) => {
      if (message.type === 'auction' && message.events.length > 0) this.#moved.add(message.auctionId)
    })
    this.#stopTicking = every(parts.clock, limits.pricesEveryMs, () => this.#tick())
  }

  get engine(): Engine {
    return this.#parts.engine
  }

  /** False where strangers of this address have as many catalogues open as they may. */
  enter(address: string): boolean {
    const networks = networksOf(address)
    const isFull = networks.some(
      ({ name, times }) => this.#strangers.of(name) >= limits.cataloguesPerAddressMax * times,
    )
    if (isFull && this.#parts.limited) return false
    for (const { name } of networks) this.#strangers.add(name, 1)
    return true
  }

  /** Gives back what a stranger entered by: they left, or said who they are. */
  leave(address: string): void {
    for (const { name } of networksOf(address)) this.#strangers.add(name, -1)
  }

  add(channel: CatalogueChannel): void {
    this.#channels.add(channel)
  }

  delete(channel: CatalogueChannel): void {
    this.#channels.delete(channel)
    this.#toTell.delete(channel)
  }

  /** Null, or why a list may not be watched right now: it is paid by the id. */
  rejectList(cost: number, userId: string | null, address: string): Rejection | null {
    if (!this.#parts.limited) return null
    const now = this.#parts.clock.now()
    const waitMs =
      userId === null
        ? this.#ofStrangers.take(now, networksOf(address), cost)
        : this.#ofMembers.take(now, [{ name: userId, times: 1 }], cost)
    return rejectFor(waitMs)
  }

  /** Those that exist. What does not is remembered, so that naming it again costs nothing. */
  async existing(auctions: readonly string[]): Promise<ReadonlySet<string>> {
    const perhaps = auctions.filter((id) => !this.#unknown.has(id))
    const known = perhaps.length === 0 ? new Set<string>() : await this.#parts.store.existing(perhaps)
    for (const id of perhaps) if (!known.has(id)) this.#unknown.set(id, true)
    return known
  }

  /** The channel has something to tell. */
  tellSoon(channel: CatalogueChannel): void {
    this.#toTell.add(channel)
    if (!this.#telling) void this.#tellInTurns()
  }

  close(): void {
    this.#stopTicking()
    this.#unsubscribe()
  }

  async #tellInTurns(): Promise<void> {
    this.#telling = true
    await costly.turn()
    const pieces = new Pieces()
    // Whoever has more to tell steps back to the end of the line.
    for (const next of this.#toTell) {
      this.#toTell.delete(next)
      await next.tellSome()
      await pieces.next()
    }
    this.#telling = false
  }

  #tick(): void {
    if (this.#moved.size === 0) return
    const moved = [...this.#moved]
    this.#moved.clear()
    for (const id of moved) this.#unknown.delete(id)
    void inTurns(this.#channels, (channel) => channel.moved(moved))
  }
}

/** Auctions of one list that are looked at in one turn of the loop. */
const TOLD_AT_ONCE = 20
/** Auctions named again that cost what a new one does. */
const WATCHED_FOR_ONE = 20

/** Auctions whose prices are asked for that cost what one does that is followed: it is answered by a snapshot. */
const PRICES_FOR_ONE = 5

/** Many auctions on one socket, by price or event by event: `GET /v1/live`. No bids here. */
export class CatalogueChannel implements Conversation<Message> {
  readonly shape = catalogueMessage
  /** A list of 200 takes longer to read than a bid. */
  readonly isUrgent = false
  readonly #prices: Prices
  readonly #socket: LiveSocket<Message>
  readonly #following: Following
  /** Where a stranger counts, until they say who they are. */
  #address: string | null = null
  #watched: ReadonlySet<string> = new Set()
  /** The seq that each was told at: what has not moved since is not told again. */
  #told = new Map<string, number>()
  /** What is to be told next, and what of it is put together. */
  readonly #untold = new Set<string>()
  #ready: PriceView[] = []
  #joined = false
  /** A whole list waits for its answer, be it nothing: this is called with it, and the next message is read. */
  #answered: (() => void) | null = null

  constructor(peer: Peer, parts: SocketParts & { readonly prices: Prices; readonly hub: Hub }) {
    this.#prices = parts.prices
    this.#socket = new LiveSocket(peer, parts, this)
    this.#following = new Following(parts.hub, this.#socket)
  }

  open(address: string, token: string | null): void {
    if (token === null) {
      if (!this.#prices.enter(address)) return this.#socket.end(closeCodes.try_later)
      this.#address = address
    }
    this.#socket.open(address, token)
  }

  async joined(): Promise<void> {
    this.#joined = true
    this.#prices.add(this)
  }

  async recognised(): Promise<void> {
    this.#stopCounting()
    this.#told = new Map()
    this.#tellSoon(this.#watched)
    await this.#following.greet()
  }

  async rank(actor: Actor): Promise<Rank> {
    return rankIn(null, actor)
  }

  /** No token is lent for many auctions. */
  isLent(): boolean {
    return false
  }

  left(): void {
    this.#stopCounting()
    this.#prices.delete(this)
    this.#following.close()
    this.#answered?.()
  }

  #stopCounting(): void {
    if (this.#address !== null) this.#prices.leave(this.#address)
    this.#address = null
  }

  heard(message: WatchMessage | FollowMessage): Promise<void> | undefined {
    if (!this.#joined) {
      this.#socket.end(this.#socket.waits ? closeCodes.try_later : closeCodes.not_signed_in)
      return undefined
    }
    const refusal = this.#prices.rejectList(this.#costOf(message), this.#socket.actor?.id ?? null, this.#address ?? '')
    if (refusal !== null) this.#socket.send({ type: 'problem', problem: problemOf(refusal, message.type) })
    else return message.type === 'watch' ? this.#watch(message.auctions) : this.#following.replace(message.auctions)
    return undefined
  }

  #costOf(message: WatchMessage | FollowMessage): number {
    const again = message.auctions.length / WATCHED_FOR_ONE
    return message.type === 'watch'
      ? again + message.auctions.filter((id) => !this.#watched.has(id)).length
      : again + this.#following.fresh(message.auctions).length * PRICES_FOR_ONE
  }

  async #watch(auctions: readonly string[]): Promise<void> {
    this.#watched = await this.#prices.existing(auctions)
    this.#untold.clear()
    this.#ready = []
    this.#told = new Map()
    return new Promise((resolve) => {
      this.#answered = resolve
      this.#tellSoon(this.#watched)
    })
  }

  received(): undefined {
    return undefined
  }

  moved(auctions: readonly string[]): void {
    const seen = auctions.filter((id) => this.#watched.has(id))
    if (seen.length > 0) this.#tellSoon(seen)
  }

  #tellSoon(auctions: Iterable<string>): void {
    for (const auctionId of auctions) this.#untold.add(auctionId)
    this.#prices.tellSoon(this)
  }

  /** Puts some of what is to be told together; with the last of it, all goes out in one frame. */
  async tellSome(): Promise<void> {
    try {
      for (const auctionId of [...this.#untold].slice(0, TOLD_AT_ONCE)) await this.#look(auctionId)
      if (this.#untold.size > 0) this.#prices.tellSoon(this)
      else this.#send()
    } catch {
      this.#socket.end(closeCodes.try_later)
    }
  }

  async #look(auctionId: string): Promise<void> {
    this.#untold.delete(auctionId)
    const held = await this.#prices.engine.held(auctionId)
    if (held === null || rejectHidden(held.auction, this.#socket.actor) !== null) return
    if (this.#told.get(auctionId) === held.auction.seq || !this.#watched.has(auctionId)) return
    this.#ready.push(priceView(held.auction))
    this.#told.set(auctionId, held.auction.seq)
  }

  #send(): void {
    const prices = this.#ready
    const answered = this.#answered
    this.#ready = []
    this.#answered = null
    if (prices.length > 0 || answered !== null) this.#socket.send({ type: 'prices', prices })
    answered?.()
  }
}
