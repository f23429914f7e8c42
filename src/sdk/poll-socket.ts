import { closeNumbers } from '../codes.ts'
import type { EventPage } from './views.ts'
import { pause } from './pause.ts'
import { LostError, ProblemError } from './problem.ts'
import type { List, Offer, RoomClient } from './room-client.ts'
import type { RoomPart } from './talk.ts'
import type { ClientMessage, PriceView, RoomMessageView, ServerMessage, YouView } from './wire.ts'

/** How long the service keeps an answer back until something happens, and how long we wait for it. */
const WAIT = { seconds: 20, timeoutMs: 30_000 }
/** Many auctions have no answer that waits: they are asked for again. */
const MANY_MS = 3_000
const HEARTBEAT_SECONDS = 10
/** What happens close together comes together, and pings are answered so often at most: many may share an address. */
const GATHER_MS = 250
const PONG_MS = 1_000
const BIDS = 20
const LIMITS = { frameBytes: 16_384, messagesPerSecond: 50, resumeEvents: 1_000 }
/** RFC 6455, 7.4.1: by our own wish, and lost without a word. */
const NORMAL = 1000
const ABNORMAL = 1006

/** One auction that is followed: `epoch` is empty until anything of it was told. */
type Followed = { readonly id: string; seq: number; epoch: string }

/**
 * Stands in for a WebSocket where none comes through, as behind a proxy that does not know the upgrade: says what the
 * channel would say out of long polls, and sends bids by REST. To its `Link` it is a socket like any other.
 */
export class PollSocket extends EventTarget {
  readyState = 0
  readonly #client: RoomClient
  /** The auction whose own channel it is; null where it is the one of many. */
  readonly #own: Followed | null
  readonly #resumes: boolean
  #isNamed = false
  #watched: readonly string[] = []
  #followed: readonly Followed[] = []
  #told = new Map<string, number>()
  #askedAt = -PONG_MS
  /** Whatever is told of many auctions is told one after the other. */
  #telling: Promise<void> = Promise.resolve()

  /** `path` is that of the channel: of one auction, or `/v1/live`. */
  constructor(client: RoomClient, path: string) {
    super()
    const { pathname, searchParams } = new URL(path, 'http://service')
    const id = /auctions\/([^/]+)\/live$/.exec(pathname)?.[1]
    this.#client = client
    this.#resumes = searchParams.has('after')
    this.#own =
      id === undefined ? null : { id, seq: Number(searchParams.get('after')), epoch: searchParams.get('epoch') ?? '' }
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
      if (this.#own === null) await this.#followMany()
      else await this.#followOne(this.#own)
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

  async #followOne(followed: Followed): Promise<void> {
    const { serverTime, ...begun } = await this.#begin(followed, this.#resumes)
    let { page } = begun
    await this.#tellOwn(followed)
    void this.#tellRoom(followed.id)
    while (this.readyState === 1) {
      await this.#tell(followed, page)
      if (page.over && followed.seq >= page.seq) return this.close(closeNumbers.auction_over)
      await pause(GATHER_MS)
      page = await this.#events(followed, WAIT.seconds)
      // Another history: the link begins anew, and gets a snapshot.
      if (page.epoch !== followed.epoch) return this.close(ABNORMAL)
      if (page.events.length === 0)
        this.#say({ type: 'heartbeat', serverTime, seq: followed.seq, head: page.head, watching: 0 })
    }
  }

  /** The last messages of the room, as long as somebody is signed in and may read it. */
  async #tellRoom(id: string): Promise<void> {
    let told = ''
    while (this.readyState === 1) {
      await pause(MANY_MS)
      if (!this.#isNamed) continue
      try {
        const { room, mayRead } = await this.#client.ask<RoomPart>(`/v1/auctions/${id}/room`)
        const path = `/v1/auctions/${id}/messages`
        const query = { limit: BIDS }
        const page = mayRead ? await this.#client.ask<List<RoomMessageView>>(path, { query }) : { items: [] }
        const said = { type: 'room', room, messages: page.items.toReversed() } as const
        const text = JSON.stringify(said)
        if (text !== told) this.#say(said)
        told = text
      } catch (error) {
        if (!(error instanceof LostError || error instanceof ProblemError)) throw error
      }
    }
  }

  /** What was missed, or the auction as it is, and what came behind that. */
  async #begin(followed: Followed, resumes: boolean): Promise<{ page: EventPage; serverTime: string }> {
    const { id } = followed
    const [auction, { items }] = [await this.#client.auction(id), await this.#client.bids(id, { limit: BIDS })]
    const { seq, serverTime } = auction
    if (!resumes) followed.seq = seq
    const page = await this.#events(followed, 0)
    this.#open(serverTime)
    if (resumes && page.epoch === followed.epoch) return { page, serverTime }
    // Events that came meanwhile are behind the view, and follow it.
    Object.assign(followed, { seq, epoch: page.epoch })
    const bids = items.filter((bid) => bid.seq <= seq)
    this.#say({ type: 'snapshot', seq, epoch: page.epoch, auction, bids, messages: [], watching: 0 })
    return { page, serverTime }
  }

  #open(serverTime: string): void {
    if (this.readyState !== 0) return
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
    this.#say({ type: 'hello', serverTime, heartbeatSeconds: HEARTBEAT_SECONDS, limits: LIMITS })
  }

  #events({ id, seq, epoch }: Followed, waitSeconds: number): Promise<EventPage> {
    const query = { after: seq, waitSeconds, ...(epoch === '' ? {} : { epoch }) }
    return this.#client.ask<EventPage>(`/v1/auctions/${id}/events`, { query, timeoutMs: WAIT.timeoutMs })
  }

  async #tell(followed: Followed, { events }: EventPage): Promise<void> {
    const fresh = events.filter(({ seq }) => seq > followed.seq)
    if (fresh.length === 0) return
    followed.seq = fresh.at(-1)!.seq
    this.#say({ type: 'events', ...this.#nameOf(followed), events: fresh })
    await this.#tellOwn(followed)
  }

  /** On the channel of many a message says which auction it is of. */
  #nameOf({ id }: Followed): { readonly auction?: string } {
    return this.#own === null ? { auction: id } : {}
  }

  /** One after the other: no older answer comes behind a newer one. */
  #tellOwn(followed: Followed): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isNamed || this.readyState !== 1) return
      const you = await this.#client.ask<YouView>(`/v1/auctions/${followed.id}/you`)
      this.#say({ type: 'you', ...this.#nameOf(followed), ...you })
    })
  }

  #inTurn(tell: () => Promise<void>): Promise<void> {
    const told = this.#telling.then(tell)
    this.#telling = told.catch(() => undefined)
    return told
  }

  async #hear(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'auth':
        this.#isNamed = true
        if (this.#own !== null && this.#own.epoch !== '') await this.#tellOwn(this.#own)
        return
      case 'ping':
        return this.#answer(message.sentAt)
      case 'bid':
        return this.#bid(message)
      case 'message':
        return this.#write(message)
      case 'typing':
        return
      case 'watch':
        this.#watched = message.auctions
        this.#told = new Map()
        return this.#tellPrices()
      case 'follow':
        return this.#replace(message.auctions)
    }
  }

  async #bid({ type: _, key, ...offer }: Extract<ClientMessage, { type: 'bid' }>): Promise<void> {
    const own = this.#own!
    try {
      this.#say({ type: 'ack', key, ...(await this.#client.bid(own.id, offer as Offer, key)) })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      return this.#say({ type: 'reject', key, problem: error.problem })
    }
    // Whatever becomes of this is no answer to the bid.
    await this.#tellOwn(own)
  }

  async #write({ key, text, to }: Extract<ClientMessage, { type: 'message' }>): Promise<void> {
    const { id } = this.#own!
    const headers = { 'idempotency-key': key }
    try {
      const said = await this.#client.ask<RoomMessageView>(`/v1/auctions/${id}/messages`, {
        body: { text, to },
        headers,
      })
      this.#say({ type: 'message', ...said })
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      this.#say({ type: 'reject', key, problem: error.problem })
    }
  }

  /** Not each: pings are as many as a socket bears. */
  async #answer(sentAt: string | number | undefined): Promise<void> {
    if (performance.now() - this.#askedAt < PONG_MS) return
    this.#askedAt = performance.now()
    try {
      this.#say({ type: 'pong', serverTime: await this.#serverTime(), ...(sentAt === undefined ? {} : { sentAt }) })
    } catch (error) {
      if (!(error instanceof LostError)) throw error
    }
  }

  async #serverTime(): Promise<string> {
    if (this.#own !== null) return (await this.#client.auction(this.#own.id)).serverTime
    const { items } = await this.#client.auctions({ limit: 1 })
    return items[0]?.serverTime ?? new Date().toISOString()
  }

  async #followMany(): Promise<void> {
    this.#open(await this.#serverTime())
    while (this.readyState === 1) {
      await pause(MANY_MS)
      await this.#tellPrices()
      await this.#tellFollowed()
    }
  }

  async #tellPrices(): Promise<void> {
    if (this.#watched.length === 0) return
    const { items } = await this.#client.auctions({ ids: this.#watched, limit: 200 })
    const fresh = items.filter(({ id, seq }) => this.#told.get(id) !== seq)
    for (const { id, seq } of fresh) this.#told.set(id, seq)
    const prices: PriceView[] = fresh.map(
      ({ id, seq, status, price, minimumBid, maximumBid, bidCount, closesAt, outcome }) => ({
        auction: id,
        seq,
        status,
        price,
        minimumBid,
        ...(maximumBid !== undefined && { maximumBid }),
        bidCount,
        closesAt,
        outcome,
      }),
    )
    if (prices.length > 0) this.#say({ type: 'prices', prices })
  }

  async #replace(auctions: Extract<ClientMessage, { type: 'follow' }>['auctions']): Promise<void> {
    const known = new Map(this.#followed.map((followed) => [followed.id, followed]))
    const listed = auctions.map(({ id, after, epoch = '' }) => {
      const followed = known.get(id)
      const goesOn = followed !== undefined && after !== undefined && after <= followed.seq
      return { resumes: after !== undefined, followed: goesOn ? followed : { id, seq: after ?? 0, epoch } }
    })
    this.#followed = listed.map(({ followed }) => followed)
    for (const { followed, resumes } of listed)
      if (known.get(followed.id) !== followed) await this.#beginOfMany(followed, resumes)
  }

  async #beginOfMany(followed: Followed, resumes: boolean): Promise<void> {
    try {
      const { page } = await this.#begin(followed, resumes)
      await this.#tell(followed, page)
      if (page.events.length === 0) await this.#tellOwn(followed)
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'auction_not_found') throw error
      this.#followed = this.#followed.filter((one) => one !== followed)
      this.#say({ type: 'problem', auction: followed.id, problem: error.problem })
    }
  }

  /** Of all in one answer it is seen which of them moved. */
  async #tellFollowed(): Promise<void> {
    const begun = this.#followed.filter(({ epoch }) => epoch !== '')
    if (begun.length === 0) return
    const { items } = await this.#client.auctions({ ids: begun.map(({ id }) => id), limit: 200 })
    for (const followed of begun) {
      const seq = items.find(({ id }) => id === followed.id)?.seq ?? 0
      if (seq <= followed.seq || !this.#followed.includes(followed)) continue
      const page = await this.#events(followed, 0)
      if (page.epoch !== followed.epoch) return this.close(ABNORMAL)
      await this.#tell(followed, page)
    }
  }

  #say(message: ServerMessage): void {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
}
