import { once } from 'node:events'
import { openMartillo } from './contenders/ours.ts'
import { launchBun, openRoom } from './contenders/peers.ts'
import { Crowd, type Told, telling } from './kit/crowd.ts'
import { nextAmount } from './kit/bidding.ts'
import { begin, end, told } from './kit/contender.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import type { Row } from './main.ts'

const PACE_MS = 100
/** About what one of our events is, frame and all. */
const EVENT_BYTES = 570

type Form = { readonly rounds: number; readonly events: number; readonly burst?: number }
/** Somebody who sends the same to everyone who watches. */
type Sender = { readonly name: string; tell(): Promise<Told>; stop(): Promise<void> }
type Plan = { events: number; everyMs: number; burst: number }

/** What it costs to bring an event to so many watchers: CPU time for one delivery. */
export async function eventRows(
  watchers: number,
  { rounds, events, burst = 1 }: Form,
  peers: boolean,
): Promise<readonly Row[]> {
  const plan = { events: events * burst, everyMs: PACE_MS, burst }
  const senders: Sender[] = []
  try {
    senders.push(await ours(watchers, plan), await floor(watchers, plan))
    if (peers) senders.push(await socketIo(watchers, plan), await bun(watchers, plan))
    const run = senders.map((sender) => [sender.name, () => sender.tell()] as const)
    for (const [, warm] of run) await warm()
    const measured = await interleaved(rounds, Object.fromEntries(run))
    const own = measured[senders[0]!.name]!
    const cost = ({ cpuMs, events: sent }: Told) => (cpuMs * 1_000) / (sent * watchers)
    return senders.map(({ name }) => {
      const these = measured[name]!
      return {
        what: name,
        'CPU µs/delivery': round(median(these.map(cost))),
        'bytes/event': Math.round(median(these.map((one) => one.bytes / one.events / watchers))),
        'ours ×': these === own ? null : round(ratio(own, these, cost)),
      }
    })
  } finally {
    for (const sender of senders) await sender.stop()
  }
}

/** An auction of ours, bids in it that are accepted, and a crowd that is told of them. */
export async function openSale(plan: Plan) {
  const service = await openMartillo('REST', { auctions: 1 })
  const seats = await service.seats(2 * plan.burst, 'hot')
  const crowd = new Crowd()
  const port = Number(new URL(service.url).port)
  let asked = 0
  let accepted = 0
  // Of those at once some overtake each other, and are refused: what was accepted is what is told.
  const send = () =>
    seats[(asked += 1) % seats.length]!.bid(nextAmount(), (isAccepted) => (accepted += isAccepted ? 1 : 0))
  return {
    crowd,
    join: (watchers: number) =>
      crowd.join(watchers, { port, by: 'auction.v1', at: `/v1/auctions/${service.auctions[0]}/live` }),
    tell: async (): Promise<Told> => {
      const before = accepted
      const all = await telling(service.pid, crowd, plan, send)
      return { ...all, events: accepted - before }
    },
    stop: async () => {
      await crowd.end()
      await service.stop()
    },
  }
}

/** What the same bids cost with one watcher is taken off. */
async function ours(watchers: number, plan: Plan): Promise<Sender> {
  const { crowd, join, tell, stop } = await openSale(plan)
  await join(1)
  await tell()
  const bare: number[] = []
  for (let i = 0; i < 3; i += 1) bare.push((await tell()).cpuMs)
  await crowd.leave()
  await join(watchers)
  return {
    name: 'Martillo',
    tell: async () => {
      const all = await tell()
      return { ...all, cpuMs: all.cpuMs - median(bare) }
    },
    stop,
  }
}

async function floor(watchers: number, plan: Plan): Promise<Sender> {
  const child = begin('floors/write.ts')
  const crowd = new Crowd()
  await crowd.join(watchers, { port: await told<number>(child), by: 'TCP' })
  return {
    name: 'net.Socket.write in a loop',
    tell: () => telling(child.pid, crowd, plan, () => child.send(EVENT_BYTES)),
    stop: async () => {
      await crowd.end()
      await end(child)
    },
  }
}

async function socketIo(watchers: number, plan: Plan): Promise<Sender> {
  const { child, port, stop } = await openRoom('sqlite')
  const crowd = new Crowd()
  await crowd.join(watchers, { port, by: 'Socket.IO', at: 'room' })
  const text = 'x'.repeat(EVENT_BYTES - 20)
  return {
    name: 'Socket.IO',
    tell: () => telling(child.pid, crowd, plan, () => child.send({ text, room: 'room' })),
    stop: async () => {
      await crowd.end()
      await stop()
    },
  }
}

async function bun(watchers: number, plan: Plan): Promise<Sender> {
  const child = launchBun()
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  const crowd = new Crowd()
  await crowd.join(watchers, { port: Number(line.toString()), by: 'WebSocket' })
  const text = `${'x'.repeat(EVENT_BYTES - 4)}\n`
  return {
    name: 'Bun publish',
    tell: () => telling(child.pid, crowd, plan, () => child.stdin!.write(text)),
    stop: async () => {
      await crowd.end()
      await end(child)
    },
  }
}
