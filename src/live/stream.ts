import { Readable } from 'node:stream'
import { type Closing, closeCodes } from '../codes.ts'
import { limits } from '../config/limits.ts'
import type { Actor } from '../domain/access.ts'
import type { Clock } from '../engine/ports.ts'
import type { Doorkeeper, Guest } from './doorkeeper.ts'
import type { Frame } from './frame.ts'
import type { Watcher } from './channel.ts'
import type { Hub } from './hub.ts'
import type { Rank } from './places.ts'
import type { Visitor } from './visitor.ts'

export type StreamParts = { readonly hub: Hub; readonly door: Doorkeeper; readonly clock: Clock }

/** What both ways without a WebSocket share: they show events only, from a seq on, to the end. */
abstract class Listener implements Watcher, Guest {
  cursor = 0
  readonly mayIntroduce = false
  readonly visitor: Visitor | null
  #ended = false

  constructor(visitor: Visitor | null) {
    this.visitor = visitor
  }

  get actor(): Actor {
    return this.visitor?.user ?? null
  }

  get ended(): boolean {
    return this.#ended
  }

  end(closing?: Closing): void {
    if (this.#ended) return
    this.#ended = true
    this.finish(closing)
  }

  snapshot(_frame: Buffer): void {}
  you(): void {}
  beat(): void {}
  heartbeat(_frame: Buffer): void {}

  get full(): boolean {
    return false
  }

  together(send: () => void): void {
    send()
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  abstract events(frame: Frame): void
  protected abstract finish(closing?: Closing): void
}

/** Server-sent events. A comment is the heartbeat; who reads too slowly is cut off, and resumes by Last-Event-ID. */
class EventStream extends Listener {
  /** Written behind the seq of each id, where whoever listens gave one. */
  readonly #epoch: string | null
  readonly readable = new Readable({ read: () => this.#taken() })
  #waiting: (() => void) | null = null

  constructor(visitor: Visitor | null, epoch: string | null) {
    super(visitor)
    this.#epoch = epoch
    this.#push(`retry: ${limits.streamRetryMs}\n\n`)
  }

  override events(frame: Frame): void {
    this.#push(this.#epoch === null ? frame.stream : frame.stream.replaceAll(/^id: \d+$/gm, `$&.${this.#epoch}`))
  }

  override heartbeat(): void {
    this.#push(': heartbeat\n\n')
  }

  override get full(): boolean {
    return this.readable.readableLength >= limits.catchUpBytes
  }

  override drained(): Promise<void> {
    if (!this.full || this.ended) return Promise.resolve()
    return new Promise((resolve) => (this.#waiting = resolve))
  }

  protected override finish(closing?: Closing): void {
    if (closing === closeCodes.reading_too_slowly) this.readable.destroy()
    else this.readable.push(null)
    this.#taken()
  }

  #push(text: string): void {
    if (this.ended) return
    if (this.readable.readableLength + text.length > limits.unreadBytesMax) this.readable.destroy()
    else this.readable.push(text)
  }

  #taken(): void {
    this.#waiting?.()
    this.#waiting = null
  }
}

/** The events after a seq as a stream that ends with the auction. */
export function streamEvents(
  { hub, door, clock }: StreamParts,
  { auctionId, after, epoch, visitor, address, rank }: ListenTo,
): Readable | Closing {
  const stream = new EventStream(visitor, epoch)
  const refusal = door.admit(stream, address, rank)
  if (refusal !== null) return refusal
  const forget = visitor === null ? () => {} : clock.wake(visitor.expiresAt - clock.now(), () => stream.end())
  stream.readable.once('close', () => {
    forget()
    stream.end()
    hub.detach(stream, auctionId)
    door.leave(stream)
  })
  stream.heartbeat()
  hub
    .attach(stream, auctionId, { after, epoch: null, most: Number.MAX_SAFE_INTEGER })
    .catch((error: unknown) => stream.readable.destroy(error instanceof Error ? error : undefined))
  return stream.readable
}

export type ListenTo = {
  readonly auctionId: string
  readonly after: number
  /** The history that whoever listens says they know; null where they do not say. */
  readonly epoch: string | null
  readonly visitor: Visitor | null
  readonly address: string
  readonly rank: Rank
}

/** Waits for the first event after a seq. */
class NextEvent extends Listener {
  readonly came: Promise<void>
  #come: () => void = () => {}

  constructor(visitor: Visitor | null) {
    super(visitor)
    this.came = new Promise((resolve) => (this.#come = resolve))
  }

  override events(): void {
    this.#come()
  }

  protected override finish(): void {
    this.#come()
  }
}

/** Returns when there is an event after a seq, when there will be none, or when the time is over. */
export async function awaitEvent(
  { hub, door, clock }: StreamParts,
  { auctionId, after, visitor, address, rank }: ListenTo,
  { waitMs, gone }: { waitMs: number; gone: AbortSignal },
): Promise<Closing | null> {
  const next = new NextEvent(visitor)
  const refusal = door.admit(next, address, rank)
  if (refusal !== null) return refusal
  const stopWaiting = clock.wake(waitMs, () => next.end())
  gone.addEventListener('abort', () => next.end(), { once: true })
  try {
    await hub.attach(next, auctionId, { after, epoch: null, most: Number.MAX_SAFE_INTEGER })
    await next.came
    return null
  } finally {
    stopWaiting()
    next.end()
    hub.detach(next, auctionId)
    door.leave(next)
  }
}
