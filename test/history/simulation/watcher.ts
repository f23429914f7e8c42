import { type Closing, closeCodes } from '../../../src/codes.ts'
import { limits } from '../../../src/config/limits.ts'
import type { EventBatch } from '../../../src/live/event-batch.ts'
import { payloadOf } from '../../../src/live/frame-writer.ts'
import type { Reader } from '../../../src/live/subscription.ts'
import type { ChannelEvent, ServerMessageOf } from '../../../src/protocol.ts'
import { type History, type Sight, type Stream, lastSeen } from '../history.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

const DELAY_MS = 5
const STEADY_MS = 6_000
const FRAMES_LOST = 0.05

type Unclocked<S> = S extends Sight ? Omit<S, 'at'> : never

type Line = { readonly world: World; readonly stream: Stream; readonly slow: boolean; readonly losesFrames: boolean }

/** One connection: frames arrive in their order after a while, and not at all once it is cut. */
class Connection implements Reader {
  readonly canAuthenticateLater = false
  readonly actor = null
  lags = false
  ended = false
  readonly #line: Line
  readonly #gone = Promise.withResolvers<boolean>()
  #arrival = 0
  #cut = false

  constructor(line: Line) {
    this.#line = line
  }

  /** Resolves when it is gone, with whether that was the end of the auction. */
  get gone(): Promise<boolean> {
    return this.#gone.promise
  }

  cut(over = false): void {
    if (this.#cut) return
    this.#cut = true
    this.ended = true
    this.#note({ kind: 'ended', over })
    this.#gone.resolve(over)
  }

  ephemeral(): void {}

  events(frame: EventBatch): void {
    const { world, losesFrames } = this.#line
    if (losesFrames && world.unlucky(FRAMES_LOST)) return
    this.lags = this.#line.slow
    const events = frame.texts.map((text) => JSON.parse(text) as ChannelEvent)
    this.#later(() => this.#note({ kind: 'events', events }))
  }

  snapshot(encoded: Buffer): void {
    const snapshot = JSON.parse(payloadOf(encoded).toString()) as ServerMessageOf<'snapshot'>
    this.#later(() => this.#note({ kind: 'snapshot', snapshot }))
  }

  offer(encoded: Buffer): void {
    const { seq, head } = JSON.parse(payloadOf(encoded).toString()) as ServerMessageOf<'heartbeat'>
    this.#later(() => this.#note({ kind: 'heartbeat', seq, head }))
  }

  send(): void {}
  flush(): void {}

  whenDrained(call: () => void): void {
    const { world } = this.#line
    world.after(world.random.delay(DELAY_MS), () => {
      this.lags = false
      call()
    })
  }

  end(closing: Closing): void {
    if (this.ended) return
    this.#later(() => this.cut(closing === closeCodes.auction_over))
    this.ended = true
  }

  #later(arrive: () => void): void {
    if (this.ended) return
    const { world } = this.#line
    this.#arrival = Math.max(this.#arrival, world.now + world.random.delay(DELAY_MS))
    world.after(this.#arrival - world.now, () => {
      if (!this.#cut) arrive()
    })
  }

  #note(sight: Unclocked<Sight>): void {
    this.#line.stream.sights.push({ at: this.#line.world.now, ...sight })
  }
}

type Following = {
  readonly world: World
  readonly history: History
  readonly auction: string
  readonly epoch: string
  readonly losesFrames: boolean
  /** A process that takes connections. */
  readonly node: () => Promise<SimulatedNode>
}

/** Follows an auction to its end. Its connection breaks now and then, and it comes back with the seq that it has. */
export async function follow({ world, history, auction, epoch, losesFrames, node }: Following, name: string) {
  const { random } = world
  const stream = history.watch(name, auction)
  const line: Line = { world, stream, slow: random.chance(0.3), losesFrames }
  for (;;) {
    const host = await node()
    const seen = random.chance(0.1) ? null : lastSeen(stream)
    stream.sights.push({ at: world.now, kind: 'connected', after: seen })
    const connection = new Connection(line)
    void host.died.then(() => connection.cut())
    if (!world.calm) world.after(random.delay(STEADY_MS), () => connection.cut())
    const resume = seen === null ? null : { after: seen, epoch, most: limits.resumeEventsMax }
    host.hub.subscribe(connection, auction, resume).catch(() => connection.cut())
    const over = await connection.gone
    host.hub.unsubscribe(connection, auction)
    if (over) return
    await world.sleep(random.delay(30))
  }
}
