import { limits } from '../config/limits.ts'
import type { AuctionMessage, StoredAuction } from '../engine/ports.ts'
import type { ChannelEvent } from '../protocol.ts'
import { EventBatch } from './frame.ts'
import type { Reader, Subscription } from './subscription.ts'

/** Catch-ups kept ready, each of `catchUpBytes` at most. */
const CATCH_UPS_MAX = 64

/** The latest frames, and which of them somebody has missed. */
export class AuctionFeed {
  readonly auctionId: string
  readonly subscriptions = new Map<Reader, Subscription>()
  /** The auction as it was fetched last, and the bus message number behind which it is at least. */
  stored: StoredAuction
  storedAsOf = 0
  /** The latest event that was passed on here, and its hash. */
  seq: number
  head: string
  /** The latest event that is known to exist; while it is ahead, the journal is being read. */
  target: number
  isFilling = false
  /** Everyone is being advanced, and whether there was more since. */
  isFanningOut = false
  needsAnotherPass = false
  /** How many bus messages came, and how many heartbeats were due. */
  busMessages = 0
  heartbeats = 0
  heartbeat: { readonly seq: number; readonly serverTime: string; readonly frame: Buffer } | null = null
  /** By which message a bidder's own part moved last, and by which everybody's may have. */
  readonly #ownPartMoved = new Map<string, number>()
  #allOwnPartsMoved = 0
  /** The latest event that the bus announced. */
  #announced: number
  readonly #ring: EventBatch[] = []
  #ringEvents = 0
  /** What those have missed who were at a seq, as long as nothing new comes: after a restart thousands have missed the same. */
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

  /** Notes a bus message: bidders of its bids have a new own part. Where messages before it were lost, everybody may. */
  announce({ seq, events, bidders }: AuctionMessage): void {
    const wereLost = seq - events.length > this.#announced
    this.#announced = Math.max(this.#announced, seq)
    this.move(events, wereLost ? null : bidders)
  }

  /** Notes whose own part changed: that of these bidders, everybody's after a void, and perhaps everybody's where it is null. */
  move(events: readonly ChannelEvent[], bidders: readonly string[] | null): void {
    this.busMessages += 1
    for (const userId of bidders ?? []) this.#ownPartMoved.set(userId, this.busMessages)
    if (bidders === null || events.some(({ type }) => type === 'bid.voided')) this.#allOwnPartsMoved = this.busMessages
  }

  /** By which message what a person is told of themselves moved last; 0 for one that did not. */
  ownPartMovedAt(userId: string): number {
    return Math.max(this.#ownPartMoved.get(userId) ?? 0, this.#allOwnPartsMoved)
  }

  append(events: readonly ChannelEvent[]): void {
    const frame = EventBatch.of(events)
    this.#ring.at(-1)?.archive()
    this.seq = frame.last
    this.head = events.at(-1)!.hash
    this.#ring.push(frame)
    this.#ringEvents += events.length
    while (this.#ringEvents > limits.ringEvents && this.#ring.length > 1)
      this.#ringEvents -= this.#ring.shift()!.texts.length
    this.#catchUps.clear()
  }

  /** What follows a seq, or the next part of it; null where only the journal knows. */
  after(seq: number): EventBatch | null {
    const latest = this.#ring.at(-1)
    if (latest?.first === seq + 1) return latest
    const known = this.#catchUps.get(seq)
    if (known !== undefined) return known
    const first = this.#ring.findIndex((frame) => frame.last > seq)
    if (first < 0 || this.#ring[first]!.first > seq + 1) return null
    return this.keepCatchUp(seq, this.#ring.slice(first))
  }

  /** Frames that follow a seq, as one that is kept for those who missed the same. */
  keepCatchUp(seq: number, frames: readonly EventBatch[]): EventBatch {
    const frame = EventBatch.after(seq, frames, limits.catchUpBytes)
    if (this.#catchUps.size >= CATCH_UPS_MAX) this.#catchUps.clear()
    this.#catchUps.set(seq, frame)
    return frame
  }

  /** Everyone, bidders before others, each time beginning with another. */
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
