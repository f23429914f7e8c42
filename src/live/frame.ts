import type { ChannelEvent, ServerMessage } from '../protocol.ts'

/** Events that travel together, encoded once for each kind of transport and shared by all who watch. */
export class Frame {
  readonly events: readonly ChannelEvent[]
  #socket: Buffer | null = null
  #stream: string | null = null

  constructor(events: readonly ChannelEvent[]) {
    this.events = events
  }

  get first(): number {
    return this.events[0]!.seq
  }

  get last(): number {
    return this.events.at(-1)!.seq
  }

  /** The `events` message of the socket. */
  get socket(): Buffer {
    this.#socket ??= encode({ type: 'events', events: this.events })
    return this.#socket
  }

  /** Server-sent events: the id is the seq. */
  get stream(): string {
    this.#stream ??= this.events.map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`).join('')
    return this.#stream
  }
}

export function encode(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message))
}
