import type { z } from 'zod'
import { rejectHidden } from '../domain/access.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { readOffer } from '../domain/schema.ts'
import type { Arrival } from '../engine/arrivals.ts'
import type { BidRate } from '../engine/bucket.ts'
import type { Engine } from '../engine/engine.ts'
import { auctionMessage, type Backing, problemOf } from '../protocol.ts'
import { encodeAck } from './frame.ts'
import type { Hub, Resume } from './hub.ts'
import { type Lent, answerFor, rejectBeyond } from './identity.ts'
import { LiveSocket, type Conversation, type Peer, type SocketDependencies } from './socket.ts'
import { SocketReader } from './socket-reader.ts'

type Message = z.output<typeof auctionMessage>
type BidMessage = Extract<Message, { type: 'bid' }>

export type AuctionChannelDependencies = SocketDependencies & {
  readonly engine: Engine
  readonly hub: Hub
  readonly bidRate: BidRate
}

/** Which auction, from which page, and from where on. */
type Asked = { readonly auctionId: string; readonly origin: string; readonly resume: Resume | null }

/** The channel of one auction on one socket: `GET /v1/auctions/{id}/live`. */
export class AuctionChannel implements Conversation<Message> {
  readonly shape = auctionMessage
  readonly lane = 'messages'
  readonly #parts: AuctionChannelDependencies
  readonly #asked: Asked
  readonly #socket: LiveSocket<Message>
  readonly #reader: SocketReader

  constructor(peer: Peer, parts: AuctionChannelDependencies, asked: Asked) {
    this.#parts = parts
    this.#asked = asked
    this.#socket = new LiveSocket(peer, parts, this)
    this.#reader = new SocketReader(this.#socket, null)
  }

  open(address: string, token: string | null): void {
    this.#socket.open(address, token)
  }

  /** What is said first goes out with the answer to the upgrade, which waits for no more than this turn of the loop. */
  async joined(): Promise<void> {
    await this.#parts.hub.subscribe(this.#reader, this.#asked.auctionId, this.#asked.resume)
    this.#socket.flush()
  }

  recognised(): void {
    this.#parts.hub.greet(this.#reader, this.#asked.auctionId)
  }

  isLent({ auctionId, origin }: Lent): boolean {
    return auctionId === this.#asked.auctionId && origin === this.#asked.origin
  }

  left(): void {
    this.#parts.hub.unsubscribe(this.#reader, this.#asked.auctionId)
  }

  /** Bids are not waited for: the next frame may be read while this one is being stored. */
  heard(message: BidMessage, arrival?: Arrival): undefined {
    void this.#bid(message, arrival)
  }

  received(): Arrival {
    return this.#parts.engine.received(this.#asked.auctionId)
  }

  async #bid({ key, ...offer }: BidMessage, arrival?: Arrival): Promise<void> {
    const { identity } = this.#socket
    if (identity === null) return this.#reject(key, reject('unauthenticated'))
    const { engine, bidRate, admission } = this.#parts
    const { auctionId } = this.#asked
    const { user, sessionId, lent } = identity
    const offered = readOffer(offer)
    const refusal = rejectBeyond(identity, offered) ?? bidRate.reject(user.id)
    if (refusal !== null) return this.#reject(key, refusal)
    const verdict = await engine.bid({
      auctionId,
      userId: user.id,
      sessionId,
      key,
      offer: offered,
      isLent: lent !== null,
      budget: bidRate.budget(user.id, auctionId, admission.networksOf(this.#socket)),
      permit: (auction) => rejectHidden(auction, user),
      ...(arrival === undefined ? {} : { arrival }),
    })
    if (!verdict.ok) return this.#reject(key, verdict.rejection, verdict)
    this.#socket.send(encodeAck(key, answerFor(identity, verdict.answer!)))
  }

  #reject(key: string, rejection: Rejection, backing: Backing = {}): void {
    this.#socket.say({ type: 'reject', key, problem: problemOf(rejection, key, backing) })
  }
}
