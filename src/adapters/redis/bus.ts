import { hkdfSync, randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import type { Bus, BusMessage } from '../../engine/ports.ts'
import { type Envelope, Envelopes } from './envelope.ts'

/** How often a node says that it lives, and the number of what it said last: so the last thing before a silence is missed as well. */
const BEAT_MS = 500
/** Without an own beat for so long the bus is down. */
const DOWN_MS = 1_500
/** While it is down what is shown is read again so often. */
const POLL_MS = 250
const KEY_BYTES = 32

type RedisBusDependencies = {
  readonly url: string
  readonly houseSecret: string
  /** Names the house, of which several may share a Redis. */
  readonly house: string
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
}

/** Connects once: where it fails both clients are replaced. */
function clientOf(url: string, failed: () => void) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: DOWN_MS, reconnectStrategy: false },
  })
  client.on('error', failed)
  return client
}

type Client = ReturnType<typeof clientOf>

/**
 * Carries between the nodes of a house by publish and subscribe. What is lost is noticed by the numbers of each node, and then told
 * by `onGap`; what was told is never the truth, which is in the database.
 */
export class RedisBus implements Bus {
  readonly #deps: RedisBusDependencies
  readonly #envelopes: Envelopes
  readonly #channel: string
  readonly #node = randomUUID()
  readonly #listeners = new Set<(message: BusMessage) => void>()
  readonly #gapListeners = new Set<() => void>()
  /** The number of what each other node said last. */
  readonly #heard = new Map<string, number>()
  #number = 0
  #clients: readonly Client[] = []
  #ownBeatAt = Number.NEGATIVE_INFINITY
  #isUp = false
  #isConnecting = false
  #timers: readonly NodeJS.Timeout[] = []

  private constructor(deps: RedisBusDependencies) {
    this.#deps = deps
    this.#channel = `martillo:${deps.house}`
    const key = Buffer.from(hkdfSync('sha256', deps.houseSecret, '', 'martillo bus', KEY_BYTES))
    this.#envelopes = new Envelopes(key)
  }

  /** Rejects where Redis cannot be reached. */
  static async open(deps: RedisBusDependencies): Promise<RedisBus> {
    const bus = new RedisBus(deps)
    await bus.#connect()
    bus.#timers = [setInterval(() => bus.#beat(), BEAT_MS), setInterval(() => bus.#look(), POLL_MS)]
    bus.#beat()
    return bus
  }

  /** Whether what this node says comes back to it. */
  get up(): boolean {
    return this.#isUp
  }

  publish(message: BusMessage): void {
    for (const listener of this.#listeners) listener(message)
    this.#say(message)
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls where something may not have come: whatever is shown is to be read again. Often, while the bus is down. */
  onGap(call: () => void): () => void {
    this.#gapListeners.add(call)
    return () => this.#gapListeners.delete(call)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#drop()
  }

  #beat(): void {
    this.#say(null)
  }

  /** A message is one number more; a beat tells the number of the last. */
  #say(message: BusMessage | null): void {
    if (message !== null) this.#number += 1
    const [publisher] = this.#clients
    if (publisher?.isReady !== true) return
    const sealed = this.#envelopes.seal({ node: this.#node, number: this.#number, message })
    publisher.publish(this.#channel, sealed).catch(() => {})
  }

  #received(sealed: string): void {
    const envelope = this.#envelopes.open(sealed)
    if (envelope === null) return
    if (envelope.node === this.#node) {
      if (envelope.message === null) this.#ownBeatAt = performance.now()
      return
    }
    this.#noteNumber(envelope)
    if (envelope.message !== null) for (const listener of this.#listeners) listener(envelope.message)
  }

  #noteNumber({ node, number, message }: Envelope): void {
    const last = this.#heard.get(node)
    this.#heard.set(node, number)
    const expected = last === undefined ? null : message === null ? last : last + 1
    if (expected !== number) this.#tellGap()
  }

  #tellGap(): void {
    for (const listener of this.#gapListeners) listener()
  }

  /** Notices that own beats do not come back, or come again; asks for what is missed meanwhile. */
  #look(): void {
    const isUp = performance.now() - this.#ownBeatAt < DOWN_MS
    if (isUp !== this.#isUp) {
      this.#isUp = isUp
      const { log } = this.#deps
      if (isUp) log.info({}, 'the bus of the nodes is up')
      else log.error({}, 'the bus of the nodes is down: what is shown is read again and again until it is back')
      this.#tellGap()
    }
    if (isUp) return
    this.#tellGap()
    if (!this.#isConnecting) this.#reconnect()
  }

  /** After a restart of Redis clients can look alive and be deaf: they are replaced. */
  #reconnect(): void {
    this.#isConnecting = true
    this.#connect()
      .catch(() => {})
      .finally(() => {
        this.#isConnecting = false
      })
  }

  async #connect(): Promise<void> {
    this.#drop()
    const failed = () => {
      if (subscriber === this.#clients[1]) this.#ownBeatAt = Number.NEGATIVE_INFINITY
    }
    const [publisher, subscriber] = [clientOf(this.#deps.url, failed), clientOf(this.#deps.url, failed)]
    this.#clients = [publisher, subscriber]
    await Promise.all(this.#clients.map((client) => client.connect()))
    await subscriber.subscribe(this.#channel, (sealed) => this.#received(sealed))
    this.#ownBeatAt = performance.now()
    this.#beat()
  }

  #drop(): void {
    for (const client of this.#clients) if (client.isOpen) client.destroy()
    this.#clients = []
  }
}
