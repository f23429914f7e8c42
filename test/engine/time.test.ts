import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { Client } from '../../src/sdk/index.ts'
import { ManualClock } from '../support/clock.ts'
import { watch } from '../support/channel.ts'
import { FaultyStore } from '../support/faulty-store.ts'
import { storeWith } from '../support/patch.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

test('[SC-4] an auction opens and closes by itself, at its own times and not a millisecond earlier', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const opensAt = new Date(clock.now() + MINUTE_MS).toISOString()
  const id = await house.auction({ opensAt, durationSeconds: 120 })
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  await clock.advance(MINUTE_MS - 1)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'scheduled', minimumBid: null })
  await clock.advance(1)
  expect(await channel.next('events')).toMatchObject({ events: [{ type: 'auction.opened', at: opensAt }] })
  await clock.advance(2 * MINUTE_MS - 1)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open' })
  await clock.advance(1)
  const closesAt = new Date(clock.now()).toISOString()
  expect(await channel.next('events')).toMatchObject({ events: [{ type: 'auction.closed', at: closesAt }] })
  expect(await channel.closed).toEqual({ code: 4000, reason: 'auction over' })
})

test('[SC-1] a bid that comes when the close is due but not carried out is late, and is told by how much', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, id] = [await house.person(), await house.auction({ durationSeconds: 10 })]
  clock.jump(10_000)
  await expect(ana.bid(id, { amount: 1_000 })).rejects.toMatchObject({
    problem: { code: 'auction_closed', lateMilliseconds: 0, asOfSeq: 3 },
  })
  clock.jump(1_234)
  await expect(ana.bid(id, { amount: 1_000 })).rejects.toMatchObject({ problem: { lateMilliseconds: 1_234 } })
})

test('[SC-4] an auction of 400 days is open after 399', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ durationSeconds: 400 * 86_400 })
  const { closesAt } = await house.admin.auction(id)
  await clock.advance(2 * MINUTE_MS)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open', closesAt })
  clock.jump(399 * DAY_MS)
  await clock.advance(1_000)
  expect(await new Client(house.url).auction(id)).toMatchObject({ status: 'open', closesAt })
})

test('[SC-4] a long wait on the system clock is not cut short by the limit of timers', async () => {
  const house = await openHouse()
  const id = await house.auction({ durationSeconds: 400 * 86_400 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open', seq: 2 })
})

test('[SC-5] a process that was stopped across an end moves it by the length of the stop, and says why', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, id, later] = [
    await house.person(),
    await house.auction({ durationSeconds: 20 }),
    await house.auction({ durationSeconds: 600 }),
  ]
  const from = new Date(clock.now() + 20_000).toISOString()
  clock.jump(45_000)
  const to = new Date(clock.now() + 20_000).toISOString()
  expect(await ana.bid(id, { amount: 1_000 })).toMatchObject({ outcome: 'leading', seq: 4, closesAt: to })
  const { events } = await eventsOf(house.url, id)
  expect(events[2]).toMatchObject({ type: 'closing.extended', data: { from, to, reason: 'outage', extensions: 0 } })
  expect(await house.admin.auction(later)).toMatchObject({ seq: 2 })
})

test('[SC-5] where the time that is given back cannot be stored at once, it is given before anything else is decided', async () => {
  const clock = new ManualClock()
  const faulty = new FaultyStore()
  const house = await openHouse({}, { clock, wrapStore: faulty.wrap })
  const [ana, id] = [await house.person(), await house.auction({ durationSeconds: 20 })]
  const to = new Date(clock.now() + 65_000).toISOString()
  clock.jump(45_000)
  faulty.intercept(() => Promise.reject(new Error('fsync: input/output error')))
  expect(await ana.bid(id, { amount: 1_000 })).toMatchObject({ outcome: 'leading', seq: 4, closesAt: to })
  const { events } = await eventsOf(house.url, id)
  expect(events.slice(2)).toMatchObject([{ type: 'closing.extended', data: { to, reason: 'outage' } }, { seq: 4 }])
})

test('[SC-5] who falls again before the time that is given back was stored gives it back when it returns', async () => {
  const dataDir = temporaryFolder()
  const clock = new ManualClock()
  const before = await openHouse({}, { clock }, dataDir)
  const id = await before.auction({ durationSeconds: 60 })
  await before.service.close()
  clock.jump(10 * MINUTE_MS)
  const sick = storeWith(() => ({ append: () => Promise.reject(new Error('fsync: input/output error')) }))
  const ailing = await openHouse({}, { clock, wrapStore: sick }, dataDir)
  await clock.advance(10_000)
  await ailing.service.close()
  const after = await openHouse({}, { clock }, dataDir)
  expect(await after.admin.auction(id)).toMatchObject({ status: 'open', seq: 3 })
  const { events } = await eventsOf(after.url, id)
  expect(events.at(-1)).toMatchObject({ type: 'closing.extended', data: { reason: 'outage' } })
})

test('[SC-5] an end behind an opening that could not be stored before the stop is given back as well', async () => {
  const dataDir = temporaryFolder()
  const clock = new ManualClock()
  let isSick = false
  const wrapStore = storeWith((store) => ({
    append: (changes) => (isSick ? Promise.reject(new Error('fsync: input/output error')) : store.append(changes)),
  }))
  const before = await openHouse({}, { clock, wrapStore }, dataDir)
  const opensAt = new Date(clock.now() + 2_000).toISOString()
  const id = await before.auction({ opensAt, durationSeconds: 30 })
  isSick = true
  await clock.advance(10_000)
  await before.service.close()
  clock.jump(MINUTE_MS)
  const after = await openHouse({}, { clock }, dataDir)
  expect(await after.admin.auction(id)).toMatchObject({ status: 'open', opensAt })
  const { events } = await eventsOf(after.url, id)
  expect(events.slice(1)).toMatchObject([
    { type: 'auction.opened', at: opensAt },
    { type: 'closing.extended', data: { reason: 'outage' } },
  ])
})

test('[SC-5] a stop of less than 30 s is none: the auction closes', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, id] = [await house.person(), await house.auction({ durationSeconds: 20 })]
  await clock.advance(1_000)
  clock.jump(29_000)
  await expect(ana.bid(id, { amount: 1_000 })).rejects.toMatchObject({ code: 'auction_closed' })
})

test('[SC-5] a service that was away across an end gives the time back when it returns; what was closed stays closed', async () => {
  const dataDir = temporaryFolder()
  const clock = new ManualClock()
  const before = await openHouse({}, { clock }, dataDir)
  const [ended, cut, closed, brief] = [
    await before.auction({ durationSeconds: 3 }),
    await before.auction({ durationSeconds: 60 }),
    await before.auction(),
    await before.auction({ durationSeconds: 3_600 }),
  ]
  await before.admin.close(closed)
  await clock.advance(5_000)
  const from = (await before.admin.auction(cut)).closesAt!
  await before.service.close()
  const away = 10 * MINUTE_MS
  clock.jump(away)
  const after = await openHouse({}, { clock }, dataDir)
  const to = new Date(Date.parse(from) + away).toISOString()
  expect(await after.admin.auction(cut)).toMatchObject({ status: 'open', closesAt: to, extensions: 0 })
  expect(await after.admin.auction(ended)).toMatchObject({ status: 'closed', seq: 3 })
  expect(await after.admin.auction(closed)).toMatchObject({ status: 'closed', seq: 3 })
  expect(await after.admin.auction(brief)).toMatchObject({ status: 'open', seq: 2 })
  const { events } = await eventsOf(after.url, cut)
  expect(events.at(-1)).toMatchObject({ type: 'closing.extended', data: { from, to, reason: 'outage' } })
})

test('[SC-4] a quick restart across an end closes what was due, dated when it was due', async () => {
  const dataDir = temporaryFolder()
  const clock = new ManualClock()
  const before = await openHouse({}, { clock }, dataDir)
  const id = await before.auction({ durationSeconds: 10 })
  const { closesAt } = await before.admin.auction(id)
  await before.service.close()
  clock.jump(12_000)
  const after = await openHouse({}, { clock }, dataDir)
  await clock.advance(0)
  const { events } = await eventsOf(after.url, id)
  expect(events.at(-1)).toMatchObject({ type: 'auction.closed', at: closesAt })
})

test('[SC-2] over the whole way a late bid moves the end, and the auction closes at the new one', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const softClose = { windowSeconds: 60, extensionSeconds: 60, maxExtensions: null }
  const terms = { startPrice: 1_000, increments: 100, softClose }
  const [ana, id] = [await house.person(), await house.auction({ terms, durationSeconds: 120 })]
  await clock.advance(100_000)
  const closesAt = new Date(clock.now() + 60_000).toISOString()
  expect(await ana.bid(id, { amount: 1_000 })).toMatchObject({ closesAt })
  await clock.advance(59_999)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open', extensions: 1 })
  await clock.advance(1)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'closed', outcome: { result: 'sold', winner: 'P1' } })
})

async function eventsOf(url: string, id: string) {
  const response = await fetch(`${url}/v1/auctions/${id}/events`)
  return (await response.json()) as { events: { type: string; at: string; data: object }[] }
}

test('[SC-1] [SC-4] where a clock was set back between two starts the dates of a ledger do not fall, and nothing is early or late for it', async () => {
  const dataDir = temporaryFolder()
  const clock = new ManualClock()
  const before = await openHouse({}, { clock }, dataDir)
  const [ana, id] = [await before.person(), await before.auction({ durationSeconds: 60 })]
  await clock.advance(1_000)
  const first = await ana.bid(id, { maximum: 5_000 })
  await before.service.close()
  clock.jump(-10 * MINUTE_MS)
  const after = await openHouse({}, { clock }, dataDir)
  const ben = await after.person()
  const second = await ben.bid(id, { maximum: 3_000 })
  expect(second.bid.at).toBe(first.bid.at)
  await expect(ben.bid(id, { amount: 1_000 })).rejects.toMatchObject({ code: 'bid_too_low' })
  await clock.advance(10 * MINUTE_MS + 10_000)
  const third = await ben.bid(id, { maximum: 4_000 })
  expect(Date.parse(third.bid.at)).toBe(Date.parse(first.bid.at) + 10_000)
  await clock.advance(49_000)
  const { events } = await eventsOf(after.url, id)
  const dates = events.map((event) => event.at)
  expect(dates).toEqual(dates.toSorted())
  expect(events.at(-1)).toMatchObject({ type: 'auction.closed', at: first.closesAt })
})

test('[SC-5] that it lives is written when it starts, and then once in a while', async () => {
  const clock = new ManualClock()
  const beats: number[] = []
  await openHouse(
    {},
    {
      clock,
      wrapStore: storeWith((store) => ({
        beat: (pulse) => {
          beats.push(pulse.at)
          return store.beat(pulse)
        },
      })),
    },
  )
  const began = clock.now()
  expect(beats).toEqual([began])
  const everyMs = limits.beatMs * limits.beatsPerWrite
  for (let i = 0; i < 3 * limits.beatsPerWrite; i += 1) await clock.advance(limits.beatMs)
  expect(beats).toEqual([began, began + everyMs, began + 2 * everyMs, began + 3 * everyMs])
})

test('auctions that end in one instant are closed by one commit, each with its own place in the log', async () => {
  const clock = new ManualClock()
  const faulty = new FaultyStore()
  const house = await openHouse({}, { clock, wrapStore: faulty.wrap })
  const lasting = { durationSeconds: 60 }
  const ids = [await house.auction(lasting), await house.auction(lasting), await house.auction(lasting)]
  await clock.advance(MINUTE_MS)
  expect(faulty.batches.at(-1)).toEqual({ changes: 3, bids: 0 })
  const places = await Promise.all(
    ids.map(async (id) => {
      const proof = (await (await fetch(`${house.url}/v1/log/proof?auction=${id}`)).json()) as { index: number }
      return proof.index
    }),
  )
  // The first statement is that of the key.
  expect(places.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
})

test('[SC-4] an end that was set by a commit of unknown outcome comes at its time', async () => {
  const clock = new ManualClock()
  const faulty = new FaultyStore()
  const house = await openHouse({}, { clock, wrapStore: faulty.wrap })
  const id = await house.auction({ durationSeconds: 600 })
  await house.admin.pause(id, 'a question')
  const { closesAt } = await house.admin.auction(id)
  faulty.intercept(async (_, append) => {
    await append()
    throw new Error('the connection was lost after the commit')
  })
  const resumed = await fetch(`${house.url}/v1/auctions/${id}/resume`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await house.admin.session.token()}`, 'content-type': 'application/json' },
    body: '{}',
  })
  expect(resumed.status).toBe(503)
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status).toBe(200)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open' })
  await clock.advance(Date.parse(closesAt!) - clock.now() - 1)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open' })
  await clock.advance(1)
  await expect.poll(async () => (await house.admin.auction(id)).status).toBe('closed')
})
