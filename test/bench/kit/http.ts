import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

/** One kept HTTP/1.1 connection that posts JSON, one request at a time, at little cost. */
export class Poster {
  readonly #socket: Socket
  readonly #head: string
  #rest: Buffer = Buffer.alloc(0)
  #answered: (status: number) => void = () => {}

  private constructor(socket: Socket, head: string) {
    this.#socket = socket
    this.#head = head
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => socket.destroy())
  }

  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<Poster> {
    const { hostname, port, pathname } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n${lines.join('')}`
    return new Poster(socket, head)
  }

  /** `key` becomes the Idempotency-Key. The call gets the status of the answer. */
  post(body: string, key: string, answered: (status: number) => void): void {
    this.#answered = answered
    this.#socket.write(
      `${this.#head}Idempotency-Key: ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const end = data.indexOf('\r\n\r\n')
    const length = end < 0 ? null : /content-length: (\d+)/i.exec(data.toString('latin1', 0, end))?.[1]
    if (length === null || length === undefined || data.length < end + 4 + Number(length)) {
      this.#rest = data
      return
    }
    this.#rest = data.subarray(end + 4 + Number(length))
    this.#answered(Number(data.toString('latin1', 9, 12)))
  }
}
