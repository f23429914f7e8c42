import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

/**
 * A WebSocket client (RFC 6455) that costs as little as it can, so that the server is what is measured: text frames under
 * 64 KiB, nothing fragmented, no compression, a mask of zeros.
 */
export class Wire {
  readonly #socket: Socket
  #rest: Buffer = EMPTY
  /** The payload of each text frame; it is overwritten after the call. */
  onFrame: (payload: Buffer) => void = () => {}
  onEnd: () => void = () => {}
  onPing: () => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('close', () => this.onEnd())
    socket.on('error', () => socket.destroy())
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Wire> {
    const { hostname, port, pathname, search } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const key = randomBytes(16).toString('base64')
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${lines.join('')}\r\n`,
    )
    let head = EMPTY
    for (;;) {
      head = Buffer.concat([head, ((await once(socket, 'data')) as [Buffer])[0]])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) continue
      const status = head.toString('latin1', 9, 12)
      if (status !== '101') throw new Error(`the upgrade was answered ${head.toString('latin1')}`)
      const wire = new Wire(socket)
      wire.#rest = head.subarray(end + 4)
      return wire
    }
  }

  /** To be called once `onFrame` is set: what came with the handshake is read. */
  begin(): void {
    this.#take(EMPTY)
  }

  send(text: string): void {
    const length = Buffer.byteLength(text)
    const frame = Buffer.allocUnsafe((length < 126 ? 6 : 8) + length)
    frame[0] = 0x81
    if (length < 126) frame[1] = 0x80 | length
    else {
      frame[1] = 0x80 | 126
      frame.writeUInt16BE(length, 2)
    }
    const body = frame.length - length
    frame.fill(0, body - 4, body)
    frame.write(text, body)
    this.#socket.write(frame)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (;;) {
      if (data.length < 2) break
      let length = data[1]! & 0x7f
      let start = 2
      if (length === 126) {
        if (data.length < 4) break
        length = data.readUInt16BE(2)
        start = 4
      } else if (length === 127) {
        if (data.length < 10) break
        length = Number(data.readBigUInt64BE(2))
        start = 10
      }
      if (data.length < start + length) break
      const opcode = data[0]! & 0x0f
      const payload = data.subarray(start, start + length)
      data = data.subarray(start + length)
      if (opcode === 1) this.onFrame(payload)
      else if (opcode === 9) this.#pong(payload)
    }
    this.#rest = data
  }

  #pong(payload: Buffer): void {
    this.onPing()
    this.#socket.write(Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
  }
}

const EMPTY = Buffer.alloc(0)
