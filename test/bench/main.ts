import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type WebSocket from 'ws'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { freePort, runService } from '../support/process.ts'
import { type Bid, openSocket, overRest, overSocket, quantile } from '../support/load.ts'

/**
 * Durable bids a second, and what it costs to deliver events. The service is a process of its own in its production
 * configuration but for the rate limits; its CPU time is its own account. Everything stays on this machine and ends.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, watchers: { type: 'string', default: '1,100,1000' } },
})
const SECONDS = Number(values.seconds)
const CONNECTIONS = 32
const EVENTS_PER_SECOND = 20
const METRICS_TOKEN = 'thebenchmarkreadsthemeters'
/** Rises over the whole run, so that a later row may go on where an earlier one bid. */
let amounts = 0

const dataDir = mkdtempSync(join(tmpdir(), 'martillo-bench-'))
const service = await runService(dataDir, await freePort(), { METRICS_TOKEN })
try {
  const { url } = service
  const admin = new Client(url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const bidders = await Promise.all(Array.from({ length: CONNECTIONS }, () => signedUp(url)))
  const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 86_400 }
  const auction = async () => (await admin.create(lot)).id
  console.log(
    `${cpus()[0]?.model ?? 'a processor'}, ${cpus().length} cores, Node ${process.version}, ${CONNECTIONS} connections\n`,
  )

  const hot = await auction()
  const own = await Promise.all(Array.from({ length: CONNECTIONS / 2 }, auction))
  const bids: Record<string, unknown>[] = []
  const rest = await Promise.all(bidders.map(overRest))
  bids.push({ bids: 'REST, one auction', ...(await measureBids(rest, () => hot)) })
  bids.push({ bids: `REST, ${own.length} auctions`, ...(await measureBids(rest, (i) => own[i >> 1]!)) })
  const onHot = await Promise.all(bidders.map((bidder) => overSocket(bidder, hot)))
  bids.push({ bids: 'socket, one auction', ...(await measureBids(onHot, () => hot)) })
  const onOwn = await Promise.all(bidders.map((bidder, i) => overSocket(bidder, own[i >> 1]!)))
  bids.push({ bids: `socket, ${own.length} auctions`, ...(await measureBids(onOwn, (i) => own[i >> 1]!)) })
  console.table(bids)

  const deliveries: Record<string, unknown>[] = []
  for (const watchers of values.watchers.split(',').map(Number)) {
    const watched = await auction()
    deliveries.push({ watchers, ...(await measureDeliveries(watched, watchers, rest)) })
  }
  console.table(deliveries)
} finally {
  await service.kill('SIGTERM')
  rmSync(dataDir, { recursive: true, force: true })
}

/** Every connection bids as soon as it has its answer; amounts rise, so what comes in a wrong order is refused. */
async function measureBids(bidders: readonly Bid[], auctionOf: (bidder: number) => string) {
  const latencies: number[] = []
  let accepted = 0
  let amount = (amounts += 10_000_000)
  const before = await meters()
  const started = performance.now()
  const until = started + SECONDS * 1_000
  await Promise.all(
    bidders.map(async (bid, i) => {
      while (performance.now() < until) {
        const asked = performance.now()
        if (await bid(auctionOf(i), (amount += 1))) accepted += 1
        latencies.push(performance.now() - asked)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1_000
  const after = await meters()
  return {
    'accepted/s': Math.round(accepted / seconds),
    'answered/s': Math.round(latencies.length / seconds),
    'CPU µs/answer': Math.round(((after.cpu - before.cpu) * 1e6) / latencies.length),
    'events/commit': ((after.events - before.events) / (after.commits - before.commits)).toFixed(1),
    'p50 ms': quantile(latencies, 0.5).toFixed(2),
    'p99 ms': quantile(latencies, 0.99).toFixed(2),
  }
}

/** One bid after the other at an even pace, while so many watch. The CPU of the same bids without watchers is taken off. */
async function measureDeliveries(auction: string, count: number, [first, second]: readonly Bid[]) {
  const bare = await bidEvenly(auction, [first!, second!])
  const lags: number[] = []
  const sockets: WebSocket[] = []
  for (let i = 0; i < count; i += 1) sockets.push(await openSocket(service.url, auction))
  let delivered = 0
  for (const ws of sockets)
    ws.on('message', (data: Buffer) => {
      if (data.toString('latin1', 9, 15) !== 'events') return
      const now = Date.now()
      delivered += 1
      if (delivered % 17 === 0)
        lags.push(now - Date.parse(data.toString('latin1', data.indexOf('"at":"') + 6).slice(0, 24)))
    })
  const watched = await bidEvenly(auction, [first!, second!])
  for (const ws of sockets) ws.terminate()
  return {
    events: watched.events,
    delivered: delivered,
    // Under a thousand deliveries the difference of two accounts is mostly noise.
    'CPU µs/delivery': delivered < 1_000 ? '–' : (((watched.cpu - bare.cpu) * 1e6) / delivered).toFixed(2),
    'lag p50 ms': quantile(lags, 0.5),
    'lag p99 ms': quantile(lags, 0.99),
  }
}

async function bidEvenly(auction: string, bidders: readonly [Bid, Bid]) {
  const rounds = SECONDS * EVENTS_PER_SECOND
  const before = await meters()
  for (let i = 0; i < rounds; i += 1) {
    await bidders[i % 2]!(auction, (amounts += 1))
    await new Promise((resolve) => setTimeout(resolve, 1_000 / EVENTS_PER_SECOND))
  }
  const after = await meters()
  return { cpu: after.cpu - before.cpu, events: after.events - before.events }
}

async function meters() {
  const response = await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  const text = await response.text()
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? 0)
  return {
    cpu: value('process_cpu_seconds_total'),
    events: value('martillo_commit_events_sum'),
    commits: value('martillo_commit_events_count'),
  }
}
