import { openMartillo, wanderingSeats } from './contenders/ours.ts'
import { type Sender, openTeller } from './events.ts'
import { type Bidding, bidding } from './kit/bidding.ts'
import { interleaved, median, round } from './kit/figures.ts'
import type { Row } from './main.ts'

/** No multiples of the number of users: the next bid in an auction is another user's. */
const AUCTIONS = [10, 100, 1_000, 10_000]
/** Fewer than the fewest auctions: no bid overtakes another in its own. */
const IN_FLIGHT = 8
const WATCHERS = [10, 100, 1_000, 5_000]

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

/** What an event costs where ten times as many watch, less the bid that made it. */
export async function eventGrowthRows({ rounds, events }: { rounds: number; events: number }): Promise<readonly Row[]> {
  const tellers: Sender[] = []
  try {
    for (const watchers of WATCHERS) {
      // To few it costs little: many of them are sent, or it would drown in what the bids cost.
      const plan = watchers > 100 ? { events, everyMs: 100 } : { events: 5 * events, everyMs: 20 }
      tellers.push(await openTeller(watchers, { ...plan, burst: 1 }))
    }
    for (const teller of tellers) await teller.tell()
    const run = Object.fromEntries(tellers.map((teller, i) => [`${WATCHERS[i]} watchers`, () => teller.tell()]))
    const measured = Object.entries(await interleaved(rounds, run))
    return measured.map(([what, these], i) => {
      const cost = median(these.map(({ cpuMs, events: told }) => (cpuMs * 1_000) / told))
      return { what, 'CPU µs/event': round(cost), 'CPU µs/delivery': round(cost / WATCHERS[i]!) }
    })
  } finally {
    for (const teller of tellers) await teller.stop()
  }
}
