import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { watch } from '../support/channel.ts'
import { temporaryFolder } from '../support/service.ts'
import { certainOffer, placed } from './kit/bidding.ts'
import { eventsOf, verifies } from './kit/check.ts'
import { isLong, pause } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const JUMPS = isLong ? [HOUR_MS, -HOUR_MS, 30 * DAY_MS, -30 * DAY_MS] : [HOUR_MS, -30 * DAY_MS]
const module = fileURLToPath(new URL('./kit/shifted-clock.ts', import.meta.url))

test(
  '[SC-4] a wall clock that jumps under a running service moves no end, and ends no session',
  { timeout: 300_000 },
  async () => {
    const { house, shift } = await houseWithClock()
    for (const jumpMs of JUMPS) {
      const [brief, long] = [await house.auction(2), await house.auction(600)]
      const created = Date.now()
      const bidder = house.bidders[0]!
      const channel = watch(house.url, brief)
      const own = watch(house.url, long, '', await bidder.session.token())
      await own.next('you')
      shift(jumpMs)
      const told = []
      for (const auction of [brief, long]) {
        const attempt = { auction, bidder, key: `${jumpMs}`, offer: certainOffer() }
        const answer = await placed(attempt)
        expect(answer).toMatchObject({ outcome: 'leading' })
        told.push({ attempt, answer })
      }
      // Whoever signs in now is signed in, over REST and over a socket.
      const late = await house.newcomer()
      const theirs = watch(house.url, long, '', await late.session.token())
      await theirs.next('you')
      expect(await placed({ auction: long, bidder: late, key: 'late', offer: certainOffer() })).toMatchObject({
        outcome: 'leading',
      })
      expect(await channel.closed).toEqual({ code: 4000, reason: 'auction over' })
      expect(Date.now() - created).toBeGreaterThan(1_500)
      expect(Date.now() - created).toBeLessThan(60_000)
      expect((await house.admin.auction(long)).status).toBe('open')
      for (const { attempt, answer } of told) expect(await placed(attempt)).toEqual(answer)
      expect([own.ws.readyState, theirs.ws.readyState]).toEqual([own.ws.OPEN, theirs.ws.OPEN])
      for (const id of [brief, long]) await verifies(house.url, id, (await eventsOf(house.url, id)).length)
      shift(0)
    }
  },
)

test(
  '[SC-4] [SC-5] a wall clock that jumped while the service was down: forward gives skipped ends the time back, backward none closes early',
  { timeout: 300_000 },
  async () => {
    for (const jumpMs of JUMPS) {
      const { house, shift } = await houseWithClock()
      const [brief, long, closed] = [
        await house.auction(600),
        await house.auction(400 * 86_400),
        await house.auction(600),
      ]
      await house.admin.close(closed)
      const told = []
      for (const auction of [brief, long]) {
        const attempt = { auction, bidder: house.bidders[0]!, key: 'before', offer: certainOffer() }
        told.push({ attempt, answer: await placed(attempt) })
      }
      const before = await house.admin.auction(brief)
      await house.kill()
      shift(jumpMs, false)
      await house.start()
      await pause(300)
      const after = await house.anonymous().auction(brief)
      expect(after.status).toBe('open')
      const movedMs = Date.parse(after.closesAt!) - Date.parse(before.closesAt!)
      // To within the note of life, which is written every five seconds, and the start.
      expect(Math.abs(movedMs - Math.max(jumpMs, 0))).toBeLessThan(jumpMs > 0 ? 12_000 : 1)
      expect(await house.anonymous().auction(long)).toMatchObject({ status: 'open' })
      expect(await house.anonymous().auction(closed)).toMatchObject({ status: 'closed', seq: 3 })
      const bidder = await house.newcomer()
      for (const auction of [brief, long]) {
        const events = await eventsOf(house.url, auction)
        const accepted = await placed({ auction, bidder, key: 'after', offer: certainOffer() })
        expect(accepted).toMatchObject({ outcome: 'leading', seq: events.length + 1 })
        await verifies(house.url, auction, events.length + 1)
      }
    }
  },
)

async function houseWithClock() {
  const file = join(temporaryFolder(), 'shift')
  writeFileSync(file, '0')
  const house = await CrashHouse.open(temporaryFolder(), { NODE_OPTIONS: `--import ${module}`, CLOCK_SHIFT_FILE: file })
  return {
    house,
    shift: (ms: number, live = true) => {
      writeFileSync(file, String(ms))
      if (live) house.service.child.kill('SIGWINCH')
    },
  }
}
