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
import { type Delegation, answerFor, rejectAboveDelegatedLimit } from './identity.ts'
import { LiveSocket, type ChannelHandler, type Peer, type SocketDependencies } from './socket.ts'
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
export class AuctionChannel implements ChannelHandler<Message> {
  readonly schema = auctionMessage
  readonly workClass = 'messages'
  readonly #deps: AuctionChannelDependencies
  readonly #asked: Asked
  readonly #socket: LiveSocket<Message>
  readonly #reader: SocketReader

  constructor(peer: Peer, deps: AuctionChannelDependencies, asked: Asked) {
    this.#deps = deps
    this.#asked = asked
    this.#socket = new LiveSocket(peer, deps, this)
    this.#reader = new SocketReader(this.#socket, null)
  }

  open(address: string, token: string | null): void {
    this.#socket.open(address, token)
  }

  /** What is said first goes out with the answer to the upgrade, which waits for no more than this turn of the loop. */
  async onJoin(): Promise<void> {
    await this.#deps.hub.subscribe(this.#reader, this.#asked.auctionId, this.#asked.resume)
    this.#socket.flush()
  }

  onReauthenticated(): void {
    this.#deps.hub.sendOwnPart(this.#reader, this.#asked.auctionId)
  }

  accepts({ auctionId, origin }: Delegation): boolean {
    return auctionId === this.#asked.auctionId && origin === this.#asked.origin
  }

  onClose(): void {
    this.#deps.hub.unsubscribe(this.#reader, this.#asked.auctionId)
  }

  /** Bids are not waited for: the next frame may be read while this one is being stored. */
  onMessage(message: BidMessage, arrival?: Arrival): undefined {
    void this.#bid(message, arrival)
  }

  onDeferred(): Arrival {
    return this.#deps.engine.received(this.#asked.auctionId)
  }

  async #bid({ key, ...offer }: BidMessage, arrival?: Arrival): Promise<void> {
    const { identity } = this.#socket
    if (identity === null) return this.#reject(key, reject('unauthenticated'))
    const { engine, bidRate, admission } = this.#deps
    const { auctionId } = this.#asked
    const { user, sessionId, delegation: lent } = identity
    const offered = readOffer(offer)
    const refusal = rejectAboveDelegatedLimit(identity, offered) ?? bidRate.charge(user.id)
    if (refusal !== null) return this.#reject(key, refusal)
    const verdict = await engine.bid({
      auctionId,
      userId: user.id,
      sessionId,
      key,
      offer: offered,
      isDelegated: lent !== null,
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
