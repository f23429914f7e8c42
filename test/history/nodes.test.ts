import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../../src/sdk/index.ts'
import type { DatabaseTime } from '../../src/engine/house-clock.ts'
import type { Store } from '../../src/engine/ports.ts'
import { watch } from '../support/channel.ts'
import { newDatabase } from '../support/postgres.ts'
import { HOUSE_SECRET, openNodes } from '../support/nodes.ts'
import { startRedis } from '../support/redis.ts'
import { type House, openHouse } from '../support/service.ts'
import { History } from './history.ts'
import { ledgerOf, sharedClock } from './house.ts'
import { playLive } from './live.ts'

const timeout = 120_000
const NODES = 3

/** Three nodes with one clock; `holdFirst` keeps commits of the first, which is far or busy, from an instant's passing. */
async function openClocked() {
  const { now, clock } = sharedClock()
  let heldUntil = 0
  const wrapStore = (store: Store) => {
    const append = store.append.bind(store)
    store.append = async (changes) => {
      if (heldUntil > now()) await pause(heldUntil - now())
      return append(changes)
    }
    return store
  }
  const shared = await openNodes((i) => (i === 0 ? { clock, wrapStore } : { clock }))
  return { ...shared, now, holdFirst: (until: number) => void (heldUntil = until) }
}

test(
  'three nodes: bidders, watchers and the admin on different ones, and the checker finds nothing',
  { timeout },
  async () => {
    const { nodes, now } = await openClocked()
    expect(await playLive(new History(now), nodes)).toEqual([])
  },
)

test(
  '… also while Redis is away: nothing is lost, and watchers on all nodes come to the same',
  { timeout },
  async () => {
    const { nodes, redis, now } = await openClocked()
    const playing = playLive(new History(now), nodes)
    await redis.crash()
    expect(await playing).toEqual([])
  },
)

test(
  'who is signed out, blocked or given another role on one node loses the sockets on the others, also while Redis is away',
  { timeout },
  async () => {
    const { nodes, redis } = await openClocked()
    const [one, two] = nodes as [House, House]
    const id = await one.auction()
    const watching = async () => {
      const person = await one.person()
      const socket = watch(two.url, id, '', await person.session.token())
      await socket.next('you')
      return { person, socket, userId: person.session.user!.id }
    }
    const [ana, ben, cem] = [await watching(), await watching(), await watching()]
    await ana.person.signOut()
    expect(await ana.socket.closed).toMatchObject({ code: 4401 })
    await redis.crash()
    await one.admin.patchUser(ben.userId, { blocked: true })
    await one.admin.patchUser(cem.userId, { role: 'seller' })
    expect(await ben.socket.closed).toMatchObject({ code: 4403 })
    expect(await cem.socket.closed).toMatchObject({ code: 4401 })
  },
)

const ENDS = 4
/** Long enough to be received even by a machine that is busy. */
const EARLY_MS = 1_000
/** When the first node commits it, behind the end: others would have closed by then. */
const COMMITTED_MS = 50

test(
  'auctions that end in one instant are closed once each, not early, and no bid before the end is late, on whichever node',
  { timeout },
  async () => {
    const { nodes, now, holdFirst } = await openClocked()
    const [one] = nodes as [House]
    const closesAt = new Date(Math.ceil(now()) + 6_000)
    const ids: string[] = []
    const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1_000, increments: 100 } }
    for (let i = 0; i < ENDS; i += 1)
      ids.push((await one.admin.create({ ...lot, closesAt: closesAt.toISOString() })).id)
    const people = await Promise.all(nodes.map((node) => node.person()))
    holdFirst(closesAt.getTime() + COMMITTED_MS)
    const bidAt = async (ms: number, person: Client, id: string) => {
      await pause(closesAt.getTime() - now() + ms)
      return person.bid(id, { amount: 1_000 }).catch((error: unknown) => error)
    }
    // What the slow node has received by then is committed when the others have long wanted to close.
    const [inTime, late] = await Promise.all([
      bidAt(-EARLY_MS, people[0]!, ids[0]!),
      Promise.all(ids.map((id) => bidAt(1, people[1]!, id))),
    ])
    expect(inTime).toMatchObject({ bid: { amount: 1_000 } })
    for (const answer of late) expect(answer).toMatchObject({ problem: { code: 'auction_closed' } })
    for (const [i, id] of ids.entries()) {
      const view = () => Promise.all(nodes.map(({ admin }) => admin.auction(id)))
      await expect.poll(async () => new Set((await view()).map(({ status }) => status))).toEqual(new Set(['closed']))
      const events = await ledgerOf(nodes[i % NODES]!.url, id)
      const closed = events.filter(({ type }) => type === 'auction.closed')
      expect(closed.map(({ at }) => Date.parse(at) >= closesAt.getTime())).toEqual([true])
    }
  },
)

test('one node ends in the middle of a sale: bids and watchers go on at the others', { timeout }, async () => {
  const { nodes } = await openClocked()
  const [one, two, three] = nodes as [House, House, House]
  const id = await one.auction()
  const ana = await two.person()
  await ana.bid(id, { amount: 1_000 })
  const channel = watch(two.url, id)
  await channel.next('snapshot')
  await one.service.close()
  const ben = await three.person()
  expect(await ben.bid(id, { amount: 2_000 })).toMatchObject({ outcome: 'leading' })
  expect(await channel.next('events')).toMatchObject({ events: [{ type: 'bid.placed' }] })
  expect(await two.admin.auction(id)).toMatchObject({ price: 2_000 })
})

test('who watches is counted over all nodes, and no more when a node is gone', { timeout }, async () => {
  const { nodes } = await openClocked()
  const id = await nodes[0]!.auction()
  const seen = async (node: House) => {
    const socket = watch(node.url, id)
    const { watching } = await socket.next('snapshot')
    socket.ws.close()
    await socket.closed
    return watching
  }
  for (const node of nodes.slice(0, 2)) await watch(node.url, id).next('snapshot')
  await expect.poll(() => seen(nodes[2]!)).toBe(3)
  await nodes[0]!.service.close()
  await expect.poll(() => seen(nodes[2]!)).toBe(2)
})

test(
  '[SC-1] a node that cannot say what time it is takes no bids, says so, and goes on when it can',
  { timeout },
  async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    let [ahead, isSick] = [0, false]
    const wrapTime = (time: DatabaseTime): DatabaseTime => ({
      now: async () => (await time.now()) + ahead,
      goOnFrom: (carried) => (isSick ? Promise.reject(new Error('read-only')) : time.goOnFrom(carried - ahead)),
    })
    const environment = { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, HOUSE_SECRET }
    const node = await openHouse(environment, { wrapTime })
    const [ana, id] = [await node.person(), await node.auction({ durationSeconds: 60 })]
    const ready = async () => (await fetch(`${node.url}/readyz`)).status
    const bid = () => {
      const headers = { 'idempotency-key': crypto.randomUUID() }
      const asked = { body: { amount: 1_000 }, headers, once: true }
      return ana.ask(`/v1/auctions/${id}/bids`, asked).catch((error: unknown) => error)
    }
    ;[ahead, isSick] = [-30_000, true]
    await expect.poll(ready).toBe(503)
    expect(await bid()).toMatchObject({ code: 'try_again' })
    isSick = false
    await expect.poll(ready).toBe(200)
    expect(await bid()).toMatchObject({ outcome: 'leading' })
  },
)
