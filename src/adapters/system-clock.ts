import type { Clock } from '../engine/ports.ts'

/**
 * The wall clock as it stood when the process began, carried on by the monotonic clock: a wall clock that jumps moves no
 * deadline (SC-4).
 */
export function systemClock(): Clock {
  const startedAt = Date.now() - performance.now()
  return { now: () => Math.floor(startedAt + performance.now()) }
}
