import { openNodes } from './contenders/nodes.ts'
import { type Bidding, bidding, nextAmount } from './kit/bidding.ts'
import type { Contender, Seat } from './kit/contender.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { quantile } from '../support/load.ts'
import type { Row } from './main.ts'

/** What a second machine costs that is waited for. */

type Form = { readonly rounds: number; readonly ms: number }

const CONNECTIONS = 64
/** One behind the other, in a round. */
const LONE_BIDS = 30

type Waited = Bidding & { readonly loneMs: number }

/** One node on PostgreSQL, and the same where each commit waits for a standby on the same machine. */
export async function standbyRows({ rounds, ms }: Form): Promise<readonly Row[]> {
  const open: Contender[] = []
  try {
    for (const hasStandby of [false, true])
      open.push(await openNodes('socket', 1, { auctions: CONNECTIONS + 1, hasStandby }))
    const seats = await Promise.all(open.map((one) => one.seats(CONNECTIONS, 'spread')))
    const run = open.map((one, i) => [one.name, () => waited(one, seats[i]!, ms)] as const)
    for (const [, warm] of run) await warm()
    const measured = await interleaved(rounds, Object.fromEntries(run))
    const alone = measured[open[0]!.name]!
    return open.map(({ name }) => {
      const these = measured[name]!
      const middle = (of: keyof Waited) => median(these.map((one) => one[of]))
      return {
        what: name,
        'accepted/s': Math.round(middle('acceptedPerSecond')),
        'CPU µs/bid': round(middle('cpuUs')),
        'p50 ms': round(middle('p50Ms')),
        'alone p50 ms': round(middle('loneMs')),
        'rate ×': these === alone ? null : round(ratio(these, alone, (one) => one.acceptedPerSecond)),
        'alone +ms': these === alone ? null : round(middle('loneMs') - median(alone.map((one) => one.loneMs))),
      }
    })
  } finally {
    for (const one of open) await one.stop()
  }
}

async function waited(contender: Contender, seats: readonly Seat[], ms: number): Promise<Waited> {
  const all = await bidding(contender, seats, { ms, inFlight: CONNECTIONS, waves: false })
  const waits: number[] = []
  for (let i = 0; i < LONE_BIDS; i += 1) {
    const asked = performance.now()
    await new Promise<void>((resolve) => seats[i % seats.length]!.bid(nextAmount(), () => resolve()))
    waits.push(performance.now() - asked)
  }
  return { ...all, loneMs: quantile(waits, 0.5) }
}
