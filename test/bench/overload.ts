import { setTimeout as wait } from 'node:timers/promises'
import { openMartillo } from './contenders/ours.ts'
import { openRoom } from './contenders/peers.ts'
import { bidding, evenly } from './kit/bidding.ts'
import { type Seat, seqOf } from './kit/contender.ts'
import { cpuMsOf } from './kit/cpu.ts'
import { Crowd } from './kit/crowd.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { Sample, fillRoom } from './kit/sample.ts'
import { quantile } from '../support/load.ts'
import type { Row } from './main.ts'

const IN_FLIGHT = 64
/** About what one of our events is, frame and all. */
const EVENT_BYTES = 570
/** Some four times what a core can send one by one. */
const DELIVERIES_PER_SECOND = 400_000
/** What the peer is offered in a round: what one of them costs does not depend on it. */
const DELIVERIES = 200_000

/** `delaysMs`: from each bid's answer to the last of the sample having its event. */
type Flood = { readonly cpuUs: number; readonly perSecond: number; readonly delaysMs: readonly number[] }

/**
 * More events than a core can send: bids at an even pace, as fast as they are accepted, and as many as the first of these
 * a second to a room of Socket.IO. Of ours the cost of the bids themselves is in it.
 */
export async function overloadRows(
  watchers: number,
  { rounds, ms }: { rounds: number; ms: number },
  peers: boolean,
): Promise<readonly Row[]> {
  const ours = await floodOurs(watchers)
  const stops = [ours.stop]
  const perSecond = DELIVERIES_PER_SECOND / watchers
  /** Some of those that come at once overtake each other, and are refused. */
  let accepted = perSecond
  try {
    const contenders: Record<string, () => Promise<Flood>> = {
      'Martillo, evenly': async () => {
        const flood = await ours.flood((seats) => evenly(seats, { ms, perSecond }))
        accepted = flood.perSecond
        return flood
      },
      'Martillo, as fast as accepted': () =>
        ours.flood((seats) => bidding(ours, seats, { ms, inFlight: IN_FLIGHT, waves: true })),
    }
    if (peers) {
      const theirs = await floodSocketIo(watchers)
      stops.push(theirs.stop)
      contenders['Socket.IO'] = () => theirs.flood(accepted)
    }
    for (const warm of Object.values(contenders)) await warm()
    const measured = await interleaved(rounds, contenders)
    return Object.entries(measured).map(([what, floods]) => rowOf(what, floods, measured['Socket.IO']))
  } finally {
    for (const stop of stops) await stop()
  }
}

function rowOf(what: string, floods: readonly Flood[], theirs: readonly Flood[] | undefined): Row {
  const delays = floods.flatMap((flood) => flood.delaysMs)
  const ofDelays = (share: number) => (delays.length === 0 ? null : round(quantile(delays, share)))
  return {
    what,
    'CPU µs/delivery': round(median(floods.map((one) => one.cpuUs))),
    'events/s': Math.round(median(floods.map((one) => one.perSecond))),
    'last watcher p50 ms': ofDelays(0.5),
    'last watcher p99 ms': ofDelays(0.99),
    '× Socket.IO': theirs === undefined || theirs === floods ? null : round(ratio(floods, theirs, (one) => one.cpuUs)),
  }
}

/** Throws where one of the sample lacks an event, or has it out of order. */
async function floodOurs(watchers: number) {
  const service = await openMartillo('REST', { auctions: 1 })
  const { pid } = service
  const answers = new Map<number, number>()
  const seats = (await service.seats(IN_FLIGHT, 'hot')).map((seat) => noting(seat, answers))
  const [crowd, sample] = [new Crowd(), new Sample()]
  await fillRoom(service, watchers, crowd, sample)
  return {
    pid,
    flood: async (bid: (seats: readonly Seat[]) => Promise<unknown>): Promise<Flood> => {
      answers.clear()
      const [cpuBefore, started] = [cpuMsOf(pid), performance.now()]
      await bid(seats)
      const seconds = (performance.now() - started) / 1_000
      await sample.hasAll(Math.max(...answers.keys()))
      await crowd.quiet()
      const cpuUs = ((cpuMsOf(pid) - cpuBefore) * 1_000) / (answers.size * watchers)
      const delaysMs = [...answers].map(([seq, at]) => Math.max(sample.heardAt(seq) - at, 0))
      return { cpuUs, perSecond: answers.size / seconds, delaysMs }
    },
    stop: async () => {
      for (const seat of seats) seat.close()
      sample.close()
      await crowd.end()
      await service.stop()
    },
  }
}

/** A seat of which it is known when the answer came that was given for a seq. */
function noting(seat: Seat, answers: Map<number, number>): Seat {
  return {
    ...seat,
    bid: (amount, answered) =>
      seat.bid(amount, (accepted, answer) => {
        if (accepted) answers.set(seqOf(answer!), performance.now())
        answered(accepted, answer)
      }),
  }
}

async function floodSocketIo(watchers: number) {
  const { child, port, stop } = await openRoom('sqlite')
  const crowd = new Crowd()
  await crowd.join(watchers, { port, by: 'Socket.IO', at: 'room' })
  const text = 'x'.repeat(EVENT_BYTES - 20)
  return {
    stop: async () => {
      await crowd.end()
      await stop()
    },
    flood: async (perSecond: number): Promise<Flood> => {
      const events = Math.ceil(DELIVERIES / watchers)
      const bytesBefore = await crowd.quiet()
      const cpuBefore = cpuMsOf(child.pid)
      const started = performance.now()
      for (let sent = 0; sent < events; await wait(1))
        for (const due = ((performance.now() - started) * perSecond) / 1_000; sent < Math.min(due, events); sent += 1)
          child.send({ text, room: 'room' })
      // What is on its way within the peer is not seen from outside.
      let bytes = 0
      while (bytes < events * watchers * text.length) bytes = (await crowd.quiet()) - bytesBefore
      return { cpuUs: ((cpuMsOf(child.pid) - cpuBefore) * 1_000) / (events * watchers), perSecond, delaysMs: [] }
    },
  }
}
