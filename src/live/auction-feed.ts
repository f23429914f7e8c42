import { limits } from '../config/limits.ts'
import type { AuctionMessage, StoredAuction } from '../engine/ports.ts'
import type { ChannelEvent } from '../protocol.ts'
import { EventBatch } from './event-batch.ts'
import { FeedRoom } from './feed-room.ts'
import type { Reader, Subscription } from './subscription.ts'

/** Catch-ups that are cached, each of at most `catchUpBytes`. */
const CATCH_UPS_MAX = 64

/**
 * The fan-out state of one watched auction: its subscriptions, its recent events, and the position up to which events
 * were published.
 */
export class AuctionFeed {
  readonly auctionId: string
  readonly subscriptions = new Map<Reader, Subscription>()
  readonly room = new FeedRoom()
  /** The auction as last fetched; it includes at least every change announced up to bus message `storedAsOf`. */
  stored: StoredAuction
  storedAsOf = 0
  /** The latest event that was published here, and its hash. */
  seq: number
  head: string
  /** The latest event known to exist. While it is ahead of `seq`, the journal is being read. */
  target: number
  isFilling = false
  /** A fan-out is running. `needsAnotherPass`: something changed since it began. */
  isFanningOut = false
  needsAnotherPass = false
  /** Number of bus messages received for this auction, and of heartbeats that were due. */
  busMessages = 0
  heartbeats = 0
  heartbeat: { readonly seq: number; readonly serverTime: string; readonly frame: Buffer } | null = null
  /** The bus message that last changed a bidder's own part, and the last one that may have changed everybody's. */
  readonly #ownPartMoved = new Map<string, number>()
  #allOwnPartsMoved = 0
  /** The latest event that the bus announced. */
  #announced: number
  readonly #ring: EventBatch[] = []
  #ringEvents = 0
  /**
   * By seq, the events that readers at that seq have missed, until the next event: after a restart thousands have missed
   * the same.
   */
  readonly #catchUps = new Map<number, EventBatch>()
  #turn = 0

  constructor(stored: StoredAuction) {
    this.stored = stored
    this.auctionId = stored.auction.id
    this.seq = stored.auction.seq
    this.head = stored.head
    this.target = this.seq
    this.#announced = this.seq
  }

  /**
   * Notes a bus message. It changes the own part of the bidders it names; if messages before it were lost, perhaps
   * everybody's.
   */
  announce({ seq, events, bidders }: AuctionMessage): void {
    const wereLost = seq - events.length > this.#announced
    this.#announced = Math.max(this.#announced, seq)
    this.move(events, wereLost ? null : bidders)
  }

  /**
   * Notes whose own part changed: that of these bidders, everybody's after a void, and perhaps everybody's if `bidders`
   * is null.
   */
  move(events: readonly ChannelEvent[], bidders: readonly string[] | null): void {
    this.busMessages += 1
    for (const userId of bidders ?? []) this.#ownPartMoved.set(userId, this.busMessages)
    if (bidders === null || events.some(({ type }) => type === 'bid.voided')) this.#allOwnPartsMoved = this.busMessages
  }

  /** The bus message that last changed a user's own part; 0 if none did. */
  ownPartMovedAt(userId: string): number {
    return Math.max(this.#ownPartMoved.get(userId) ?? 0, this.#allOwnPartsMoved)
  }

  append(events: readonly ChannelEvent[]): void {
    const batch = EventBatch.of(events)
    this.#ring.at(-1)?.archive()
    this.seq = batch.last
    this.head = events.at(-1)!.hash
    this.#ring.push(batch)
    this.#ringEvents += events.length
    while (this.#ringEvents > limits.ringEvents && this.#ring.length > 1)
      this.#ringEvents -= this.#ring.shift()!.texts.length
    this.#catchUps.clear()
  }

  /** The events after a seq, or the first part of them; null if only the journal has them. */
  after(seq: number): EventBatch | null {
    const latest = this.#ring.at(-1)
    if (latest?.first === seq + 1) return latest
    const known = this.#catchUps.get(seq)
    if (known !== undefined) return known
    const first = this.#ring.findIndex((batch) => batch.last > seq)
    if (first < 0 || this.#ring[first]!.first > seq + 1) return null
    return this.cacheCatchUp(seq, this.#ring.slice(first))
  }

  /** Joins batches into one that follows a seq, and caches it for all readers at that seq. */
  cacheCatchUp(seq: number, batches: readonly EventBatch[]): EventBatch {
    const batch = EventBatch.after(seq, batches, limits.catchUpBytes)
    if (this.#catchUps.size >= CATCH_UPS_MAX) this.#catchUps.clear()
    this.#catchUps.set(seq, batch)
    return batch
  }

  /** All subscriptions, those of bidders first; each call begins with another one. */
  inTurns(): readonly Subscription[] {
    this.#turn += 1
    const bidders: Subscription[] = []
    const others: Subscription[] = []
    for (const one of this.subscriptions.values()) (one.standing === 'none' ? others : bidders).push(one)
    return [...rotated(bidders, this.#turn), ...rotated(others, this.#turn)]
  }
}

function rotated<Item>(items: readonly Item[], turn: number): readonly Item[] {
  const first = turn % Math.max(items.length, 1)
  return first === 0 ? items : [...items.slice(first), ...items.slice(0, first)]
}
