import { openNodes } from './contenders/nodes.ts'
import { type Way, openEcho, openMartillo } from './contenders/ours.ts'
import { openPeer } from './contenders/peers.ts'
import { fsyncMs } from './disk.ts'
import { type Bidding, bidding, evenly } from './kit/bidding.ts'
import type { Contender } from './kit/contender.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import type { Row } from './main.ts'

const IN_FLIGHT = 64
const SEATS = { hot: 64, spread: 1_000 } as const

type Form = { readonly rounds: number; readonly ms: number }

/** Durable bids, 64 on their way, beside the same server with nothing behind it and beside what others would build. */
export async function bidRows(
  over: Way,
  where: keyof typeof SEATS,
  { rounds, ms }: Form,
  peers: boolean,
): Promise<readonly Row[]> {
  const open: Contender[] = []
  try {
    open.push(await openMartillo(over), await openEcho(over))
    if (peers) open.push(await openPeer('sqlite'), await openPeer('postgres'))
    return await compared(open, where, { rounds, ms })
  } finally {
    for (const contender of open) await contender.stop()
  }
}

/** The same service on SQLite, on PostgreSQL, and as two nodes: all on this one machine, which they share with PostgreSQL and Redis. */
export async function engineRows(over: Way, where: keyof typeof SEATS, form: Form): Promise<readonly Row[]> {
  const open: Contender[] = []
  try {
    open.push(await openMartillo(over))
    for (const nodes of [1, 2]) open.push(await openNodes(over, nodes))
    return await compared(open, where, form)
  } finally {
    for (const contender of open) await contender.stop()
  }
}

/** Ours is the first. */
async function compared(open: readonly Contender[], where: keyof typeof SEATS, { rounds, ms }: Form): Promise<Row[]> {
  const seats = await Promise.all(open.map((contender) => contender.seats(SEATS[where], where)))
  const plan = { ms, inFlight: IN_FLIGHT, waves: where === 'hot' }
  const run = open.map((contender, i) => [contender.name, () => bidding(contender, seats[i]!, plan)] as const)
  // Once unmeasured: code that has just begun to run is not what runs all day.
  for (const [, warm] of run) await warm()
  const measured = await interleaved(rounds, Object.fromEntries(run))
  for (const seat of seats.flat()) seat.close()
  const ours = measured[open[0]!.name]!
  return open.map(({ name }) => rowOf(name, measured[name]!, ours))
}

function rowOf(name: string, rounds: readonly Bidding[], ours: readonly Bidding[]): Row {
  const middle = (of: (one: Bidding) => number) => median(rounds.map(of))
  const isOurs = rounds === ours
  return {
    what: name,
    'CPU µs/bid': round(middle((one) => one.cpuUs)),
    'accepted/s': Math.round(middle((one) => one.acceptedPerSecond)),
    'p50 ms': round(middle((one) => one.p50Ms)),
    'p99 ms': round(middle((one) => one.p99Ms)),
    'accepted share': round(middle((one) => one.accepted)),
    'ours: rate ×': isOurs ? null : round(ratio(ours, rounds, (one) => one.acceptedPerSecond)),
    'ours: CPU ×': isOurs ? null : round(ratio(ours, rounds, (one) => one.cpuUs)),
  }
}

/** The wait for an answer where bids come evenly, at half of what was reached, beside an fsync. */
export async function halfLoadRows({ rounds, ms }: Form): Promise<readonly Row[]> {
  const contender = await openMartillo('socket')
  try {
    const seats = await contender.seats(SEATS.spread, 'spread')
    const plan = { ms, inFlight: IN_FLIGHT, waves: false }
    await bidding(contender, seats, plan)
    const { acceptedPerSecond } = await bidding(contender, seats, plan)
    const perSecond = acceptedPerSecond / 2
    const measured = await interleaved(rounds, {
      answer: async () => evenly(seats, { ms, perSecond }),
      sync: async () => ({ p50Ms: fsyncMs(), p99Ms: 0 }),
    })
    const sync = median(measured.sync.map((one) => one.p50Ms))
    const [p50, p99] = [
      median(measured.answer.map((one) => one.p50Ms)),
      median(measured.answer.map((one) => one.p99Ms)),
    ]
    return [
      { what: 'fsync', 'bids/s': null, 'p50 ms': round(sync), 'p99 ms': null, 'p50 / fsync': 1, 'p99 / fsync': null },
      {
        what: contender.name,
        'bids/s': Math.round(perSecond),
        'p50 ms': round(p50),
        'p99 ms': round(p99),
        'p50 / fsync': round(p50 / sync),
        'p99 / fsync': round(p99 / sync),
      },
    ]
  } finally {
    await contender.stop()
  }
}
