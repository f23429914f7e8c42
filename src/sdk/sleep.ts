/** Timers that come so much late, or clocks that part so far, tell of a sleep. */
const LATE_MS = 5_000
const APART_MS = 1_000

/** Notices that the device slept. To be looked at more often than `LATE_MS`, as long as the page is seen. */
export class SleepWatch {
  #lookedAt = performance.now()
  /** Between the local clock and the monotonic one, which may stand still in a sleep. */
  #apart = Date.now() - performance.now()

  /** Whether it slept since the last look. */
  look(): boolean {
    const [late, apart] = [performance.now() - this.#lookedAt, Date.now() - performance.now() - this.#apart]
    this.#lookedAt += late
    this.#apart += apart
    return late > LATE_MS || Math.abs(apart) > APART_MS
  }

  /** Somebody sees the page again: timers of pages that are not seen are late, and that is no sleep. */
  seen(): void {
    this.#lookedAt = performance.now()
  }
}
