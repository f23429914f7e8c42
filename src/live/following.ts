import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import type { Actor } from '../domain/access.ts'
import { type Rejection, reject } from '../domain/rejection.ts'
import { problemOf } from '../protocol.ts'
import type { Watcher } from './channel.ts'
import { type Frame, withAuction } from './frame.ts'
import type { Hub, Resume } from './hub.ts'
import type { LiveSocket } from './socket.ts'
import { Pieces } from './turns.ts'

type Socket = Pick<
  LiveSocket<never>,
  'actor' | 'ended' | 'full' | 'send' | 'sendEncoded' | 'together' | 'drained' | 'end'
>

/** An auction of a `follow`, and where its reader is. */
export type Followed = {
  readonly id: string
  readonly after?: number | undefined
  readonly epoch?: string | undefined
}

/** One auction on a socket that follows many: what its own channel would say, with the auction's id. */
class Part implements Watcher {
  readonly auctionId: string
  readonly mayIntroduce = false
  cursor = 0
  #ended = false
  readonly #socket: Socket
  readonly #left: (part: Part) => void

  constructor(auctionId: string, socket: Socket, left: (part: Part) => void) {
    this.auctionId = auctionId
    this.#socket = socket
    this.#left = left
  }

  get actor(): Actor {
    return this.#socket.actor
  }

  get ended(): boolean {
    return this.#ended || this.#socket.ended
  }

  get full(): boolean {
    return this.#socket.full
  }

  events(frame: Frame): void {
    this.#socket.sendEncoded(frame.named(this.auctionId))
  }

  /** It names its auction by itself. */
  snapshot(frame: Buffer): void {
    this.#socket.sendEncoded(frame)
  }

  you(frame: Buffer): void {
    this.#socket.sendEncoded(withAuction(frame, this.auctionId))
  }

  heartbeat(frame: Buffer): void {
    this.#socket.sendEncoded(withAuction(frame, this.auctionId))
  }

  together(send: () => void): void {
    this.#socket.together(send)
  }

  /** What others wrote first may have filled the socket again. */
  async drained(): Promise<void> {
    while (this.full && !this.ended) await this.#socket.drained()
  }

  /** Ends this part. The socket goes on, unless it is the reader who is too slow. */
  end(closing: Closing): void {
    if (this.ended) return
    this.leave()
    if (closing === closeCodes.reading_too_slowly) return this.#socket.end(closing)
    const refusal = refusals.get(closing)
    if (refusal === undefined) return
    this.#socket.send({ type: 'problem', auction: this.auctionId, problem: problemOf(refusal, 'follow') })
  }

  leave(): void {
    this.#ended = true
    this.#left(this)
  }
}

/** What the channel of one auction says by closing. Its regular end is said by the auction's last event. */
const refusals = new Map<Closing, Rejection>([
  [closeCodes.auction_not_found, reject('auction_not_found')],
  [
    closeCodes.try_later,
    reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds, detail: 'Follow this auction again' }),
  ],
])

/** The auctions that one socket follows. */
export class Following {
  readonly #hub: Hub
  readonly #socket: Socket
  readonly #parts = new Map<string, Part>()

  constructor(hub: Hub, socket: Socket) {
    this.#hub = hub
    this.#socket = socket
  }

  /** Those of a list that have to be begun; what is named twice counts as it is named last. */
  fresh(auctions: readonly Followed[]): readonly Followed[] {
    return [...new Map(auctions.map((one) => [one.id, one])).values()].filter((one) => !this.#goesOn(one))
  }

  /** Who says what they have of an auction that they follow goes on: no number comes twice on a connection. */
  #goesOn({ id, after, epoch }: Followed): boolean {
    const part = this.#parts.get(id)
    if (part === undefined || after === undefined || after > part.cursor) return false
    return this.#hub.isOfThisHistory(epoch ?? null)
  }

  /** Replaces what is followed. Each new one is begun when the reader has taken what came before. */
  async replace(auctions: readonly Followed[]): Promise<void> {
    const fresh = this.fresh(auctions)
    const begun = new Set(fresh.map(({ id }) => id))
    const kept = new Set(auctions.map(({ id }) => id).filter((id) => !begun.has(id)))
    for (const part of this.#parts.values()) if (!kept.has(part.auctionId)) part.leave()
    const pieces = new Pieces()
    for (const { id, after, epoch } of fresh) {
      if (this.#socket.ended) return
      await pieces.next()
      await this.#begin(id, after === undefined ? null : { after, epoch: epoch ?? null, most: limits.resumeEventsMax })
    }
  }

  /** Whoever has said who they are is told how they stand. */
  async greet(): Promise<void> {
    for (const part of this.#parts.values()) await this.#hub.greet(part, part.auctionId)
  }

  close(): void {
    for (const part of this.#parts.values()) part.leave()
  }

  async #begin(id: string, resume: Resume | null): Promise<void> {
    const part = new Part(id, this.#socket, (left) => {
      this.#hub.detach(left, id)
      if (this.#parts.get(id) === left) this.#parts.delete(id)
    })
    this.#parts.set(id, part)
    await this.#hub.drained(part)
    await this.#hub.attach(part, id, resume)
  }
}
