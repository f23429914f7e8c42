import { PriceConnection } from './catalogue.ts'
import type { Change } from './connection.ts'
import type { RoomClient } from './room-client.ts'
import { type Room, enter, follow } from './room.ts'
import type { ChannelEvent, PriceView, Problem, ServerMessage } from './wire.ts'

/** As many auctions as one connection follows event by event. */
export const FOLLOWED_MAX = 64

export type FollowListener = {
  /** The room of an auction is new; `events` are those that led there. */
  readonly changed: (id: string, room: Room, change: Change) => void
  /** There is no such auction, or no longer, for whoever asks. It is not followed any more. */
  readonly refused: (id: string, problem: Problem) => void
  /** Lines that are new of the auctions that are watched; called without any when the phase changes. */
  readonly prices: (prices: readonly PriceView[]) => void
}

/** Many auctions over one channel: some event by event, each with a room that is kept exact through breaks, others by price. */
export class FollowConnection extends PriceConnection {
  readonly #rooms = new Map<string, Room>()
  readonly #told: FollowListener
  #followed: readonly string[] | null = null

  constructor(client: RoomClient, listener: FollowListener) {
    super(client, listener.prices)
    this.#told = listener
  }

  /** The room of an auction that is followed, once it has come. */
  room(id: string): Room | null {
    return this.#rooms.get(id) ?? null
  }

  /** The whole list, at most 64; replaces the one before. Rooms of those that stay go on. */
  follow(auctions: readonly string[]): void {
    this.#followed = auctions
    const stay = new Set(auctions)
    for (const id of this.#rooms.keys()) if (!stay.has(id)) this.#rooms.delete(id)
    this.#say()
  }

  protected override opened(named: boolean): void {
    super.opened(named)
    if (!named) for (const id of this.#rooms.keys()) this.#amend(id, { you: null })
    this.#say()
  }

  protected override received(message: ServerMessage): void {
    super.received(message)
    switch (message.type) {
      case 'snapshot': {
        const { id } = message.auction
        return this.#enter(id, enter(message, this.room(id)?.you ?? null))
      }
      case 'events':
        return this.#events(message.auction!, message.events)
      case 'you': {
        const { type: _, auction, ...you } = message
        return this.#amend(auction!, { you })
      }
      case 'heartbeat':
        return this.#beat(message.auction!, message.seq, message.watching)
      case 'problem':
        return this.#refused(message.auction, message.problem as Problem)
      case 'ack':
      case 'hello':
      case 'pong':
      case 'notice':
      case 'prices':
      case 'presence':
      case 'typing':
      case 'message':
      case 'message.removed':
      case 'room':
      case 'reject':
    }
  }

  #say(): void {
    if (this.#followed === null) return
    const auctions = this.#followed.map((id) => {
      const room = this.room(id)
      return room === null ? { id } : { id, after: room.seq, epoch: room.epoch }
    })
    this.link.send({ type: 'follow', auctions })
  }

  #enter(id: string, room: Room, events: readonly ChannelEvent[] = []): void {
    // An answer to a list that was replaced since.
    if (this.#followed?.includes(id) !== true) return
    this.#rooms.set(id, room)
    this.#told.changed(id, room, { events })
  }

  #amend(id: string, part: Partial<Room>): void {
    const room = this.room(id)
    if (room !== null) this.#enter(id, { ...room, ...part })
  }

  #events(id: string, events: readonly ChannelEvent[]): void {
    let room = this.room(id)
    if (room === null) return
    const followed: ChannelEvent[] = []
    for (const event of events) {
      if (event.seq > room.seq + 1) return this.link.restart()
      if (event.seq <= room.seq) continue
      room = follow(room, event)
      followed.push(event)
    }
    this.#enter(id, room, followed)
  }

  #beat(id: string, seq: number, watching: number): void {
    this.#amend(id, { watching })
    const room = this.room(id)
    if (room !== null && seq > room.seq) this.link.restart()
  }

  #refused(id: string | undefined, problem: Problem): void {
    if (id === undefined) return
    if (problem.status >= 500) return this.later(problem)
    this.#followed = this.#followed?.filter((one) => one !== id) ?? null
    this.#rooms.delete(id)
    this.#told.refused(id, problem)
  }
}
