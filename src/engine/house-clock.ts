import type { Instant } from '../domain/instant.ts'
import { repeatEvery } from './interval.ts'
import type { Clock } from './ports.ts'

/** Interval of the comparisons, and queries in each. The answer with the shortest round trip is the most exact. */
const COMPARED_MS = 1_000
const QUESTIONS = 4
/** The most by which a comparison corrects the clock: too little to notice. */
const SLEW_MS = 0.5
/** A larger error is adopted at once: this process was suspended, or the database's clock was set. */
const STEP_MS = 250
/** An answer corrects the clock if it is exact to so much. */
const EXACT_MS = 5
/** Comparisons at the start, until one is exact. */
const COMPARISONS_MAX = 20

/** How far the database's clock is from the carrying one, and by how much that may be wrong. */
type Comparison = { readonly offset: number; readonly inexactMs: number }

type HouseClockDependencies = {
  /** Carries the time between comparisons. Only its rate matters, not its value. */
  readonly clock: Clock
  /** Queries the database's time, in milliseconds since the epoch, with fractions. */
  readonly ask: () => Promise<number>
  readonly log: { error(fields: object, message: string): void }
}

/**
 * The clock of a house with several nodes: its database's time, carried by this process. Nodes that receive bids at the same moment
 * give them the same instant (SC-1). Never goes back (SC-4).
 */
export class HouseClock implements Clock {
  readonly #deps: HouseClockDependencies
  /** Added to the carrying clock. */
  #offset: number
  #latest: Instant = 0
  #stop = () => {}

  private constructor(deps: HouseClockDependencies, offset: number) {
    this.#deps = deps
    this.#offset = offset
  }

  static async open(deps: HouseClockDependencies): Promise<HouseClock> {
    let best = await compare(deps)
    for (let i = 1; i < COMPARISONS_MAX && best.inexactMs > EXACT_MS; i += 1) {
      const next = await compare(deps)
      if (next.inexactMs < best.inexactMs) best = next
    }
    const clock = new HouseClock(deps, best.offset)
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

  /** If the database does not answer, the time is only carried. */
  #adjust(): void {
    compare(this.#deps)
      .then((comparison) => this.#correct(comparison))
      .catch(() => {})
  }

  #correct({ offset, inexactMs }: Comparison): void {
    const error = offset - this.#offset
    if (Math.abs(error) - inexactMs > STEP_MS) {
      this.#deps.log.error({ ms: Math.round(error) }, 'the time of the database differs: it is adopted')
      this.#offset = offset
    } else if (inexactMs <= EXACT_MS) this.#offset += Math.max(-SLEW_MS, Math.min(SLEW_MS, error))
  }
}

/** Takes an answer to be of the middle of its round trip; it is wrong by half of that at most. */
async function compare({ clock, ask }: HouseClockDependencies): Promise<Comparison> {
  let best: Comparison = { offset: 0, inexactMs: Infinity }
  for (let i = 0; i < QUESTIONS; i += 1) {
    const asked = performance.now()
    const carried = clock.now()
    const at = await ask()
    const inexactMs = (performance.now() - asked) / 2
    if (inexactMs < best.inexactMs) best = { offset: at - (carried + inexactMs), inexactMs }
  }
  return best
}
