import { closeNumbers } from '../codes.ts'
import type { EventPage } from './client.ts'
import { pause } from './pause.ts'
import { LostError, ProblemError } from './problem.ts'
import type { Offer, RoomClient } from './room-client.ts'
import type { ClientMessage, PriceView, ServerMessage, YouView } from './wire.ts'

/** How long the service keeps an answer back until something happens, and how long we wait for it. */
const WAIT = { seconds: 20, timeoutMs: 30_000 }
/** Prices of many auctions have no answer that waits: they are asked for again. */
const PRICES_MS = 3_000
const HEARTBEAT_SECONDS = 10
/** What happens close together comes together, and pings are answered so often at most: many may share an address. */
const GATHER_MS = 250
const PONG_MS = 1_000
const BIDS = 20
const LIMITS = { frameBytes: 16_384, messagesPerSecond: 50, resumeEvents: 1_000 }
/** RFC 6455, 7.4.1: by our own wish, and lost without a word. */
const NORMAL = 1000
const ABNORMAL = 1006

/**
 * Stands in for a WebSocket where none comes through, as behind a proxy that does not know the upgrade: says what the
 * channel would say out of long polls, and sends bids by REST. To its `Link` it is a socket like any other.
 */
export class PollSocket extends EventTarget {
  readyState = 0
  readonly #client: RoomClient
  readonly #auctionId: string | null
  readonly #asked: URLSearchParams
  #seq = 0
  #epoch = ''
  #isNamed = false
  #watched: readonly string[] = []
  #told = new Map<string, number>()
  #askedAt = -PONG_MS
  #toldOwn: Promise<void> = Promise.resolve()

  /** `path` is that of the channel: of one auction, or `/v1/live`. */
  constructor(client: RoomClient, path: string) {
    super()
    const url = new URL(path, 'http://service')
    this.#client = client
    this.#auctionId = /auctions\/([^/]+)\/live$/.exec(url.pathname)?.[1] ?? null
    this.#asked = url.searchParams
    void this.#run()
  }

  send(text: string): void {
    const message = JSON.parse(text) as ClientMessage
    void this.#hear(message).catch((error: unknown) => this.#failed(error))
  }

  close(code = NORMAL): void {
    if (this.readyState > 1) return
    this.readyState = 3
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }

  async #run(): Promise<void> {
    try {
      if (this.#auctionId === null) await this.#followPrices()
      else await this.#followAuction(this.#auctionId)
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    // Only the service's own words end a channel for good: what stands between has a 404 of its own.
    const codes: Readonly<Record<string, number>> = {
      unauthenticated: closeNumbers.not_signed_in,
      forbidden: closeNumbers.not_allowed,
      auction_not_found: closeNumbers.auction_not_found,
      rate_limited: closeNumbers.try_later,
    }
    const isOurs = error instanceof ProblemError && error.problem.type.startsWith('/docs/codes#')
    this.close(isOurs ? (codes[error.code] ?? ABNORMAL) : ABNORMAL)
  }

  async #followAuction(id: string): Promise<void> {
    const [auction, { items }] = [await this.#client.auction(id), await this.#client.bids(id, { limit: BIDS })]
    const after = this.#asked.get('after')
    this.#seq = after === null ? auction.seq : Number(after)
    this.#epoch = this.#asked.get('epoch') ?? ''
    let page = await this.#events(id, 0)
    this.#open(auction.serverTime)
    if (after === null || page.epoch !== this.#epoch) {
      // Events that came meanwhile are behind the view, and follow it.
      this.#seq = auction.seq
      this.#epoch = page.epoch
      const bids = items.filter(({ seq }) => seq <= auction.seq)
      this.#say({ type: 'snapshot', seq: auction.seq, epoch: this.#epoch, auction, bids, watching: 0 })
    }
    await this.#tellOwn(id)
    while (this.readyState === 1) {
      await this.#tell(id, page)
      if (page.over && this.#seq >= page.seq) return this.close(closeNumbers.auction_over)
      await pause(GATHER_MS)
      page = await this.#events(id, WAIT.seconds)
      // Another history: the link begins anew, and gets a snapshot.
      if (page.epoch !== this.#epoch) return this.close(ABNORMAL)
      if (page.events.length === 0)
        this.#say({ type: 'heartbeat', serverTime: auction.serverTime, seq: this.#seq, head: page.head, watching: 0 })
    }
  }

  #open(serverTime: string): void {
    if (this.readyState !== 0) return
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
    this.#say({ type: 'hello', serverTime, heartbeatSeconds: HEARTBEAT_SECONDS, limits: LIMITS })
  }

  #events(id: string, waitSeconds: number): Promise<EventPage> {
    const epoch = this.#epoch === '' ? {} : { epoch: this.#epoch }
    const query = { after: this.#seq, waitSeconds, ...epoch }
    return this.#client.ask<EventPage>(`/v1/auctions/${id}/events`, { query, timeoutMs: WAIT.timeoutMs })
  }

  async #tell(id: string, { events }: EventPage): Promise<void> {
    const fresh = events.filter(({ seq }) => seq > this.#seq)
    if (fresh.length === 0) return
    this.#seq = fresh.at(-1)!.seq
    this.#say({ type: 'events', events: fresh })
    await this.#tellOwn(id)
  }

  /** One after the other: no older answer comes behind a newer one. */
  #tellOwn(id: string): Promise<void> {
    const told = this.#toldOwn.then(async () => {
      if (!this.#isNamed || this.readyState !== 1) return
      this.#say({ type: 'you', ...(await this.#client.ask<YouView>(`/v1/auctions/${id}/you`)) })
    })
    this.#toldOwn = told.catch(() => undefined)
    return told
  }

  async #hear(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'auth':
        this.#isNamed = true
        if (this.#auctionId !== null && this.#epoch !== '') await this.#tellOwn(this.#auctionId)
        return
      case 'ping':
        return this.#answer(message.sentAt)
      case 'bid':
        return this.#bid(message)
      case 'watch':
        this.#watched = message.auctions
        this.#told = new Map()
        return this.#tellPrices()
    }
  }

  async #bid({ type: _, key, ...offer }: Extract<ClientMessage, { type: 'bid' }>): Promise<void> {
    try {
      this.#say({ type: 'ack', key, ...(await this.#client.bid(this.#auctionId!, offer as Offer, key)) })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return this.#say({ type: 'reject', key, problem: error.problem })
    }
    // Whatever becomes of this is no answer to the bid.
    await this.#tellOwn(this.#auctionId!)
  }

  /** Not each: pings are as many as a socket bears. */
  async #answer(sentAt: string | number | undefined): Promise<void> {
    if (this.#auctionId === null || performance.now() - this.#askedAt < PONG_MS) return
    this.#askedAt = performance.now()
    try {
      const { serverTime } = await this.#client.auction(this.#auctionId)
      this.#say({ type: 'pong', serverTime, ...(sentAt === undefined ? {} : { sentAt }) })
    } catch (error) {
      if (!(error instanceof LostError)) throw error
    }
  }

  async #followPrices(): Promise<void> {
    const { items } = await this.#client.auctions({ limit: 1 })
    this.#open(items[0]?.serverTime ?? new Date().toISOString())
    while (this.readyState === 1) {
      await pause(PRICES_MS)
      await this.#tellPrices()
    }
  }

  async #tellPrices(): Promise<void> {
    if (this.#watched.length === 0) return
    const { items } = await this.#client.auctions({ ids: this.#watched, limit: 200 })
    const fresh = items.filter(({ id, seq }) => this.#told.get(id) !== seq)
    for (const { id, seq } of fresh) this.#told.set(id, seq)
    const prices: PriceView[] = fresh.map(({ id, seq, status, price, minimumBid, bidCount, closesAt, outcome }) => ({
      auction: id,
      seq,
      status,
      price,
      minimumBid,
      bidCount,
      closesAt,
      outcome,
    }))
    if (prices.length > 0) this.#say({ type: 'prices', prices })
  }

  #say(message: ServerMessage): void {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
}
