import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/engine/ports.ts'

/** A clock that a test moves. What is due on the way is called at its own time, in order. */
export class ManualClock implements Clock {
  #now: number
  #timers: { at: number; call: () => void }[] = []
  readonly #writes = new Set<Promise<unknown>>()
  /** How many are over. */
  #written = 0

  constructor(now = Date.parse('2026-11-20T12:00:00.000Z')) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  wake(afterMs: number, call: () => void): () => void {
    const timer = { at: this.#now + Math.max(afterMs, 0), call }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  /** Of the real event loop, which no test moves. */
  yield(forMs = 0): Promise<void> {
    return forMs > 0 ? sleep(forMs) : nextTurn()
  }

  /** Lets time pass, and gives what it sets off a turn of the loop. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > until) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#now = Math.max(this.#now, next.at)
      next.call()
      await this.#settled()
    }
    this.#now = until
    await this.#settled()
  }

  /** What this port of storage is asked is waited for: it happens in a thread that no turn of the loop waits for. */
  attend<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...values: unknown[]) => {
          const answer: unknown = Reflect.apply(value, target, values)
          if (answer instanceof Promise) this.await(answer)
          return answer
        }
      },
    })
  }

  /** Time does not go on before this is over. */
  await(work: Promise<unknown>): void {
    const over = () => {
      this.#writes.delete(work)
      this.#written += 1
    }
    this.#writes.add(work)
    work.then(over, over)
  }

  /** What a write set off, and it may be over at any moment, wants turns of its own. */
  async #settled(): Promise<void> {
    let before: number
    do {
      before = this.#written
      await turn()
      await Promise.allSettled(this.#writes)
    } while (this.#written !== before)
  }

  /** Time is suddenly later, as after a machine slept: nothing is called on the way. */
  jump(ms: number): void {
    this.#now += ms
  }
}

/** A turn of the loop, and one more for what it set off. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve))
}
