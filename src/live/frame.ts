import { jsonOf } from '../domain/json.ts'
import type { AnswerView } from '../domain/wire.ts'
import type { ChannelEvent, ServerMessage, ServerMessageOf } from '../protocol.ts'
import { textFrame } from './wire.ts'

/** Events that travel together, encoded once for each kind of transport and shared by all who watch. */
export class Frame {
  readonly events: readonly ChannelEvent[]
  readonly #texts: readonly string[]
  #socket: Buffer | null = null
  #stream: string | null = null

  constructor(events: readonly ChannelEvent[], texts = events.map((event) => JSON.stringify(event))) {
    this.events = events
    this.#texts = texts
  }

  /** What frames that follow each other hold beyond a seq, as far as it fits into so many bytes; at least one event. */
  static after(seq: number, frames: readonly Frame[], bytesMax: number): Frame {
    const events: ChannelEvent[] = []
    const texts: string[] = []
    let bytes = 0
    for (const frame of frames)
      for (const [i, event] of frame.events.entries()) {
        if (event.seq <= seq) continue
        const text = frame.#texts[i]!
        bytes += Buffer.byteLength(text)
        if (bytes > bytesMax && events.length > 0) return new Frame(events, texts)
        events.push(event)
        texts.push(text)
      }
    return new Frame(events, texts)
  }

  get first(): number {
    return this.events[0]!.seq
  }

  get last(): number {
    return this.events.at(-1)!.seq
  }

  /** The `events` message of the socket, as it is written. */
  get socket(): Buffer {
    this.#socket ??= textFrame(`{"type":"events","events":[${this.#texts.join(',')}]}`)
    return this.#socket
  }

  /** Server-sent events: the id is the seq. */
  get stream(): string {
    this.#stream ??= this.events.map(({ seq }, i) => `id: ${seq}\ndata: ${this.#texts[i]}\n\n`).join('')
    return this.#stream
  }
}

export function encode(message: ServerMessage): Buffer {
  return textFrame(JSON.stringify(message))
}

/** An answer is stored as it is sent. */
export function encodeAck(key: string, answer: AnswerView): Buffer {
  return textFrame(`{"type":"ack","key":${JSON.stringify(key)},${jsonOf(answer).slice(1)}`)
}

/** Whoever comes before the next bid is shown the same history. */
export function encodeSnapshot({ bids, ...rest }: ServerMessageOf<'snapshot'>): Buffer {
  return textFrame(`${JSON.stringify(rest).slice(0, -1)},"bids":${jsonOf(bids)}}`)
}

/** A bidder is told the same bids again with every one that follows. */
export function encodeYou({ bids, ...rest }: ServerMessageOf<'you'>): Buffer {
  return textFrame(`${JSON.stringify(rest).slice(0, -1)},"bids":[${bids.map(jsonOf).join(',')}]}`)
}
