import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

/** One kept HTTP/1.1 connection that posts JSON at little cost; what is asked before the answer came stands in line. */
export class Poster {
  readonly #socket: Socket
  readonly #path: string
  readonly #head: string
  #rest: Buffer = Buffer.alloc(0)
  readonly #waiting: ((status: number, body: Buffer) => void)[] = []

  private constructor(socket: Socket, path: string, head: string) {
    this.#socket = socket
    this.#path = path
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
    const head = `HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n${lines.join('')}`
    return new Poster(socket, pathname, head)
  }

  /** `key` becomes the Idempotency-Key. The call gets the status and the body of the answer. */
  post(body: string, key: string, answered: (status: number, body: Buffer) => void, path = this.#path): void {
    this.#waiting.push(answered)
    this.#socket.write(
      `POST ${path} ${this.#head}Idempotency-Key: ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (;;) {
      const data = this.#rest
      const start = data.indexOf('\r\n\r\n') + 4
      const length = start < 4 ? undefined : /content-length: (\d+)/i.exec(data.toString('latin1', 0, start))?.[1]
      if (length === undefined || data.length < start + Number(length)) return
      const end = start + Number(length)
      this.#rest = data.subarray(end)
      this.#waiting.shift()!(Number(data.toString('latin1', 9, 12)), data.subarray(start, end))
    }
  }
}
