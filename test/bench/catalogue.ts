import { setTimeout as wait } from 'node:timers/promises'
import { openMartillo } from './contenders/ours.ts'
import { evenly } from './kit/bidding.ts'
import { cpuMsOf } from './kit/cpu.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { Wire } from './kit/wire.ts'
import type { Row } from './main.ts'

const WATCHED = 100
const BIDS_PER_SECOND = 200
/** The service tells prices at most once in this time. */
const TICK_MS = 250
const PAGES = [0, 1, 100]

type Seen = { readonly cpuUs: number; readonly frames: number; readonly prices: number }

/** Pages that show a hundred auctions, each by one socket: what a bid in one of them costs beside nobody watching. */
export async function catalogueRows({ rounds, ms }: { rounds: number; ms: number }): Promise<readonly Row[]> {
  const service = await openMartillo('socket', { auctions: WATCHED + 1 })
  try {
    const seats = await service.seats(WATCHED, 'spread')
    const shown = service.auctions.slice(1)
    const bidsBefore = async (pages: number): Promise<Seen> => {
      const heard = { frames: 0, prices: 0 }
      const wires = await Promise.all(Array.from({ length: pages }, () => openPage(service.url, shown, heard)))
      Object.assign(heard, { frames: 0, prices: 0 })
      const cpuBefore = cpuMsOf(service.pid)
      await evenly(seats, { ms, perSecond: BIDS_PER_SECOND })
      await wait(2 * TICK_MS)
      const cpuUs = ((cpuMsOf(service.pid) - cpuBefore) * 1_000) / ((ms / 1_000) * BIDS_PER_SECOND)
      for (const wire of wires) wire.close()
      // However the bids lie to the ticks, they touch one more than they last.
      const ticks = ms / TICK_MS + 1
      return { cpuUs, frames: heard.frames / pages / ticks, prices: heard.prices / heard.frames }
    }
    const run = Object.fromEntries(PAGES.map((pages) => [String(pages), () => bidsBefore(pages)]))
    for (const warm of Object.values(run)) await warm()
    const measured = await interleaved(rounds, run)
    const middle = (pages: number, of: keyof Seen) => median(measured[String(pages)]!.map((one) => one[of]))
    return PAGES.map((pages) => ({
      what: pages === 0 ? 'nobody watches' : `${pages} ${pages === 1 ? 'page' : 'pages'}, ${WATCHED} auctions each`,
      'CPU µs/bid': round(middle(pages, 'cpuUs')),
      'frames/tick': pages === 0 ? null : round(middle(pages, 'frames')),
      'prices/frame': pages === 0 ? null : round(middle(pages, 'prices')),
      'nobody ×': pages === 0 ? null : round(ratio(measured[String(pages)]!, measured['0']!, (one) => one.cpuUs)),
    }))
  } finally {
    await service.stop()
  }
}

/** Returns when all prices are shown. */
async function openPage(url: string, auctions: readonly string[], heard: { frames: number; prices: number }) {
  const wire = await Wire.open(`${url}/v1/live`, { 'Sec-WebSocket-Protocol': 'auction.v1' })
  await new Promise<void>((shown) => {
    wire.onFrame = (payload) => {
      const text = payload.toString()
      if (!text.startsWith('{"type":"prices"')) return
      heard.frames += 1
      heard.prices += (JSON.parse(text) as { prices: object[] }).prices.length
      shown()
    }
    wire.begin()
    wire.send(JSON.stringify({ type: 'watch', auctions }))
  })
  return wire
}
