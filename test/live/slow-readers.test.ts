import { connect } from 'node:net'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { closeCodes } from '../../src/codes.ts'
import { limits } from '../../src/config/limits.ts'
import { FrameWriter } from '../../src/live/frame-writer.ts'
import { watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse } from '../support/service.ts'

test('[LIVE-8] a reader that sleeps holds 256 KiB at most, is let go with 4413 after 20 s, and the others hear everything', () =>
  expectLetGo({ beats: 0, hangsUp: false }))

test('[LIVE-8] a reader whose missed pongs lie behind what it has not read is told that it reads too slowly', () =>
  expectLetGo({ beats: 2, hangsUp: true }))

/** So many heartbeats pass before the sleeper has something to leave unread. Who does not hang up is waited for, for 5 s. */
async function expectLetGo({ beats, hangsUp }: { beats: number; hangsUp: boolean }): Promise<void> {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  let heldMost = 0
  const writes = vi.spyOn(FrameWriter.prototype, 'flush')
  onTestFinished(() => writes.mockRestore())
  const noteHeld = () => {
    for (const writer of writes.mock.contexts) heldMost = Math.max(heldMost, (writer as FrameWriter).unread)
    writes.mockClear()
  }
  const { hostname, port } = new URL(house.url)
  const sleeper = connect(Number(port), hostname)
  onTestFinished(() => void sleeper.destroy())
  await new Promise((resolve) => sleeper.once('connect', resolve))
  sleeper.write(
    `GET /v1/auctions/${id}/live HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Protocol: auction.v1\r\n\r\n`,
  )
  sleeper.pause()
  const other = watch(house.url, id)
  await other.next('snapshot')
  await expect.poll(async () => (await house.admin.auction(id)).seq).toBe(2)
  for (let i = 0; i < beats; i += 1) {
    await clock.advance(limits.heartbeatSeconds * 1_000)
    await other.next('heartbeat')
  }
  // Long texts fill what the kernel holds for the sleeper, and then what we would.
  const description = (i: number) => `${i} `.padEnd(19_000, '漢')
  const metrics = () => slowWatchers(house.url, house.dataDir)
  let updates = 0
  const update = async () => {
    updates += 1
    await house.admin.update(id, { description: description(updates) })
    noteHeld()
  }
  while (heldMost < HIGH_WATER_BYTES && updates < 900) await update()
  for (let i = 0; i < 30; i += 1) await update()
  expect(heldMost).toBeGreaterThanOrEqual(HIGH_WATER_BYTES)
  expect(heldMost).toBeLessThanOrEqual(limits.unreadBytesMax)
  await ana.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 1_100 })
  await expect.poll(() => other.events().length).toBe(updates + 2)
  expect(await metrics()).toBe(0)
  await clock.advance(limits.unreadMs)
  expect(await metrics()).toBe(1)
  const closing = Buffer.from([0x88, 2 + closeCodes.reading_too_slowly.reason.length, 4413 >> 8, 4413 & 255])
  const seen: Buffer[] = []
  sleeper.on('data', (data: Buffer) => {
    seen.push(data)
    if (hangsUp && Buffer.concat(seen.slice(-2)).subarray(-64).includes(closing)) sleeper.end()
  })
  sleeper.resume()
  await new Promise((resolve) => sleeper.once('close', resolve))
  const bytes = Buffer.concat(seen)
  expect(bytes.subarray(-64).includes(closing)).toBe(true)
}

/** Node's own: what a socket takes before it says that it is full. */
const HIGH_WATER_BYTES = 64 * 1024

test('[LIVE-8] a reader that wakes up in time is brought up to date where it was, with nothing left out', async () => {
  const house = await openHouse()
  const id = await house.auction()
  const sleeper = watch(house.url, id)
  await sleeper.next('snapshot')
  sleeper.ws.pause()
  const description = (i: number) => `${i} `.padEnd(19_000, '漢')
  const writes = vi.spyOn(FrameWriter.prototype, 'flush')
  onTestFinished(() => writes.mockRestore())
  const isFull = () => writes.mock.contexts.some((writer) => (writer as FrameWriter).lags)
  let updates = 0
  for (let after = 0; after < 20 && updates < 900; after += isFull() ? 1 : 0) {
    updates += 1
    await house.admin.update(id, { description: description(updates) })
  }
  const { seq } = await house.admin.auction(id)
  sleeper.ws.resume()
  await expect.poll(() => sleeper.events().at(-1)?.seq, { timeout: 10_000 }).toBe(seq)
  const numbers = sleeper.events().map((event) => event.seq)
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
})

test('[LIVE-8] an event stream whose reader sleeps is cut off after 20 s, and counted as a slow watcher', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction()
  const { hostname, port } = new URL(house.url)
  const sleeper = connect(Number(port), hostname)
  onTestFinished(() => void sleeper.destroy())
  await new Promise((resolve) => sleeper.once('connect', resolve))
  sleeper.write(
    `GET /v1/auctions/${id}/events?after=2 HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: text/event-stream\r\n\r\n`,
  )
  await new Promise((resolve) => sleeper.once('data', resolve))
  sleeper.pause()
  let slow = 0
  for (let updates = 0; slow === 0 && updates < 900; updates += 1) {
    await house.admin.update(id, { description: `${updates} `.padEnd(19_000, '漢') })
    if (updates % 50 < 49) continue
    await clock.advance(limits.unreadMs)
    slow = await slowWatchers(house.url, house.dataDir)
  }
  expect(slow).toBe(1)
})

async function slowWatchers(url: string, dataDir: string): Promise<number> {
  const token = readFileSync(`${dataDir}/metrics-token`, 'utf8')
  const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
  return Number(/^martillo_slow_watchers_total (\d+)/m.exec(text)?.[1] ?? 0)
}
