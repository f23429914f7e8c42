import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

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

/**
 * What frames are written to. Past ws, whose own writing costs as much as the system call: without compression it writes
 * nothing later than it is asked to, so its control frames and ours keep their order. Where there is no socket to be
 * had, ws writes all.
 */
export class Wire {
  readonly #ws: WebSocket
  readonly #socket: Socket | null
  /** What goes out with the next: a system call costs more than anything else here. */
  #held: Buffer[] = []
  #gathering = false
  #draining: Promise<void> | null = null

  constructor(ws: WebSocket, socket: Socket | null) {
    this.#ws = ws
    this.#socket = socket
  }

  /** Bytes that wait for the peer to read. */
  get unread(): number {
    return this.#socket?.writableLength ?? this.#ws.bufferedAmount
  }

  /** So much is unread that `drained` is worth waiting for. */
  get full(): boolean {
    return this.#socket?.writableNeedDrain ?? false
  }

  write(frame: Buffer): void {
    this.#held.push(frame)
    if (!this.#gathering) this.flush()
  }

  /** Goes out with what is written next, or by itself before this turn of the loop is over. */
  hold(frame: Buffer): void {
    if (this.#held.length === 0) setImmediate(() => this.flush())
    this.#held.push(frame)
  }

  /** What is written meanwhile goes out as one. */
  together(write: () => void): void {
    this.#gathering = true
    try {
      write()
    } finally {
      this.#gathering = false
      this.flush()
    }
  }

  flush(): void {
    const frames = this.#held
    if (frames.length === 0) return
    this.#held = []
    if (this.#ws.readyState !== this.#ws.OPEN) return
    if (this.#socket === null) for (const frame of frames) this.#ws.send(payloadOf(frame), { binary: false })
    else if (frames.length === 1) this.#socket.write(frames[0]!)
    else {
      // One system call for all of them.
      this.#socket.cork()
      for (const frame of frames) this.#socket.write(frame)
      this.#socket.uncork()
    }
  }

  /** Resolves when there is room again, or never will be: one promise for all who wait. */
  drained(): Promise<void> {
    const socket = this.#socket
    if (socket === null || !this.full || socket.destroyed) return Promise.resolve()
    this.#draining ??= new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done)
        this.#draining = null
        resolve()
      }
      socket.on('drain', done).on('close', done)
    })
    return this.#draining
  }
}
