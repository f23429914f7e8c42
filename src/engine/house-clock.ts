import type { Instant } from '../domain/instant.ts'
import { repeatEvery } from './interval.ts'
import type { Clock } from './ports.ts'

/** Interval of the comparisons, and queries in each. The answer with the shortest round trip is the most exact. */
const COMPARED_MS = 1_000
const QUESTIONS = 4
/** The most by which a comparison corrects the clock: too little to notice. */
const SLEW_MS = 0.5
/** An answer corrects the clock if it is exact to so much. */
const EXACT_MS = 5
/** Comparisons at the start, until one is exact. */
const COMPARISONS_MAX = 20

/** By how much the carrying clock may drift away from the database's, as a share of the time since they were compared. */
const DRIFT = 0.000_5
/**
 * The time is known if it is exact to so much: then two nodes differ by less than `closeMarginMs`. A larger error is a step: this
 * process was suspended, or the database's clock was set.
 */
const KNOWN_MS = 50

/** The clock that all nodes share. */
export type DatabaseTime = {
  /** Milliseconds since the epoch, with fractions. */
  now(): Promise<number>
  /** The clock went back: from now on the time is at least what this node has carried. */
  goOnFrom(carried: Instant): Promise<void>
}

/** How far the database's clock is from the carrying one, and by how much that may be wrong. */
type Comparison = { readonly offset: number; readonly inexactMs: number }

type HouseClockDependencies = {
  /** Carries the time between comparisons. Only its rate matters, not its value. */
  readonly clock: Clock
  readonly database: DatabaseTime
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
  /** By how much the time was wrong at most, at an instant of the carrying clock. */
  #inexact: { readonly ms: number; readonly at: Instant }
  #latest: Instant = 0
  #stop = () => {}

  private constructor(deps: HouseClockDependencies, { offset, inexactMs }: Comparison) {
    this.#deps = deps
    this.#offset = offset
    this.#inexact = { ms: inexactMs, at: deps.clock.now() }
  }

  static async open(deps: HouseClockDependencies): Promise<HouseClock> {
    let best = await compare(deps)
    for (let i = 1; i < COMPARISONS_MAX && best.inexactMs > EXACT_MS; i += 1) {
      const next = await compare(deps)
      if (next.inexactMs < best.inexactMs) best = next
    }
    const clock = new HouseClock(deps, best)
    clock.#stop = repeatEvery(deps.clock, COMPARED_MS, () => clock.#adjust())
    return clock
  }

  now(): Instant {
    const at = Math.floor(this.#deps.clock.now() + this.#offset)
    return (this.#latest = Math.max(at, this.#latest))
  }

  /** By how much the time may be wrong. */
  get inexactMs(): number {
    const { ms, at } = this.#inexact
    return ms + (this.#deps.clock.now() - at) * DRIFT
  }

  /** Whether bids can be stamped and auctions closed by it. */
  get isKnown(): boolean {
    return this.inexactMs <= KNOWN_MS
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

  async #correct({ offset, inexactMs }: Comparison): Promise<void> {
    const error = offset - this.#offset
    const wentBack = -error - inexactMs > KNOWN_MS
    if (error - inexactMs > KNOWN_MS) {
      this.#deps.log.error({ ms: Math.round(error) }, 'the time of the database is later: it is adopted')
      this.#offset = offset
    } else if (!wentBack && inexactMs <= EXACT_MS) this.#offset += Math.max(-SLEW_MS, Math.min(SLEW_MS, error))
    this.#inexactBy(Math.abs(offset - this.#offset) + inexactMs, { isExact: inexactMs <= EXACT_MS || wentBack })
    if (!wentBack) return
    // A clock that was suspended is behind, never ahead: it is the database's that was set.
    await this.#deps.database.goOnFrom(this.now())
    this.#inexactBy(inexactMs, { isExact: true })
    this.#deps.log.error(
      { ms: Math.round(error) },
      'the clock of the database went back: the time of the house goes on',
    )
  }

  /** An answer that was long under way says nothing against what is known. */
  #inexactBy(ms: number, { isExact }: { isExact: boolean }): void {
    if (isExact || ms < this.inexactMs) this.#inexact = { ms, at: this.#deps.clock.now() }
  }
}

/** Takes an answer to be of the middle of its round trip; it is wrong by half of that at most. */
async function compare({ clock, database }: HouseClockDependencies): Promise<Comparison> {
  let best: Comparison = { offset: 0, inexactMs: Infinity }
  for (let i = 0; i < QUESTIONS; i += 1) {
    const asked = performance.now()
    const carried = clock.now()
    const at = await database.now()
    const inexactMs = (performance.now() - asked) / 2
    if (inexactMs < best.inexactMs) best = { offset: at - (carried + inexactMs), inexactMs }
  }
  return best
}
