import type { z } from 'zod'
import { closeCodes } from '../codes.ts'
import { rejectHidden } from '../domain/access.ts'
import { priceView } from '../domain/view.ts'
import type { PriceView } from '../domain/wire.ts'
import type { Engine } from '../engine/engine.ts'
import { catalogueMessage, problemOf } from '../protocol.ts'
import { Following } from './following.ts'
import { noticeViewOf } from '../engine/notice-view.ts'
import type { Hub } from './hub.ts'
import type { NoticeBoard } from './notice-board.ts'
import type { PriceTicker, PriceWatcher } from './price-ticker.ts'
import { LiveSocket, type ChannelHandler, type Peer, type SocketDependencies } from './socket.ts'

type Message = z.output<typeof catalogueMessage>
type ListMessage = Extract<Message, { type: 'watch' | 'follow' }>

/** Auctions of one list that are looked up in one turn. */
const LOOKED_UP_AT_ONCE = 20
/** Re-listing this many known auctions costs one unit. */
const RELISTED_PER_UNIT = 20
/** Following a new auction costs five units, since it is answered by a snapshot; watching one costs one. */
const FOLLOW_COST = 5

type CatalogueChannelDependencies = SocketDependencies & {
  readonly engine: Engine
  readonly prices: PriceTicker
  readonly hub: Hub
  readonly notices: NoticeBoard
}

/** Many auctions on one socket, by price or event by event: `GET /v1/live`. It accepts no bids. */
export class CatalogueChannel implements ChannelHandler<Message>, PriceWatcher {
  readonly schema = catalogueMessage
  /** Parsing a list of 200 takes longer than parsing a bid. */
  readonly workClass = 'costly'
  readonly #deps: CatalogueChannelDependencies
  readonly #prices: PriceTicker
  readonly #socket: LiveSocket<Message>
  readonly #following: Following
  /** The address an anonymous client is counted by, until it authenticates. */
  #address: string | null = null
  #watched: ReadonlySet<string> = new Set()
  /** By auction, the seq whose price was sent last. The same is not sent again. */
  #published = new Map<string, number>()
  readonly #unpublished = new Set<string>()
  #ready: PriceView[] = []
  /** Every list is answered, even if it has no price. */
  #isAnswerPending = false
  #publishing: Promise<void> | null = null
  #joined = false
  #stopNotices = () => {}

  constructor(peer: Peer, deps: CatalogueChannelDependencies) {
    this.#deps = deps
    this.#prices = deps.prices
    this.#socket = new LiveSocket(peer, deps, this)
    this.#following = new Following(deps, this.#socket)
  }

  open(address: string, token: string | null): void {
    if (token === null) {
      if (!this.#prices.admission.enter(address)) return this.#socket.end(closeCodes.try_later)
      this.#address = address
    }
    this.#socket.open(address, token)
  }

  async onJoin(): Promise<void> {
    this.#joined = true
    this.#prices.watchers.add(this)
    this.#passNotices()
  }

  onReauthenticated(): void {
    this.#stopCounting()
    this.#passNotices()
    this.#published = new Map()
    this.onPricesChanged([...this.#watched])
    this.#following.sendOwnParts()
  }

  #passNotices(): void {
    this.#stopNotices()
    const { actor } = this.#socket
    if (actor === null) return
    this.#stopNotices = this.#deps.notices.subscribe(actor.id, (notice) =>
      this.#socket.say({ type: 'notice', notice: noticeViewOf(notice) }),
    )
  }

  /** A delegated token is for one auction. */
  accepts(): boolean {
    return false
  }

  onClose(): void {
    this.#stopCounting()
    this.#stopNotices()
    this.#prices.watchers.delete(this)
    this.#following.close()
  }

  #stopCounting(): void {
    if (this.#address !== null) this.#prices.admission.leave(this.#address)
    this.#address = null
  }

  onMessage(message: ListMessage): Promise<void> | undefined {
    if (!this.#joined) {
      this.#socket.end(this.#socket.isPendingSignIn ? closeCodes.try_later : closeCodes.not_signed_in)
      return undefined
    }
    const rejection = this.#prices.admission.chargeList(
      this.#costOf(message),
      this.#socket.actor?.id ?? null,
      this.#address ?? '',
    )
    if (rejection !== null) this.#socket.say({ type: 'problem', problem: problemOf(rejection, message.type) })
    else return message.type === 'watch' ? this.#watch(message.auctions) : this.#following.replace(message.auctions)
    return undefined
  }

  #costOf(message: ListMessage): number {
    const again = message.auctions.length / RELISTED_PER_UNIT
    return message.type === 'watch'
      ? again + message.auctions.filter((id) => !this.#watched.has(id)).length
      : again + this.#following.newIn(message.auctions).length * FOLLOW_COST
  }

  async #watch(auctions: readonly string[]): Promise<void> {
    this.#watched = await this.#prices.existing(auctions)
    this.#unpublished.clear()
    this.#ready = []
    this.#published = new Map()
    this.#isAnswerPending = true
    for (const id of this.#watched) this.#unpublished.add(id)
    await this.#publish()
  }

  onDeferred(): undefined {
    return undefined
  }

  get watched(): Iterable<string> {
    return this.#watched
  }

  onPricesChanged(auctions: readonly string[]): void {
    const before = this.#unpublished.size
    for (const id of auctions) if (this.#watched.has(id)) this.#unpublished.add(id)
    if (this.#unpublished.size > before) void this.#publish()
  }

  #publish(): Promise<void> {
    this.#publishing ??= this.#publishInTurns()
    return this.#publishing
  }

  /** Looks up unpublished prices, some in each turn, and sends all of them in one message after the last. */
  async #publishInTurns(): Promise<void> {
    try {
      do {
        await this.#deps.queue.turn('costly')
        for (const id of [...this.#unpublished].slice(0, LOOKED_UP_AT_ONCE)) await this.#lookUp(id)
      } while (this.#unpublished.size > 0 && !this.#socket.ended)
    } catch {
      this.#socket.end(closeCodes.try_later)
    }
    this.#publishing = null
    if (this.#ready.length > 0 || this.#isAnswerPending) this.#socket.say({ type: 'prices', prices: this.#ready })
    this.#ready = []
    this.#isAnswerPending = false
  }

  async #lookUp(auctionId: string): Promise<void> {
    this.#unpublished.delete(auctionId)
    const stored = await this.#deps.engine.stored(auctionId)
    if (stored === null || rejectHidden(stored.auction, this.#socket.actor) !== null) return
    if (this.#published.get(auctionId) === stored.auction.seq || !this.#watched.has(auctionId)) return
    this.#ready.push(priceView(stored.auction))
    this.#published.set(auctionId, stored.auction.seq)
  }
}
