import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readCanonical } from '../../src/ledger/canonical.ts'
import { channelEvent } from '../../src/protocol.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, expectShape, metricsToken } from './support.ts'

test('the ledger: a header and one canonical line an event, each naming the hash of the one before', async () => {
  const house = await sharedHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 888_000_888 })
  await ben.bid(id, { amount: 2_000 })
  const answer = await ask(house.url, `GET /v1/auctions/${id}/ledger`)
  expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/)
  expect(answer.text.endsWith('\n')).toBe(true)
  const [header, ...lines] = answer.text.trimEnd().split('\n')
  const { head, seq } = (await ask(house.url, `GET /v1/auctions/${id}`)).json
  const { keys } = (await ask(house.url, 'GET /v1/keys')).json
  const introductions = [expect.any(String)]
  expect(readCanonical(header!)).toEqual({
    ledger: 'martillo ledger v3',
    auction: id,
    entries: seq,
    head,
    keys,
    introductions,
  })
  let previous = '0'.repeat(64)
  const events = (await ask(house.url, `GET /v1/auctions/${id}/events`)).json.events
  for (const [i, line] of lines.entries()) {
    const entry = JSON.parse(line)
    expect(entry).toMatchObject({ auction: id, seq: String(i + 1), previous })
    expect(line).toBe(JSON.stringify(sorted(entry)))
    previous = createHash('sha256').update('martillo public entry v2\n').update(line).digest('hex')
    const { auction: _, previous: __, ...event } = readCanonical(line) as Record<string, unknown>
    expect(events[i]).toEqual({ ...event, hash: previous })
  }
  expect(previous).toBe(head)
  expect(answer.text).not.toContain('888000888')
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

test('events: the same stream without a WebSocket, after a seq, in full', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 4_000 })
  const get = (query: string, headers: Record<string, string> = {}) =>
    ask(house.url, `GET /v1/auctions/${id}/events${query}`, { headers })
  const shape = z.object({
    events: z.array(channelEvent),
    seq: z.int(),
    head: z.string(),
    epoch: z.string(),
    over: z.boolean(),
  })
  const whole = await get('')
  const { events, head, epoch } = expectShape(shape, whole.json)
  expect(events.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'auction.created'],
    [2, 'auction.opened'],
    [3, 'bid.placed'],
  ])
  expect(events.at(-1)!.hash).toBe(head)
  expect(whole.headers.get('cache-control')).toBe('no-store')
  expect((await get('?after=2')).json).toEqual({ events: events.slice(2), seq: 3, head, epoch, over: false })
  expect((await get('?after=3')).json).toEqual({ events: [], seq: 3, head, epoch, over: false })
  expect((await get('?after=99')).json).toEqual({ events: [], seq: 3, head, epoch, over: false })
  expect((await get('', { 'last-event-id': '2' })).json.events).toHaveLength(1)
  for (const query of [
    '?after=-1',
    '?after=x',
    '?after=',
    '?after=1.5',
    '?after=1e3',
    '?after=1&after=2',
    '?waitSeconds=31',
    '?waitSeconds=-1',
    '?waitSeconds=x',
    '?more=1',
    '?after=99999999999999999999',
    '?after=9007199254740993',
    '?token=x',
  ])
    expectProblem(await get(query), 'invalid_request')
})

test('events with waitSeconds: an answer as soon as there is one, or an empty one when the time is over', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, id] = [await house.person(), await house.auction()]
  const get = (query: string) => ask(house.url, `GET /v1/auctions/${id}/events${query}`)
  expect((await get('?after=1&waitSeconds=30')).json.events).toHaveLength(1)
  const waiting = [get('?after=2&waitSeconds=30'), get('?after=2&waitSeconds=30'), get('?after=3&waitSeconds=20')]
  await expect
    .poll(async () => (await ask(house.url, 'GET /metrics', { token: metricsToken(house) })).text)
    .toContain('martillo_watchers 3')
  await ana.bid(id, { amount: 1_000 })
  for (const one of waiting.slice(0, 2)) expect((await one).json.events).toMatchObject([{ seq: 3, type: 'bid.placed' }])
  await clock.advance(20_000)
  expect((await waiting[2]!).json).toMatchObject({ events: [], seq: 3 })
  await house.admin.close(id)
  const over = await get('?after=4&waitSeconds=30')
  expect(over.json).toMatchObject({ events: [], seq: 4, over: true })
})
