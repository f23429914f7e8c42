import { becomesReady, freePort, spawnService } from '../support/process.ts'
import { type Ours, openMartillo } from './contenders/ours.ts'
import { bidding } from './kit/bidding.ts'
import { AUCTIONS, scratch } from './kit/contender.ts'
import { residentMb } from './kit/cpu.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { longHistory } from './kit/history.ts'
import type { Row } from './main.ts'

const IN_FLIGHT = 64
const STARTS = 3
const EVENTS_PER_AUCTION = 10

/** A house with many closed auctions and a thousand open ones, beside one that has the open ones only. */
export async function bigHouseRows({
  rounds,
  ms,
  auctions,
}: {
  rounds: number
  ms: number
  auctions: number
}): Promise<readonly Row[]> {
  const old = auctions - AUCTIONS
  const folders = { big: scratch(), empty: scratch() }
  const houses: Ours[] = []
  try {
    await longHistory(folders.big.path, { auctions: old, events: old * EVENTS_PER_AUCTION })
    const open = async ({ path }: { path: string }) => {
      // Each starts again on what it leaves.
      const house = await openMartillo('socket', { folder: { path, drop: () => {} } })
      houses.push(house)
      const seats = await house.seats(AUCTIONS, 'spread')
      return () => bidding(house, seats, { ms, inFlight: IN_FLIGHT, waves: false })
    }
    const run = { big: await open(folders.big), empty: await open(folders.empty) }
    for (const warm of Object.values(run)) await warm()
    const measured = await interleaved(rounds, run)
    const resident = houses.map(({ pid }) => residentMb(pid))
    for (const house of houses.splice(0)) await house.stop()
    const started = await interleaved(STARTS, {
      big: () => starts(folders.big.path),
      empty: () => starts(folders.empty.path),
    })
    const row = (what: string, name: keyof typeof run, i: 0 | 1) => ({
      what,
      'CPU µs/bid': round(median(measured[name].map((one) => one.cpuUs))),
      'accepted/s': Math.round(median(measured[name].map((one) => one.acceptedPerSecond))),
      'rate × empty':
        name === 'empty' ? null : round(ratio(measured.big, measured.empty, (one) => one.acceptedPerSecond)),
      'CPU × empty': name === 'empty' ? null : round(ratio(measured.big, measured.empty, (one) => one.cpuUs)),
      'start to ready ms': Math.round(median(started[name].map((one) => one.readyMs))),
      'MB when ready': Math.round(median(started[name].map((one) => one.residentMb))),
      'MB after bids': Math.round(resident[i]!.now),
      'MB at most': Math.round(resident[i]!.most),
    })
    return [
      row(`${old * EVENTS_PER_AUCTION} events, ${auctions} auctions, ${AUCTIONS} open`, 'big', 0),
      row(`${AUCTIONS} auctions, all open`, 'empty', 1),
    ]
  } finally {
    for (const house of houses) await house.stop()
    for (const folder of Object.values(folders)) folder.drop()
  }
}

async function starts(dataDir: string): Promise<{ readyMs: number; residentMb: number }> {
  const service = spawnService(dataDir, await freePort(), { NODE_ENV: 'production' })
  try {
    const readyMs = await becomesReady(service)
    return { readyMs, residentMb: residentMb(service.child.pid!).now }
  } finally {
    await service.kill('SIGKILL')
  }
}
