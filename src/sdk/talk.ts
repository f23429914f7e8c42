import type { RoomConnection, RoomFrame } from './connection.ts'
import { newKey } from './pause.ts'
import type { List, RoomClient } from './room-client.ts'
import type { RoomMessageView, RoomSettings } from './wire.ts'

/** My part in a room: under which name I speak, and what I may. */
export type RoomPart = {
  readonly room: RoomSettings
  readonly speaker: string | null
  readonly mayRead: boolean
  readonly mayWrite: boolean
  readonly mayAsk: boolean
  readonly mute: { readonly until: string | null } | null
  readonly conversation: string | null
}

/** Messages that are kept; older ones are read with `older`. */
const KEPT_MAX = 500
/** Who typed so long ago does not type any more: it is told every 3 s. */
const TYPING_MS = 5_000
const TELL_TYPING_MS = 3_000
const PAGE = 50

/** What is said in the room of an auction, and who is there, as its channel tells it. */
export class Talk {
  settings: RoomSettings | null = null
  /** What was said to the room, the oldest first. */
  messages: readonly RoomMessageView[] = []
  /** What was said in private while this was open: questions to the seller, and answers. */
  asked: readonly RoomMessageView[] = []
  /** The paddles that are there; null where the room does not tell. */
  paddles: readonly string[] | null = null
  /** Older messages may be had. */
  hasOlder = true
  readonly #client: RoomClient
  readonly #connection: RoomConnection
  readonly #auctionId: string
  readonly #listeners = new Set<(said: RoomMessageView | null) => void>()
  /** By speaker, to whom they type, and until when that is believed. */
  readonly #typing = new Map<string, { readonly to: string; readonly until: number }>()
  #toldTypingAt = -TELL_TYPING_MS

  constructor(client: RoomClient, connection: RoomConnection, auctionId: string) {
    this.#client = client
    this.#connection = connection
    this.#auctionId = auctionId
    connection.hearRoom((message) => this.#heard(message))
  }

  /** Calls after each change, with the message that was said just now, if that is what it is. */
  subscribe(listener: (said: RoomMessageView | null) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Who types, to all in the room or in private to me. */
  get typing(): readonly { readonly from: string; readonly to: string }[] {
    const now = performance.now()
    for (const [from, { until }] of this.#typing) if (until < now) this.#typing.delete(from)
    return [...this.#typing].map(([from, { to }]) => ({ from, to }))
  }

  part(): Promise<RoomPart> {
    return this.#client.ask(`/v1/auctions/${this.#auctionId}/room`)
  }

  /** Says something, once: whatever is repeated under the same key is one message. */
  async say(text: string, to = 'room', key: string = newKey()): Promise<RoomMessageView> {
    const headers = { 'idempotency-key': key }
    const path = `/v1/auctions/${this.#auctionId}/messages`
    const said = await this.#client.ask<RoomMessageView>(path, { body: { text, to }, headers })
    this.#add(said)
    return said
  }

  /** Tells others that I type, at most once in 3 s. */
  type(to = 'room'): void {
    const now = performance.now()
    if (now < this.#toldTypingAt + TELL_TYPING_MS) return
    if (this.#connection.send({ type: 'typing', to })) this.#toldTypingAt = now
  }

  async older(): Promise<void> {
    const before = this.messages[0]?.id
    const path = `/v1/auctions/${this.#auctionId}/messages`
    const page = await this.#client.ask<List<RoomMessageView>>(path, { query: { before, limit: PAGE } })
    this.hasOlder = page.nextCursor !== null
    this.messages = [...page.items.toReversed(), ...this.messages]
    this.#tell(null)
  }

  #heard(message: RoomFrame): void {
    switch (message.type) {
      case 'snapshot':
        this.settings = message.auction.room
        this.#replace(message.messages)
        return this.#tell(null)
      case 'room':
        this.settings = message.room
        this.#replace(message.messages)
        return this.#tell(null)
      case 'message': {
        const { type: _, ...said } = message
        return this.#add(said)
      }
      case 'message.removed': {
        const others = ({ id }: RoomMessageView) => id !== message.id
        this.messages = this.messages.filter(others)
        this.asked = this.asked.filter(others)
        return this.#tell(null)
      }
      case 'typing':
        this.#typing.set(message.from, { to: message.to, until: performance.now() + TYPING_MS })
        return this.#tell(null)
      case 'presence':
        this.paddles = peopleAfter(this.paddles, message)
        return this.#tell(null)
    }
  }

  #add(said: RoomMessageView): void {
    this.#typing.delete(said.from)
    const list = said.to === 'room' ? this.messages : this.asked
    if (list.some(({ id }) => id === said.id)) return
    const longer = [...list, said].slice(-KEPT_MAX)
    if (said.to === 'room') this.messages = longer
    else this.asked = longer
    this.#tell(said)
  }

  /** The last messages, as the service has them: what was removed meanwhile is gone, older ones stay. */
  #replace(last: readonly RoomMessageView[]): void {
    const [first] = last
    const older = first === undefined ? [] : this.messages.filter(({ id }) => id < first.id)
    this.messages = [...older, ...last]
  }

  #tell(said: RoomMessageView | null): void {
    for (const listener of this.#listeners) listener(said)
  }
}

type Presence = Extract<RoomFrame, { type: 'presence' }>

/** A frame without names says that they are told no longer; the next one with them names everybody. */
function peopleAfter(known: readonly string[] | null, { joined, left }: Presence): readonly string[] | null {
  if (joined === undefined || left === undefined) return null
  const there = new Set([...(known ?? []), ...joined])
  for (const paddle of left) there.delete(paddle)
  return [...there].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
}
