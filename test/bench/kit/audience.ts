import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { cpuMsOf } from './cpu.ts'

const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])

/** An empty ping comes by itself, or before or behind something. */
function isPing(chunk: Buffer): boolean {
  const { length } = chunk
  return (chunk[0] === 0x89 && chunk[1] === 0) || (chunk[length - 2] === 0x89 && chunk[length - 1] === 0)
}

/** Those who watch: sockets of which only the bytes are counted, so that the sender is what is measured. */
export class Audience {
  readonly #sockets: Socket[] = []
  bytes = 0

  /** So many more, each greeted by `hello` and silent from then on. */
  async join(port: number, count: number, hello = ''): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.on('error', () => socket.destroy())
      socket.on('data', (chunk: Buffer) => {
        this.bytes += chunk.length
        if (hello !== '' && isPing(chunk)) socket.write(PONG)
      })
      if (hello !== '') {
        socket.write(hello)
        if (i % 50 === 0) await once(socket, 'data')
      }
      this.#sockets.push(socket)
    }
    await this.quiet()
  }

  /** Returns when nothing has come for a moment. */
  async quiet(): Promise<void> {
    for (let before = -1; before !== this.bytes;) {
      before = this.bytes
      await wait(60)
    }
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

export function handshake(path: string, headers = ''): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`
  )
}

export type Told = { readonly cpuMs: number; readonly bytes: number; readonly events: number }

/** Sends so many events at an even pace, and gives what that cost until the last of them arrived. */
export async function telling(
  pid: number,
  audience: Audience,
  { events, everyMs, burst = 1 }: { events: number; everyMs: number; burst?: number },
  send: () => void,
): Promise<Told> {
  const bytesBefore = audience.bytes
  const cpuBefore = cpuMsOf(pid)
  const started = performance.now()
  for (let i = 0; i < events / burst; i += 1) {
    for (let k = 0; k < burst; k += 1) send()
    await wait(Math.max(started + (i + 1) * everyMs - performance.now(), 0))
  }
  await audience.quiet()
  return { cpuMs: cpuMsOf(pid) - cpuBefore, bytes: audience.bytes - bytesBefore, events }
}
