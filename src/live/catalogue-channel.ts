import type { z } from 'zod'
import { closeCodes } from '../codes.ts'
import { limits } from '../config.ts'
import { type Actor, rejectHidden } from '../domain/access.ts'
import { priceView } from '../domain/view.ts'
import type { PriceView } from '../domain/wire.ts'
import type { Engine } from '../engine/engine.ts'
import { type Bus, type Clock, every } from '../engine/ports.ts'
import { catalogueMessage } from '../protocol.ts'
import { type Rank, rankIn } from './places.ts'
import { LiveSocket, type Conversation, type Peer, type SocketParts } from './socket.ts'

type Message = z.output<typeof catalogueMessage>
type WatchMessage = Extract<Message, { type: 'watch' }>

/** The auctions whose prices moved since the last tick, told to those who watch them, at most once a tick. */
export class Prices {
  readonly #channels = new Set<CatalogueChannel>()
  readonly #moved = new Set<string>()
  readonly #unsubscribe: () => void
  readonly #stopTicking: () => void

  constructor(bus: Bus, clock: Clock) {
    this.#unsubscribe = bus.subscribe((message) => {
      if (message.type === 'auction' && message.events.length > 0) this.#moved.add(message.auctionId)
    })
    this.#stopTicking = every(clock, limits.pricesEveryMs, () => this.#tick())
  }

  add(channel: CatalogueChannel): void {
    this.#channels.add(channel)
  }

  delete(channel: CatalogueChannel): void {
    this.#channels.delete(channel)
  }

  close(): void {
    this.#stopTicking()
    this.#unsubscribe()
  }

  #tick(): void {
    if (this.#moved.size === 0) return
    const moved = [...this.#moved]
    this.#moved.clear()
    for (const channel of this.#channels) channel.moved(moved)
  }
}

/** Many auctions on one socket, prices only: `GET /v1/live`. */
export class CatalogueChannel implements Conversation<Message> {
  readonly shape = catalogueMessage
  readonly #engine: Engine
  readonly #prices: Prices
  readonly #socket: LiveSocket<Message>
  #watched = new Set<string>()
  /** The seq that each was told at: what has not moved since is not told again. */
  #told = new Map<string, number>()
  /** What is to be told next; one answer is put together at a time, so that none overtakes another. */
  #untold = new Set<string>()
  #telling = false
  #joined = false
  /** A whole list is answered, be it by nothing. */
  #isAsked = false

  constructor(peer: Peer, parts: SocketParts & { readonly engine: Engine; readonly prices: Prices }) {
    this.#engine = parts.engine
    this.#prices = parts.prices
    this.#socket = new LiveSocket(peer, parts, this)
  }

  open(address: string, token: string | null): void {
    this.#socket.open(address, token)
  }

  async joined(): Promise<void> {
    this.#joined = true
    this.#prices.add(this)
  }

  async recognised(): Promise<void> {
    this.#told = new Map()
    this.#tellSoon(this.#watched)
  }

  async rank(actor: Actor): Promise<Rank> {
    return rankIn(null, actor)
  }

  left(): void {
    this.#prices.delete(this)
  }

  heard({ auctions }: WatchMessage): void {
    if (!this.#joined) return this.#socket.end(this.#socket.waits ? closeCodes.try_later : closeCodes.not_signed_in)
    this.#watched = new Set(auctions)
    this.#untold = new Set()
    this.#told = new Map()
    this.#isAsked = true
    this.#tellSoon(auctions)
  }

  moved(auctions: readonly string[]): void {
    const seen = auctions.filter((id) => this.#watched.has(id))
    if (seen.length > 0) this.#tellSoon(seen)
  }

  #tellSoon(auctions: Iterable<string>): void {
    for (const auctionId of auctions) this.#untold.add(auctionId)
    if (!this.#telling) this.#tellAll().catch(() => this.#socket.end(closeCodes.try_later))
  }

  async #tellAll(): Promise<void> {
    this.#telling = true
    do {
      const [auctions, told, isAnswer] = [this.#untold, this.#told, this.#isAsked]
      this.#untold = new Set()
      this.#isAsked = false
      const prices: PriceView[] = []
      for (const auctionId of auctions) {
        const held = await this.#engine.held(auctionId)
        if (held === null || rejectHidden(held.auction, this.#socket.actor) !== null) continue
        if (told.get(auctionId) !== held.auction.seq) prices.push(priceView(held.auction))
        told.set(auctionId, held.auction.seq)
      }
      if (prices.length > 0 || isAnswer)
        this.#socket.send({ type: 'prices', prices: prices.filter(({ auction }) => this.#watched.has(auction)) })
    } while (this.#untold.size > 0)
    this.#telling = false
  }
}
