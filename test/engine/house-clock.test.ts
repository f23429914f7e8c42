import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { HouseClock } from '../../src/engine/house-clock.ts'
import { ManualClock } from '../support/clock.ts'

const START = Date.parse('2026-11-29T10:00:00.000Z')

/** A database whose clock shows so much more than the process's, and answers after a while. */
async function house({ ahead = 0 } = {}) {
  const clock = new ManualClock(START)
  const database = { ahead, answersAfterMs: 0, asked: 0 }
  const ask = async () => {
    database.asked += 1
    const at = clock.now() + database.ahead
    await pause(database.answersAfterMs)
    return at
  }
  const errors: object[] = []
  const log = { error: (fields: object) => void errors.push(fields) }
  const shared = await HouseClock.open({ clock, ask, log })
  onTestFinished(() => shared.close())
  /** Lets the next comparison come and end. */
  const compare = async () => {
    const before = database.asked
    await clock.advance(1_000)
    await expect.poll(() => database.asked).toBe(before + 4)
    await pause(database.answersAfterMs + 10)
  }
  const differs = () => shared.now() - clock.now()
  return { database, errors, shared, clock, compare, differs }
}

test('a node has the time of the database, whatever its own clock shows', async () => {
  const { differs } = await house({ ahead: -3_600_000 })
  expect(Math.abs(differs() + 3_600_000)).toBeLessThanOrEqual(5)
})

test('a small difference is made up for slowly, a large one at once, and the time never goes back', async () => {
  const { database, differs, compare, shared, errors } = await house()
  database.ahead = 100
  await compare()
  expect(differs()).toBeLessThanOrEqual(1)
  database.ahead = 2_000
  await compare()
  expect(differs()).toBeGreaterThanOrEqual(1_990)
  const before = shared.now()
  database.ahead = 0
  await compare()
  expect(shared.now()).toBe(before)
  expect(errors).toHaveLength(2)
})

test('an answer that was long under way moves nothing: when it was given is not known', async () => {
  const { database, differs, compare, errors } = await house()
  database.answersAfterMs = 600
  await compare()
  expect(Math.abs(differs())).toBeLessThanOrEqual(5)
  expect(errors).toEqual([])
})
