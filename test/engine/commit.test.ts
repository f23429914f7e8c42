import { randomUUIDv7 } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LocalBus } from '../../src/adapters/local-bus.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { SqliteStore } from '../../src/adapters/sqlite/store.ts'
import { limits } from '../../src/config/limits.ts'
import { listed } from '../../src/domain/bids.ts'
import type { Change } from '../../src/engine/ports.ts'
import type { Client } from '../../src/sdk/index.ts'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock, turn } from '../support/clock.ts'
import { FaultyStore } from '../support/faulty-store.ts'
import { storeWith } from '../support/patch.ts'
import { openHouse } from '../support/service.ts'

const failure = () => Promise.reject(new Error('fsync: input/output error'))

/** One try, as `fetch` gives it: the SDK would repeat an unknown outcome by itself. */
async function tryBid(url: string, id: string, token: string | null, key: string, offer: object) {
  const response = await fetch(`${url}/v1/auctions/${id}/bids`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(offer),
  })
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() }
}

test('where a commit fails nothing is answered as accepted or shown, and the same key tells later what became of it', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await ana.session.token()
  const channel = watch(house.url, id)
  await channel.next('snapshot')

  faulty.failRecoveries(2)
  faulty.intercept(failure)
  const failed = await tryBid(house.url, id, token, 'k', { amount: 1_000 })
  expect(failed).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'try_again' } })
  expect((await fetch(`${house.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${house.url}/healthz`)).status).toBe(200)
  const meanwhile = await tryBid(house.url, id, token, 'k', { amount: 1_000 })
  expect(meanwhile).toMatchObject({ status: 503, body: { code: 'try_again' } })
  expect(await house.admin.auction(id)).toMatchObject({ price: null, bidCount: 0, seq: 2 })
  expect(channel.events()).toEqual([])

  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status, { timeout: 5_000 }).toBe(200)
  const accepted = await tryBid(house.url, id, token, 'k', { amount: 1_000 })
  expect(accepted).toMatchObject({ status: 201, body: { outcome: 'leading', seq: 3 } })
  expect(await channel.next('events')).toMatchObject({ events: [{ seq: 3, type: 'bid.placed' }] })
})

test('[STORE-3] [STORE-5] a commit that failed and yet took place is found again: answered by its key, and pushed once', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await ana.session.token()
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  loseAnswer(faulty)
  expect(await tryBid(house.url, id, token, 'k', { amount: 1_000 })).toMatchObject({ status: 503 })
  expect(await channel.next('events')).toMatchObject({ events: [{ seq: 3, type: 'bid.placed' }] })
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status).toBe(200)
  const again = await tryBid(house.url, id, token, 'k', { amount: 1_000 })
  expect(again).toMatchObject({ status: 201, body: { seq: 3, price: 1_000 } })
  expect(channel.events().map(({ seq }) => seq)).toEqual([3])
})

/** The next append takes place, and is answered as if it had failed. */
function loseAnswer(faulty: FaultyStore): void {
  faulty.intercept(async (_, append) => {
    await append()
    throw new Error('the connection was lost after the commit')
  })
}

test('[STORE-3] [LIVE-16] the price of a commit that failed and yet took place reaches those who watch prices', async () => {
  const [faulty, clock] = [new FaultyStore(), new ManualClock()]
  const house = await openHouse({}, { wrapStore: faulty.wrap, clock })
  const [ana, id] = [await house.person(), await house.auction()]
  await clock.advance(limits.pricesEveryMs)
  const prices = new Channel(house.url, '/v1/live')
  await prices.opened()
  prices.send({ type: 'watch', auctions: [id] })
  expect((await prices.next('prices')).prices).toMatchObject([{ auction: id, seq: 2, price: null }])
  loseAnswer(faulty)
  expect(await tryBid(house.url, id, await ana.session.token(), 'k', { amount: 1_000 })).toMatchObject({ status: 503 })
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status).toBe(200)
  await clock.advance(limits.pricesEveryMs)
  expect((await prices.next('prices')).prices).toMatchObject([{ auction: id, seq: 3, price: 1_000 }])
})

test('[STORE-3] [LIVE-4] a silent raise that failed and yet took place reaches its bidder', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await ana.session.token()
  await ana.bid(id, { maximum: 2_000 })
  const [own, other] = [watch(house.url, id, '', token), watch(house.url, id)]
  expect(await own.next('you')).toMatchObject({ maximum: 2_000 })
  await other.next('snapshot')
  loseAnswer(faulty)
  expect(await tryBid(house.url, id, token, 'k', { maximum: 5_000 })).toMatchObject({ status: 503 })
  expect(await own.next('you')).toMatchObject({ maximum: 5_000 })
  expect(own.events()).toEqual([])
  other.send({ type: 'ping' })
  await other.next('pong')
  const told = other.received.map(({ type }) => type).filter((type) => type !== 'presence')
  expect(told).toEqual(['hello', 'snapshot', 'pong'])
})

test('[STORE-2] an auction that another process changed is read again, and the bid decided anew', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  const sqlite = new Sqlite(house.dataDir, { as: 'command' })
  onTestFinished(() => sqlite.close())
  const elsewhere = new SqliteStore(sqlite)
  // Another process takes Ben's bid between Ana's decision and her commit.
  faulty.intercept(async (changes, append) => {
    const theirs = asBidOf(changes[0]!, ben.session.user!.id, await sessionOf(ben))
    expect(await elsewhere.append([theirs])).toEqual({ conflicts: [] })
    return append()
  })
  await expect(ana.bid(id, { amount: 1_000 })).rejects.toMatchObject({ code: 'bid_too_low' })
  expect(await ana.bid(id, { amount: 1_100 })).toMatchObject({ seq: 4, bid: { paddle: 'P2' } })
  await expect.poll(() => channel.events().map(({ seq }) => seq)).toEqual([3, 4])
})

/** The same change as if somebody else had made the bid. */
function asBidOf(change: Change, userId: string, sessionId: string): Change {
  const keyed = change.bids[0]!
  const bid = { ...keyed.bid, bidder: userId, bidId: randomUUIDv7() }
  const standing = { ...change.after.auction.standing!, bidder: userId, bidId: bid.bidId }
  const auction = {
    ...change.after.auction,
    standing,
    paddles: new Map([[userId, 1]]),
    bids: listed(change.after.auction, [bid]),
  }
  return { ...change, after: { ...change.after, auction }, bids: [{ ...keyed, bid, sessionId, key: 'theirs' }] }
}

async function sessionOf(client: Client): Promise<string> {
  const [, claims] = (await client.session.token())!.split('.')
  return (JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { sid: string }).sid
}

test('an auction that somebody else changes each time it is decided: nobody is kept waiting for that', async () => {
  let isTaken = false
  const house = await openHouse(
    {},
    {
      wrapStore: storeWith((store) => ({
        append: (changes) =>
          isTaken
            ? Promise.resolve({ conflicts: changes.map(({ after }) => after.auction.id) })
            : store.append(changes),
      })),
    },
  )
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await ana.session.token()
  isTaken = true
  const tried = await tryBid(house.url, id, token, 'k', { amount: 1_000 })
  expect(tried).toMatchObject({ status: 503, body: { code: 'try_again' } })
  isTaken = false
  expect(await tryBid(house.url, id, token, 'k', { amount: 1_000 })).toMatchObject({ status: 201, body: { seq: 3 } })
})

test('[STORE-3] what waits behind a commit that fails is answered with it, and not decided later', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const [first, second] = [await ana.session.token(), await ben.session.token()]
  const started = Promise.withResolvers<void>()
  const { promise: fails, reject: fail } = Promise.withResolvers<never>()
  faulty.intercept(() => {
    started.resolve()
    return fails
  })
  const committing = tryBid(house.url, id, first, 'k', { amount: 1_000 })
  await started.promise
  const waiting = tryBid(house.url, id, second, 'k', { amount: 2_000 })
  // Until it came in and stands in line.
  await new Promise((resolve) => setTimeout(resolve, 100))
  fail(new Error('fsync: input/output error'))
  for (const tried of [committing, waiting])
    expect(await tried).toMatchObject({ status: 503, body: { code: 'try_again' } })
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status, { timeout: 5_000 }).toBe(200)
  expect(await tryBid(house.url, id, first, 'k', { amount: 1_000 })).toMatchObject({ status: 201, body: { seq: 3 } })
  expect(await house.admin.auction(id)).toMatchObject({ price: 1_000, bidCount: 1 })
})

test('everything that queued while the last commit ran goes into the next transaction', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const bidders = await Promise.all(Array.from({ length: 20 }, () => house.person()))
  const ids = await Promise.all([house.auction(), house.auction()])
  const channels = await Promise.all(
    bidders.map(async (bidder, i) => {
      const channel = watch(house.url, ids[i % 2]!, '', await bidder.session.token())
      await channel.next('you')
      return channel
    }),
  )
  faulty.batches.length = 0
  const release = faulty.hold()
  const maximum = (i: number) => 1_000 * (i + 1)
  channels[0]!.send({ type: 'bid', key: 'k', maximum: maximum(0) })
  await expect.poll(() => faulty.batches.length).toBe(1)
  channels.slice(1).forEach((channel, i) => channel.send({ type: 'bid', key: 'k', maximum: maximum(i + 1) }))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(channels.flatMap((channel) => channel.all('ack'))).toEqual([])
  release()
  await Promise.all(channels.map((channel) => Promise.race([channel.next('ack'), channel.next('reject')])))
  expect(faulty.batches.slice(0, 2).map(({ changes }) => changes)).toEqual([1, 2])
  expect(faulty.batches).toHaveLength(2)
})

test('a queue that is full answers try_again at once', async () => {
  // Ten thousand messages take longer to read than a commit may hang.
  const known = limits.queueMax
  Object.assign(limits, { queueMax: 50 })
  onTestFinished(() => void Object.assign(limits, { queueMax: known }))
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = watch(house.url, id, '', await ana.session.token())
  await channel.next('you')
  const release = faulty.hold()
  channel.send({ type: 'bid', key: 'first', maximum: 1_000 })
  await expect.poll(() => faulty.batches.length).toBeGreaterThan(1)
  for (let i = 0; i <= limits.queueMax; i += 1) channel.send({ type: 'bid', key: `k${i}`, maximum: 1_001 + i })
  expect(await channel.next('reject')).toMatchObject({ key: `k${limits.queueMax}`, problem: { code: 'try_again' } })
  release()
  await channel.next('ack', ({ key }) => key === 'first')
})

test('two bids with the same key in one batch are one bid; with another payload the second is refused', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const [a, b] = await Promise.all([ana, ben].map(async (one) => watch(house.url, id, '', await one.session.token())))
  await Promise.all([a!.next('you'), b!.next('you')])
  faulty.batches.length = 0
  const release = faulty.hold()
  b!.send({ type: 'bid', key: 'first', maximum: 1_000 })
  await expect.poll(() => faulty.batches.length).toBe(1)
  for (const maximum of [2_000, 2_000, 2_200]) a!.send({ type: 'bid', key: 'same', maximum })
  a!.send({ type: 'ping' })
  await a!.next('pong')
  release()
  const [one, two] = [await a!.next('ack'), await a!.next('ack')]
  expect(one).toMatchObject({ key: 'same', outcome: 'leading', seq: 4 })
  expect(two).toEqual(one)
  expect(await a!.next('reject')).toMatchObject({ key: 'same', problem: { code: 'idempotency_key_reused' } })
  expect(faulty.batches).toHaveLength(2)
  expect(await house.admin.auction(id)).toMatchObject({ bidCount: 2, seq: 4 })
})

test('where the disk hangs nobody is kept waiting, reads go on, and what came of it is told afterwards', async () => {
  const faulty = new FaultyStore()
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { wrapStore: faulty.wrap, clock })
  const [ana, id] = [await house.person(), await house.auction({ durationSeconds: 600 })]
  const token = await ana.session.token()
  const release = faulty.hold()
  const waiting = tryBid(house.url, id, token, 'first', { amount: 1_000 })
  await expect.poll(() => faulty.batches.at(-1)).toEqual({ changes: 1, bids: 1 })
  const behind = tryBid(house.url, id, token, 'second', { amount: 1_100 })
  await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(limits.stallMs)
  expect(await waiting).toMatchObject({ status: 503, body: { code: 'try_again' } })
  expect(await behind).toMatchObject({ status: 503, body: { code: 'try_again' } })
  expect((await fetch(`${house.url}/readyz`)).status).toBe(503)
  expect(await tryBid(house.url, id, token, 'third', { amount: 1_200 })).toMatchObject({ status: 503 })
  expect(await house.admin.auction(id)).toMatchObject({ price: null, seq: 2 })
  release()
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status).toBe(200)
  expect(await tryBid(house.url, id, token, 'first', { amount: 1_000 })).toMatchObject({
    status: 201,
    body: { seq: 3 },
  })
  // What stood behind it, and was answered as unknown, was never written.
  expect(await house.admin.auction(id)).toMatchObject({ price: 1_000, bidCount: 1 })
})

test('[SC-5] while nothing can be written nobody can bid: that is an absence, and no auction ends in it', async () => {
  const faulty = new FaultyStore()
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { wrapStore: faulty.wrap, clock })
  const [ana, id, other] = [await house.person(), await house.auction({ durationSeconds: 60 }), await house.auction()]
  const { closesAt } = await house.admin.auction(id)
  await clock.advance(30_000)
  const release = faulty.hold()
  void tryBid(house.url, other, await ana.session.token(), 'k', { amount: 1_000 })
  await expect.poll(() => faulty.batches.at(-1)).toEqual({ changes: 1, bids: 1 })
  await clock.advance(60_000)
  release()
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status).toBe(200)
  await clock.advance(1_000)
  const { status, closesAt: moved } = await house.admin.auction(id)
  expect(status).toBe('open')
  expect(Date.parse(moved!) - Date.parse(closesAt!)).toBeGreaterThanOrEqual(55_000)
})

/** A house in which Ana's bid of 1,000 is being written until `release`, and what was asked of the store since. */
async function whileOneIsWritten() {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const bidder = async (one: Client) => watch(house.url, id, '', await one.session.token())
  const [a, b] = [await bidder(ana), await bidder(ben)]
  await Promise.all([a.next('you'), b.next('you')])
  faulty.batches.length = 0
  const { promise, resolve: release } = Promise.withResolvers<void>()
  const first = { fail: null as Error | null, conflicts: false }
  faulty.intercept(async (changes, append) => {
    await promise
    if (first.fail !== null) throw first.fail
    return first.conflicts ? { conflicts: changes.map(({ after }) => after.auction.id) } : append()
  })
  a.send({ type: 'bid', key: 'same', maximum: 1_000 })
  await expect.poll(() => faulty.batches.length).toBe(1)
  /** What was sent before was heard and had its turn. */
  const heard = async () => {
    a.send({ type: 'ping' })
    b.send({ type: 'ping' })
    await Promise.all([a.next('pong'), b.next('pong')])
    await turn()
  }
  return { house, id, a, b, batches: faulty.batches, release, first, heard }
}

test('what comes while a commit runs is decided on top of it, and told when both are durable', async () => {
  const { a, b, batches, release, heard } = await whileOneIsWritten()
  b.send({ type: 'bid', key: 'over', maximum: 900 })
  b.send({ type: 'bid', key: 'over', maximum: 2_000 })
  await heard()
  a.send({ type: 'bid', key: 'same', maximum: 1_000 })
  await heard()
  expect([...a.all('ack'), ...b.all('ack'), ...b.all('reject')]).toEqual([])
  expect(batches).toHaveLength(1)
  release()
  expect(await a.next('ack')).toMatchObject({ key: 'same', seq: 3, price: 1_000 })
  expect(await b.next('reject')).toMatchObject({ key: 'over', problem: { code: 'bid_too_low', minimumBid: 1_100 } })
  expect(await b.next('ack')).toMatchObject({ key: 'over', seq: 4, price: 1_100, bid: { paddle: 'P2' } })
  const [first, again] = [a.all('ack')[0], await a.next('ack')]
  expect(again).toEqual(first)
  expect(batches).toEqual([
    { changes: 1, bids: 1 },
    { changes: 1, bids: 1 },
  ])
  await expect.poll(() => a.events().map(({ seq }) => seq)).toEqual([3, 4])
})

test('what was decided on top of a commit that another process came before is decided anew behind it', async () => {
  const { house, id, a, b, release, first, heard } = await whileOneIsWritten()
  b.send({ type: 'bid', key: 'over', maximum: 2_000 })
  await heard()
  first.conflicts = true
  release()
  expect(await a.next('ack')).toMatchObject({ seq: 3, outcome: 'leading', bid: { paddle: 'P1' } })
  expect(await b.next('ack')).toMatchObject({ seq: 4, outcome: 'leading', bid: { paddle: 'P2' } })
  expect(await house.admin.auction(id)).toMatchObject({ bidCount: 2, seq: 4, leader: 'P2' })
})

test('what was decided on top of a commit that fails is as unknown, and never written', async () => {
  const { house, id, a, b, batches, release, first, heard } = await whileOneIsWritten()
  b.send({ type: 'bid', key: 'over', maximum: 2_000 })
  await heard()
  first.fail = new Error('fsync: input/output error')
  release()
  for (const one of [a, b]) expect(await one.next('reject')).toMatchObject({ problem: { code: 'try_again' } })
  await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status, { timeout: 5_000 }).toBe(200)
  expect(batches).toHaveLength(1)
  expect(await house.admin.auction(id)).toMatchObject({ bidCount: 0, seq: 2 })
  b.send({ type: 'bid', key: 'over', maximum: 2_000 })
  expect(await b.next('ack')).toMatchObject({ seq: 3, bid: { paddle: 'P1' } })
})

test('where a room cannot be told, the next bid is taken all the same, and told', async () => {
  const publish = vi.spyOn(LocalBus.prototype, 'publish')
  onTestFinished(() => publish.mockRestore())
  const house = await openHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  publish.mockImplementationOnce(() => {
    throw new Error('a listener broke')
  })
  expect(await ana.bid(id, { amount: 1_000 })).toMatchObject({ seq: 3 })
  expect(await ben.bid(id, { amount: 1_100 })).toMatchObject({ seq: 4 })
  await expect.poll(() => channel.events().map(({ seq }) => seq)).toEqual([3, 4])
})
