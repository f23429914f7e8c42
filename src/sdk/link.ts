import { closeNumbers } from '../codes.ts'
import type { RoomClient } from './room-client.ts'
import { ServerClock } from './clock.ts'
import { backoffMs } from './pause.ts'
import { SleepWatch } from './sleep.ts'
import type { ClientMessage, ServerMessage } from './wire.ts'

/**
 * `silent`: nothing was answered for a while, close to the end. `offline`: no network, or several attempts in vain; it goes on
 * trying. `over`: nothing more will come.
 */
export type Phase = 'connecting' | 'live' | 'silent' | 'reconnecting' | 'offline' | 'over'

export type LinkParts = {
  /** Path and query of the channel, asked for at each attempt. */
  readonly path: () => string
  /** The channel is open; `named` where a token was shown. */
  readonly opened: (named: boolean) => void
  readonly received: (message: ServerMessage) => void
  readonly phaseChanged: () => void
  /** Whether the end is so near that silence is told at once. */
  readonly isClosing?: () => boolean
}

const SUBPROTOCOL = 'auction.v1'
const HELLO_MS = 10_000
const WAIT_MS = 400
const WAIT_MS_MAX = 15_000
/** After this long without a break the next one counts as the first. */
const STEADY_MS = 10_000
const ATTEMPTS_UNTIL_OFFLINE = 3
/** Silence of so many heartbeats is a dead connection. */
const HEARTBEATS_MISSED = 2.5
/** Close to the end it is looked this often whether the service answers, and asked every second time. */
const LOOK_MS = 500
/** A ping that is not answered for so long is told, and for so long means a dead connection. */
const SILENCE_MS = { told: 1_500, dead: 6_000 }
/** Pings right after the start, for the clock; then one in each heartbeat's time, also where nothing is told. */
const FIRST_PINGS_MS = [0, 300, 900]

/** The least to wait before coming back, by close code, in ms. */
const patience = new Map<number, number>([
  [closeNumbers.going_away, 1_000],
  [closeNumbers.restart, 1_000],
  [closeNumbers.try_later, 2_000],
  [closeNumbers.not_understood, 5_000],
  [closeNumbers.too_many_messages, 5_000],
])

/** So many sockets that never opened though the service answers: none comes through. */
const REFUSALS = 2
/** Then it is tried this often whether one does. */
const TRY_AGAIN_MS = 60_000

/** After these nothing more comes. */
const final = new Set<number>([
  closeNumbers.auction_over,
  closeNumbers.wrong_origin,
  closeNumbers.not_allowed,
  closeNumbers.auction_not_found,
])

/** One live channel: connects, shows the token, keeps the clock, notices silence, and comes back by itself. */
export class Link {
  phase: Phase = 'connecting'
  /** Why it is over, as a close code; null while it is not. */
  ending: number | null = null
  /** When the token was shown on this socket, as `performance.now()`; null while it is nobody's. */
  namedAt: number | null = null
  readonly clock = new ServerClock()
  readonly #client: RoomClient
  readonly #parts: LinkParts
  readonly #stops: (() => void)[] = []
  #socket: WebSocket | null = null
  #dialling = false
  #said = false
  #token: string | null = null
  #attempts = 0
  #refusals = 0
  #trying: ReturnType<typeof setInterval> | undefined
  #openedAt = 0
  #silenceMs = HELLO_MS
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #beating: ReturnType<typeof setInterval> | undefined
  #looking: ReturnType<typeof setInterval> | undefined
  #looks = 0
  #sleep = new SleepWatch()
  /** When the first ping was sent that nothing has come since. */
  #askedAt: number | null = null

  constructor(client: RoomClient, parts: LinkParts) {
    this.#client = client
    this.#parts = parts
    this.#stops.push(client.session.subscribe(() => this.#identityChanged()))
    this.#listen('online', () => this.#comeBack(0))
    this.#listen('offline', () => this.#lost(0))
    this.#listen('pageshow', () => this.#probe())
    this.#listen('visibilitychange', () => this.#probe(), globalThis.document)
    this.#listen('resume', () => this.#wake(), globalThis.document)
    void this.#connect()
  }

  /** No WebSocket comes through: it asks again and again instead. */
  get isPolling(): boolean {
    return this.#refusals >= REFUSALS
  }

  /** False when it could not be sent now. */
  send(message: ClientMessage): boolean {
    if (!this.#said || this.#socket === null) return false
    if (this.#socket.readyState !== 1) {
      // It is gone, though nothing has said so yet.
      this.#lost(0)
      return false
    }
    this.#socket.send(JSON.stringify(message))
    return true
  }

  /** Connects anew, as after a gap in the numbers. */
  restart(waitMs = 0): void {
    this.#drop()
    this.#comeBack(waitMs)
  }

  close(): void {
    this.#end(null)
  }

  async #connect(): Promise<void> {
    this.#drop()
    this.#dialling = true
    this.#token = await this.#client.session.token()
    const socket = await this.#dial()
    this.#dialling = false
    if (this.phase === 'over') return socket.close()
    this.#socket = socket
    socket.addEventListener('open', () => this.#authenticate())
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#take(JSON.parse(String(data)) as ServerMessage)
    })
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#lost(code)
    })
    // A close follows, and says it all; without a listener Node would call it unhandled.
    socket.addEventListener('error', () => {})
    this.#silenceMs = HELLO_MS
    this.#guard()
  }

  async #dial(): Promise<WebSocket> {
    if (!this.isPolling) return this.#open()
    const { PollSocket } = await import('./poll-socket.ts')
    // As much of one as is used here.
    return new PollSocket(this.#client, this.#parts.path()) as unknown as WebSocket
  }

  #open(): WebSocket {
    return new this.#client.WebSocket(this.#client.baseUrl.replace(/^http/, 'ws') + this.#parts.path(), SUBPROTOCOL)
  }

  /** A socket never opened: is it sockets that do not come through, or the service or its storage that is away now? */
  async #suspect(): Promise<void> {
    const isThere = await this.#client.ask('/readyz', { once: true }).then(
      () => true,
      () => false,
    )
    this.#refusals = isThere ? this.#refusals + 1 : 0
  }

  /** Whether one comes through by now. */
  #tryAgain(): void {
    const socket = this.#open()
    socket.addEventListener('error', () => {})
    socket.addEventListener('open', () => {
      socket.close(1_000)
      this.#refusals = 0
      this.restart()
    })
  }

  #take(message: ServerMessage): void {
    this.#guard()
    this.#askedAt = null
    if (this.phase === 'silent') this.#become('live')
    if (message.type === 'hello') this.#greeted(message.serverTime, message.heartbeatSeconds)
    if (message.type === 'pong') this.clock.learn(message.serverTime, performance.now() - Number(message.sentAt))
    this.#parts.received(message)
  }

  #greeted(serverTime: string, heartbeatSeconds: number): void {
    this.clock.forget()
    this.clock.learn(serverTime, Infinity)
    this.#silenceMs = heartbeatSeconds * 1_000 * HEARTBEATS_MISSED
    this.#guard()
    this.#openedAt = performance.now()
    this.#said = true
    if (this.isPolling) this.#trying = setInterval(() => this.#tryAgain(), TRY_AGAIN_MS)
    else this.#refusals = 0
    this.#become('live')
    this.#sleep = new SleepWatch()
    this.#measure()
    this.#beating = setInterval(() => this.#beat(), heartbeatSeconds * 1_000)
    if (this.#parts.isClosing !== undefined) this.#looking = setInterval(() => this.#look(), LOOK_MS)
    this.#parts.opened(this.#token !== null)
  }

  #beat(): void {
    this.#ping()
    void this.#client.session.token().then((token) => {
      if (token === null || token === this.#token) return
      this.#token = token
      this.#authenticate()
    })
  }

  #measure(): void {
    for (const ms of FIRST_PINGS_MS) setTimeout(() => this.#ping(), ms)
  }

  /** Somebody is back: whether the link still lives is asked at once. */
  #probe(): void {
    if (!this.#said) return
    this.#sleep.seen()
    this.#askedAt ??= performance.now()
    this.#measure()
  }

  /** The device slept: what is shown is old, and its clock may have stood still. Both hold again with the first answer. */
  #wake(): void {
    if (!this.#said) return
    this.clock.forget()
    this.#become('silent')
    this.#probe()
  }

  #ping(): void {
    this.send({ type: 'ping', sentAt: performance.now() })
  }

  /** A link that died silently is noticed in time to do something about it. Time in which nothing was asked does not count. */
  #look(): void {
    if (this.#sleep.look()) return this.#wake()
    // Long polls are silent until something happens.
    if (this.isPolling) return
    if (this.#askedAt === null && this.#parts.isClosing?.() !== true) return
    const silentMs = this.#askedAt === null ? 0 : performance.now() - this.#askedAt
    if (silentMs > SILENCE_MS.dead) return this.#lost(0)
    if (silentMs > SILENCE_MS.told) this.#become('silent')
    this.#looks += 1
    if (this.#looks % 2 === 0) return
    this.#askedAt ??= performance.now()
    this.#ping()
  }

  #authenticate(): void {
    if (this.#token === null || this.#socket?.readyState !== 1) return
    this.#socket.send(JSON.stringify({ type: 'auth', token: this.#token } satisfies ClientMessage))
    this.namedAt = performance.now()
    this.#ping()
  }

  /** Somebody signed in: says so here. Signed out: the service closes, and it goes on without a name. */
  #identityChanged(): void {
    if (this.ending === closeNumbers.not_signed_in) {
      this.ending = null
      this.phase = 'reconnecting'
    }
    if (this.#said) this.#beat()
    else if (this.#socket === null) this.#comeBack(0)
  }

  #lost(code: number): void {
    if (this.phase === 'over') return
    if (!this.#said && !this.isPolling && this.#socket !== null) void this.#suspect()
    const steady = this.#said && performance.now() - this.#openedAt > STEADY_MS
    this.#drop()
    if (final.has(code)) return this.#end(code)
    if (steady) this.#attempts = 0
    const least = patience.get(code) ?? 0
    const waitMs = least + Math.random() * least + backoffMs(this.#attempts, WAIT_MS, WAIT_MS_MAX)
    this.#attempts += 1
    if (code === closeNumbers.not_signed_in) return void this.#unknown(waitMs)
    this.#comeBack(waitMs)
    const reached = globalThis.navigator?.onLine ?? true
    if (!reached || this.#attempts > ATTEMPTS_UNTIL_OFFLINE) this.#become('offline')
    else if (this.phase !== 'connecting') this.#become('reconnecting')
  }

  /** The token was not good: with a renewed one, else without; and where that is not allowed, no more. */
  async #unknown(waitMs: number): Promise<void> {
    const shown = this.#token
    if (shown === null) return this.#end(closeNumbers.not_signed_in)
    if ((await this.#client.session.token()) === shown) await this.#client.refresh().catch(() => false)
    this.#comeBack(waitMs)
  }

  #comeBack(waitMs: number): void {
    if (this.phase === 'over' || this.#socket !== null || this.#dialling) return
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#connect(), waitMs)
  }

  #guard(): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => this.#lost(0), this.#silenceMs)
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#said = false
    this.namedAt = null
    clearTimeout(this.#watchdog)
    clearTimeout(this.#retry)
    clearInterval(this.#beating)
    clearInterval(this.#looking)
    clearInterval(this.#trying)
    this.#askedAt = null
    // Node's WebSocket throws on closing before it is open.
    if (socket !== null && socket.readyState < 2) socket.close(1_000)
  }

  #end(code: number | null): void {
    this.#drop()
    this.ending = code
    this.#become('over')
    // Who signs in may watch what only members may.
    if (code !== closeNumbers.not_signed_in) for (const stop of this.#stops.splice(0)) stop()
  }

  #become(phase: Phase): void {
    if (this.phase === phase) return
    this.phase = phase
    this.#parts.phaseChanged()
  }

  #listen(event: string, listener: () => void, on: Partial<EventTarget> | undefined = globalThis): void {
    on?.addEventListener?.(event, listener)
    this.#stops.push(() => on?.removeEventListener?.(event, listener))
  }
}
