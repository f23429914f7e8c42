import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'
import { freePort } from './process.ts'

export type Event = { readonly type: string; readonly data: { readonly auction: string; readonly seq: number } }
export type Arrived = Event & { readonly id: string }
/** A receiver of webhooks that checks each signature, and can refuse, hang up and be away. */
export class Receiver {
  readonly port: number
  readonly arrived: Arrived[] = []
  secret = ''
  /** Whether the sender has a time of its own. */
  isOfAnyTime = false
  /** Answers instead of 200, for each time that it is asked; null hangs up behind the body. */
  answer: (event: Event) => number | null = () => 200
  #server: Server | null = null

  static async open(): Promise<Receiver> {
    const receiver = new Receiver(await freePort())
    await receiver.start()
    onTestFinished(() => receiver.stop())
    return receiver
  }

  private constructor(port: number) {
    this.port = port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  async start(): Promise<void> {
    this.#server = createServer((request, reply) => void this.#take(request, reply))
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async #take(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const headers = request.headers as Record<string, string>
    const event = this.#verified(body, headers)
    const status = this.answer(event)
    this.arrived.push({ ...event, id: headers['webhook-id']! })
    if (status === null) request.socket.destroy()
    else reply.writeHead(status).end()
  }

  /** Throws if the signature is not that of the secret. */
  #verified(body: string, headers: Record<string, string>): Event {
    const webhook = new Webhook(this.secret)
    if (!this.isOfAnyTime) return webhook.verify(body, headers) as Event
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
    if (webhook.sign(headers['webhook-id']!, at, body) !== headers['webhook-signature'])
      throw new Error('not its signature')
    return JSON.parse(body) as Event
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
