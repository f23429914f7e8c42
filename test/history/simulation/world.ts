import { AsyncLocalStorage } from 'node:async_hooks'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import TinyQueue from 'tinyqueue'
import { newSalt } from '../../../src/ledger/commitment.ts'
import { Random } from './random.ts'

type Task = { readonly at: number; readonly number: number; readonly call: () => void }

const START = Date.parse('2026-11-20T12:00:00.000Z')
/** The widest a turn of the loop is apart from the one before. */
const TURN_MS = 0.05

/** Virtual time: what is due is called in its order, one thing at a time, and all that follows at once is let happen. */
export class World {
  readonly random: Random
  /** Epoch milliseconds with fractions. */
  now = START
  /** No faults from here on. */
  calm = false
  #ids = 0
  #number = 0
  readonly #tasks = new TinyQueue<Task>([], (a, b) => a.at - b.at || a.number - b.number)

  constructor(seed: number) {
    this.random = new Random(seed)
  }

  after(ms: number, call: () => void): () => void {
    let cancelled = false
    this.#number += 1
    const at = this.now + Math.max(ms, 0)
    this.#tasks.push({ at, number: this.#number, call: () => cancelled || call() })
    return () => (cancelled = true)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** A turn of somebody's loop: others may come between. */
  turn(): Promise<void> {
    return this.sleep(this.random.next() * TURN_MS)
  }

  /** Whether something goes wrong now. */
  unlucky(probability: number): boolean {
    return this.random.chance(probability) && !this.calm
  }

  id(): string {
    this.#ids += 1
    return `01930000-0000-7000-8000-${this.#ids.toString(16).padStart(12, '0')}`
  }

  /** Until the script is through. */
  async run(script: () => Promise<void>): Promise<void> {
    let ended = false
    const end = () => (ended = true)
    const playing = script()
    playing.then(end, end)
    await settled()
    while (!ended) {
      const task = this.#tasks.pop()
      if (task === undefined) throw new Error('everybody waits for somebody else')
      this.now = Math.max(this.now, task.at)
      task.call()
      await settled()
    }
    await playing
  }
}

const realTurn = setImmediate

/** All promises that could be kept are kept. */
function settled(): Promise<void> {
  return new Promise((resolve) => realTurn(resolve))
}

const inside = new AsyncLocalStorage<World>()

/**
 * The loop's turns, waits, time and ids of the code under test are the world's while this runs; one world at a time. What others do
 * in this process meanwhile, such as the test runner, is theirs: it draws no number of the world's.
 */
export async function within<Result>(world: World, body: () => Promise<Result>): Promise<Result> {
  const real = {
    turn: timers.setImmediate,
    wait: timers.setTimeout,
    id: crypto.randomUUIDv7,
    bytes: crypto.randomBytes,
    fill: crypto.randomFillSync,
    now: performance.now.bind(performance),
  }
  let draws = 0
  const virtual = {
    turn: () => world.turn(),
    wait: (ms: number) => world.sleep(ms),
    id: () => world.id(),
    bytes: (count: number) =>
      Buffer.from(
        world
          .id()
          .replaceAll('-', '')
          .padEnd(count * 2, '0'),
        'hex',
      ),
    fill: (buffer: Buffer) => {
      draws += 1
      for (let at = 0; at < buffer.length; at += 4) buffer.writeUInt32BE(draws * buffer.length + at, at)
    },
    // How long work took would be another each time: here it takes none.
    now: () => world.now,
  }
  const names = Object.keys(real) as (keyof Builtins)[]
  const chosen = names.map((name) => [
    name,
    (...values: never[]) => ((inside.getStore() === world ? virtual : real)[name] as Call)(...values),
  ])
  exchange(Object.fromEntries(chosen) as Builtins)
  try {
    return await inside.run(world, () => {
      // Salts are drawn many at once: what was drawn before is used up.
      while (draws === 0) newSalt()
      return body()
    })
  } finally {
    exchange(real)
  }
}

type Call = (...values: never[]) => unknown

function exchange({ turn, wait, id, bytes, fill, now }: Builtins): void {
  timers.setImmediate = turn
  timers.setTimeout = wait
  crypto.randomUUIDv7 = id
  crypto.randomBytes = bytes
  crypto.randomFillSync = fill
  performance.now = now
  syncBuiltinESMExports()
}

type Builtins = {
  readonly turn: typeof timers.setImmediate
  readonly wait: typeof timers.setTimeout
  readonly id: typeof crypto.randomUUIDv7
  readonly bytes: typeof crypto.randomBytes
  readonly fill: typeof crypto.randomFillSync
  readonly now: typeof performance.now
}
