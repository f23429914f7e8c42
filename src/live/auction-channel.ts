import type { z } from 'zod'
import { limits } from '../config/limits.ts'
import { rejectHidden } from '../domain/access.ts'
import { reject, type Rejection } from '../domain/rejection.ts'
import { readOffer } from '../domain/schema.ts'
import type { Arrival } from '../engine/arrivals.ts'
import type { BidRate } from '../engine/bucket.ts'
import type { Engine } from '../engine/engine.ts'
import type { Rooms, Said } from '../engine/room.ts'
import { auctionMessage, type Backing, problemOf } from '../protocol.ts'
import { encodeAck } from './frame.ts'
import { messageFrame } from './room-frames.ts'
import type { Hub, Resume } from './hub.ts'
import { type Delegation, answerFor, rejectBeyondToken } from './identity.ts'
import { LiveSocket, type ChannelHandler, type Peer, type SocketDependencies } from './socket.ts'
import { SocketReader } from './socket-reader.ts'

type Message = z.output<typeof auctionMessage>
type BidMessage = Extract<Message, { type: 'bid' }>
type RoomMessage = Extract<Message, { type: 'message' }>
type TypingMessage = Extract<Message, { type: 'typing' }>

export type AuctionChannelDependencies = SocketDependencies & {
  readonly engine: Engine
  readonly hub: Hub
  readonly bidRate: BidRate
  readonly rooms: Rooms
}

/** The auction, the origin of the page, and where to resume. */
type Target = { readonly auctionId: string; readonly origin: string; readonly resume: Resume | null }

/** The channel of one auction on one socket: `GET /v1/auctions/{id}/live`. */
export class AuctionChannel implements ChannelHandler<Message> {
  readonly schema = auctionMessage
  readonly workClass = 'messages'
  readonly #deps: AuctionChannelDependencies
  readonly #target: Target
  readonly #socket: LiveSocket<Message>
  readonly #reader: SocketReader

  constructor(peer: Peer, deps: AuctionChannelDependencies, target: Target) {
    this.#deps = deps
    this.#target = target
    this.#socket = new LiveSocket(peer, deps, this)
    this.#reader = new SocketReader(this.#socket, null)
  }

  open(address: string, token: string | null): void {
    this.#socket.open(address, token)
  }

  /** The first messages leave with the answer to the upgrade, which waits no longer than this turn of the event loop. */
  async onJoin(): Promise<void> {
    await this.#deps.hub.subscribe(this.#reader, this.#target.auctionId, this.#target.resume)
    this.#socket.flush()
  }

  onReauthenticated(): void {
    this.#deps.hub.sendOwnPart(this.#reader, this.#target.auctionId)
  }

  accepts({ auctionId, origin }: Delegation): boolean {
    return auctionId === this.#target.auctionId && origin === this.#target.origin
  }

  onClose(): void {
    this.#deps.hub.unsubscribe(this.#reader, this.#target.auctionId)
  }

  /** Does not wait for the bid: the next message may be parsed while this bid is being committed. */
  onMessage(message: BidMessage | RoomMessage | TypingMessage, arrival?: Arrival): undefined {
    if (message.type === 'bid') void this.#bid(message, arrival)
    else if (message.type === 'message') void this.#say(message)
    else void this.#type(message)
  }

  onDeferred(): Arrival {
    return this.#deps.engine.received(this.#target.auctionId)
  }

  async #bid({ key, ...offer }: BidMessage, arrival?: Arrival): Promise<void> {
    const { identity } = this.#socket
    if (identity === null) return this.#reject(key, reject('unauthenticated'))
    const { engine, bidRate, admission } = this.#deps
    const { auctionId } = this.#target
    const { user, sessionId, delegation } = identity
    const offered = readOffer(offer)
    const rejection = rejectBeyondToken(identity, offered) ?? bidRate.charge(user.id)
    if (rejection !== null) return this.#reject(key, rejection)
    const verdict = await engine.bid({
      auctionId,
      userId: user.id,
      sessionId,
      key,
      offer: offered,
      isDelegated: delegation !== null,
      budget: bidRate.budget(user.id, auctionId, admission.networksOf(this.#socket)),
      permit: (auction) => rejectHidden(auction, user),
      ...(arrival === undefined ? {} : { arrival }),
    })
    if (!verdict.ok) return this.#reject(key, verdict.rejection, verdict)
    this.#socket.send(encodeAck(key, answerFor(identity, verdict.answer!)))
  }

  /** The message itself comes as everyone gets it; only one that was sent before is sent again to this socket alone. */
  async #say({ key, text, to }: RoomMessage): Promise<void> {
    const { identity } = this.#socket
    if (identity === null) return this.#reject(key, reject('unauthenticated'))
    if (identity.scopes?.has('bid') === false)
      return this.#reject(key, reject('forbidden', { detail: 'This key does not speak' }))
    const { auctionId } = this.#target
    const said = await this.#deps.rooms.say({ auctionId, person: identity, to, text, key }).catch(unknownOutcome)
    if (!said.ok) return this.#reject(key, said.rejection)
    if (said.repeated) this.#socket.send(messageFrame(said.message, key))
  }

  /** Nothing is answered, whatever comes of it. */
  async #type({ to }: TypingMessage): Promise<void> {
    const { identity } = this.#socket
    if (identity === null) return
    await this.#deps.rooms.typing(this.#target.auctionId, identity, to).catch(() => {})
  }

  #reject(key: string, rejection: Rejection, backing: Backing = {}): void {
    this.#socket.say({ type: 'reject', key, problem: problemOf(rejection, key, backing) })
  }
}

/** Storage could not be read: the message may be sent again by its key. */
function unknownOutcome(): Said {
  return { ok: false, rejection: reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds }) }
}
