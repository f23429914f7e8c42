import { setTimeout as wait } from 'node:timers/promises'
import { type Ours, openMartillo } from './contenders/ours.ts'
import { nextAmount } from './kit/bidding.ts'
import { type Seat, seqOf } from './kit/contender.ts'
import { Crowd } from './kit/crowd.ts'
import { interleaved, round } from './kit/figures.ts'
import { Gauge } from './kit/gauge.ts'
import { Sample, fillRoom } from './kit/sample.ts'
import { quantile } from '../support/load.ts'
import type { Row } from './main.ts'

const BIDS_PER_SECOND = 8
/** A little more than the time from one heartbeat to the next. */
const BEAT_MS = 11_000
/** A fan-out is over when this long nothing more was to be sent. */
const REST_MS = 20
/** Fan-outs before the measured ones. */
const WARM = 20

/** A service of one auction with so many watchers, and two rivals who bid there in turn. */
type Room = { readonly service: Ours; readonly sample: Sample; bid(): Promise<number | null>; close(): Promise<void> }

async function openRoom(watchers: number, env: Record<string, string> = {}): Promise<Room> {
  const service = await openMartillo('socket', { auctions: 1, env })
  const [crowd, sample] = [new Crowd(), new Sample()]
  if (watchers === 1) await sample.join(service.url, service.auctions[0]!)
  else await fillRoom(service, watchers, crowd, sample)
  const seats = await service.seats(2, 'hot')
  let next = 0
  return {
    service,
    sample,
    bid: () => placed(seats[(next += 1) % 2]!),
    close: async () => {
      for (const seat of seats) seat.close()
      sample.close()
      await crowd.end()
      await service.stop()
    },
  }
}

/** Resolves with the seq of the bid; null where it was refused, as one that another overtook. */
function placed(seat: Seat): Promise<number | null> {
  return new Promise((resolve) =>
    seat.bid(nextAmount(), (accepted, answer) => {
      resolve(accepted ? seqOf(answer!) : null)
    }),
  )
}

/** The wait for a bid's answer while so many watch, beside the same service with one watcher: bids come at random moments. */
export async function answerRows(
  watchers: number,
  { rounds, bids }: { rounds: number; bids: number },
): Promise<readonly Row[]> {
  const rooms: Room[] = []
  try {
    rooms.push(await openRoom(watchers))
    rooms.push(await openRoom(1))
    const [full, lone] = rooms as [Room, Room]
    for (const room of rooms) await answersIn(room, bids)
    const measured = await interleaved(rounds, { full: () => answersIn(full, bids), lone: () => answersIn(lone, bids) })
    const of = (name: 'full' | 'lone', share: number) => quantile(measured[name].flat(), share)
    const row = (what: string, name: 'full' | 'lone') => ({
      what,
      bids: rounds * bids,
      'p50 ms': round(of(name, 0.5)),
      'p99 ms': round(of(name, 0.99)),
      'p50 ×': name === 'lone' ? null : round(of(name, 0.5) / of('lone', 0.5)),
      'p99 ×': name === 'lone' ? null : round(of(name, 0.99) / of('lone', 0.99)),
    })
    return [row(`${watchers} watch`, 'full'), row('one watches', 'lone')]
  } finally {
    for (const room of rooms) await room.close()
  }
}

async function answersIn(room: Room, bids: number): Promise<number[]> {
  const waits: Promise<number>[] = []
  for (let i = 0; i < bids; i += 1) {
    await wait((Math.random() * 2_000) / BIDS_PER_SECOND)
    const asked = performance.now()
    waits.push(room.bid().then(() => performance.now() - asked))
  }
  return Promise.all(waits)
}

/**
 * How long turns of the event loop are, in which nobody else is served: while a bid is decided and goes out to all, and
 * to one, which is the part of the bid; and while nothing happens but heartbeats.
 */
export async function turnRows(watchers: number, { events }: { events: number }): Promise<readonly Row[]> {
  const alone = await turnsIn(1, events)
  const all = await turnsIn(watchers, events)
  return [
    turnRow(`a bid and its event to ${watchers}`, all.fanOuts),
    turnRow('a bid and its event to one', alone.fanOuts),
    turnRow(`${BEAT_MS / 1_000} s of heartbeats to ${watchers}`, [all.beats]),
  ]
}

async function turnsIn(
  watchers: number,
  events: number,
): Promise<{ fanOuts: readonly (readonly number[])[]; beats: readonly number[] }> {
  const gauge = new Gauge()
  const room = await openRoom(watchers, gauge.env)
  try {
    const fanOut = async () => {
      const seq = await room.bid()
      if (seq === null) throw new Error('a bid was refused')
      await room.sample.hasAll(seq)
      await wait(REST_MS)
    }
    for (let i = 0; i < WARM; i += 1) await fanOut()
    const fanOuts: (readonly number[])[] = []
    while (fanOuts.length < events) {
      const { pings } = room.sample
      const turns = await gauge.turnsOf(fanOut)
      await wait(REST_MS)
      // A heartbeat that fell into it is measured by itself.
      if (room.sample.pings === pings) fanOuts.push(turns)
    }
    return { fanOuts, beats: await gauge.turnsOf(() => wait(BEAT_MS)) }
  } finally {
    gauge.close()
    await room.close()
  }
}

/** Of the longest turn of each fan-out, and of all turns in which anything was done. */
function turnRow(what: string, fanOuts: readonly (readonly number[])[]): Row {
  const longest = fanOuts.map((turns) => Math.max(...turns))
  return {
    what,
    turns: round(fanOuts.flat().length / fanOuts.length),
    'longest p50 ms': round(quantile(longest, 0.5)),
    'longest p99 ms': round(quantile(longest, 0.99)),
    'any p50 ms': round(quantile(fanOuts.flat(), 0.5)),
    'any p99 ms': round(quantile(fanOuts.flat(), 0.99)),
  }
}
