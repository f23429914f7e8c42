import type { Clock } from '../engine/ports.ts'

/** The longest work at a time, so that a bid never waits for a whole fan-out. Sending to one watcher takes some 15 µs. */
const SLICE_MS = 1
/**
 * Turns of the event loop between two slices of a work class. The loop accepts one new connection in each (libuv), and a
 * bid needs a few to be parsed, committed and answered, so a crowd that connects delays it by few slices. Empty turns
 * cost 20 µs.
 */
const TURNS_BETWEEN = 16
/** Items between two looks at the clock. */
const ITEMS_BETWEEN_CLOCK_READS = 8
/** Pause after a fan-out that fell behind, as a share of its duration. No timer is shorter than 1 ms. */
const REST_SHARE = 0.5
const REST_MS_MIN = 1

/**
 * `messages` of sockets, bids among them; `requests` over HTTP; `costly`: lists, journals, pages. Each class has its own
 * queue.
 */
export type WorkClass = 'messages' | 'requests' | 'costly'

type Flushed = { flush(): void }

/**
 * Shares the event loop among work classes. Each runs for one slice, at least one step, and then lets the loop turn, so
 * that other events, bids above all, come between.
 */
export class LoopScheduler {
  readonly #clock: Clock
  readonly #waiting: Readonly<Record<WorkClass, Set<() => void>>> = {
    messages: new Set(),
    requests: new Set(),
    costly: new Set(),
  }
  readonly #runningClasses = new Set<WorkClass>()
  readonly #served = new Set<object>()
  #ending = new Set<Flushed>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether this is the first call for this source in this turn of the event loop. */
  isFirstOfTurn(source: object): boolean {
    if (this.#served.has(source)) return false
    if (this.#served.size === 0) void this.#clock.yield().then(() => this.#served.clear())
    this.#served.add(source)
    return true
  }

  /** Queues a step. */
  enqueue(workClass: WorkClass, step: () => void): void {
    this.#waiting[workClass].add(step)
    if (!this.#runningClasses.has(workClass)) void this.#runClass(workClass)
  }

  /** Resolves when its turn comes. */
  turn(workClass: WorkClass): Promise<void> {
    return new Promise((resolve) => this.enqueue(workClass, resolve))
  }

  /** For costly work in pieces: the returned function waits for another turn once the current one has taken a slice. */
  betweenPieces(): () => Promise<void> {
    let began = performance.now()
    return async () => {
      if (performance.now() - began < SLICE_MS) return
      await this.turn('costly')
      began = performance.now()
    }
  }

  /**
   * Calls for each item, a slice at a time. If `items` iterates over a live Map or Set, entries deleted meanwhile are
   * skipped.
   */
  async each<Item>(items: Iterable<Item>, call: (item: Item) => void, turnsBetween = 1): Promise<void> {
    let began = performance.now()
    let called = 0
    for (const item of items) {
      call(item)
      called += 1
      if (called % ITEMS_BETWEEN_CLOCK_READS > 0 || performance.now() - began < SLICE_MS) continue
      for (let i = 0; i < turnsBetween; i += 1) await this.#clock.yield()
      began = performance.now()
    }
  }

  /**
   * The same for frames that may be late: a bid that comes meanwhile is parsed, committed and answered between two slices.
   */
  eachGently<Item>(items: Iterable<Item>, call: (item: Item) => void): Promise<void> {
    return this.each(items, call, TURNS_BETWEEN)
  }

  /** Pauses a fan-out, so that other work, bids above all, gets time, and the events of the pause travel together. */
  async rest(tookMs: number): Promise<void> {
    const restMs = tookMs * REST_SHARE
    if (restMs >= REST_MS_MIN) await this.#clock.yield(restMs)
  }

  /** Flushes the writer at the end of this turn of the event loop. */
  flushLater(writer: Flushed): void {
    if (this.#ending.size === 0) void this.#clock.yield().then(() => this.#flush())
    this.#ending.add(writer)
  }

  async #flush(): Promise<void> {
    const writers = this.#ending
    this.#ending = new Set()
    await this.each(writers, (writer) => writer.flush())
  }

  async #runClass(workClass: WorkClass): Promise<void> {
    this.#runningClasses.add(workClass)
    const waiting = this.#waiting[workClass]
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
    this.#runningClasses.delete(workClass)
  }
}

/** Resolves after all callbacks that resolved promises have queued. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
