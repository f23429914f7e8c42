import type { Instant } from '../domain/instant.ts'
import { repeatEvery } from './interval.ts'
import type { Clock } from './ports.ts'

/** How often the clock is compared, and how many questions are asked for it: the answer that came fastest is the most exact. */
const COMPARED_MS = 1_000
const QUESTIONS = 4
/** By how much it is drawn to the time of the house in a second: nobody notices, and it never goes back. */
const SLEW_MS = 0.5
/** Beyond that this process stood still, or the clock of the database was set: it goes on from there. */
const STEP_MS = 250

type HouseClockDependencies = {
  /** Carries the time between two comparisons; its rate counts, what it says does not. */
  readonly clock: Clock
  /** The time of the house, in milliseconds since the epoch with fractions. */
  readonly ask: () => Promise<number>
  readonly log: { error(fields: object, message: string): void }
}

/**
 * The time of a house of several nodes: that of its database, carried by the clock of this process, so that two nodes stamp what
 * comes to them in the same moment alike (SC-1). Never goes back (SC-4).
 */
export class HouseClock implements Clock {
  readonly #deps: HouseClockDependencies
  /** What is added to the carrying clock. */
  #offset: number
  #latest: Instant = 0
  #stop = () => {}

  private constructor(deps: HouseClockDependencies, offset: number) {
    this.#deps = deps
    this.#offset = offset
  }

  static async open(deps: HouseClockDependencies): Promise<HouseClock> {
    const { offset } = await compare(deps)
    const clock = new HouseClock(deps, offset)
    clock.#stop = repeatEvery(deps.clock, COMPARED_MS, () => clock.#adjust())
    return clock
  }

  now(): Instant {
    const at = Math.floor(this.#deps.clock.now() + this.#offset)
    return (this.#latest = Math.max(at, this.#latest))
  }

  wake(afterMs: number, call: () => void): () => void {
    return this.#deps.clock.wake(afterMs, call)
  }

  yield(forMs?: number): Promise<void> {
    return this.#deps.clock.yield(forMs)
  }

  close(): void {
    this.#stop()
  }

  /** Where the database cannot be asked the time is carried on. */
  #adjust(): void {
    compare(this.#deps)
      .then(({ offset }) => this.#draw(offset))
      .catch(() => {})
  }

  #draw(offset: number): void {
    const error = offset - this.#offset
    if (Math.abs(error) > STEP_MS) {
      this.#deps.log.error({ ms: Math.round(error) }, 'the time of the house is another: this node goes on by it')
      this.#offset = offset
    } else this.#offset += Math.max(-SLEW_MS, Math.min(SLEW_MS, error))
  }
}

/** By what the answer says, taken to be as of the middle between question and answer. */
async function compare({ clock, ask }: HouseClockDependencies): Promise<{ offset: number }> {
  let best = { offset: 0, tookMs: Infinity }
  for (let i = 0; i < QUESTIONS; i += 1) {
    const asked = performance.now()
    const carried = clock.now()
    const at = await ask()
    const tookMs = performance.now() - asked
    if (tookMs < best.tookMs) best = { offset: at - (carried + tookMs / 2), tookMs }
  }
  return best
}
