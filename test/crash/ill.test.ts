import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/service.ts'
import { pause, rounds } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'
import { bearsIllness, goesOn, limited, recovers } from './kit/ill.ts'

const timeout = 120_000

test(
  '[ill] where no file can grow: readyz says so, reads go on, no bid is answered; then all of it by itself',
  { timeout },
  async () => {
    const house = await CrashHouse.open(temporaryFolder())
    for (let i = 0; i < rounds(1, 10); i += 1) {
      const load = await house.load({ patient: true })
      const lift = limited(house.service.child.pid!, 'fsize', 1)
      await pause(200)
      await bearsIllness(house)
      lift()
      await goesOn(house)
      await load.stop()
    }
    expect(await house.checkAll()).toMatchObject({ lost: 0 })
    await house.survive(() => house.kill())
    expect(await house.checkAll()).toMatchObject({ lost: 0 })
  },
)

test('[ill] without file descriptors those who are in bid on, and afterwards everybody can', { timeout }, async () => {
  const house = await CrashHouse.open(temporaryFolder())
  const load = await house.load({ patient: true })
  const { pid } = house.service.child
  const open = readdirSync(`/proc/${pid}/fd`).length
  const lift = limited(pid!, 'nofile', open + 5)
  const crowd = Array.from({ length: 200 }, () => connect(house.port, '127.0.0.1').on('error', () => {}))
  onTestFinished(() => crowd.forEach((socket) => socket.destroy()))
  await pause(500)
  const before = house.record.told.length
  await expect.poll(() => house.record.told.length).toBeGreaterThan(before + 20)
  crowd.forEach((socket) => socket.destroy())
  lift()
  await recovers(house)
  await load.stop()
  await (await house.load()).stop()
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})
