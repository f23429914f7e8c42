import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { type Rejection, reject } from '../domain/rejection.ts'
import { problemOf } from '../protocol.ts'
import type { LoopScheduler } from './loop-scheduler.ts'
import type { Hub } from './hub.ts'
import { type ReaderSocket, SocketReader } from './socket-reader.ts'

/** An auction of a `follow`, and what its reader already has of it. */
export type Followed = {
  readonly id: string
  readonly after?: number | undefined
  readonly epoch?: string | undefined
}

/**
 * The problems that stand for closings of an auction's own channel. Its regular end is told by the auction's last event.
 */
const rejections = new Map<Closing, Rejection>([
  [closeCodes.auction_not_found, reject('auction_not_found')],
  [
    closeCodes.try_later,
    reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds, detail: 'Follow this auction again' }),
  ],
])

/** One of many auctions on a socket. It ends alone, unless the client reads too slowly. */
class FollowedReader extends SocketReader {
  readonly #id: string
  readonly #leave: () => void
  #ended = false

  constructor(socket: ReaderSocket, id: string, leave: () => void) {
    super(socket, id)
    this.#id = id
    this.#leave = leave
  }

  override get ended(): boolean {
    return this.#ended || this.socket.ended
  }

  override end(closing: Closing): void {
    if (this.ended) return
    this.leave()
    if (closing === closeCodes.reading_too_slowly) return this.socket.end(closing)
    const rejection = rejections.get(closing)
    if (rejection !== undefined)
      this.socket.say({ type: 'problem', auction: this.#id, problem: problemOf(rejection, 'follow') })
  }

  leave(): void {
    this.#ended = true
    this.#leave()
  }
}

/** The auctions that one socket follows. */
export class Following {
  readonly #hub: Hub
  readonly #queue: LoopScheduler
  readonly #socket: ReaderSocket
  readonly #readers = new Map<string, FollowedReader>()

  constructor({ hub, queue }: { readonly hub: Hub; readonly queue: LoopScheduler }, socket: ReaderSocket) {
    this.#hub = hub
    this.#queue = queue
    this.#socket = socket
  }

  /** The auctions of a list that are new, or cannot continue where they are. The last entry of an id counts. */
  newIn(auctions: readonly Followed[]): readonly Followed[] {
    return [...new Map(auctions.map((one) => [one.id, one])).values()].filter((one) => !this.#continues(one))
  }

  /** Replaces the list. Each new auction begins after the reader has taken what came before. */
  async replace(auctions: readonly Followed[]): Promise<void> {
    const fresh = this.newIn(auctions)
    const begun = new Set(fresh.map(({ id }) => id))
    const kept = new Set(auctions.map(({ id }) => id).filter((id) => !begun.has(id)))
    for (const [id, reader] of this.#readers) if (!kept.has(id)) reader.leave()
    const nextPiece = this.#queue.betweenPieces()
    for (const one of fresh) {
      await nextPiece()
      while (this.#socket.lags && !this.#socket.ended) await this.#hub.drained(this.#socket)
      if (this.#socket.ended) return
      await this.#begin(one)
    }
  }

  /** Sends a client that has just authenticated its own part of each auction. */
  sendOwnParts(): void {
    for (const [id, reader] of this.#readers) this.#hub.sendOwnPart(reader, id)
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.leave()
  }

  /** Whether a followed auction goes on as it is, since the client has what was sent: no event is sent twice on a connection. */
  #continues({ id, after, epoch }: Followed): boolean {
    const reader = this.#readers.get(id)
    if (reader === undefined || after === undefined || !this.#hub.isThisEpoch(epoch ?? null)) return false
    return after <= this.#hub.sentTo(reader, id)
  }

  async #begin({ id, after, epoch }: Followed): Promise<void> {
    const reader = new FollowedReader(this.#socket, id, () => {
      this.#hub.unsubscribe(reader, id)
      if (this.#readers.get(id) === reader) this.#readers.delete(id)
    })
    this.#readers.set(id, reader)
    const resume = after === undefined ? null : { after, epoch: epoch ?? null, most: limits.resumeEventsMax }
    await this.#hub.subscribe(reader, id, resume)
  }
}
