import { randomBytes } from 'node:crypto'
import { type Socket, connect } from 'node:net'

const HEAD_END = '\r\n\r\n'
/** Stands for a close that gives none (RFC 6455, 7.4.1). */
const NO_CODE = 1005

/** What became of a connection: a close code, an HTTP status, cut off, or still open. */
export type Fate = number | 'cut' | 'open'

/** A TCP connection that says what it likes, and notes what it is told: the first status and the close code. */
export class Peer {
  readonly socket: Socket
  /** What is said on the channel, for who listens. */
  heard: ((message: Buffer) => void) | null = null
  /** Answers pings, and hangs up when it is told to, as a browser does. */
  isPolite = false
  status: number | null = null
  closeCode: number | null = null
  #cut = false
  #unread: Buffer = Buffer.alloc(0)

  /** `from` is an address of this machine's own loopback network, such as 127.0.0.7. */
  constructor(url: string, from = '127.0.0.1') {
    const { hostname, port } = new URL(url)
    this.socket = connect({ host: hostname, port: Number(port), localAddress: from })
    this.socket.on('data', (bytes) => this.#read(bytes))
    this.socket.on('error', () => {})
    this.socket.on('close', () => (this.#cut = true))
  }

  get fate(): Fate {
    if (this.closeCode !== null) return this.closeCode
    if (this.status !== null && this.status !== 101) return this.status
    return this.#cut ? 'cut' : 'open'
  }

  get cut(): boolean {
    return this.#cut
  }

  write(bytes: Buffer | string): boolean {
    return this.socket.writable && this.socket.write(bytes)
  }

  /** Resolves when the WebSocket is there, or will not be. */
  async upgraded(path: string, token: string | null = null): Promise<this> {
    this.write(upgradeHead(path, token) + HEAD_END)
    while (this.status === null && !this.#cut) await new Promise((resolve) => setTimeout(resolve, 2))
    return this
  }

  #read(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes])
    if (this.status === null) this.#readHead()
    if (this.status === 101) while (this.#readFrame());
    else if (this.status !== null) this.#unread = Buffer.alloc(0)
    if (this.isPolite && this.fate !== 'open') this.socket.end()
  }

  #readHead(): void {
    const end = this.#unread.indexOf(HEAD_END)
    if (end < 0) return
    this.status = Number(this.#unread.toString('latin1', 9, 12))
    this.#unread = this.#unread.subarray(end + HEAD_END.length)
  }

  /** Frames of the service are whole and unmasked. */
  #readFrame(): boolean {
    const bytes = this.#unread
    if (bytes.length < 2) return false
    const short = bytes[1]!
    const head = short === 127 ? 10 : short === 126 ? 4 : 2
    if (bytes.length < head) return false
    const length = head === 10 ? bytes.readUInt32BE(6) : head === 4 ? bytes.readUInt16BE(2) : short
    if (bytes.length < head + length) return false
    const opcode = bytes[0]! & 15
    if (opcode === opcodes.close) this.closeCode = length > 0 ? bytes.readUInt16BE(head) : NO_CODE
    if (opcode === opcodes.text) this.heard?.(bytes.subarray(head, head + length))
    if (this.isPolite && opcode === opcodes.ping) this.write(frame(FIN | opcodes.pong, ''))
    if (this.isPolite && opcode === opcodes.close) this.socket.end(frame(FIN | opcodes.close, ''))
    this.#unread = bytes.subarray(head + length)
    return true
  }
}

/** An upgrade as a browser asks for it, without the line that ends it. */
export function upgradeHead(path: string, token: string | null = null): string {
  const key = randomBytes(16).toString('base64')
  return [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Protocol: auction.v1',
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
  ].join('\r\n')
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A client's frame. `first` is its whole first byte, so that what must not be can be said; the mask is zero. */
export function frame(first: number, payload: Buffer | string, claims?: number): Buffer {
  const body = Buffer.from(payload)
  const length = claims ?? body.length
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = first
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, Buffer.alloc(4), body])
}

export const FIN = 0x80
