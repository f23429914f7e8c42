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
  /** Whether floods are cut off. */
  readonly limited: boolean
}

type Auth = z.output<typeof clientMessages.auth>
type Ping = z.output<typeof clientMessages.ping>
type Common = Auth | Ping

/** What a channel makes of a socket. */
export type ChannelHandler<Message extends { type: string }> = {
  readonly schema: z.ZodType<Message>
  /** The lane in which messages wait. In `messages` the first in a turn of the loop is heard at once, as a bid is. */
  readonly workClass: 'messages' | 'costly'
  /** The socket may watch: called once, when nothing or the right token was shown. */
  onJoin(): Promise<void>
  /** Somebody showed who they are, for the first time or again. */
  onReauthenticated(): void
  /** Where something has to be waited for, the next message is heard behind it. */
  onMessage(message: Exclude<Message, Common>, arrival?: Arrival): Promise<void> | undefined
  /** A message came that has to wait for its turn. */
  onDeferred(): Arrival | undefined
  onClose(): void
  /** Whether it is what a token was lent for. */
  accepts(lent: Delegation): boolean
}

/** A WebSocket, and the socket of its upgrade, to write to. */
export type Peer = { readonly ws: WebSocket; readonly socket: Socket }

type Step = () => Promise<void> | undefined

/**
 * One WebSocket: reads frames in order, keeps the peer's identity, answers pings, and lets go whoever reads too slowly,
 * floods, or falls silent. What is said on it is the business of its conversation.
 */
export class LiveSocket<Message extends { type: string }> {
  identity: Identity | null = null
  readonly #ws: WebSocket
  readonly #writer: FrameWriter
  readonly #deps: SocketDependencies
  readonly #handler: ChannelHandler<Message>
  /** Messages are taken one after the other: a bid sent right behind a token finds it looked at. */
  #busy = false
  readonly #waiting: Step[] = []
  #joined = false
  #ended = false
  #missedPongs = 0
  #unreadableMessages = 0
  readonly #messages = new Bucket(rates.messages)
  #stopExpiry: () => void = () => {}

  constructor({ ws, socket }: Peer, deps: SocketDependencies, talk: ChannelHandler<Message>) {
    this.#ws = ws
    this.#writer = new FrameWriter(ws, socket, deps.queue)
    this.#deps = deps
    this.#handler = talk
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

  get actor(): Actor {
    return this.identity?.user ?? null
  }

  get ended(): boolean {
    return this.#ended
  }

  /** There is no place for whoever does not sign in. */
  get isPendingSignIn(): boolean {
    return this.#deps.admission.isPendingSignIn(this)
  }

  /** Begins with the token of the handshake, or without one. */
  open(address: string, token: string | null): void {
    const { admission, membersOnly } = this.#deps
    const refusal = admission.enter(this, address)
    if (refusal !== null) return this.end(refusal)
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

  /** Sends unless the peer has left too much unread: then it is let go, to resume. */
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

  /** Once a heartbeat: asks for a pong, and gives up where the last ones stayed away. */
  ping(): void {
    if (this.#missedPongs >= limits.missedPongsMax)
      // Behind what is unread nobody sees a ping.
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
    const isFirst = workClass === 'messages' && queue.isFirst(this)
    if (isFirst && !this.#busy) return this.#run(() => this.#read(data, isBinary))
    const arrival = this.#handler.onDeferred()
    if (!isFirst) this.#enqueue(() => queue.turn(workClass))
    this.#enqueue(() => {
      const reading = this.#read(data, isBinary, arrival)
      arrival?.markRead()
      return reading
    })
  }

  /** Pings and pongs cost as much as messages, and are counted with them. What a flood brings behind the limit is not even read. */
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

  /** At once where nothing has to be waited for, which is every bid. */
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

  /** Who waits for an answer to a key gets it by that. */
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
    const { user, delegation: lent, expiresAt } = identity
    if (user.blocked || (lent !== null && !this.#handler.accepts(lent))) return this.end(closeCodes.not_allowed)
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
/** Of a text frame it is known. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Some libraries send JSON as bytes, and some editors put a mark of byte order in front (RFC 8259, 8.1). */
function parseObject(data: Buffer, isBinary: boolean): object | undefined {
  const bytes = data.subarray(0, BOM.length).equals(BOM) ? data.subarray(BOM.length) : data
  try {
    const json: unknown = JSON.parse(isBinary ? utf8.decode(bytes) : bytes.toString())
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** The key of a bid that could not be read otherwise. */
function keyOf(json: object): string | null {
  if (!('type' in json) || json.type !== 'bid' || !('key' in json)) return null
  const key = idempotencyKey.safeParse(json.key)
  return key.success ? key.data : null
}
