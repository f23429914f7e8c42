import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'
import type { RoomBusMessage, SaidMessage } from '../engine/ports.ts'
import { messageView } from './room-frames.ts'
import { PresenceLog } from './presence-log.ts'

/** What a node keeps of the room of one auction that is watched. None of it is the truth, which is in storage. */
export class FeedRoom {
  readonly presence = new PresenceLog()
  /** Whether readers are told how many watch, as far as is known. */
  isCounted = false
  /** By paddle, when it was last seen here. */
  readonly seen = new Map<number, Instant>()
  /** What is to be sent to the room's readers next. */
  readonly outbox: RoomBusMessage[] = []
  /** Some readers are to be told who is there, though nobody came or left. */
  owesPresence = false
  isSending = false
  /** Some readers missed something, and are sent the last messages when they can take them. */
  hasStale = false
  /** The last messages, oldest first; null until they were read from storage. */
  #latest: SaidMessage[] | null = null
  #json: string | null = null
  #loading: Promise<void> | null = null
  /** What came while the messages were being read. */
  #came: SaidMessage[] = []
  readonly #removed = new Set<string>()

  /** The last messages, read once by `load`, which gives the newest first. */
  async latest(load: () => Promise<readonly SaidMessage[]>): Promise<readonly SaidMessage[]> {
    while (this.#latest === null) {
      this.#loading ??= this.#load(load).finally(() => {
        this.#loading = null
      })
      await this.#loading
    }
    return this.#latest
  }

  async #load(load: () => Promise<readonly SaidMessage[]>): Promise<void> {
    this.#came = []
    this.#removed.clear()
    const read = await load()
    const known = new Map([...read.toReversed(), ...this.#came].map((message) => [message.id, message]))
    for (const id of this.#removed) known.delete(id)
    this.#set([...known.values()])
  }

  /** The same as JSON, as a snapshot has them. */
  async json(load: () => Promise<readonly SaidMessage[]>): Promise<string> {
    const messages = await this.latest(load)
    this.#json ??= JSON.stringify(messages.map((message) => messageView(message)))
    return this.#json
  }

  add(message: SaidMessage): void {
    this.#came.push(message)
    if (this.#latest !== null && !this.#latest.some(({ id }) => id === message.id))
      this.#set([...this.#latest, message])
  }

  remove(messageId: string): void {
    this.#removed.add(messageId)
    if (this.#latest?.some(({ id }) => id === messageId) === true) this.forget()
  }

  /** Messages may be missing: they are read again. */
  forget(): void {
    this.#latest = null
    this.#json = null
  }

  #set(messages: readonly SaidMessage[]): void {
    this.#latest = messages.toSorted((a, b) => a.number - b.number).slice(-limits.roomMessagesShown)
    this.#json = null
    this.#came = []
    this.#removed.clear()
  }
}
