import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { quantile } from '../support/load.ts'
import { openMartillo } from './contenders/ours.ts'
import { nextAmount } from './kit/bidding.ts'
import type { Seat } from './kit/contender.ts'
import { Crowd } from './kit/crowd.ts'
import { interleaved, round } from './kit/figures.ts'
import type { Row } from './main.ts'

const BIDS_PER_SECOND = 8
/** As many as a room takes. */
const MESSAGES_PER_SECOND = 20
/** Sockets of one account: it may have a hundred. */
const SOCKETS_EACH = 90

/** The wait for a bid's answer in a room of so many readers, while they talk as fast as a room takes it, and while they are silent. */
export async function talkRows(
  watchers: number,
  { rounds, bids }: { rounds: number; bids: number },
): Promise<readonly Row[]> {
  const service = await openMartillo('socket', { auctions: 1 })
  const crowd = new Crowd()
  const auction = service.auctions[0]!
  const seats = await service.seats(2, 'hot')
  try {
    const admin = new Client(service.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    await admin.update(auction, { room: { messages: 'members' } })
    const readers = await fill(service.url, auction, watchers, crowd)
    const before = await crowd.quiet()
    await answers(seats, bids)
    const measured = await interleaved(rounds, {
      silent: () => answers(seats, bids),
      talking: async () => {
        const stop = talk(service.url, auction, readers)
        try {
          return await answers(seats, bids)
        } finally {
          await stop()
        }
      },
    })
    const heard = (await crowd.quiet()) - before
    const of = (name: 'silent' | 'talking', share: number) => quantile(measured[name].flat(), share)
    const row = (what: string, name: 'silent' | 'talking') => ({
      what: `${watchers} watch, ${what}`,
      bids: rounds * bids,
      'p50 ms': round(of(name, 0.5)),
      'p99 ms': round(of(name, 0.99)),
      'p50 ×': round(of(name, 0.5) / of('silent', 0.5)),
      'p99 ×': round(of(name, 0.99) / of('silent', 0.99)),
      'MB heard': round(heard / 1e6),
    })
    return [row('silent', 'silent'), row(`${MESSAGES_PER_SECOND} messages a second`, 'talking')]
  } finally {
    for (const seat of seats) seat.close()
    await crowd.end()
    await service.stop()
  }
}

/** All of them may read: they are signed in. Returns their clients. */
async function fill(url: string, auction: string, watchers: number, crowd: Crowd): Promise<readonly Client[]> {
  const port = Number(new URL(url).port)
  const readers: Client[] = []
  for (let left = watchers; left > 0; left -= SOCKETS_EACH) {
    const reader = await signedUp(url)
    readers.push(reader)
    const token = (await reader.session.token())!
    const venue = { port, by: 'auction.v1', at: `/v1/auctions/${auction}/live`, token } as const
    await crowd.join(Math.min(left, SOCKETS_EACH), venue)
  }
  return readers
}

/** Talks at an even pace until it is stopped. */
function talk(url: string, auction: string, speakers: readonly Client[]): () => Promise<void> {
  let said = 0
  const sent: Promise<unknown>[] = []
  const timer = setInterval(() => {
    said += 1
    const speaker = speakers[said % speakers.length]!
    sent.push(
      speaker.say(auction, `message ${said}, as long as such a message is`, 'room', randomUUID()).catch(() => null),
    )
  }, 1_000 / MESSAGES_PER_SECOND)
  return async () => {
    clearInterval(timer)
    const answered = await Promise.all(sent)
    const refused = answered.filter((one) => one === null).length
    if (refused > sent.length / 10) throw new Error(`${refused} of ${sent.length} messages at ${url} were refused`)
  }
}

async function answers(seats: readonly Seat[], bids: number): Promise<number[]> {
  const waits: Promise<number>[] = []
  for (let i = 0; i < bids; i += 1) {
    await wait((Math.random() * 2_000) / BIDS_PER_SECOND)
    const asked = performance.now()
    waits.push(
      new Promise((resolve) => seats[i % seats.length]!.bid(nextAmount(), () => resolve(performance.now() - asked))),
    )
  }
  return Promise.all(waits)
}
