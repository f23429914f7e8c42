import type { Closing } from '../codes.ts'
import type { Actor } from '../domain/access.ts'
import type { EventBatch } from './event-batch.ts'
import { withAuction } from './frame.ts'
import type { RoomFrames } from './room-frames.ts'
import type { LiveSocket } from './socket.ts'
import type { Reader } from './subscription.ts'

export type ReaderSocket = Pick<
  LiveSocket<never>,
  'actor' | 'ended' | 'lags' | 'say' | 'send' | 'offer' | 'flush' | 'whenDrained' | 'end'
>

/**
 * The reader of one auction on a socket: of the socket's only one, or of one of many, whose id (`auctionId`) each message
 * then names.
 */
export class SocketReader implements Reader {
  readonly canAuthenticateLater: boolean
  protected readonly socket: ReaderSocket
  readonly #auctionId: string | null

  constructor(socket: ReaderSocket, auctionId: string | null) {
    this.socket = socket
    this.#auctionId = auctionId
    this.canAuthenticateLater = auctionId === null
  }

  get actor(): Actor {
    return this.socket.actor
  }

  get ended(): boolean {
    return this.socket.ended
  }

  get lags(): boolean {
    return this.socket.lags
  }

  events(batch: EventBatch): void {
    this.socket.send(this.#auctionId === null ? batch.webSocketBytes : batch.webSocketBytesNaming(this.#auctionId))
  }

  /** A snapshot names its auction already. */
  snapshot(frame: Buffer): void {
    this.socket.send(frame)
  }

  send(frame: Buffer): void {
    this.socket.send(this.#named(frame))
  }

  offer(frame: Buffer): void {
    this.socket.offer(this.#named(frame))
  }

  ephemeral(frames: RoomFrames): void {
    if (this.#auctionId === null) this.socket.offer(frames.whole)
    else for (const frame of frames.each) this.socket.offer(withAuction(frame, this.#auctionId))
  }

  flush(): void {
    this.socket.flush()
  }

  whenDrained(call: () => void): void {
    this.socket.whenDrained(call)
  }

  end(closing: Closing): void {
    this.socket.end(closing)
  }

  #named(frame: Buffer): Buffer {
    return this.#auctionId === null ? frame : withAuction(frame, this.#auctionId)
  }
}
