import type { z } from 'zod'
import { closeCodes } from '../codes.ts'
import { limits, rates } from '../config/limits.ts'
import { rejectHidden } from '../domain/access.ts'
import type { Rejection } from '../domain/rejection.ts'
import { priceView } from '../domain/view.ts'
import type { PriceView } from '../domain/wire.ts'
import { Buckets, rejectFor } from '../engine/bucket.ts'
import { Counter } from '../engine/counter.ts'
import type { Engine } from '../engine/engine.ts'
import { lru } from '../engine/lru.ts'
import { networksOf } from '../engine/network.ts'
import { repeatEvery } from '../engine/interval.ts'
import type { Bus, Clock, Store } from '../engine/ports.ts'
import { catalogueMessage, problemOf } from '../protocol.ts'
import type { LoopScheduler } from './loop-scheduler.ts'
import { Following } from './following.ts'
import type { Hub } from './hub.ts'
import { LiveSocket, type ChannelHandler, type Peer, type SocketDependencies } from './socket.ts'

type Message = z.output<typeof catalogueMessage>
type ListMessage = Extract<Message, { type: 'watch' | 'follow' }>

/** Ids that lists named and no auction has: some 100 bytes each. */
const UNKNOWN_KEPT_MAX = 50_000

type PricesDependencies = {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly queue: LoopScheduler
  readonly limited: boolean
}

/** The auctions whose prices moved since the last tick, told to those who watch them, at most once a tick. */
export class Prices {
  readonly #deps: PricesDependencies
  readonly channels = new Set<CatalogueChannel>()
  readonly #moved = new Set<string>()
  readonly #unknown = lru<true>(UNKNOWN_KEPT_MAX)
  readonly #ofStrangers = new Buckets(rates.watchedByStrangers)
  readonly #ofMembers = new Buckets(rates.watchedByMembers)
  readonly #strangers = new Counter()
  readonly #unsubscribe: () => void
  readonly #stopTicking: () => void

  constructor(deps: PricesDependencies) {
    this.#deps = deps
    this.#unsubscribe = deps.bus.subscribe((message) => {
      if (message.type === 'auction' && (message.events.length > 0 || message.bidders === null))
        this.#moved.add(message.auctionId)
    })
    this.#stopTicking = repeatEvery(deps.clock, limits.pricesEveryMs, () => this.#tick())
  }

  /** False where strangers of this address have as many catalogues open as they may. */
  enter(address: string): boolean {
    const networks = networksOf(address)
    const isFull = networks.some(
      ({ name, multiplier }) => this.#strangers.of(name) >= limits.cataloguesPerAddressMax * multiplier,
    )
    if (isFull && this.#deps.limited) return false
    for (const { name } of networks) this.#strangers.add(name, 1)
    return true
  }

  /** Gives back what a stranger entered by: they left, or said who they are. */
  leave(address: string): void {
    for (const { name } of networksOf(address)) this.#strangers.add(name, -1)
  }

  /** Null, or why a list may not be had right now: it is paid by the id. */
  rejectList(cost: number, userId: string | null, address: string): Rejection | null {
    if (!this.#deps.limited) return null
    const now = this.#deps.clock.now()
    const waitMs =
      userId === null
        ? this.#ofStrangers.take(now, networksOf(address), cost)
        : this.#ofMembers.take(now, [{ name: userId, multiplier: 1 }], cost)
    return rejectFor(waitMs)
  }

  /** Those that exist. What does not is remembered, so that naming it again costs nothing. */
  async existing(auctions: readonly string[]): Promise<ReadonlySet<string>> {
    const perhaps = auctions.filter((id) => !this.#unknown.has(id))
    const known = perhaps.length === 0 ? new Set<string>() : await this.#deps.store.existing(perhaps)
    for (const id of perhaps) if (!known.has(id)) this.#unknown.set(id, true)
    return known
  }

  close(): void {
    this.#stopTicking()
    this.#unsubscribe()
  }

  #tick(): void {
    if (this.#moved.size === 0) return
    const moved = [...this.#moved]
    this.#moved.clear()
    for (const id of moved) this.#unknown.delete(id)
    void this.#deps.queue.each(this.channels, (channel) => channel.moved(moved))
  }
}

/** Auctions of one list that are looked at before others have their turn. */
const LOOKED_UP_AT_ONCE = 20
/** Auctions named again that cost what a new one does. */
const WATCHED_FOR_ONE = 20
/** Auctions whose prices are asked for that cost what one does that is followed: it is answered by a snapshot. */
const PRICES_FOR_ONE = 5

type CatalogueChannelDependencies = SocketDependencies & {
  readonly engine: Engine
  readonly prices: Prices
  readonly hub: Hub
}

/** Many auctions on one socket, by price or event by event: `GET /v1/live`. No bids here. */
export class CatalogueChannel implements ChannelHandler<Message> {
  readonly schema = catalogueMessage
  /** A list of 200 takes longer to read than a bid. */
  readonly workClass = 'costly'
  readonly #deps: CatalogueChannelDependencies
  readonly #prices: Prices
  readonly #socket: LiveSocket<Message>
  readonly #following: Following
  /** Where a stranger counts, until they say who they are. */
  #address: string | null = null
  #watched: ReadonlySet<string> = new Set()
  /** The seq that each was published at: what has not moved since is not published again. */
  #published = new Map<string, number>()
  readonly #unpublished = new Set<string>()
  #ready: PriceView[] = []
  /** A list is answered, be it by nothing. */
  #owesAnswer = false
  #publishing: Promise<void> | null = null
  #joined = false

  constructor(peer: Peer, deps: CatalogueChannelDependencies) {
    this.#deps = deps
    this.#prices = deps.prices
    this.#socket = new LiveSocket(peer, deps, this)
    this.#following = new Following(deps, this.#socket)
  }

  open(address: string, token: string | null): void {
    if (token === null) {
      if (!this.#prices.enter(address)) return this.#socket.end(closeCodes.try_later)
      this.#address = address
    }
    this.#socket.open(address, token)
  }

  async onJoin(): Promise<void> {
    this.#joined = true
    this.#prices.channels.add(this)
  }

  onReauthenticated(): void {
    this.#stopCounting()
    this.#published = new Map()
    this.moved([...this.#watched])
    this.#following.sendOwnParts()
  }

  /** No token is lent for many auctions. */
  accepts(): boolean {
    return false
  }

  onClose(): void {
    this.#stopCounting()
    this.#prices.channels.delete(this)
    this.#following.close()
  }

  #stopCounting(): void {
    if (this.#address !== null) this.#prices.leave(this.#address)
    this.#address = null
  }

  onMessage(message: ListMessage): Promise<void> | undefined {
    if (!this.#joined) {
      this.#socket.end(this.#socket.isPendingSignIn ? closeCodes.try_later : closeCodes.not_signed_in)
      return undefined
    }
    const refusal = this.#prices.rejectList(this.#costOf(message), this.#socket.actor?.id ?? null, this.#address ?? '')
    if (refusal !== null) this.#socket.say({ type: 'problem', problem: problemOf(refusal, message.type) })
    else return message.type === 'watch' ? this.#watch(message.auctions) : this.#following.replace(message.auctions)
    return undefined
  }

  #costOf(message: ListMessage): number {
    const again = message.auctions.length / WATCHED_FOR_ONE
    return message.type === 'watch'
      ? again + message.auctions.filter((id) => !this.#watched.has(id)).length
      : again + this.#following.newIn(message.auctions).length * PRICES_FOR_ONE
  }

  async #watch(auctions: readonly string[]): Promise<void> {
    this.#watched = await this.#prices.existing(auctions)
    this.#unpublished.clear()
    this.#ready = []
    this.#published = new Map()
    this.#owesAnswer = true
    for (const id of this.#watched) this.#unpublished.add(id)
    await this.#publish()
  }

  onDeferred(): undefined {
    return undefined
  }

  moved(auctions: readonly string[]): void {
    const before = this.#unpublished.size
    for (const id of auctions) if (this.#watched.has(id)) this.#unpublished.add(id)
    if (this.#unpublished.size > before) void this.#publish()
  }

  #publish(): Promise<void> {
    this.#publishing ??= this.#publishInTurns()
    return this.#publishing
  }

  /** Puts together what is unpublished, a part in each turn; with the last of it, all goes out in one frame. */
  async #publishInTurns(): Promise<void> {
    try {
      do {
        await this.#deps.queue.turn('costly')
        for (const id of [...this.#unpublished].slice(0, LOOKED_UP_AT_ONCE)) await this.#look(id)
      } while (this.#unpublished.size > 0 && !this.#socket.ended)
    } catch {
      this.#socket.end(closeCodes.try_later)
    }
    this.#publishing = null
    if (this.#ready.length > 0 || this.#owesAnswer) this.#socket.say({ type: 'prices', prices: this.#ready })
    this.#ready = []
    this.#owesAnswer = false
  }

  async #look(auctionId: string): Promise<void> {
    this.#unpublished.delete(auctionId)
    const stored = await this.#deps.engine.stored(auctionId)
    if (stored === null || rejectHidden(stored.auction, this.#socket.actor) !== null) return
    if (this.#published.get(auctionId) === stored.auction.seq || !this.#watched.has(auctionId)) return
    this.#ready.push(priceView(stored.auction))
    this.#published.set(auctionId, stored.auction.seq)
  }
}
