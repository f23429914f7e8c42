import { createClient } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { RedisBus } from '../../src/adapters/redis/bus.ts'
import { Envelopes } from '../../src/adapters/redis/envelope.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import type { BusMessage, NodeMessage } from '../../src/engine/ports.ts'
import { Presence } from '../../src/live/presence.ts'
import { type Redis, startRedis } from '../support/redis.ts'

const timeout = 60_000
/** Longer than own beats may be away. */
const STALL_MS = 2_500
const log: Parameters<typeof RedisBus.open>[0]['log'] = { info: () => {}, error: () => {} }

async function busOn(redis: Redis, changes: { houseSecret?: string; house?: string; log?: typeof log } = {}) {
  const bus = await RedisBus.open({
    url: redis.url,
    houseSecret: 'what the nodes of a house have in common',
    house: 'one',
    log,
    ...changes,
  })
  onTestFinished(() => bus.close())
  const heard: BusMessage[] = []
  let gaps = 0
  bus.subscribe((message) => heard.push(message))
  bus.onGap(() => (gaps += 1))
  return { bus, heard, gaps: () => gaps }
}

async function server(): Promise<Redis> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  return redis
}

const moved = (seq: number): BusMessage => ({
  type: 'auction',
  auctionId: 'a lot',
  version: seq,
  seq,
  events: [{ type: 'bid.placed', seq } as never],
  bidders: ['ana'],
})

test('what one node says all others hear, in order, and itself at once', { timeout }, async () => {
  const redis = await server()
  const [one, two, three] = [await busOn(redis), await busOn(redis), await busOn(redis)]
  const said = Array.from({ length: 50 }, (_, i) => moved(i + 1))
  for (const message of said) one.bus.publish(message)
  expect(one.heard).toEqual(said)
  for (const other of [two, three]) await expect.poll(() => other.heard).toEqual(said)
  two.bus.publish({ type: 'session-ended', sessionId: 's' })
  await expect.poll(() => one.heard.at(-1)).toEqual({ type: 'session-ended', sessionId: 's' })
})

test('what a node tells of itself the others hear, and it does not', { timeout }, async () => {
  const redis = await server()
  const [one, two] = [await busOn(redis), await busOn(redis)]
  const told: NodeMessage[] = [
    { type: 'watching', node: 'one', whole: true, counts: { 'a lot': 3 }, paddles: { 'a lot': [1] } },
    { type: 'charged', charges: [{ budget: 'signIn', payer: { name: '192.0.2.1', multiplier: 1 }, cost: 2 }] },
  ]
  for (const message of told) one.bus.tell(message)
  await expect.poll(() => two.heard).toEqual(told)
  expect(one.heard).toEqual([])
})

test('who has a room open is known to every node that asks, and who has not', { timeout }, async () => {
  const redis = await server()
  const clock = systemClock()
  const at = async (room: string, people: readonly string[]) => {
    const { bus } = await busOn(redis)
    const presence = new Presence(
      { bus, clock },
      {
        all: () => (people.length === 0 ? [] : [[room, { count: people.length, paddles: [] }]]),
        has: (userId, auctionId) => auctionId === room && people.includes(userId),
      },
    )
    onTestFinished(() => presence.close())
    return presence
  }
  const nobody = await at('a lot', [])
  await at('a lot', ['ana'])
  await at('another lot', ['ben'])
  await expect.poll(() => [nobody.elsewhere('a lot'), nobody.elsewhere('another lot')]).toEqual([1, 1])
  const asked = [
    ['ana', 'a lot'],
    ['ben', 'a lot'],
    ['ana', 'another lot'],
    ['ben', 'another lot'],
    ['ana', 'no lot'],
  ] as const
  const answers = await Promise.all(asked.map(([userId, auctionId]) => nobody.isElsewhere(userId, auctionId)))
  expect(answers).toEqual([true, false, false, true, false])
})

test('a node of another house, or without the secret, is neither heard nor hears', { timeout }, async () => {
  const redis = await server()
  const one = await busOn(redis)
  const neighbour = await busOn(redis, { house: 'two' })
  const stranger = await busOn(redis, { houseSecret: 'what somebody else made up for themselves' })
  const client = createClient({ url: redis.url })
  await client.connect()
  onTestFinished(() => client.destroy())
  await client.publish('martillo:one', JSON.stringify({ node: 'x', number: 1, message: moved(7) }))
  await client.publish('martillo:one', '')
  for (const other of [neighbour, stranger]) other.bus.publish(moved(1))
  one.bus.publish(moved(2))
  const last = await busOn(redis)
  last.bus.publish(moved(3))
  await expect.poll(() => one.heard).toEqual([moved(2), moved(3)])
  expect([neighbour.heard, stranger.heard]).toEqual([[moved(1)], [moved(1)]])
})

test('a node that stood still for seconds says nothing of a bus that was there', { timeout }, async () => {
  const redis = await server()
  const complaints: string[] = []
  const one = await busOn(redis, { log: { info: () => {}, error: (_fields, message) => complaints.push(message) } })
  const other = await busOn(redis)
  await expect.poll(() => one.bus.up).toBe(true)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS)
  one.bus.publish(moved(1))
  await expect.poll(() => other.heard).toEqual([moved(1)])
  expect(complaints).toEqual([])
  await redis.crash()
  await expect.poll(() => complaints).toHaveLength(1)
})

test('what was lost is noticed, also the last before a silence', { timeout }, async () => {
  const redis = await server()
  // It is down for so short that a busy machine may look past it.
  const said: string[] = []
  const note = (_: object, message: string) => said.push(message.split(':')[0]!)
  const [one, two] = [await busOn(redis), await busOn(redis, { log: { info: note, error: note } })]
  one.bus.publish(moved(1))
  await expect.poll(() => two.heard).toHaveLength(1)
  await expect.poll(() => [one.bus.up, two.bus.up]).toEqual([true, true])
  const before = two.gaps()
  const client = createClient({ url: redis.url })
  await client.connect()
  onTestFinished(() => client.destroy())
  // Its clients are cut off, as by a full output buffer; what is said meanwhile goes nowhere.
  await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
  one.bus.publish(moved(2))
  const [up, down] = ['the bus of the nodes is up', 'the bus of the nodes is down']
  await expect.poll(() => said.slice(0, 3)).toEqual([up, down, up])
  expect(two.gaps()).toBeGreaterThan(before)
  one.bus.publish(moved(3))
  await expect.poll(() => two.heard.at(-1)).toEqual(moved(3))
})

test(
  'a last message that never left is noticed by the beats of whoever sent it, where both hear all the time',
  { timeout },
  async () => {
    const redis = await server()
    const [one, two] = [await busOn(redis), await busOn(redis)]
    one.bus.publish(moved(1))
    await expect.poll(() => two.heard).toHaveLength(1)
    await expect.poll(() => [one.bus.up, two.bus.up]).toEqual([true, true])
    const client = createClient({ url: redis.url })
    await client.connect()
    onTestFinished(() => client.destroy())
    // The first to connect is the publisher of the first bus.
    const publishers = await client.sendCommand<string>(['CLIENT', 'LIST', 'TYPE', 'normal'])
    const ids = [...publishers.matchAll(/^id=(\d+)/gm)].map(([, id]) => Number(id))
    const before = two.gaps()
    await client.sendCommand(['CLIENT', 'KILL', 'ID', String(Math.min(...ids))])
    one.bus.publish(moved(2))
    await expect.poll(() => two.gaps()).toBeGreaterThan(before)
    expect(two.bus.up).toBe(true)
    expect(two.heard).toEqual([moved(1)])
  },
)

test('while Redis is away that is said again and again; with it back all hear again', { timeout }, async () => {
  const redis = await server()
  const [one, two] = [await busOn(redis), await busOn(redis)]
  await expect.poll(() => [one.bus.up, two.bus.up]).toEqual([true, true])
  await redis.crash()
  await expect.poll(() => two.bus.up).toBe(false)
  const gaps = two.gaps()
  await expect.poll(() => two.gaps()).toBeGreaterThan(gaps + 3)
  one.bus.publish(moved(1))
  expect(one.heard).toEqual([moved(1)])
  await redis.start()
  await expect.poll(() => [one.bus.up, two.bus.up]).toEqual([true, true])
  one.bus.publish(moved(2))
  await expect.poll(() => two.heard).toEqual([moved(2)])
})

test('whatever else is published opens as nothing, and throws nothing', () => {
  const envelopes = new Envelopes(Buffer.from('a key'))
  const sealed = envelopes.seal({ node: 'one', number: 1, message: moved(1) })
  expect(envelopes.open(sealed)).toEqual({ node: 'one', number: 1, message: moved(1) })
  const changed = [sealed.replace('"number":1', '"number":2'), sealed.slice(1), `${sealed} `, 'é'.repeat(60), '', '{}']
  for (const text of changed) expect(envelopes.open(text), text).toBeNull()
  expect(new Envelopes(Buffer.from('another')).open(sealed)).toBeNull()
})

test('a Redis that is not there is said at the start', async () => {
  const parts = { url: 'redis://127.0.0.1:1', houseSecret: 'x', house: 'one', log }
  await expect(RedisBus.open(parts)).rejects.toThrow(/ECONNREFUSED/)
})
