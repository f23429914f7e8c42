import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { LoopScheduler } from './loop-scheduler.ts'

/** A length below `SHORT` is in the second byte, one below `LONG` in the next two, any other in the next eight. */
const SHORT = 126
const LONG = 65_536
const FINAL_TEXT = 0x81

/**
 * Encodes a text message as one frame of a server (RFC 6455, 5.2), once for all its readers. A `kept` frame has memory of
 * its own, as it would keep a whole slab of Node's buffer pool alive.
 */
export function textFrame(text: string | readonly Buffer[], { kept = false } = {}): Buffer {
  const parts = typeof text === 'string' ? [Buffer.from(text)] : text
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  let at = length < SHORT ? 2 : length < LONG ? 4 : 10
  const frame = kept ? Buffer.allocUnsafeSlow(at + length) : Buffer.allocUnsafe(at + length)
  frame[0] = FINAL_TEXT
  frame[1] = length < SHORT ? length : length < LONG ? SHORT : SHORT + 1
  if (at === 4) frame.writeUInt16BE(length, 2)
  if (at === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  for (const part of parts) at += part.copy(frame, at)
  return frame
}

/** The text of a frame made by `textFrame`. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame[1]!
  return frame.subarray(length < SHORT ? 2 : length === SHORT ? 4 : 10)
}

/** Bytes buffered within one turn before an early write. That write also updates backpressure. */
const BUFFERED_BYTES_MAX = 16 * 1024

/**
 * Writes frames to the socket directly, since ws's own writing costs as much as the system call. Without compression ws
 * delays nothing, so its control frames and these keep their order. Frames of one turn of the event loop leave in one
 * system call, which costs more than anything else here.
 */
export class FrameWriter {
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #queue: LoopScheduler
  #buffered: Buffer[] = []
  #bufferedBytes = 0
  #drained: (() => void)[] = []

  constructor(ws: WebSocket, socket: Socket, queue: LoopScheduler) {
    this.#ws = ws
    this.#socket = socket
    this.#queue = queue
  }

  /** Bytes that were written and not taken by the client, without those buffered in this turn. */
  get unread(): number {
    return this.#socket.writableLength
  }

  /** Whether the client has left so much unread that more would only pile up. */
  get lags(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Never drops: the frame leaves with the next `flush`, or at the end of this turn of the event loop. */
  send(frame: Buffer): void {
    if (this.#buffered.length === 0) this.#queue.flushLater(this)
    this.#buffered.push(frame)
    this.#bufferedBytes += frame.length
    if (this.#bufferedBytes >= BUFFERED_BYTES_MAX) this.flush()
  }

  /** Sends a frame that the next one makes up for: it is dropped if the reader lags. */
  offer(frame: Buffer): void {
    if (!this.lags) this.send(frame)
  }

  flush(): void {
    const frames = this.#buffered
    if (frames.length === 0) return
    this.#buffered = []
    this.#bufferedBytes = 0
    if (this.#ws.readyState !== this.#ws.OPEN) return
    if (frames.length > 1) this.#socket.cork()
    for (const frame of frames) this.#socket.write(frame)
    if (frames.length > 1) this.#socket.uncork()
  }

  /** Calls once, when the client has taken what it left unread. */
  whenDrained(call: () => void): void {
    this.#drained.push(call)
    if (this.#drained.length > 1) return
    this.#socket.once('drain', () => {
      const waiting = this.#drained
      this.#drained = []
      for (const one of waiting) one()
    })
  }
}
