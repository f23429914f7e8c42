import type { RoomClient, Offer } from './room-client.ts'
import { Link, type Phase } from './link.ts'
import { type Settleable, newKey, settleable } from './pause.ts'
import { ProblemError, WithdrawnError } from './problem.ts'
import { type Room, enter, follow } from './room.ts'
import type { AnswerView, AuctionView, ChannelEvent, ClientMessage, Problem, ServerMessage } from './wire.ts'

/** What a listener is told: the room or the phase is new; `events` are those that led there. */
export type Change = { readonly events: readonly ChannelEvent[] }

/** What a channel says of the room of its auction; a snapshot has the last messages. */
export type RoomFrame = Extract<
  ServerMessage,
  { type: 'snapshot' | 'room' | 'presence' | 'typing' | 'message' | 'message.removed' }
>

type Pending = {
  readonly offer: Offer
  readonly key: string
  readonly answer: Settleable<AnswerView>
  sends: number
  timer: ReturnType<typeof setTimeout> | undefined
}

/** How long an answer may take, and a break last, before a bid goes by REST instead; both with the same key. */
const ANSWER_MS = 8_000
const BREAK_MS = 3_000
const SENDS_MAX = 3
/** What came of the room before anybody listened. */
const UNHEARD_MAX = 200
/** How long before the end silence is told at once. */
const CLOSING_MS = 120_000

/** The live channel of one auction: its room, kept exact through breaks, and bids that are placed once. */
export class RoomConnection {
  room: Room | null = null
  readonly #client: RoomClient
  readonly #auctionId: string
  readonly #link: Link
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #pending = new Map<string, Pending>()
  readonly #acked = new Map<string, AnswerView>()
  #hears: ((message: RoomFrame) => void) | null = null
  #unheard: RoomFrame[] = []

  constructor(client: RoomClient, auctionId: string) {
    this.#client = client
    this.#auctionId = auctionId
    this.#link = new Link(client, {
      path: () => this.#path(),
      opened: (named) => this.#opened(named),
      received: (message) => this.#received(message),
      phaseChanged: () => this.#phaseChanged(),
      isClosing: () => this.#isClosing(),
    })
  }

  get phase(): Phase {
    return this.#link.phase
  }

  /** Why it is over, as a close code; null where it is not, or by your own wish. */
  get ending(): number | null {
    return this.#link.ending
  }

  /** The service's clock, in epoch milliseconds. */
  now(): number {
    return this.#link.clock.now()
  }

  /** No WebSocket comes through, so the service is asked again and again: as exact, and a little later. */
  get isPolling(): boolean {
    return this.#link.isPolling
  }

  /** The shortest round trip of late, in ms; null where none was measured. */
  get tripMs(): number | null {
    return this.#link.clock.tripMs
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Places a bid over the socket, or by REST where that does not answer. Throws as `client.bid` does. */
  bid(offer: Offer, key: string = newKey()): Promise<AnswerView> {
    const known = this.#pending.get(key)
    if (known !== undefined) return known.answer.promise
    const pending: Pending = { offer, key, answer: settleable(), sends: 0, timer: undefined }
    this.#pending.set(key, pending)
    this.#dispatch(pending)
    return pending.answer.promise
  }

  /** Whether a bid waits for the connection, and was not sent yet. */
  mayWithdraw(key: string): boolean {
    return this.#pending.get(key)?.sends === 0
  }

  /** Takes back a bid that was not sent yet; one that may count already goes on. */
  withdraw(key: string): void {
    if (this.mayWithdraw(key)) this.#settle(key, ({ answer }) => answer.reject(new WithdrawnError()))
  }

  /** Calls with what comes of the room of the auction, from the snapshot on; `Talk` makes of it what is said and who is there. */
  hearRoom(listener: (message: RoomFrame) => void): void {
    this.#hears = listener
    for (const message of this.#unheard.splice(0)) listener(message)
  }

  /** Whether it was sent: nothing of it is repeated. */
  send(message: ClientMessage): boolean {
    return this.#link.send(message)
  }

  close(): void {
    this.#link.close()
  }

  #isClosing(): boolean {
    const { status, closesAt } = this.room?.auction ?? {}
    return status === 'open' && Date.parse(closesAt!) - this.now() < CLOSING_MS
  }

  #path(): string {
    const path = `/v1/auctions/${this.#auctionId}/live`
    return this.room === null ? path : `${path}?after=${this.room.seq}&epoch=${this.room.epoch}`
  }

  #opened(named: boolean): void {
    if (!named) this.#amend({ you: null })
    for (const pending of this.#pending.values()) this.#dispatch(pending)
  }

  #received(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.room = enter(message, this.room?.you ?? null)
        this.#talked(message)
        this.#tell()
        return this.#settleAcked()
      case 'events':
        return this.#followed(message.events)
      case 'you': {
        const { type: _, ...you } = message
        return this.#amend({ you })
      }
      case 'heartbeat':
        this.#amend({ watching: message.watching })
        if (this.room !== null && message.seq > this.room.seq) this.#link.restart()
        return
      case 'ack': {
        const { type: _, key, ...answer } = message
        this.#stand(answer)
        this.#acked.set(key, answer)
        return this.#settleAcked()
      }
      case 'reject':
        return this.#rejected(message.key, new ProblemError(message.problem as Problem))
      case 'hello':
      case 'pong':
      case 'notice':
      case 'prices':
      case 'problem':
        return
      case 'room':
        this.#amendAuction({ room: message.room })
        return this.#talked(message)
      case 'presence':
        this.#amend({ watching: message.watching })
        return this.#talked(message)
      case 'typing':
      case 'message':
      case 'message.removed':
        return this.#talked(message)
    }
  }

  /** Where you stand is known with the answer, before the room has heard of the bid: nobody bids against themselves. */
  #stand({ seq, bid, outcome }: AnswerView): void {
    if (this.room === null || seq === null || seq <= this.room.seq) return
    const standing = outcome === 'won' ? 'won' : outcome === 'outbid' ? 'outbid' : 'leading'
    const { you } = this.room
    this.#amend({ you: { maximum: null, lowerable: null, bids: [], ...you, paddle: bid.paddle, standing } })
  }

  #followed(events: readonly ChannelEvent[]): void {
    let { room } = this
    const followed: ChannelEvent[] = []
    for (const event of events) {
      if (room === null || event.seq > room.seq + 1) {
        this.#link.restart()
        break
      }
      if (event.seq <= room.seq) continue
      room = follow(room, event)
      followed.push(event)
    }
    this.room = room
    this.#tell(followed)
    this.#settleAcked()
  }

  #talked(message: RoomFrame): void {
    if (this.#hears !== null) return this.#hears(message)
    if (message.type === 'snapshot') this.#unheard = []
    this.#unheard = [...this.#unheard.slice(-UNHEARD_MAX), message]
  }

  #amendAuction(part: Partial<AuctionView>): void {
    if (this.room !== null) this.#amend({ auction: { ...this.room.auction, ...part } })
  }

  #amend(part: Partial<Room>): void {
    if (this.room === null) return
    this.room = { ...this.room, ...part }
    this.#tell()
  }

  #phaseChanged(): void {
    for (const pending of this.#pending.values()) {
      if (this.phase === 'over') this.#byRest(pending)
      else if (this.phase !== 'live') this.#wait(pending, BREAK_MS)
    }
    this.#tell()
  }

  #dispatch(pending: Pending): void {
    if (this.phase === 'over' || pending.sends >= SENDS_MAX) return this.#byRest(pending)
    const sent = this.#link.send({ type: 'bid', key: pending.key, ...pending.offer })
    if (sent) pending.sends += 1
    this.#wait(pending, sent ? ANSWER_MS : BREAK_MS)
  }

  #wait(pending: Pending, ms: number): void {
    clearTimeout(pending.timer)
    pending.timer = setTimeout(() => this.#byRest(pending), ms)
  }

  /** Not definite, or the name was not known yet: REST repeats it under the same key, and renews the token. */
  #rejected(key: string, error: ProblemError): void {
    const pending = this.#pending.get(key)
    if (pending === undefined) return
    if (error.problem.status >= 500 || error.code === 'unauthenticated') return this.#byRest(pending)
    this.#settle(key, ({ answer }) => answer.reject(error))
  }

  #byRest(pending: Pending): void {
    this.#settle(pending.key, ({ answer, offer, key }) => {
      this.#client.bid(this.#auctionId, offer, key).then(answer.resolve, answer.reject)
    })
  }

  /** An answer is given once the room has heard of the bid: whoever looks at it then sees what is. */
  #settleAcked(): void {
    for (const [key, answer] of this.#acked) {
      if (this.room !== null && answer.seq !== null && this.room.seq < answer.seq) continue
      this.#acked.delete(key)
      this.#settle(key, (pending) => pending.answer.resolve(answer))
    }
  }

  #settle(key: string, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(key)
    if (pending === undefined) return
    clearTimeout(pending.timer)
    this.#pending.delete(key)
    settle(pending)
  }

  #tell(events: readonly ChannelEvent[] = []): void {
    for (const listener of this.#listeners) listener({ events })
  }
}
