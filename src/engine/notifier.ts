import { randomUUIDv7 } from 'node:crypto'
import { limits } from '../config/limits.ts'
import type { Auction } from '../domain/auction.ts'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import {
  DEFAULT_PREFERENCES,
  type NewNotice,
  type NoticeKind,
  type NoticeWay,
  biddersOf,
  noticeDataOf,
  noticesOf,
} from '../domain/notices.ts'
import type { NewDelivery } from './delivery-ports.ts'
import type { Engine } from './engine.ts'
import { repeatEvery } from './interval.ts'
import { lru } from './lru.ts'
import { OrderedIds } from './ordered-ids.ts'
import type { Bus, Clock } from './ports.ts'
import type { WebhookDeliveries } from './webhook-deliveries.ts'
import type { Published, Telling, Told, ToldWrites } from './told-ports.ts'

const CONSUMER = 'notifier'
/** Commits of the outbox in one step, and auctions in one turn of the loop: bids go between, and wait for no long transaction. */
const COMMITS_AT_ONCE = 100
const AUCTIONS_A_TURN = 10
const CLOSING_AT_ONCE = 100
const CONVERSATIONS_AT_ONCE = 100
/** Auctions of which it is known that their opening was told. */
const OPENED_KNOWN_MAX = 10_000
const OPENED = 'opened'

/** How long before an end it is told, the soonest first. */
const CLOSING_MARKS = [
  { mark: '10min', beforeMs: 10 * 60 * SECOND_MS },
  { mark: '1h', beforeMs: 3_600 * SECOND_MS },
  { mark: '24h', beforeMs: 24 * 3_600 * SECOND_MS },
] as const
/** How many times as long as that an auction lasts at least: of a shorter one it was told when it opened. */
const LENGTHS_MIN = 2

type NotifierDependencies = {
  readonly engine: Pick<Engine, 'stored'>
  readonly told: Told
  readonly webhooks: WebhookDeliveries
  readonly bus: Bus
  readonly clock: Clock
  /** By which ways, beside the pages, the house can tell people. */
  readonly ways: readonly ('email' | 'push')[]
  readonly log: { error(fields: object, message: string): void }
}

/**
 * Consumes the outbox: makes the notices that each commit causes, once, and publishes them. Any number of nodes may do so;
 * whoever moves the consumer's position makes them.
 */
export class Notifier {
  readonly #deps: NotifierDependencies
  readonly #ids = new OrderedIds()
  readonly #opened = lru<true>(OPENED_KNOWN_MAX)
  #stops: (() => void)[] = []
  /** Whether anything was committed since the outbox was read. */
  #isBehind = true
  #running: Promise<void> = Promise.resolve()

  constructor(deps: NotifierDependencies) {
    this.#deps = deps
  }

  start(): void {
    const { clock, bus } = this.#deps
    this.#stops = [
      bus.subscribe(({ type }) => {
        if (type === 'auction' || type === 'room-message') this.#isBehind = true
      }),
      repeatEvery(clock, limits.noticesEveryMs, () => this.#isBehind && this.#run(() => this.#consume())),
      repeatEvery(clock, limits.closingLookMs, () => this.#run(() => this.#look())),
    ]
  }

  /** Finishes the run in progress. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    await this.#running
  }

  #run(work: () => Promise<void>): void {
    this.#running = this.#running
      .then(work)
      .catch((error: unknown) => this.#deps.log.error({ err: error }, 'notices could not be made'))
  }

  /** What other nodes committed, and what a failure left, is looked for as well. */
  async #look(): Promise<void> {
    await this.#consume()
    await this.#tellClosing()
  }

  async #consume(): Promise<void> {
    const { told, webhooks, clock } = this.#deps
    this.#isBehind = false
    for (;;) {
      const { from, position, auctions } = await told.published(CONSUMER, COMMITS_AT_ONCE)
      if (position === from) return this.#tellMessages()
      const hooks = await webhooks.live()
      const tellings: Telling[] = []
      for (const [i, one] of auctions.entries()) {
        if (i % AUCTIONS_A_TURN === 0) await clock.yield()
        tellings.push(...(await this.#tellingsOf(one, hooks)))
      }
      await this.#tell(tellings, { consumer: CONSUMER, from, to: position })
    }
  }

  async #tellingsOf(
    { auctionId, fromSeq, toSeq }: Published['auctions'][number],
    hooks: Awaited<ReturnType<WebhookDeliveries['live']>>,
  ): Promise<Telling[]> {
    const auction = (await this.#deps.engine.stored(auctionId))?.auction
    if (auction === undefined) return []
    const notices = noticesOf(auction, fromSeq, toSeq)
    const tellings = notices.length === 0 ? [] : [await this.#tellingOf(auction, null, notices)]
    const deliveries = await this.#deps.webhooks.of(hooks, auction, { fromSeq, toSeq })
    if (deliveries.length > 0)
      tellings.push({ auctionId, mark: null, at: this.#deps.clock.now(), notices: [], deliveries })
    if (auction.stage.status === 'open' && !this.#opened.has(auctionId)) {
      tellings.push(await this.#openingOf(auction))
      this.#opened.set(auctionId, true)
    }
    return tellings
  }

  /** Whoever has not seen the latest message of a conversation is told, once a message. */
  async #tellMessages(): Promise<void> {
    const { told, engine } = this.#deps
    for (const { conversationId, auctionId, last, userIds } of await told.untold(CONVERSATIONS_AT_ONCE)) {
      const auction = (await engine.stored(auctionId))?.auction
      if (auction === undefined) continue
      const telling = await this.#tellingOf(auction, null, noticesFor(auction, 'message', userIds))
      await this.#tell([{ ...telling, asked: { conversationId, last } }], null)
    }
  }

  /** Whoever watched an auction before it opened is told. */
  async #openingOf(auction: Auction): Promise<Telling> {
    const watchers = await this.#deps.told.watchers(auction.id)
    const waiting = watchers.filter(({ at }) => at < auction.opensAt!).map(({ userId }) => userId)
    return this.#tellingOf(auction, OPENED, noticesFor(auction, 'lot_coming_up', waiting))
  }

  /** Tells bidders and watchers of auctions that close soon, each mark once an auction. */
  async #tellClosing(): Promise<void> {
    const { told, engine, clock } = this.#deps
    for (const { mark, beforeMs } of CLOSING_MARKS) {
      const now = clock.now()
      const due = await told.closing({ now, until: now + beforeMs, mark, limit: CLOSING_AT_ONCE })
      for (const auctionId of due) {
        const auction = (await engine.stored(auctionId))?.auction
        if (auction !== undefined) await this.#tell([await this.#closingOf(auction, mark, now)], null)
      }
    }
  }

  /** Only the soonest mark that is due is told of: the others are set. */
  async #closingOf(auction: Auction, mark: string, now: Instant): Promise<Telling> {
    const { closesAt, opensAt } = auction
    const soonest = CLOSING_MARKS.find(({ beforeMs }) => closesAt! - now <= beforeMs)
    const isTold = soonest?.mark === mark && closesAt! - opensAt! >= LENGTHS_MIN * soonest.beforeMs
    if (!isTold) return this.#tellingOf(auction, mark, [])
    const watchers = await this.#deps.told.watchers(auction.id)
    const whom = new Set([...biddersOf(auction), ...watchers.map(({ userId }) => userId)])
    return this.#tellingOf(auction, mark, noticesFor(auction, 'closing_soon', [...whom]))
  }

  /** Each notice by the ways that its user wants. */
  async #tellingOf(auction: Auction, mark: string | null, notices: readonly NewNotice[]): Promise<Telling> {
    const { told, clock } = this.#deps
    const preferences = await told.preferences(notices.map(({ userId }) => userId))
    const wanted = (way: NoticeWay) =>
      notices.filter(({ userId, kind }) => (preferences.get(userId) ?? DEFAULT_PREFERENCES).notices[kind].includes(way))
    const at = clock.now()
    const deliveries: NewDelivery[] = []
    for (const way of this.#deps.ways) {
      const asked = wanted(way)
      const reached = await told.reached(
        asked.map(({ userId }) => userId),
        way,
      )
      for (const notice of asked)
        if (reached.has(notice.userId)) deliveries.push(deliveryOf(way, notice, { auctionId: auction.id, at }))
    }
    const shown = wanted('page').map((notice) => ({ ...notice, id: this.#ids.next() }))
    return { auctionId: auction.id, mark, at, notices: shown, deliveries }
  }

  async #tell(tellings: readonly Telling[], moved: Parameters<ToldWrites['tell']>[1]): Promise<void> {
    for (const notice of (await this.#deps.told.tell(tellings, moved)) ?? [])
      this.#deps.bus.publish({ type: 'notice', notice })
  }
}

/** Whoever is outbid may bid again at once, or see it in the room. */
const OUTBID_PATIENCE_MS = 20 * SECOND_MS

function deliveryOf(
  way: 'email' | 'push',
  { userId, kind, data }: NewNotice,
  { auctionId, at }: { auctionId: string; at: Instant },
): NewDelivery {
  const nextAt = kind === 'outbid' ? at + OUTBID_PATIENCE_MS : at
  const stream = `${way} ${userId} ${kind} ${auctionId}`
  return { id: randomUUIDv7(), way, stream, userId, kind, auctionId, body: JSON.stringify(data), at, nextAt }
}

function noticesFor(auction: Auction, kind: NoticeKind, userIds: readonly string[]): NewNotice[] {
  const data = noticeDataOf(auction)
  return userIds.map((userId) => ({ userId, kind, data }))
}
