import { openMartillo, wanderingSeats } from './contenders/ours.ts'
import { openSale } from './events.ts'
import { type Bidding, bidding } from './kit/bidding.ts'
import type { Told } from './kit/crowd.ts'
import { interleaved, median, round } from './kit/figures.ts'
import type { Row } from './main.ts'

const AUCTIONS = [10, 100, 1_000, 10_000]
/** Fewer than the fewest auctions: no bid overtakes another in its own. */
const IN_FLIGHT = 8
const WATCHERS = [1, 10, 100, 1_000, 5_000]

/** What a bid costs where ten times as many auctions are open, each of them bid in in turn. */
export async function bidGrowthRows({ rounds, ms }: { rounds: number; ms: number }): Promise<readonly Row[]> {
  const stops: (() => Promise<void>)[] = []
  try {
    const run: Record<string, () => Promise<Bidding>> = {}
    for (const auctions of AUCTIONS) {
      const service = await openMartillo('REST', { auctions })
      stops.push(() => service.stop())
      const seats = await wanderingSeats(service)
      run[`${auctions} auctions`] = () => bidding(service, seats, { ms, inFlight: IN_FLIGHT, waves: false })
    }
    for (const warm of Object.values(run)) await warm()
    const measured = Object.entries(await interleaved(rounds, run))
    const cost = (these: readonly Bidding[]) => median(these.map((one) => one.cpuUs))
    const first = cost(measured[0]![1])
    return measured.map(([what, these]) => ({
      what,
      'CPU µs/bid': round(cost(these)),
      '× the first': round(cost(these) / first),
      'accepted/s': Math.round(median(these.map((one) => one.acceptedPerSecond))),
      'accepted share': round(median(these.map((one) => one.accepted))),
    }))
  } finally {
    for (const stop of stops) await stop()
  }
}

/** What a bid and its event cost where ten times as many watch. `delivery` is what a watcher adds to what one alone costs. */
export async function eventGrowthRows({ rounds, events }: { rounds: number; events: number }): Promise<readonly Row[]> {
  const sales: Awaited<ReturnType<typeof openSale>>[] = []
  try {
    const run: Record<string, () => Promise<Told>> = {}
    for (const watchers of WATCHERS) {
      // What a few add would drown in what the bids cost: there are more of them.
      const plan = watchers > 100 ? { events, everyMs: 100 } : { events: 5 * events, everyMs: 20 }
      const sale = await openSale({ ...plan, burst: 1 })
      sales.push(sale)
      await sale.join(watchers)
      run[watchers === 1 ? 'one watcher' : `${watchers} watchers`] = () => sale.tell()
    }
    for (const warm of Object.values(run)) await warm()
    const measured = Object.entries(await interleaved(rounds, run))
    const cost = ({ cpuMs, events: told }: Told) => (cpuMs * 1_000) / told
    const [, alone] = measured[0]!
    return measured.map(([what, these], i) => {
      const added = these.map((one, round) => (cost(one) - cost(alone[round]!)) / WATCHERS[i]!)
      return {
        what,
        'CPU µs/bid and event': round(median(these.map(cost))),
        'CPU µs/delivery': i === 0 ? null : round(median(added)),
      }
    })
  } finally {
    for (const sale of sales) await sale.stop()
  }
}
