import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { watch } from '../support/channel.ts'
import { storeWith } from '../support/patch.ts'
import { openHouse } from '../support/service.ts'
import { ask, expectProblem } from './support.ts'

/** Every edit is an event of 60 kB. */
const EDITS = 30
const description = (i: number) => `${i} `.padEnd(20_000, '漆')
const ANSWER_BYTES_MAX = 256 * 1024 + 1_024

/** An auction of a long journal, and how often the service has read of journals. */
async function edited() {
  const journal = { reads: 0 }
  const wrapStore = storeWith((store) => ({
    entries: (...asked) => {
      journal.reads += 1
      return store.entries(...asked)
    },
  }))
  const house = await openHouse({}, { wrapStore })
  const id = await house.auction()
  for (let i = 0; i < EDITS; i += 1) await house.admin.update(id, { description: description(i) })
  return { house, id, journal }
}

test('events: an answer is at most 256 KiB, and whoever goes on from the last gets all', async () => {
  const { house, id } = await edited()
  const seen: number[] = []
  for (;;) {
    const { text, json } = await ask(house.url, `GET /v1/auctions/${id}/events?after=${seen.at(-1) ?? 0}`)
    expect(Buffer.byteLength(text)).toBeLessThan(ANSWER_BYTES_MAX)
    seen.push(...json.events.map(({ seq }: { seq: number }) => seq))
    if (seen.at(-1) === json.seq) break
  }
  expect(seen).toEqual(Array.from({ length: EDITS + 2 }, (_, i) => i + 1))
  const channel = watch(house.url, id, '?after=0')
  await expect.poll(() => channel.events().map(({ seq }) => seq)).toEqual(seen)
})

test('an update says what changed, and nothing else of the auction', async () => {
  const { house, id } = await edited()
  await house.admin.update(id, { title: 'Another' })
  const { events } = (await ask(house.url, `GET /v1/auctions/${id}/events?after=${EDITS + 2}`)).json
  expect(events).toMatchObject([{ type: 'auction.updated' }])
  expect(events[0].data).toEqual({ title: 'Another', status: 'open', minimumBid: 1_000, reserve: 'none' })
  expect(await house.admin.auction(id)).toMatchObject({ title: 'Another', description: description(EDITS - 1) })
})

test('a ledger is read as it is taken: whoever stops reading makes the service read no further', async () => {
  const { house, id, journal } = await edited()
  // More than what the kernel holds for somebody who does not read.
  for (let i = 0; i < 120; i += 1) await house.admin.update(id, { description: description(i) })
  const whole = await ask(house.url, `GET /v1/auctions/${id}/ledger`)
  const all = journal.reads
  expect(whole.text.trimEnd().split('\n')).toHaveLength(EDITS + 120 + 3)
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  journal.reads = 0
  socket.write(`GET /v1/auctions/${id}/ledger HTTP/1.1\r\nhost: x\r\n\r\n`)
  await expect.poll(() => journal.reads).toBeGreaterThan(0)
  let before = -1
  await expect.poll(() => before === (before = journal.reads), { interval: 200 }).toBe(true)
  expect(journal.reads).toBeLessThan(all)
})

test('four ledgers at a time are sent to one network, whether they are read or not; one more when one is done', async () => {
  const { house, id } = await edited()
  for (let i = 0; i < 120; i += 1) await house.admin.update(id, { description: description(i) })
  await house.service.close()
  const { url, admin } = await openHouse({ RATE_LIMITS: 'on' }, {}, house.dataDir)
  const unread = Array.from({ length: limits.ledgersAtOnce }, () => connect(Number(new URL(url).port), '127.0.0.1'))
  onTestFinished(() => unread.forEach((socket) => void socket.destroy()))
  for (const socket of unread) {
    socket.write(`GET /v1/auctions/${id}/ledger HTTP/1.1\r\nhost: x\r\n\r\n`)
    await once(socket, 'readable')
    expect(String(socket.read(12))).toBe('HTTP/1.1 200')
    socket.pause()
  }
  const another = () => ask(url, `GET /v1/auctions/${id}/ledger`)
  expectProblem(await another(), 'rate_limited', { retryAfterSeconds: 1 })
  expect((await ask(url, `GET /v1/auctions/${id}/ledger`, { as: admin })).status).toBe(200)
  unread[0]!.destroy()
  for (let i = 0; i < 2; i += 1) await expect.poll(async () => (await another()).status).toBe(200)
})

test('who goes on from long ago is read to in turns of the loop, however many they are', async () => {
  const { house, id, journal } = await edited()
  let most = 0
  let done = false
  const look = async () => {
    while (!done) {
      const before = journal.reads
      await nextTurn()
      most = Math.max(most, journal.reads - before)
    }
  }
  const looking = look()
  const readers = Array.from({ length: 20 }, () => watch(house.url, id, '?after=0'))
  await expect.poll(() => readers.every((one) => one.events().length === EDITS + 2)).toBe(true)
  done = true
  await looking
  // Some share a turn where each took less than a part of a millisecond.
  expect(most).toBeLessThan(8)
})
