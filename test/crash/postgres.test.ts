import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../support/postgres.ts'
import { openHouse } from '../support/service.ts'
import { ledgerAt, rivals } from './kit/rivals.ts'

const timeout = 120_000
const BIDDERS = 6

test(
  '[STORE-1] PostgreSQL is killed under load and starts again: no acknowledged bid is lost, and the service goes on by itself',
  { timeout },
  async () => {
    const server = await startServer()
    onTestFinished(() => server.stop())
    const house = await openHouse({
      DATABASE_URL: server.url('postgres'),
      HOUSE_SECRET: 'what opens the keys of the house of this test',
    })
    const id = await house.auction({ durationSeconds: 3_600 })
    const people = await Promise.all(Array.from({ length: BIDDERS }, () => house.person()))
    const { more, stop, lostIn } = rivals(people, id)
    const ready = async () => (await fetch(`${house.url}/readyz`)).status
    await more(40)
    for (let round = 0; round < 2; round += 1) {
      await server.crash()
      await expect.poll(ready).toBe(503)
      expect((await fetch(`${house.url}/healthz`)).status).toBe(200)
      await server.start()
      await expect.poll(ready).toBe(200)
      await more(40)
    }
    await stop()
    await house.admin.close(id)
    expect(lostIn(await ledgerAt(house.url, id))).toEqual([])
  },
)
