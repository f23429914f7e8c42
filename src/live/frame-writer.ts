import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { FairQueue } from './fair-queue.ts'

/**
 * A text message in one frame of a server (RFC 6455, 5.2): made once, and written as it is to everyone it is for. One that
 * is kept has memory of its own: it would hold on to a whole piece of Node's pool.
 */
export function textFrame(text: string, { kept = false } = {}): Buffer {
  const length = Buffer.byteLength(text)
  const frame = frameFor(length, kept)
  frame.write(text, frame.length - length)
  return frame
}

/** The same, of text that is encoded already. */
export function joinedFrame(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const frame = frameFor(length, false)
  let at = frame.length - length
  for (const part of parts) at += part.copy(frame, at)
  return frame
}

/** With its header, and room for a text of so many bytes. */
function frameFor(length: number, kept: boolean): Buffer {
  const start = length < SHORT ? 2 : length < LONG ? 4 : 10
  const frame = kept ? Buffer.allocUnsafeSlow(start + length) : Buffer.allocUnsafe(start + length)
  frame[0] = FINAL_TEXT
  if (start === 2) frame[1] = length
  else if (start === 4) {
    frame[1] = SHORT
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = SHORT + 1
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  return frame
}

const FINAL_TEXT = 0x81
/** Lengths below are in the second byte, below `LONG` in the two that follow, others in eight. */
const SHORT = 126
const LONG = 65_536

/** The text of a frame made here. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame[1]!
  return frame.subarray(length < SHORT ? 2 : length === SHORT ? 4 : 10)
}

/** So much is worth a system call of its own, and shows whether the reader lags. */
const HELD_BYTES_MAX = 16 * 1024

/**
 * Writes frames past ws, whose own writing costs as much as the system call: without compression ws writes nothing later
 * than it is asked to, so its control frames and these keep their order. Where there is no socket to be had, ws writes all.
 * What is sent in one turn of the loop leaves in one system call, which costs more than anything else here.
 */
export class FrameWriter {
  readonly #ws: WebSocket
  readonly #socket: Socket | null
  readonly #queue: FairQueue
  #held: Buffer[] = []
  #heldBytes = 0
  #drained: (() => void)[] = []

  constructor(ws: WebSocket, socket: Socket | null, queue: FairQueue) {
    this.#ws = ws
    this.#socket = socket
    this.#queue = queue
  }

  /** Bytes that wait for the peer to read. */
  get unread(): number {
    return this.#socket?.writableLength ?? this.#ws.bufferedAmount
  }

  /** So much is unread that more would only pile up. */
  get lags(): boolean {
    return this.#socket?.writableNeedDrain ?? false
  }

  /** Never drops: it goes out with the next `flush`, or by itself when this turn of the loop is over. */
  send(frame: Buffer): void {
    if (this.#held.length === 0) this.#queue.flushLater(this)
    this.#held.push(frame)
    this.#heldBytes += frame.length
    if (this.#heldBytes >= HELD_BYTES_MAX) this.flush()
  }

  /** For what the next one makes up for: dropped where the reader lags. */
  offer(frame: Buffer): void {
    if (!this.lags) this.send(frame)
  }

  flush(): void {
    const frames = this.#held
    if (frames.length === 0) return
    this.#held = []
    this.#heldBytes = 0
    if (this.#ws.readyState !== this.#ws.OPEN) return
    const socket = this.#socket
    if (socket === null) for (const frame of frames) this.#ws.send(payloadOf(frame), { binary: false })
    else if (frames.length === 1) socket.write(frames[0]!)
    else {
      socket.cork()
      for (const frame of frames) socket.write(frame)
      socket.uncork()
    }
  }

  /** Calls once, when the reader has taken what it lagged behind with. */
  whenDrained(call: () => void): void {
    this.#drained.push(call)
    if (this.#drained.length > 1) return
    this.#socket?.once('drain', () => {
      const waiting = this.#drained
      this.#drained = []
      for (const one of waiting) one()
    })
  }
}
