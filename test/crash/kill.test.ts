import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/service.ts'
import { isLong, pause, rounds } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'

const timeout = isLong ? 600_000 : 120_000

test(
  '[kill -9] under load no acknowledged bid and no pushed event is lost or changed, and keys answer the same',
  { timeout },
  async () => {
    const house = await CrashHouse.open(temporaryFolder())
    const kills = rounds(5, 60)
    for (let i = 0; i < kills; i += 1)
      await house.survive(async () => {
        await pause(randomInt(0, 60))
        await house.kill()
      })
    const found = await house.checkAll()
    expect(found.lost).toBe(0)
    expect(found.told).toBeGreaterThanOrEqual(kills * 20)
    expect(found.pushed).toBeGreaterThan(kills)
  },
)

test('[kill -9] during start-up and during close leaves everything as it was told', { timeout }, async () => {
  const house = await CrashHouse.open(temporaryFolder())
  for (let i = 0; i < rounds(1, 20); i += 1)
    await house.survive(
      async () => {
        await pause(randomInt(0, 60))
        house.service.child.kill('SIGTERM')
        await pause(randomInt(0, 120))
        await house.kill()
      },
      {
        between: async () => {
          for (let starts = 0; starts < 3; starts += 1) {
            house.spawn()
            await pause(randomInt(0, 700))
            await house.kill()
          }
        },
      },
    )
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})
