import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { limits, rates } from '../../src/config/limits.ts'
import { FrameWriter } from '../../src/live/frame-writer.ts'
import type { ChannelEvent, ServerMessage } from '../../src/protocol.ts'
import { FOLLOWED_MAX } from '../../src/protocol.ts'
import { Channel } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, openHouse } from '../support/service.ts'

const MISSING = '01930000-0000-7000-8000-000000000000'

type Followed = { readonly id: string; readonly after?: number; readonly epoch?: string }

async function open(house: House, token: string | null = null): Promise<Channel> {
  const channel = new Channel(house.url, '/v1/live', { token })
  await channel.next('hello')
  return channel
}

function follow(channel: Channel, ...auctions: readonly (Followed | string)[]): void {
  const named = auctions.map((one) => (typeof one === 'string' ? { id: one } : one))
  channel.send({ type: 'follow', auctions: named })
}

/** What came behind is there as well: answers come in the order of what is said. */
async function settled(channel: Channel, sentAt: number): Promise<void> {
  channel.send({ type: 'ping', sentAt })
  await channel.next('pong', (pong) => pong.sentAt === sentAt)
}

const eventsOf = (channel: Channel, id: string): readonly ChannelEvent[] =>
  channel
    .all('events')
    .filter(({ auction }) => auction === id)
    .flatMap(({ events }) => events)
const seqsOf = (channel: Channel, id: string) => eventsOf(channel, id).map(({ seq }) => seq)
const snapshotsOf = (channel: Channel) => channel.all('snapshot').map(({ auction }) => auction.id)

test('[LIVE-13] each auction of a list begins with a snapshot, and goes on with its events, each with its id', async () => {
  const house = await openHouse()
  const [ana, ben, one, two] = [
    await house.person(),
    await house.person(),
    await house.auction(),
    await house.auction(),
  ]
  await ana.bid(one, { maximum: 900_000_009 })
  const channel = await open(house)
  follow(channel, one, two)
  expect(await channel.next('snapshot')).toMatchObject({ seq: 3, auction: { id: one }, bids: [{ amount: 1_000 }] })
  expect(await channel.next('snapshot')).toMatchObject({ seq: 2, auction: { id: two }, watching: 1 })
  await ben.bid(two, { amount: 1_500 })
  await ben.bid(one, { amount: 2_000 })
  await channel.next('events', ({ auction }) => auction === one)
  expect([seqsOf(channel, one), seqsOf(channel, two)]).toEqual([[4], [3]])
  expect(channel.all('you')).toEqual([])
  expect(JSON.stringify(channel.received)).not.toContain('900000009')
})

test('[LIVE-3] whoever names what they have is sent what they missed, in order and once; a snapshot where that cannot be', async () => {
  const house = await openHouse()
  const [ana, one, two, three] = [
    await house.person(),
    await house.auction(),
    await house.auction(),
    await house.auction(),
  ]
  await ana.bid(one, { amount: 1_000 })
  const first = await open(house)
  follow(first, one)
  const { epoch } = await first.next('snapshot')
  const channel = await open(house)
  follow(
    channel,
    { id: one, after: 1, epoch },
    { id: two, after: 1, epoch: 'another' },
    { id: three, after: 99, epoch },
  )
  await channel.next('snapshot', ({ auction }) => auction.id === three)
  expect(seqsOf(channel, one)).toEqual([2, 3])
  expect(snapshotsOf(channel)).toEqual([two, three])
  await house.admin.pause(one, 'a question')
  await channel.next('events', ({ events }) => events[0]!.seq === 4)
  expect(seqsOf(channel, one)).toEqual([2, 3, 4])
})

test('[LIVE-12] a list replaces the one before: what it names with its seq goes on, what it leaves out is silent, what it names without begins anew', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, one, two, three] = [
    await house.person(),
    await house.auction(),
    await house.auction(),
    await house.auction(),
  ]
  const channel = await open(house)
  follow(channel, one, two)
  const { epoch } = await channel.next('snapshot', ({ auction }) => auction.id === two)
  await ana.bid(one, { amount: 1_000 })
  await channel.next('events')
  // It may have been said before the event came: no number comes twice.
  follow(channel, { id: one, after: 2, epoch }, three)
  await channel.next('snapshot', ({ auction }) => auction.id === three)
  await ana.bid(two, { amount: 1_000 })
  await ana.bid(three, { amount: 1_000 })
  await house.admin.pause(one, 'a question')
  await channel.next('events', ({ auction }) => auction === one)
  expect([one, two, three].map((id) => seqsOf(channel, id))).toEqual([[3, 4], [], [3]])
  await clock.advance(limits.heartbeatSeconds * 1_000)
  await channel.next('heartbeat', ({ auction }) => auction === three)
  expect(channel.all('heartbeat').map(({ auction, seq }) => [auction, seq])).toEqual([
    [one, 4],
    [three, 3],
  ])
  follow(channel, one)
  await channel.next('snapshot', ({ auction, seq }) => auction.id === one && seq === 4)
  expect(snapshotsOf(channel)).toEqual([one, two, three, one])
  follow(channel)
  await settled(channel, 1)
  await ana.bid(three, { amount: 2_000 }).catch(() => {})
  await clock.advance(limits.heartbeatSeconds * 1_000)
  await settled(channel, 2)
  expect(channel.all('heartbeat')).toHaveLength(2)
})

test('[LIVE-12] what is named twice counts as it is named last', async () => {
  const house = await openHouse()
  const id = await house.auction()
  const channel = await open(house)
  follow(channel, id, { id, after: 1 })
  expect((await channel.next('events')).events.map(({ seq }) => seq)).toEqual([2])
  expect(channel.all('snapshot')).toEqual([])
})

test('[LIVE-13] prices may be watched beside: each list is its own', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, one, two] = [await house.person(), await house.auction(), await house.auction()]
  const channel = await open(house)
  channel.send({ type: 'watch', auctions: [two] })
  await channel.next('prices')
  follow(channel, one)
  await channel.next('snapshot')
  await ana.bid(one, { amount: 1_000 })
  await ana.bid(two, { amount: 1_100 })
  await channel.next('events')
  await clock.advance(limits.pricesEveryMs)
  expect((await channel.next('prices')).prices).toMatchObject([{ auction: two, price: 1_100 }])
  expect(seqsOf(channel, two)).toEqual([])
})

test(`at most ${FOLLOWED_MAX} auctions are followed; a longer list is refused and changes nothing`, async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = await open(house)
  follow(channel, id)
  await channel.next('snapshot')
  follow(channel, ...Array.from({ length: FOLLOWED_MAX + 1 }, () => id))
  expect(await channel.next('problem')).toMatchObject({ problem: { code: 'invalid_request' } })
  for (const after of [-1, 1.5, '1', null]) {
    channel.ws.send(JSON.stringify({ type: 'follow', auctions: [{ id, after }] }))
    expect(await channel.next('problem')).toMatchObject({ problem: { code: 'invalid_request' } })
  }
  await ana.bid(id, { amount: 1_000 })
  expect(await channel.next('events')).toMatchObject({ auction: id })
})

test('[LIVE-12] a list is paid by the auction that is begun, more than one of prices; one refused leaves what is followed', async () => {
  const clock = new ManualClock()
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock })
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = await open(house, await ana.session.token())
  follow(channel, id)
  const { epoch } = await channel.next('snapshot')
  let lists = 0
  while (channel.all('problem').length === 0 && lists < 90) {
    follow(channel, id, ...Array.from({ length: FOLLOWED_MAX - 1 }, (_, i) => MISSING.replace(/0000$/, `1${i + 100}`)))
    lists += 1
    await settled(channel, lists)
    if (channel.all('problem').some(({ problem }) => problem.code === 'rate_limited')) break
    channel.received.splice(0)
    await clock.advance(40)
  }
  expect(lists).toBeLessThan(rates.watchedByMembers.burst / (FOLLOWED_MAX * 4))
  expect(channel.all('problem').at(-1)).toMatchObject({
    problem: { code: 'rate_limited', instance: 'follow', retryAfterSeconds: expect.any(Number) },
  })
  expect(epoch).not.toBe('')
  await ana.bid(id, { amount: 1_000 })
  expect(await channel.next('events')).toMatchObject({ auction: id, events: [{ seq: 3 }] })
})

test('[LIVE-11] 4429 for lists without end', async () => {
  const house = await openHouse({ RATE_LIMITS: 'on' })
  const channel = await open(house)
  for (let i = 0; i < 200; i += 1) follow(channel)
  expect((await channel.closed).code).toBe(4429)
})

test('[LIVE-4] you: of each auction to its owner only, with its id, after a list, a token and whatever changes it', async () => {
  const house = await openHouse()
  const [ana, ben, one, two] = [
    await house.person(),
    await house.person(),
    await house.auction(),
    await house.auction(),
  ]
  await ana.bid(one, { maximum: 4_000 })
  const a = await open(house, await ana.session.token())
  const b = await open(house)
  follow(a, one, two)
  follow(b, one)
  expect(await a.next('you')).toMatchObject({ auction: one, standing: 'leading', maximum: 4_000 })
  expect(await a.next('you')).toMatchObject({ auction: two, standing: 'none', maximum: null })
  await b.next('snapshot')
  expect(b.all('you')).toEqual([])
  b.send({ type: 'auth', token: (await ben.session.token())! })
  expect(await b.next('you')).toMatchObject({ auction: one, standing: 'none' })
  await ben.bid(one, { maximum: 6_000 })
  expect(await a.next('you')).toMatchObject({ auction: one, standing: 'outbid', maximum: 4_000 })
  expect(await b.next('you')).toMatchObject({ auction: one, standing: 'leading', maximum: 6_000 })
  expect(JSON.stringify(a.received)).not.toContain('"maximum":6000')
  expect(JSON.stringify(b.received)).not.toContain('"maximum":4000')
})

test('[LIVE-5] [LIVE-13] what a caller may not see is refused by auction, and the others go on', async () => {
  const house = await openHouse()
  const seller = await house.person('seller', 'seller')
  const [ana, id] = [await house.person(), await house.auction()]
  const draft = await house.auction({ status: 'draft' })
  const channel = await open(house, await seller.session.token())
  follow(channel, MISSING, draft, id)
  await channel.next('snapshot')
  expect(channel.all('problem')).toMatchObject([
    { auction: MISSING, problem: { code: 'auction_not_found', status: 404, instance: 'follow' } },
    { auction: draft, problem: { code: 'auction_not_found', status: 404, instance: 'follow' } },
  ])
  expect(snapshotsOf(channel)).toEqual([id])
  const owner = await open(house, await house.admin.session.token())
  follow(owner, draft)
  expect(await owner.next('snapshot')).toMatchObject({ auction: { id: draft, status: 'draft' } })
  // An auction that goes ends its part alone.
  await house.admin.delete(draft)
  expect(await owner.next('problem')).toMatchObject({ auction: draft, problem: { code: 'auction_not_found' } })
  follow(owner, id)
  await owner.next('snapshot', ({ auction }) => auction.id === id)
  await ana.bid(id, { amount: 1_000 })
  await Promise.all([channel.next('events'), owner.next('events')])
})

test('[LIVE-5] where only members watch nobody follows before their token', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const [ana, id] = [await house.person(), await house.auction()]
  const stranger = await open(house)
  follow(stranger, id)
  expect((await stranger.closed).code).toBe(4401)
  expect(stranger.received.map(({ type }) => type)).toEqual(['hello'])
  const member = await open(house)
  member.send({ type: 'auth', token: (await ana.session.token())! })
  follow(member, id)
  expect(await member.next('snapshot')).toMatchObject({ auction: { id } })
})

test('[LIVE-5] a lent token is good for its auction and not for many: 4403, and nothing is told', async () => {
  const house = await openHouse({ ALLOWED_ORIGINS: 'https://friends.example' })
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 7_777 })
  const lent = await ana.tokenFor({ origin: 'https://friends.example', auction: id, most: 50_000 })
  const channel = new Channel(house.url, '/v1/live', { token: lent.accessToken, origin: 'https://friends.example' })
  channel.ws.on('open', () => follow(channel, id))
  expect((await channel.closed).code).toBe(4403)
  expect(channel.received.map(({ type }) => type)).toEqual(['hello'])
})

test('[LIVE-6] the end of an auction ends its part, behind the last own part, and not the socket', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, one, two] = [await house.person(), await house.auction(), await house.auction()]
  await ana.bid(one, { amount: 1_000 })
  const channel = await open(house, await ana.session.token())
  follow(channel, one, two)
  await channel.next('you', ({ auction }) => auction === two)
  await house.admin.close(one)
  await channel.next('you', ({ standing }) => standing === 'won')
  expect(channel.received.slice(-2).map(typed)).toEqual([`events ${one}`, `you ${one}`])
  await clock.advance(limits.heartbeatSeconds * 1_000)
  await channel.next('heartbeat')
  expect(channel.all('heartbeat').map(({ auction }) => auction)).toEqual([two])
  await ana.bid(two, { amount: 1_000 })
  await channel.next('events', ({ auction }) => auction === two)
  // Who comes later is shown how it ended.
  follow(channel, one)
  expect(await channel.next('snapshot', ({ auction }) => auction.status === 'closed')).toMatchObject({ seq: 4 })
  expect(await channel.next('you', ({ auction }) => auction === one)).toMatchObject({ standing: 'won' })
  expect(channel.ws.readyState).toBe(channel.ws.OPEN)
})

const typed = (message: ServerMessage) =>
  `${message.type} ${'auction' in message && typeof message.auction === 'string' ? message.auction : ''}`

test('[LIVE-8] long texts of many auctions are sent as they are read: whoever reads gets all, whoever sleeps is let go with 4413', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const ids: string[] = []
  for (let i = 0; i < FOLLOWED_MAX; i += 1) ids.push(await house.auction({ description: `${i} `.padEnd(19_000, '漢') }))
  const reader = await open(house)
  follow(reader, ...ids)
  await reader.next('snapshot', ({ auction }) => auction.id === ids.at(-1))
  expect(snapshotsOf(reader)).toEqual(ids)

  const flushes = vi.spyOn(FrameWriter.prototype, 'flush')
  onTestFinished(() => flushes.mockRestore())
  const sleeper = await open(house)
  const writers = () => flushes.mock.contexts as FrameWriter[]
  // More than the kernel takes for the sleeper: the rest waits here, and is bounded.
  const LISTS = 6
  /** Until the kernel takes no more for a while; a busy process rests between two pieces, by the clock. */
  const isFull = async () => {
    for (let [same, before] = [0, -1]; same < 25;) {
      await clock.advance(1)
      await pause(20)
      const lagging = writers().find((writer) => writer.lags)
      const unread = lagging?.unread ?? -1
      same = unread > 0 && unread === before ? same + 1 : 0
      before = unread
    }
  }
  const sleepOver = async () => {
    sleeper.ws.pause()
    for (let i = 0; i < LISTS; i += 1) follow(sleeper, ...ids)
    await isFull()
    expect(Math.max(...writers().map((writer) => writer.unread))).toBeLessThanOrEqual(limits.unreadBytesMax)
  }
  await sleepOver()
  sleeper.ws.resume()
  await expect.poll(() => snapshotsOf(sleeper).length, { timeout: 10_000 }).toBe(LISTS * ids.length)
  await sleepOver()
  await clock.advance(limits.unreadMs)
  sleeper.ws.resume()
  expect((await sleeper.closed).code).toBe(4413)
})

test('[LIVE-8] a reader that wakes up in time has every event of every auction, with nothing left out', async () => {
  const house = await openHouse()
  const ids = [await house.auction(), await house.auction(), await house.auction(), await house.auction()]
  const sleeper = await open(house)
  follow(sleeper, ...ids)
  await sleeper.next('snapshot', ({ auction }) => auction.id === ids.at(-1))
  const writes = vi.spyOn(FrameWriter.prototype, 'flush')
  onTestFinished(() => writes.mockRestore())
  sleeper.ws.pause()
  const isFull = () => writes.mock.contexts.some((writer) => (writer as FrameWriter).lags)
  let updates = 0
  for (let after = 0; after < 40 && updates < 900; after += isFull() ? 1 : 0) {
    updates += 1
    await house.admin.update(ids[updates % ids.length]!, { description: `${updates} `.padEnd(19_000, '漢') })
  }
  const seqs = await Promise.all(ids.map(async (id) => (await house.admin.auction(id)).seq))
  sleeper.ws.resume()
  await expect.poll(() => ids.map((id) => seqsOf(sleeper, id).at(-1) ?? 2), { timeout: 10_000 }).toEqual(seqs)
  for (const [i, id] of ids.entries())
    expect(seqsOf(sleeper, id)).toEqual(Array.from({ length: seqs[i]! - 2 }, (_, n) => n + 3))
})
