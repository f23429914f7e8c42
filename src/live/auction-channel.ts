import type { z } from 'zod'
import type { Closing } from '../codes.ts'
import { type Actor, rejectHidden } from '../domain/access.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { readOffer } from '../domain/schema.ts'
import type { Arrival } from '../engine/arrivals.ts'
import type { Engine } from '../engine/engine.ts'
import { auctionMessage, type Backing, problemOf } from '../protocol.ts'
import type { BidRate } from '../engine/bucket.ts'
import { type Frame, encodeAck } from './frame.ts'
import type { Watcher } from './channel.ts'
import type { Hub, Resume } from './hub.ts'
import { type Rank, rankIn } from './places.ts'
import { type Lent, answerFor, rejectBeyond } from './visitor.ts'
import { LiveSocket, type Conversation, type Peer, type SocketParts } from './socket.ts'

type Message = z.output<typeof auctionMessage>
type BidMessage = Extract<Message, { type: 'bid' }>

export type AuctionChannelParts = SocketParts & {
  readonly engine: Engine
  readonly hub: Hub
  readonly bidRate: BidRate
}

/** The channel of one auction on one socket: `GET /v1/auctions/{id}/live`. */
export class AuctionChannel implements Watcher, Conversation<Message> {
  readonly shape = auctionMessage
  readonly isUrgent = true
  readonly mayIntroduce = true
  cursor = 0
  readonly #parts: AuctionChannelParts
  readonly #auctionId: string
  readonly #origin: string
  readonly #resume: Resume | null
  readonly #socket: LiveSocket<Message>

  constructor(
    peer: Peer,
    parts: AuctionChannelParts,
    { auctionId, origin, resume }: { auctionId: string; origin: string; resume: Resume | null },
  ) {
    this.#parts = parts
    this.#auctionId = auctionId
    this.#origin = origin
    this.#resume = resume
    this.#socket = new LiveSocket(peer, parts, this)
  }

  open(address: string, token: string | null): void {
    this.#socket.open(address, token)
  }

  get actor(): Actor {
    return this.#socket.actor
  }

  get ended(): boolean {
    return this.#socket.ended
  }

  joined(): Promise<void> {
    return this.#parts.hub.attach(this, this.#auctionId, this.#resume)
  }

  recognised(): Promise<void> {
    return this.#parts.hub.greet(this, this.#auctionId)
  }

  async rank(actor: Actor): Promise<Rank> {
    return rankIn((await this.#parts.engine.held(this.#auctionId))?.auction ?? null, actor)
  }

  isLent({ auctionId, origin }: Lent): boolean {
    return auctionId === this.#auctionId && origin === this.#origin
  }

  left(): void {
    this.#parts.hub.detach(this, this.#auctionId)
  }

  /** Bids are not waited for: the next frame may be read while this one is being stored. */
  heard(message: BidMessage, arrival?: Arrival): undefined {
    void this.#bid(message, arrival)
  }

  received(): Arrival {
    return this.#parts.engine.received(this.#auctionId)
  }

  async #bid({ key, ...offer }: BidMessage, arrival?: Arrival): Promise<void> {
    const { visitor } = this.#socket
    if (visitor === null) return this.#reject(key, reject('unauthenticated'))
    const { engine, bidRate, door } = this.#parts
    const offered = readOffer(offer)
    const refusal = rejectBeyond(visitor, offered) ?? bidRate.reject(visitor.user.id)
    if (refusal !== null) return this.#reject(key, refusal)
    const verdict = await engine.bid({
      auctionId: this.#auctionId,
      userId: visitor.user.id,
      sessionId: visitor.sessionId,
      key,
      offer: offered,
      isLent: visitor.lent !== null,
      budget: bidRate.budget(visitor.user.id, this.#auctionId, door.networksOf(this.#socket)),
      permit: (auction) => rejectHidden(auction, visitor.user),
      ...(arrival === undefined ? {} : { arrival }),
    })
    if (!verdict.ok) return this.#reject(key, verdict.rejection, verdict)
    this.#socket.sendAhead(encodeAck(key, answerFor(visitor, verdict.answer!)))
  }

  #reject(key: string, rejection: Rejection, backing: Backing = {}): void {
    this.#socket.send({ type: 'reject', key, problem: problemOf(rejection, key, backing) })
  }

  events(frame: Frame): void {
    this.#socket.sendEncoded(frame.socket)
  }

  snapshot(frame: Buffer): void {
    this.#socket.sendEncoded(frame)
  }

  you(frame: Buffer, hasBid: boolean): void {
    if (hasBid) this.#socket.hasBid()
    this.#socket.sendEncoded(frame)
  }

  heartbeat(encoded: Buffer): void {
    this.#socket.sendEncoded(encoded)
  }

  get full(): boolean {
    return this.#socket.full
  }

  together(send: () => void): void {
    this.#socket.together(send)
  }

  drained(): Promise<void> {
    return this.#socket.drained()
  }

  end(closing: Closing): void {
    this.#socket.end(closing)
  }
}
