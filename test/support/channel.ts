import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { ClientMessage, ServerMessage, ServerMessageOf } from '../../src/protocol.ts'

type Waiting = { readonly suits: (message: ServerMessage) => boolean; readonly take: (message: ServerMessage) => void }

/** A WebSocket as a bot writes one: everything that came is kept, and a test waits for what it expects. */
export class Channel {
  readonly ws: WebSocket
  readonly received: ServerMessage[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  #unread: ServerMessage[] = []
  #waiting: Waiting[] = []

  constructor(
    url: string,
    path: string,
    options: { token?: string | null; origin?: string; protocol?: string | null } = {},
  ) {
    const { token, origin, protocol = 'auction.v1' } = options
    this.ws = new WebSocket(url.replace('http', 'ws') + path, protocol === null ? [] : [protocol], {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(origin === undefined ? {} : { origin }),
    })
    this.ws.on('message', (data: Buffer) => this.#heard(JSON.parse(data.toString()) as ServerMessage))
    this.ws.on('error', () => {})
    this.closed = new Promise((resolve) =>
      this.ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
    onTestFinished(() => this.ws.terminate())
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.ws.readyState === WebSocket.OPEN) resolve()
      this.ws.once('open', resolve)
      this.ws.once('error', reject)
    })
  }

  send(message: ClientMessage): void {
    this.ws.send(JSON.stringify(message))
  }

  /** The next message of a type that was not waited for yet. */
  next<Type extends ServerMessage['type']>(
    type: Type,
    suits: (message: ServerMessageOf<Type>) => boolean = () => true,
  ): Promise<ServerMessageOf<Type>> {
    const matches = (message: ServerMessage): message is ServerMessageOf<Type> =>
      message.type === type && suits(message as ServerMessageOf<Type>)
    const known = this.#unread.find(matches)
    if (known !== undefined) {
      this.#unread = this.#unread.slice(this.#unread.indexOf(known) + 1)
      return Promise.resolve(known)
    }
    return new Promise((take) =>
      this.#waiting.push({ suits: matches, take: (message) => take(message as ServerMessageOf<Type>) }),
    )
  }

  /** All messages of a type so far. */
  all<Type extends ServerMessage['type']>(type: Type): ServerMessageOf<Type>[] {
    return this.received.filter((message): message is ServerMessageOf<Type> => message.type === type)
  }

  /** All events so far, from all frames. */
  events() {
    return this.all('events').flatMap((message) => message.events)
  }

  #heard(message: ServerMessage): void {
    this.received.push(message)
    const waiting = this.#waiting.find(({ suits }) => suits(message))
    if (waiting === undefined) {
      this.#unread.push(message)
      return
    }
    this.#waiting = this.#waiting.filter((one) => one !== waiting)
    waiting.take(message)
  }
}

export function watch(url: string, auctionId: string, query = '', token: string | null = null): Channel {
  return new Channel(url, `/v1/auctions/${auctionId}/live${query}`, { token })
}
