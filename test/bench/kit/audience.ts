import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** How to be let in, and to stay: what is said first, what behind the first answer, and what is said to a ping. */
export type Manners = { readonly hello: string; readonly behind?: Buffer; readonly ping: Buffer; readonly pong: Buffer }

/** Who is signed out has two thousand places an address: each so many come from another address of the loopback. */
const PER_ADDRESS = 1_000
/** Handshakes on their way. */
const AT_ONCE = 50
/** Connections to others than the audience. */
const FILES_SPARE = 500

/** Read by one socket after the other, none of which keeps anything. */
const READ = Buffer.alloc(256 * 1024)

/** Those who watch: sockets of which only the bytes are counted, so that the sender is what is measured. */
export class Audience {
  readonly #sockets: Socket[] = []
  bytes = 0
  /** Who was sent away. */
  gone = 0
  #leaving = false

  /** So many more, silent once they are let in. */
  async join(port: number, count: number, manners: Manners | null = null): Promise<void> {
    needFiles(this.#sockets.length + count)
    for (let joined = 0; joined < count; joined += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - joined) }, () => this.#enter(port, manners)))
    await this.quiet()
    if (this.gone > 0) throw new Error(`${this.gone} of the audience were not let in`)
  }

  async #enter(port: number, manners: Manners | null): Promise<void> {
    let heard = () => {}
    const answered = new Promise<void>((resolve) => (heard = resolve))
    const socket = connect({
      port,
      host: '127.0.0.1',
      localAddress: `127.0.0.${2 + Math.floor(this.#sockets.length / PER_ADDRESS)}`,
      onread: {
        buffer: READ,
        callback: (length) => {
          this.bytes += length
          heard()
          if (manners !== null && READ.subarray(0, length).includes(manners.ping)) socket.write(manners.pong)
          return true
        },
      },
    })
    this.#sockets.push(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (!this.#leaving) this.gone += 1
      heard()
    })
    await once(socket, 'connect')
    if (manners === null) return
    socket.write(manners.hello)
    await answered
    if (manners.behind !== undefined) socket.write(manners.behind)
  }

  /** The last so many read no more. */
  doze(count: number): void {
    for (const socket of this.#sockets.slice(-count)) socket.pause()
  }

  /** Returns when nothing has come for a moment. */
  async quiet(): Promise<void> {
    for (let before = -1; before !== this.bytes;) {
      before = this.bytes
      await wait(60)
    }
  }

  leave(): void {
    this.#leaving = true
    for (const socket of this.#sockets.splice(0)) socket.destroy()
    this.#leaving = false
  }
}

/** Says what is missing where so many sockets cannot be opened. */
function needFiles(count: number): void {
  const most = /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  if (most !== undefined && Number(most) < count + FILES_SPARE)
    throw new Error(`${count} sockets are wanted: raise \`ulimit -n\`, which is ${most}, to ${count + FILES_SPARE}`)
}

/** What a watcher does on a WebSocket; `path` names what is watched. */
export function watcher(path: string, subprotocol: string | null, token?: string): Manners {
  const spoken = subprotocol === null ? '' : `Sec-WebSocket-Protocol: ${subprotocol}\r\n`
  const headers = token === undefined ? spoken : `${spoken}Authorization: Bearer ${token}\r\n`
  const hello =
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`
  return { hello, ping: Buffer.from([0x89, 0]), pong: Buffer.from([0x8a, 0x80, 0, 0, 0, 0]) }
}

/** What a Socket.IO client does to be in a room; its pings are messages of their own. */
export function roomMember(room: string): Manners {
  const { hello } = watcher('/socket.io/?EIO=4&transport=websocket', null)
  return {
    hello,
    behind: masked(`40${JSON.stringify({ auction: room })}`),
    ping: Buffer.from('\x81\x012', 'latin1'),
    pong: masked('3'),
  }
}

/** A short text of a client's in its frame, with a mask of zeros. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}
