import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { isUnknown, ProblemError } from '../../src/sdk/index.ts'
import { startServer } from '../support/postgres.ts'
import { openHouse } from '../support/service.ts'

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
    const acknowledged: string[] = []
    let amount = 1_000
    let isOver = false
    onTestFinished(() => {
      isOver = true
    })
    const bidding = people.map(async (person) => {
      while (!isOver)
        try {
          const { bid } = await person.bid(id, { amount: (amount += 100) })
          acknowledged.push(bid.id)
        } catch (error) {
          await pause(20)
          if (!(error instanceof ProblemError) && !isUnknown(error)) throw error
        }
    })
    const ready = async () => (await fetch(`${house.url}/readyz`)).status
    const more = async () => {
      const wanted = acknowledged.length + 40
      await expect.poll(() => acknowledged.length).toBeGreaterThan(wanted)
    }
    await more()
    for (let round = 0; round < 2; round += 1) {
      await server.crash()
      await expect.poll(ready).toBe(503)
      expect((await fetch(`${house.url}/healthz`)).status).toBe(200)
      await server.start()
      await expect.poll(ready).toBe(200)
      await more()
    }
    isOver = true
    await Promise.all(bidding)
    await house.admin.close(id)
    const ledger = await (await fetch(`${house.url}/v1/auctions/${id}/ledger`)).text()
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(acknowledged.filter((bidId) => !ledger.includes(`"${bidId}"`))).toEqual([])
  },
)
