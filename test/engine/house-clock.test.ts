import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type DatabaseTime, HouseClock } from '../../src/engine/house-clock.ts'
import { ManualClock } from '../support/clock.ts'

const START = Date.parse('2026-11-29T10:00:00.000Z')

/** A database whose clock shows so much more than the process's, and answers after a while. */
async function house({ ahead = 0 } = {}) {
  const clock = new ManualClock(START)
  const database = { ahead, wentOnBy: 0, answersAfterMs: 0, isAway: false, asked: 0 }
  const raw = () => clock.now() + database.ahead
  const time: DatabaseTime = {
    now: async () => {
      database.asked += 1
      if (database.isAway) throw new Error('the database is away')
      const at = raw() + database.wentOnBy
      await pause(database.answersAfterMs)
      return at
    },
    goOnFrom: async (carried) => {
      database.wentOnBy = Math.max(database.wentOnBy, carried - raw())
    },
  }
  const errors: object[] = []
  const log = { error: (fields: object) => void errors.push(fields) }
  const shared = await HouseClock.open({ clock, database: time, log })
  onTestFinished(() => shared.close())
  /** Lets the next comparison come and end. */
  const compare = async () => {
    const before = database.asked
    await clock.advance(1_000)
    await expect.poll(() => database.asked).toBeGreaterThanOrEqual(before + (database.isAway ? 1 : 4))
    await pause(database.answersAfterMs + 10)
  }
  const differs = () => shared.now() - clock.now()
  return { database, errors, shared, clock, compare, differs }
}

test('a node has the time of the database, whatever its own clock shows', async () => {
  const { differs } = await house({ ahead: -3_600_000 })
  expect(Math.abs(differs() + 3_600_000)).toBeLessThanOrEqual(5)
})

test('a small difference is made up for slowly, and the time never goes back', async () => {
  const { database, differs, compare, shared, errors } = await house()
  database.ahead = 40
  await compare()
  expect(differs()).toBeLessThanOrEqual(1)
  database.ahead = -40
  const before = shared.now()
  await compare()
  expect(shared.now()).toBeGreaterThanOrEqual(before)
  expect(errors).toEqual([])
})

test('a node that was suspended adopts the time of the others at once', async () => {
  const { database, differs, compare, errors, shared } = await house()
  database.ahead = 2_000
  await compare()
  expect(differs()).toBeGreaterThanOrEqual(1_990)
  expect(errors).toHaveLength(1)
  expect(shared.isKnown).toBe(true)
})

test('the clock of the database goes back, as with a promoted standby: the time of the house goes on, on every node', async () => {
  const { database, differs, compare, errors, shared } = await house()
  database.ahead = -90_000
  await compare()
  expect(database.wentOnBy).toBeGreaterThanOrEqual(89_000)
  await compare()
  expect(Math.abs(differs())).toBeLessThanOrEqual(5)
  expect(errors).toHaveLength(1)
  expect(shared.isKnown).toBe(true)
})

test('an answer that was long under way moves nothing: when it was given is not known', async () => {
  const { database, differs, compare, errors, shared } = await house()
  database.answersAfterMs = 600
  await compare()
  expect(Math.abs(differs())).toBeLessThanOrEqual(5)
  expect(errors).toEqual([])
  expect(shared.isKnown).toBe(true)
})

test('[SC-1] a node that cannot ask the database any more says when its own time is not known to 50 ms, and when it is again', async () => {
  const { database, shared, clock, compare } = await house()
  database.isAway = true
  await compare()
  clock.jump(60_000)
  expect(shared.isKnown).toBe(true)
  clock.jump(60_000)
  expect(shared.isKnown).toBe(false)
  database.isAway = false
  await compare()
  expect(shared.isKnown).toBe(true)
})
