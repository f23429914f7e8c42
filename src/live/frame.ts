import { limits, rates } from '../config/limits.ts'
import { jsonOf } from '../domain/json.ts'
import type { LentAnswerView, YouView } from '../domain/wire.ts'
import type { ChannelEvent, ServerMessage, ServerMessageOf } from '../protocol.ts'
import { payloadOf, textFrame } from './frame-writer.ts'

/** Events that travel together, as text: encoded once for each kind of transport and shared by all who watch. */
export class EventBatch {
  /** The seq of the first; the others follow it one by one. */
  readonly first: number
  readonly texts: readonly string[]
  #socket: Buffer | null = null
  #named: Buffer | null = null
  #stream: string | null = null

  constructor(first: number, texts: readonly string[]) {
    this.first = first
    this.texts = texts
  }

  /** At least one. */
  static of(events: readonly ChannelEvent[]): EventBatch {
    return new EventBatch(
      events[0]!.seq,
      events.map((event) => JSON.stringify(event)),
    )
  }

  /** What frames that follow each other hold beyond a seq, as far as it fits into so many bytes; at least one event. */
  static after(seq: number, frames: readonly EventBatch[], bytesMax: number): EventBatch {
    const texts: string[] = []
    let from = 0
    let bytes = 0
    for (const { first, last, texts: all } of frames)
      for (let at = Math.max(first, seq + 1); at <= last; at += 1) {
        const text = all[at - first]!
        bytes += Buffer.byteLength(text)
        if (bytes > bytesMax && texts.length > 0) return new EventBatch(from, texts)
        if (texts.length === 0) from = at
        texts.push(text)
      }
    return new EventBatch(from, texts)
  }

  get last(): number {
    return this.first + this.texts.length - 1
  }

  /** The `events` message of the socket, as it is written. */
  get webSocketBytes(): Buffer {
    this.#socket ??= textFrame(`{"type":"events","events":[${this.texts.join(',')}]}`, { kept: true })
    return this.#socket
  }

  /** The same for who follows many auctions, with the id of this one. */
  webSocketBytesNaming(auctionId: string): Buffer {
    this.#named ??= withAuction(this.webSocketBytes, auctionId)
    return this.#named
  }

  /** Server-sent events: the id is the seq. */
  get sseText(): string {
    this.#stream ??= this.texts.map((text, i) => `id: ${this.first + i}\ndata: ${text}\n\n`).join('')
    return this.#stream
  }

  /** It is no longer sent by itself: only its texts are kept. */
  archive(): void {
    this.#socket = null
    this.#named = null
    this.#stream = null
  }
}

/** A message of one auction as the channel of many sends it: with the auction's id in front. */
export function withAuction(frame: Buffer, auctionId: string): Buffer {
  return textFrame([Buffer.from(`{"auction":"${auctionId}",`, 'latin1'), payloadOf(frame).subarray(1)])
}

export function encode(message: ServerMessage): Buffer {
  return textFrame(JSON.stringify(message))
}

/** An answer is stored as it is sent. */
export function encodeAck(key: string, answer: LentAnswerView): Buffer {
  return textFrame(`{"type":"ack","key":${JSON.stringify(key)},${jsonOf(answer).slice(1)}`)
}

/** A snapshot but for the moment and who watches: encoded once for all who come before the next bid. */
export class Snapshot {
  readonly #before: Buffer
  readonly #after: Buffer

  constructor({ auction, bids, ...rest }: Omit<ServerMessageOf<'snapshot'>, 'watching'>) {
    const { serverTime: _, ...view } = auction
    this.#before = Buffer.from(`${JSON.stringify({ ...rest, auction: view }).slice(0, -2)},"serverTime":"`)
    this.#after = Buffer.from(`,"bids":${jsonOf(bids)}}`)
  }

  frame(serverTime: string, watching: number): Buffer {
    return textFrame([this.#before, Buffer.from(`${serverTime}"},"watching":${watching}`, 'latin1'), this.#after])
  }
}

const hello = JSON.stringify({
  heartbeatSeconds: limits.heartbeatSeconds,
  limits: {
    frameBytes: limits.frameBytesMax,
    messagesPerSecond: rates.messages.perSecond,
    resumeEvents: limits.resumeEventsMax,
  },
} satisfies Omit<ServerMessageOf<'hello'>, 'type' | 'serverTime'>).slice(1)

export function encodeHello(serverTime: string): Buffer {
  return textFrame(`{"type":"hello","serverTime":"${serverTime}",${hello}`)
}

/** With the bids as `OwnBids` writes them. */
export function encodeYou(part: Omit<YouView, 'bids'>, bids: string): Buffer {
  return textFrame(`{"type":"you",${JSON.stringify(part).slice(1, -1)},"bids":${bids}}`)
}
