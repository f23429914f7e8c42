import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { Contender, Seat } from './contender.ts'
import { cpuMsOf } from './cpu.ts'
import { quantile } from '../../support/load.ts'

export type Bidding = {
  readonly acceptedPerSecond: number
  /** µs of the server's CPU, all its processes and threads, for one accepted bid. */
  readonly cpuUs: number
  /** The share of the answers that accepted. */
  readonly accepted: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Rises over the whole run: what comes later beats what came before. */
let amounts = 0

export function nextAmount(): number {
  return (amounts += 1)
}

/** One bid, until it is accepted. */
export function accepted(seat: Seat): Promise<void> {
  return new Promise((resolve, reject) =>
    seat.bid(nextAmount(), (isAccepted) => (isAccepted ? resolve() : reject(new Error('a bid was refused')))),
  )
}

/**
 * Bids as fast as they are answered, with so many on their way. The next amount goes to whoever was answered last: at one
 * auction bids that overtake each other would be refused.
 */
export async function bidding(
  { pid, helpers = [] }: Pick<Contender, 'pid' | 'helpers'>,
  seats: readonly Seat[],
  { ms, inFlight, waves }: { ms: number; inFlight: number; waves: boolean },
): Promise<Bidding> {
  const waits: number[] = []
  let accepted = 0
  let onTheirWay = 0
  let order = [...seats]
  let next = 0
  const started = performance.now()
  const until = started + ms
  const cpuMs = () => [pid, ...helpers].reduce((sum, one) => sum + cpuMsOf(one), 0)
  const cpuBefore = cpuMs()
  await new Promise<void>((done) => {
    let answeredInOrder: Seat[] = []
    const ask = (seat: Seat) => {
      onTheirWay += 1
      const asked = performance.now()
      seat.bid(nextAmount(), (isAccepted) => {
        const now = performance.now()
        onTheirWay -= 1
        waits.push(now - asked)
        if (isAccepted) accepted += 1
        if (now >= until) {
          if (onTheirWay === 0) done()
        } else if (!waves) ask(order[(next += 1) % order.length]!)
        else {
          answeredInOrder.push(seat)
          if (onTheirWay > 0) return
          order = answeredInOrder
          answeredInOrder = []
          order.forEach(ask)
        }
      })
    }
    for (next = 0; next < inFlight; next += 1) ask(order[next % order.length]!)
  })
  const seconds = (performance.now() - started) / 1_000
  // What the answers set off is done a little later.
  await wait(20)
  return {
    acceptedPerSecond: accepted / seconds,
    cpuUs: ((cpuMs() - cpuBefore) * 1_000) / accepted,
    accepted: accepted / waits.length,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
  }
}

const still = new Int32Array(new SharedArrayBuffer(4))

/** A tenth of a millisecond, of which timers know nothing: bids that come by their beat come several at once. */
async function moment(): Promise<void> {
  Atomics.wait(still, 0, 0, 0.1)
  await turn()
}

/** Bids at an even pace, whatever comes; gives how long their answers took. */
export async function evenly(
  seats: readonly Seat[],
  { ms, perSecond }: { ms: number; perSecond: number },
): Promise<{ p50Ms: number; p99Ms: number }> {
  const waits: number[] = []
  const started = performance.now()
  let asked = 0
  let answered = 0
  while (performance.now() - started < ms) {
    const due = ((performance.now() - started) * perSecond) / 1_000
    for (; asked < due; asked += 1) {
      const at = performance.now()
      seats[asked % seats.length]!.bid(nextAmount(), () => {
        answered += 1
        waits.push(performance.now() - at)
      })
    }
    await moment()
  }
  while (answered < asked) await moment()
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99) }
}
