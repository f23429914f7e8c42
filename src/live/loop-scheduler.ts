import type { Clock } from '../engine/ports.ts'

/** So long at a time: a bid never waits for a whole room. What is sent to one watcher takes some 15 µs. */
const SLICE_MS = 1
/**
 * Turns of the loop between two slices of a lane. The loop takes one new connection in each (libuv), and a bid needs a few
 * to be read, stored and answered: a crowd that connects must not make them wait for as many slices. Empty ones cost 20 µs.
 */
const TURNS_BETWEEN = 16
/** The time is looked at after so many items. */
const ITEMS_BETWEEN_LOOKS = 8
/** How long fan-out that cannot keep up rests, for each time that it took to reach everyone; no timer is shorter than 1 ms. */
const REST_SHARE = 0.5
const REST_MS_MIN = 1

/** `messages` of sockets, bids among them; `requests` over HTTP; `costly`: lists, journals, pages. None stands behind another. */
export type WorkClass = 'messages' | 'requests' | 'costly'

type Flushed = { flush(): void }

/**
 * Shares one event loop among all that wants it. Each lane moves on for a slice at a time, by one step at least, and then
 * lets the loop turn: what comes from elsewhere meanwhile, bids above all, goes between.
 */
export class LoopScheduler {
  readonly #clock: Clock
  readonly #waiting: Readonly<Record<WorkClass, Set<() => void>>> = {
    messages: new Set(),
    requests: new Set(),
    costly: new Set(),
  }
  readonly #moving = new Set<WorkClass>()
  readonly #served = new Set<object>()
  #ending = new Set<Flushed>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether this source is served for the first time in this turn of the loop. */
  isFirst(source: object): boolean {
    if (this.#served.has(source)) return false
    if (this.#served.size === 0) void this.#clock.yield().then(() => this.#served.clear())
    this.#served.add(source)
    return true
  }

  /** Calls when it is its turn. */
  take(lane: WorkClass, step: () => void): void {
    this.#waiting[lane].add(step)
    if (!this.#moving.has(lane)) void this.#move(lane)
  }

  /** Resolves when it is its turn. */
  turn(lane: WorkClass): Promise<void> {
    return new Promise((resolve) => this.take(lane, resolve))
  }

  /** For costly work cut into pieces: what it returns steps back into the lane where the piece at hand has taken its time. */
  pieces(): () => Promise<void> {
    let began = performance.now()
    return async () => {
      if (performance.now() - began < SLICE_MS) return
      await this.turn('costly')
      began = performance.now()
    }
  }

  /** Calls for each, a slice at a time; what is no longer there by then is passed over. */
  async each<Item>(items: Iterable<Item>, call: (item: Item) => void): Promise<void> {
    let began = performance.now()
    let called = 0
    for (const item of items) {
      call(item)
      called += 1
      if (called % ITEMS_BETWEEN_LOOKS > 0 || performance.now() - began < SLICE_MS) continue
      await this.#clock.yield()
      began = performance.now()
    }
  }

  /** Leaves time to others, bids above all; what comes meanwhile travels together. */
  async rest(tookMs: number): Promise<void> {
    const restMs = tookMs * REST_SHARE
    if (restMs >= REST_MS_MIN) await this.#clock.yield(restMs)
  }

  /** Flushes when this turn of the loop is over. */
  flushLater(writer: Flushed): void {
    if (this.#ending.size === 0) void this.#clock.yield().then(() => this.#flush())
    this.#ending.add(writer)
  }

  async #flush(): Promise<void> {
    const writers = this.#ending
    this.#ending = new Set()
    await this.each(writers, (writer) => writer.flush())
  }

  async #move(lane: WorkClass): Promise<void> {
    this.#moving.add(lane)
    const waiting = this.#waiting[lane]
    let [began, turns] = [performance.now(), 1]
    while (waiting.size > 0) {
      if (performance.now() - began >= SLICE_MS) {
        for (let i = 0; i < turns; i += 1) await this.#clock.yield()
        turns = TURNS_BETWEEN
        began = performance.now()
      }
      const [first] = waiting
      waiting.delete(first!)
      first!()
      await settled()
    }
    this.#moving.delete(lane)
  }
}

/** Resolves behind all that follows at once from what was resolved. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
