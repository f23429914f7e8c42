import { hkdfSync, randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import type { Bus, BusMessage, NodeMessage } from '../../engine/ports.ts'
import { type Envelope, Envelopes } from './envelope.ts'

/** Interval of a node's beats. A beat carries the number of its last message, so that a lost last message is noticed too. */
const BEAT_MS = 500
/** The bus is down if no own beat has returned for this time. */
const DOWN_MS = 1_500
/** Interval of gap notices while the bus is down. */
const POLL_MS = 250
/** After a stall of this process an own beat can have come that was not read yet: the stall alone makes it seem overdue. */
const STALL_MS = DOWN_MS - BEAT_MS
const KEY_BYTES = 32

type RedisBusDependencies = {
  readonly url: string
  readonly houseSecret: string
  /** Id of the house: several may share a Redis. */
  readonly house: string
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
}

/** A client that connects once. When it fails, both clients are replaced. */
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
 * Carries messages between the nodes of a house by publish and subscribe. Lost messages are detected by each node's numbering, and
 * reported to `onGap`. A message is a notification: the database is the source of truth.
 */
export class RedisBus implements Bus {
  readonly #deps: RedisBusDependencies
  readonly #envelopes: Envelopes
  readonly #channel: string
  readonly #node = randomUUID()
  readonly #listeners = new Set<(message: BusMessage) => void>()
  readonly #gapListeners = new Set<() => void>()
  /** The last message number heard from each other node. */
  readonly #heard = new Map<string, number>()
  #number = 0
  #clients: readonly Client[] = []
  #ownBeatAt = Number.NEGATIVE_INFINITY
  #checkedAt = performance.now()
  #isUp = false
  #isConnecting = false
  #timers: readonly NodeJS.Timeout[] = []

  private constructor(deps: RedisBusDependencies) {
    this.#deps = deps
    this.#channel = `martillo:${deps.house}`
    const key = Buffer.from(hkdfSync('sha256', deps.houseSecret, '', 'martillo bus', KEY_BYTES))
    this.#envelopes = new Envelopes(key)
  }

  /** Rejects if Redis cannot be reached. */
  static async open(deps: RedisBusDependencies): Promise<RedisBus> {
    const bus = new RedisBus(deps)
    await bus.#connect()
    bus.#timers = [setInterval(() => bus.#beat(), BEAT_MS), setInterval(() => bus.#checkBeats(), POLL_MS)]
    bus.#beat()
    return bus
  }

  /** Whether this node's own beats return. */
  get up(): boolean {
    return this.#isUp
  }

  publish(message: BusMessage): void {
    for (const listener of this.#listeners) listener(message)
    this.#send(message)
  }

  tell(message: NodeMessage): void {
    this.#send(message)
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls when messages may have been lost, and every `POLL_MS` while the bus is down. */
  onGap(call: () => void): () => void {
    this.#gapListeners.add(call)
    return () => this.#gapListeners.delete(call)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#drop()
  }

  #beat(): void {
    this.#send(null)
  }

  /** A message increments the number; a beat (null) repeats the last one. */
  #send(message: BusMessage | null): void {
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
    this.#checkNumber(envelope)
    if (envelope.message !== null) for (const listener of this.#listeners) listener(envelope.message)
  }

  #checkNumber({ node, number, message }: Envelope): void {
    const last = this.#heard.get(node)
    this.#heard.set(node, number)
    const expected = last === undefined ? null : message === null ? last : last + 1
    if (expected !== number) this.#reportGap()
  }

  #reportGap(): void {
    for (const listener of this.#gapListeners) listener()
  }

  /** Checks whether own beats return. While they do not, reports gaps and reconnects. After a stall the next check decides. */
  #checkBeats(): void {
    const now = performance.now()
    const hasStalled = now - this.#checkedAt > STALL_MS
    this.#checkedAt = now
    if (hasStalled) return
    const isUp = now - this.#ownBeatAt < DOWN_MS
    if (isUp !== this.#isUp) {
      this.#isUp = isUp
      const { log } = this.#deps
      if (isUp) log.info({}, 'the bus of the nodes is up')
      else log.error({}, 'the bus of the nodes is down: what is shown is read again and again until it is back')
      this.#reportGap()
    }
    if (isUp) return
    this.#reportGap()
    if (!this.#isConnecting) this.#reconnect()
  }

  /** Replaces both clients: after a restart of Redis they can look connected and receive nothing. */
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
