import type { ChannelEvent } from '../protocol.ts'
import { withAuction } from './frame.ts'
import { textFrame } from './frame-writer.ts'

/** Consecutive events as text, encoded once for each transport and shared by all readers. */
export class EventBatch {
  /** The seq of the first event; the others follow one by one. */
  readonly first: number
  readonly texts: readonly string[]
  #socket: Buffer | null = null
  #named: Buffer | null = null
  #stream: string | null = null

  constructor(first: number, texts: readonly string[]) {
    this.first = first
    this.texts = texts
  }

  /** Encodes events, of which there must be one. */
  static of(events: readonly ChannelEvent[]): EventBatch {
    return new EventBatch(
      events[0]!.seq,
      events.map((event) => JSON.stringify(event)),
    )
  }

  /** The events after a seq out of consecutive batches: at most `bytesMax`, but always one. */
  static after(seq: number, batches: readonly EventBatch[], bytesMax: number): EventBatch {
    const texts: string[] = []
    let from = 0
    let bytes = 0
    for (const { first, last, texts: all } of batches)
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

  /** The `events` message as a WebSocket frame. */
  get webSocketBytes(): Buffer {
    this.#socket ??= textFrame(`{"type":"events","events":[${this.texts.join(',')}]}`, { kept: true })
    return this.#socket
  }

  /**
   * The same frame with the auction's id, for channels of many auctions. A batch is of one auction, so it is encoded
   * once.
   */
  webSocketBytesNaming(auctionId: string): Buffer {
    this.#named ??= withAuction(this.webSocketBytes, auctionId)
    return this.#named
  }

  /** The events as server-sent events, the id of each being its seq. */
  get sseText(): string {
    this.#stream ??= this.texts.map((text, i) => `id: ${this.first + i}\ndata: ${text}\n\n`).join('')
    return this.#stream
  }

  /** Drops the encodings, as a batch that is no longer the latest is rarely sent by itself. */
  archive(): void {
    this.#socket = null
    this.#named = null
    this.#stream = null
  }
}
