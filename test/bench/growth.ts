import { type Ours, openMartillo, wanderingSeats } from './contenders/ours.ts'
import { openSale } from './events.ts'
import { type Bidding, accepted, bidding } from './kit/bidding.ts'
import type { Seat } from './kit/contender.ts'
import { cpuMsOf } from './kit/cpu.ts'
import type { Told } from './kit/crowd.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import type { Row } from './main.ts'

const AUCTIONS = [10, 100, 1_000, 10_000]
/** Fewer than the fewest auctions: no bid overtakes another in its own. */
const IN_FLIGHT = 8
const WATCHERS = [1, 10, 100, 1_000, 5_000]
const LENGTHS = [100, 1_000, 10_000]
const LOOKS = 50

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

/** What a bid and somebody who comes behind it cost, in auctions that have had ten times as many bids. */
export async function lengthGrowthRows({ rounds }: { rounds: number }): Promise<readonly Row[]> {
  const stops: (() => Promise<void>)[] = []
  try {
    const run: Record<string, () => Promise<number>> = {}
    for (const length of LENGTHS) {
      const service = await openMartillo('socket', { auctions: 2 })
      const seats = await service.seats(2, 'hot')
      const [elsewhere] = await service.seats(1, 'spread')
      stops.push(async () => {
        for (const seat of [...seats, elsewhere!]) seat.close()
        await service.stop()
      })
      // All services have run for as long: code that has runs faster.
      for (let i = length; i < LENGTHS.at(-1)!; i += 1) await accepted(elsewhere!)
      for (let i = 0; i < length; i += 1) await accepted(seats[i % 2]!)
      run[`${length} bids`] = () => looked(service, seats)
    }
    for (const warm of Object.values(run)) await warm()
    const measured = Object.entries(await interleaved(rounds, run))
    const first = measured[0]![1]
    return measured.map(([what, these]) => ({
      what,
      'CPU µs/bid and newcomer': round(median(these)),
      '× the first': round(ratio(these, first, (one) => one)),
    }))
  } finally {
    for (const stop of stops) await stop()
  }
}

async function looked({ pid, url, auctions }: Ours, seats: readonly Seat[]): Promise<number> {
  const before = cpuMsOf(pid)
  for (let i = 0; i < LOOKS; i += 1) {
    await accepted(seats[i % 2]!)
    await shown(`${url.replace('http', 'ws')}/v1/auctions/${auctions[0]}/live`)
  }
  return ((cpuMsOf(pid) - before) * 1_000) / LOOKS
}

/** Resolves when a newcomer has been shown how things stand. */
function shown(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, 'auction.v1')
    socket.addEventListener('error', () => reject(new Error('a newcomer was not let in')))
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      if (!data.startsWith('{"type":"snapshot"')) return
      socket.close()
      resolve()
    })
  })
}
