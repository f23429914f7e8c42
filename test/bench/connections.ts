import { setTimeout as wait } from 'node:timers/promises'
import { openMartillo } from './contenders/ours.ts'
import { openRoom } from './contenders/peers.ts'
import { accepted } from './kit/bidding.ts'
import { cpuMsOf } from './kit/cpu.ts'
import { Crowd, type Venue } from './kit/crowd.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { Gauge, type Memory } from './kit/gauge.ts'
import type { Row } from './main.ts'

/** In one round. */
const CONNECTIONS = 1_000
const MISSED = 100
/** Those for whom what all share is made. */
const FIRST = 200
/** What follows a leave is over by then. */
const PARTING_MS = 300

/** What connections cost that come at once, until each has all that it is sent. They leave unmeasured. */
type Coming = { readonly cpuUs: number; readonly bytes: number }

async function coming(pid: number, crowd: Crowd, count: number, venue: Venue): Promise<Coming> {
  const bytesBefore = await crowd.quiet()
  const cpuBefore = cpuMsOf(pid)
  await crowd.join(count, venue)
  const bytes = ((await crowd.quiet()) - bytesBefore) / count
  const cpuUs = ((cpuMsOf(pid) - cpuBefore) * 1_000) / count
  await crowd.leave()
  await wait(PARTING_MS)
  return { cpuUs, bytes }
}

/** To come back and be sent what one has missed, beside coming for the first time and being shown how things stand. */
export async function resumeRows({ rounds }: { rounds: number }): Promise<readonly Row[]> {
  const service = await openMartillo('REST', { auctions: 1 })
  const crowd = new Crowd()
  try {
    const seats = await service.seats(2, 'hot')
    for (let i = 0; i < 2 * MISSED; i += 1) await accepted(seats[i % 2]!)
    for (const seat of seats) seat.close()
    const [first] = service.auctions
    const { seq } = (await (await fetch(`${service.url}/v1/auctions/${first}`)).json()) as { seq: number }
    const venue = (query: string): Venue => ({
      port: Number(new URL(service.url).port),
      by: 'auction.v1',
      at: `/v1/auctions/${first}/live${query}`,
    })
    const come = (query: string) => () => coming(service.pid, crowd, CONNECTIONS, venue(query))
    const run = { bare: come(''), resume: come(`?after=${seq - MISSED}`) }
    for (const warm of Object.values(run)) await warm()
    const { bare, resume } = await interleaved(rounds, run)
    const row = (what: string, these: readonly Coming[]) => ({
      what,
      'CPU µs/connection': round(median(these.map((one) => one.cpuUs))),
      'bytes sent': Math.round(median(these.map((one) => one.bytes))),
      'bare ×': these === bare ? null : round(ratio(these, bare, (one) => one.cpuUs)),
    })
    return [row('connect: a snapshot', bare), row(`resume: ${MISSED} events`, resume)]
  } finally {
    await crowd.end()
    await service.stop()
  }
}

type Host = { readonly pid: number; readonly venue: Venue; readonly gauge: Gauge; stop(): Promise<void> }

/** What it costs to let somebody in who watches, and what such a connection occupies while nothing happens. */
export async function idleRows(idle: number, { rounds }: { rounds: number }, peers: boolean): Promise<readonly Row[]> {
  const hosts: Record<string, Host> = { Martillo: await ours() }
  const crowd = new Crowd()
  try {
    if (peers) hosts['Socket.IO'] = await socketIo()
    const occupied: Record<string, Memory> = {}
    for (const [name, { venue, gauge }] of Object.entries(hosts))
      occupied[name] = await occupies(gauge, crowd, idle, venue)
    const run = Object.entries(hosts).map(
      ([name, { pid, venue }]) => [name, () => coming(pid, crowd, CONNECTIONS, venue)] as const,
    )
    for (const [, warm] of run) await warm()
    const measured = await interleaved(rounds, Object.fromEntries(run))
    const own = measured['Martillo']!
    return Object.keys(hosts).map((what) => {
      const these = measured[what]!
      return {
        what,
        'CPU µs/connection': round(median(these.map((one) => one.cpuUs))),
        'resident bytes': Math.round(occupied[what]!.residentBytes),
        'live bytes': Math.round(occupied[what]!.liveBytes),
        'ours: CPU ×': these === own ? null : round(ratio(own, these, (one) => one.cpuUs)),
      }
    })
  } finally {
    await crowd.end()
    for (const host of Object.values(hosts)) await host.stop()
  }
}

/** Of each of so many that are idle; asked of a young process, or what others left behind would be taken for theirs. */
async function occupies(gauge: Gauge, crowd: Crowd, count: number, venue: Venue): Promise<Memory> {
  await crowd.join(FIRST, venue)
  const before = await gauge.memory()
  await crowd.join(count, venue)
  const after = await gauge.memory()
  await crowd.leave()
  await wait(PARTING_MS)
  return {
    residentBytes: (after.residentBytes - before.residentBytes) / count,
    liveBytes: (after.liveBytes - before.liveBytes) / count,
  }
}

async function ours(): Promise<Host> {
  const gauge = new Gauge()
  const service = await openMartillo('REST', { auctions: 1, env: gauge.env })
  const port = Number(new URL(service.url).port)
  const venue = { port, by: 'auction.v1', at: `/v1/auctions/${service.auctions[0]}/live` } as const
  return { pid: service.pid, venue, gauge, stop: closing(gauge, () => service.stop()) }
}

async function socketIo(): Promise<Host> {
  const gauge = new Gauge()
  const { child, port, stop } = await openRoom('sqlite', gauge.env)
  return { pid: child.pid, venue: { port, by: 'Socket.IO', at: 'room' }, gauge, stop: closing(gauge, stop) }
}

function closing(gauge: Gauge, stop: () => Promise<void>): () => Promise<void> {
  return async () => {
    gauge.close()
    await stop()
  }
}
