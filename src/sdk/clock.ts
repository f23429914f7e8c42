const SAMPLES = 8

/** The service's clock, estimated from answers to pings: the one with the shortest round trip tells best. */
export class ServerClock {
  #samples: { readonly offsetMs: number; readonly tripMs: number }[] = []

  /** `tripMs` is the round trip in which `serverTime` came; Infinity where it is not known. */
  learn(serverTime: string, tripMs: number): void {
    const heardAt = performance.now() - (Number.isFinite(tripMs) ? tripMs / 2 : 0)
    this.#samples = [...this.#samples, { offsetMs: Date.parse(serverTime) - heardAt, tripMs }].slice(-SAMPLES)
  }

  forget(): void {
    this.#samples = this.#samples.slice(-1).map(({ offsetMs }) => ({ offsetMs, tripMs: Infinity }))
  }

  /** The shortest round trip of late, in ms; null where none was measured. */
  get tripMs(): number | null {
    const shortest = Math.min(...this.#samples.map(({ tripMs }) => tripMs))
    return Number.isFinite(shortest) ? shortest : null
  }

  /** Epoch milliseconds, as far as can be told. The monotonic clock carries it, so a change of the local time does not. */
  now(): number {
    const best = this.#samples.reduce((a, b) => (b.tripMs <= a.tripMs ? b : a), UNKNOWN)
    return best === UNKNOWN ? Date.now() : performance.now() + best.offsetMs
  }
}

const UNKNOWN = { offsetMs: 0, tripMs: Infinity }
