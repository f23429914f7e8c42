import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { z } from 'zod'
import { type Closing, closeCodes } from '../codes.ts'
import { limits, rates } from '../config/limits.ts'
import type { Actor } from '../domain/access.ts'
import { toWire } from '../domain/instant.ts'
import { invalid } from '../domain/rejection.ts'
import { idempotencyKey } from '../domain/schema.ts'
import type { Arrival } from '../engine/arrivals.ts'
import { Bucket } from '../engine/bucket.ts'
import type { Metrics } from '../engine/metrics.ts'
import type { Clock } from '../engine/ports.ts'
import { type ServerMessage, type clientMessages, problemOf } from '../protocol.ts'
import type { Admission } from './admission.ts'
import type { LoopScheduler } from './loop-scheduler.ts'
import { encode, encodeHello } from './frame.ts'
import { FrameWriter } from './frame-writer.ts'
import type { Authenticate, Identity, Delegation } from './identity.ts'

export type SocketDependencies = {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly queue: LoopScheduler
  readonly admission: Admission
  readonly authenticate: Authenticate
  readonly membersOnly: boolean
  /** Whether message rates are limited. */
  readonly limited: boolean
}

type Auth = z.output<typeof clientMessages.auth>
type Ping = z.output<typeof clientMessages.ping>
type Common = Auth | Ping

/** What a channel does with the events of its socket. */
export type ChannelHandler<Message extends { type: string }> = {
  readonly schema: z.ZodType<Message>
  /**
   * The class of work in which messages are queued. In `messages` a socket's first message of a turn is handled at once,
   * so bids are.
   */
  readonly workClass: 'messages' | 'costly'
  /** Called once, when the client may watch: without a token where that is enough, or with a valid one. */
  onJoin(): Promise<void>
  /** Called when the client has authenticated on a joined socket, for the first time or again. */
  onReauthenticated(): void
  /** Called for each message. The next one is not handled until a returned promise resolves. */
  onMessage(message: Exclude<Message, Common>, arrival?: Arrival): Promise<void> | undefined
  /** Called when a message has to wait for its turn. */
  onDeferred(): Arrival | undefined
  onClose(): void
  /** Whether a delegated token is for this channel. */
  accepts(delegation: Delegation): boolean
}

/** A WebSocket, and the socket of its upgrade, to which frames are written directly. */
export type Peer = { readonly ws: WebSocket; readonly socket: Socket }

type Step = () => Promise<void> | undefined

/**
 * One WebSocket: parses messages in order, authenticates the client, answers pings, and ends clients that read too
 * slowly, flood or fall silent. What messages mean is up to its handler.
 */
export class LiveSocket<Message extends { type: string }> {
  identity: Identity | null = null
  readonly #ws: WebSocket
  readonly #writer: FrameWriter
  readonly #deps: SocketDependencies
  readonly #handler: ChannelHandler<Message>
  /** A step is in progress. Steps run one after the other, so a bid sent right after a token is handled as the user's. */
  #busy = false
  readonly #waiting: Step[] = []
  #joined = false
  #ended = false
  #missedPongs = 0
  #unreadableMessages = 0
  readonly #messages = new Bucket(rates.messages)
  #stopExpiry: () => void = () => {}

  constructor({ ws, socket }: Peer, deps: SocketDependencies, handler: ChannelHandler<Message>) {
    this.#ws = ws
    this.#writer = new FrameWriter(ws, socket, deps.queue)
    this.#deps = deps
    this.#handler = handler
    ws.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary))
    ws.on('ping', () => this.#count())
    ws.on('pong', () => {
      this.#missedPongs = 0
      this.#count()
    })
    ws.on('error', () => ws.terminate())
    ws.on('close', () => this.#closed())
    this.send(encodeHello(toWire(deps.clock.now())))
  }

  /** As whom the client is shown things. A key that is not for reading sees what everyone may. */
  get actor(): Actor {
    return this.identity === null || this.identity.scopes?.has('read') === false ? null : this.identity.user
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Anonymous capacity is used up: the client may do nothing but authenticate. */
  get isPendingSignIn(): boolean {
    return this.#deps.admission.isPendingSignIn(this)
  }

  /** Admits the socket, then joins with the token of the handshake or without one. */
  open(address: string, token: string | null): void {
    const { admission, membersOnly } = this.#deps
    const closing = admission.enter(this, address)
    if (closing !== null) return this.end(closing)
    this.#enqueue(async () => {
      if (token !== null) await this.#authenticate(token)
      else if (membersOnly) this.#expire(limits.authTimeoutMs)
      else if (this.isPendingSignIn) this.#expire(limits.authTimeoutMs, closeCodes.try_later)
      else await this.#join()
    })
  }

  say(message: ServerMessage): void {
    this.send(encode(message))
  }

  /** Sends a frame. A client that leaves more than `unreadBytesMax` unread is ended, and may resume. */
  send(frame: Buffer): void {
    if (this.#ended) return
    if (this.#writer.unread + frame.length > limits.unreadBytesMax) this.end(closeCodes.reading_too_slowly)
    else this.#writer.send(frame)
  }

  offer(frame: Buffer): void {
    if (!this.#ended) this.#writer.offer(frame)
  }

  flush(): void {
    this.#writer.flush()
  }

  get lags(): boolean {
    return this.#writer.lags
  }

  whenDrained(call: () => void): void {
    this.#writer.whenDrained(call)
  }

  end(closing: Closing): void {
    if (this.#ended) return
    this.#ended = true
    this.#stopExpiry()
    if (closing === closeCodes.reading_too_slowly) this.#deps.metrics.slowWatchers.inc()
    this.flush()
    this.#ws.close(closing.code, closing.reason)
  }

  /** Sends a ping at each heartbeat, and ends a client that left `missedPongsMax` unanswered. */
  ping(): void {
    if (this.#missedPongs >= limits.missedPongsMax)
      // A client that does not read what comes before a ping never sees it.
      return this.end(this.lags ? closeCodes.reading_too_slowly : closeCodes.no_heartbeat)
    this.#missedPongs += 1
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping()
  }

  #closed(): void {
    this.#ended = true
    this.#stopExpiry()
    this.#deps.admission.leave(this)
    this.#handler.onClose()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#count()
    if (this.#ended) return
    const { workClass } = this.#handler
    const { queue } = this.#deps
    const isFirst = workClass === 'messages' && queue.isFirstOfTurn(this)
    if (isFirst && !this.#busy) return this.#run(() => this.#read(data, isBinary))
    const arrival = this.#handler.onDeferred()
    if (!isFirst) this.#enqueue(() => queue.turn(workClass))
    this.#enqueue(() => {
      const reading = this.#read(data, isBinary, arrival)
      arrival?.markRead()
      return reading
    })
  }

  /** Counts pings and pongs with messages, as they cost as much. After the limit nothing more is read from the client. */
  #count(): void {
    const { limited, clock } = this.#deps
    if (this.#ended || !limited || this.#messages.take(clock.now()) === 0) return
    this.end(closeCodes.too_many_messages)
    this.#ws.pause()
    clock.wake(limits.floodCloseMs, () => this.#ws.terminate())
  }

  #enqueue(step: Step): void {
    if (this.#busy) this.#waiting.push(step)
    else this.#run(step)
  }

  /** Runs a step at once; a step that waits for nothing, as every bid, leaves the socket free. */
  #run(step: Step): void {
    if (this.#ended) return
    const done = step()
    if (done === undefined) return
    this.#busy = true
    void done
      .catch(() => this.end(closeCodes.try_later))
      .then(() => {
        this.#busy = false
        while (!this.#busy && this.#waiting.length > 0) this.#run(this.#waiting.shift()!)
      })
  }

  #read(data: Buffer, isBinary: boolean, arrival?: Arrival): Promise<void> | undefined {
    const json = parseObject(data, isBinary)
    if (json === undefined) {
      this.#complain('', 'must be a JSON object')
      this.end(closeCodes.not_understood)
      return undefined
    }
    const read = this.#handler.schema.safeParse(json)
    if (read.success) return this.#dispatch(read.data, arrival)
    const issue = read.error.issues[0]!
    this.#complain(issue.path.join('.'), issue.message, keyOf(json))
    return undefined
  }

  #dispatch(message: Message, arrival?: Arrival): Promise<void> | undefined {
    if (isAuth(message)) return this.#authenticate(message.token)
    if (!isPing(message)) return this.#handler.onMessage(message as Exclude<Message, Common>, arrival)
    const { sentAt } = message
    const serverTime = toWire(this.#deps.clock.now())
    this.say({ type: 'pong', serverTime, ...(sentAt === undefined ? {} : { sentAt }) })
    return undefined
  }

  /** Reports a message that cannot be parsed, by its key if it has one. */
  #complain(path: string, message: string, key: string | null = null): void {
    this.#unreadableMessages += 1
    const problem = problemOf(invalid(path, message), key ?? 'message')
    this.say(key === null ? { type: 'problem', problem } : { type: 'reject', key, problem })
    if (this.#unreadableMessages > limits.unreadableMax) this.end(closeCodes.not_understood)
  }

  async #authenticate(token: string): Promise<void> {
    const { authenticate, admission, clock } = this.#deps
    const identity = await authenticate(token)
    const isOther = this.identity !== null && identity?.user.id !== this.identity.user.id
    if (identity === null || isOther) return this.end(closeCodes.not_signed_in)
    const { user, delegation, expiresAt } = identity
    if (user.blocked || (delegation !== null && !this.#handler.accepts(delegation)))
      return this.end(closeCodes.not_allowed)
    if (this.#ended) return
    this.identity = identity
    if (!admission.authenticated(this, user.id)) return this.end(closeCodes.try_later)
    this.#expire(expiresAt - clock.now())
    if (this.#joined) this.#handler.onReauthenticated()
    else await this.#join()
  }

  async #join(): Promise<void> {
    this.#joined = true
    await this.#handler.onJoin()
  }

  #expire(afterMs: number, closing: Closing = closeCodes.not_signed_in): void {
    this.#stopExpiry()
    this.#stopExpiry = this.#deps.clock.wake(Math.max(afterMs, 0), () => this.end(closing))
  }
}

function isAuth(message: { type: string }): message is Auth {
  return message.type === 'auth'
}

function isPing(message: { type: string }): message is Ping {
  return message.type === 'ping'
}

const BOM = Buffer.from('\ufeff')
/** Only binary messages are decoded by this: ws has validated text messages as UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Accepts JSON in binary messages, as some libraries send it, and a byte order mark in front (RFC 8259, 8.1). */
function parseObject(data: Buffer, isBinary: boolean): object | undefined {
  const bytes = data.subarray(0, BOM.length).equals(BOM) ? data.subarray(BOM.length) : data
  try {
    const json: unknown = JSON.parse(isBinary ? utf8.decode(bytes) : bytes.toString())
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** The key of a bid or message that is otherwise invalid. */
function keyOf(json: object): string | null {
  if (!('type' in json) || (json.type !== 'bid' && json.type !== 'message') || !('key' in json)) return null
  const key = idempotencyKey.safeParse(json.key)
  return key.success ? key.data : null
}
