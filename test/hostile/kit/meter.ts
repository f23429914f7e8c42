import { readFileSync } from 'node:fs'
import type { Running } from '../../support/process.ts'

/** What a service's own thread, the one that runs its loop, has had of the machine, in ms. */
export type Share = {
  /** Time on a processor: an attack that holds the loop shows here. */
  readonly ran: number
  /** Time in which it could have run and others were let go first: a busy machine shows here. */
  readonly queued: number
}

export function shareOf({ child }: Running): Share {
  const [ran = 0, queued = 0] = readFileSync(`/proc/${child.pid}/task/${child.pid}/schedstat`, 'latin1')
    .split(' ')
    .map((nanoseconds) => Number(nanoseconds) / 1_000_000)
  return { ran, queued }
}

/** MiB of a service's memory that are resident. */
export function residentMiB({ child }: Running): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'latin1')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024
}

/** A line of figures: what was measured is worth as much as that it passed. */
export function report(figures: object): void {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value)
  console.log(JSON.stringify(figures, rounded))
}
