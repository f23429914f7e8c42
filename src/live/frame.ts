import { limits, rates } from '../config/limits.ts'
import { jsonOf } from '../domain/json.ts'
import type { LentAnswerView, YouView } from '../domain/wire.ts'
import type { ServerMessage, ServerMessageOf } from '../protocol.ts'
import { payloadOf, textFrame } from './frame-writer.ts'

/** A message of one auction's channel, with the auction's id in front, as the channel of many auctions sends it. */
export function withAuction(frame: Buffer, auctionId: string): Buffer {
  return textFrame([Buffer.from(`{"auction":"${auctionId}",`, 'latin1'), payloadOf(frame).subarray(1)])
}

export function encode(message: ServerMessage): Buffer {
  return textFrame(JSON.stringify(message))
}

/** Answers are stored in the form in which they are sent. */
export function encodeAck(key: string, answer: LentAnswerView): Buffer {
  return textFrame(`{"type":"ack","key":${JSON.stringify(key)},${jsonOf(answer).slice(1)}`)
}

/** A snapshot without its time, number of watchers and messages of the room, encoded once for all who join before the next bid. */
export class Snapshot {
  readonly #before: Buffer
  readonly #after: Buffer

  constructor({ auction, bids, ...rest }: Omit<ServerMessageOf<'snapshot'>, 'watching' | 'messages'>) {
    const { serverTime: _, ...view } = auction
    this.#before = Buffer.from(`${JSON.stringify({ ...rest, auction: view }).slice(0, -2)},"serverTime":"`)
    this.#after = Buffer.from(`,"bids":${jsonOf(bids)}}`)
  }

  /** `messages` is the JSON of those of the room that the reader may read. */
  frame(serverTime: string, watching: number, messages: string): Buffer {
    const own = Buffer.from(`${serverTime}"},"watching":${watching},"messages":${messages}`)
    return textFrame([this.#before, own, this.#after])
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

/** `bids` is the JSON that `OwnBids` returns. */
export function encodeYou(part: Omit<YouView, 'bids'>, bids: string): Buffer {
  return textFrame(`{"type":"you",${JSON.stringify(part).slice(1, -1)},"bids":${bids}}`)
}
