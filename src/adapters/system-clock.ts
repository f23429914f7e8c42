import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../engine/ports.ts'

/** setTimeout fires at once beyond it. Whoever waits longer is woken early, and looks at the clock. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

/**
 * The wall clock as it stood when the process began, carried on by the monotonic clock: a wall clock that jumps moves no
 * deadline (SC-4).
 */
export function systemClock(): Clock {
  const startedAt = Date.now() - performance.now()
  return {
    now: () => Math.floor(startedAt + performance.now()),
    wake: (afterMs, call) => {
      const timer = setTimeout(call, Math.min(Math.ceil(afterMs), TIMEOUT_MS_MAX))
      return () => clearTimeout(timer)
    },
    yield: (forMs = 0) => (forMs > 0 ? sleep(forMs) : nextTurn()),
  }
}
