import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { LoopScheduler } from './loop-scheduler.ts'

/** Lengths below are in the second byte, below `LONG` in the two that follow, others in eight. */
const SHORT = 126
const LONG = 65_536
const FINAL_TEXT = 0x81

/**
 * A text message in one frame of a server (RFC 6455, 5.2): made once, and written as it is to everyone it is for. One that
 * is kept has memory of its own: it would hold on to a whole piece of Node's pool.
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

/** The text of a frame made here. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame[1]!
  return frame.subarray(length < SHORT ? 2 : length === SHORT ? 4 : 10)
}

/** So much is worth a system call of its own, and shows whether the reader lags. */
const BUFFERED_BYTES_MAX = 16 * 1024

/**
 * Writes frames past ws, whose own writing costs as much as the system call: without compression ws writes nothing later
 * than it is asked to, so its control frames and these keep their order.
 * What is sent in one turn of the loop leaves in one system call, which costs more than anything else here.
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

  /** Bytes that wait for the peer to read. */
  get unread(): number {
    return this.#socket.writableLength
  }

  /** So much is unread that more would only pile up. */
  get lags(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Never drops: it goes out with the next `flush`, or by itself when this turn of the loop is over. */
  send(frame: Buffer): void {
    if (this.#buffered.length === 0) this.#queue.flushLater(this)
    this.#buffered.push(frame)
    this.#bufferedBytes += frame.length
    if (this.#bufferedBytes >= BUFFERED_BYTES_MAX) this.flush()
  }

  /** For what the next one makes up for: dropped where the reader lags. */
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

  /** Calls once, when the reader has taken what it lagged behind with. */
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
