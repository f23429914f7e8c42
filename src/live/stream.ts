import { Readable } from 'node:stream'
import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import type { Actor } from '../domain/access.ts'
import type { Metrics } from '../engine/metrics.ts'
import type { Clock } from '../engine/ports.ts'
import type { Admission, Connection } from './admission.ts'
import type { EventBatch } from './event-batch.ts'
import type { Hub } from './hub.ts'
import type { Identity } from './identity.ts'
import type { Reader } from './subscription.ts'

export type StreamDependencies = {
  readonly hub: Hub
  readonly admission: Admission
  readonly clock: Clock
  readonly metrics: Metrics
}

/** A reader without a WebSocket: it gets events only, from a seq on, to the end. */
abstract class Listener implements Reader, Connection {
  readonly canAuthenticateLater = false
  readonly identity: Identity | null
  #ended = false

  constructor(identity: Identity | null) {
    this.identity = identity
  }

  get actor(): Actor {
    return this.identity?.user ?? null
  }

  get ended(): boolean {
    return this.#ended
  }

  get lags(): boolean {
    return false
  }

  end(closing?: Closing): void {
    if (this.#ended) return
    this.#ended = true
    this.finish(closing)
  }

  snapshot(): void {}
  send(): void {}
  ping(): void {}
  offer(): void {}
  ephemeral(): void {}
  flush(): void {}
  whenDrained(_call: () => void): void {}

  abstract events(batch: EventBatch): void
  protected abstract finish(closing?: Closing): void
}

/**
 * Server-sent events. A comment is the heartbeat. A client that reads too slowly is disconnected, and resumes by
 * Last-Event-ID.
 */
class EventStream extends Listener {
  /** Appended to each id, if the client named its epoch. */
  readonly #epoch: string | null
  readonly #metrics: Metrics
  readonly readable = new Readable({ read: () => this.#taken() })
  #waiting: (() => void)[] = []

  constructor(identity: Identity | null, epoch: string | null, metrics: Metrics) {
    super(identity)
    this.#epoch = epoch
    this.#metrics = metrics
    this.#push(`retry: ${limits.streamRetryMs}\n\n`)
  }

  override get lags(): boolean {
    return this.readable.readableLength >= limits.catchUpBytes
  }

  override events(batch: EventBatch): void {
    this.#push(this.#epoch === null ? batch.sseText : batch.sseText.replaceAll(/^id: \d+$/gm, `$&.${this.#epoch}`))
  }

  override offer(): void {
    this.#push(': heartbeat\n\n')
  }

  override whenDrained(call: () => void): void {
    this.#waiting.push(call)
  }

  protected override finish(closing?: Closing): void {
    if (closing !== closeCodes.reading_too_slowly) return void this.readable.push(null)
    this.#metrics.slowWatchers.inc()
    this.readable.destroy()
  }

  #push(text: string): void {
    if (this.ended) return
    const bytes = Buffer.from(text)
    if (this.readable.readableLength + bytes.length > limits.unreadBytesMax) this.end(closeCodes.reading_too_slowly)
    else this.readable.push(bytes)
  }

  #taken(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const call of waiting) call()
  }
}

/** Streams the events after a seq, until the auction ends. */
export function streamEvents(
  { hub, admission, clock, metrics }: StreamDependencies,
  { auctionId, after, epoch, identity, address }: ListenTo,
): Readable | Closing {
  const stream = new EventStream(identity, epoch, metrics)
  const closing = admission.admit(stream, address)
  if (closing !== null) return closing
  const forget = identity === null ? () => {} : clock.wake(identity.expiresAt - clock.now(), () => stream.end())
  stream.readable.once('close', () => {
    forget()
    stream.end()
    hub.unsubscribe(stream, auctionId)
    admission.leave(stream)
  })
  stream.offer()
  hub
    .subscribe(stream, auctionId, { after, epoch: null, most: Number.MAX_SAFE_INTEGER })
    .catch((error: unknown) => stream.readable.destroy(error instanceof Error ? error : undefined))
  return stream.readable
}

export type ListenTo = {
  readonly auctionId: string
  readonly after: number
  /** The epoch that the client named, or null. */
  readonly epoch: string | null
  readonly identity: Identity | null
  readonly address: string
}

/** Waits for the first event after a seq. */
class NextEvent extends Listener {
  readonly #came = Promise.withResolvers<void>()

  get over(): Promise<void> {
    return this.#came.promise
  }

  override events(): void {
    this.#came.resolve()
  }

  protected override finish(): void {
    this.#came.resolve()
  }
}

/**
 * Returns when there is an event after a seq, when there will be none, or after `waitMs`. Null, or the closing that
 * rejects the client.
 */
export async function awaitEvent(
  { hub, admission, clock }: StreamDependencies,
  { auctionId, after, identity, address }: ListenTo,
  { waitMs, gone }: { waitMs: number; gone: AbortSignal },
): Promise<Closing | null> {
  const next = new NextEvent(identity)
  const closing = admission.admit(next, address)
  if (closing !== null) return closing
  const stopWaiting = clock.wake(waitMs, () => next.end())
  gone.addEventListener('abort', () => next.end(), { once: true })
  try {
    await hub.subscribe(next, auctionId, { after, epoch: null, most: Number.MAX_SAFE_INTEGER })
    await next.over
    return null
  } finally {
    stopWaiting()
    next.end()
    hub.unsubscribe(next, auctionId)
    admission.leave(next)
  }
}
