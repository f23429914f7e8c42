import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../support/postgres.ts'
import { openHouse } from '../support/service.ts'
import { certainOffer, placed } from './kit/bidding.ts'
import { ledgerAt, rivals } from './kit/rivals.ts'

const timeout = 120_000
const BIDDERS = 6
const HOUSE_SECRET = 'what opens the keys of the house of this test'

test(
  '[STORE-1] PostgreSQL is killed under load and starts again: no acknowledged bid is lost, and the service goes on by itself',
  { timeout },
  async () => {
    const server = await startServer()
    onTestFinished(() => server.stop())
    const house = await openHouse({ DATABASE_URL: server.url('postgres'), HOUSE_SECRET })
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

test(
  '[STORE-1] somebody cancels the wait for the synchronous standby, which PostgreSQL calls a success: nothing is acknowledged, and the key tells later',
  { timeout },
  async () => {
    const server = await startServer()
    onTestFinished(() => server.stop())
    const admin = new pg.Client(server.url('postgres'))
    await admin.connect()
    onTestFinished(() => admin.end())
    const setStandbys = async (names: string) => {
      await admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`)
      await admin.query('SELECT pg_reload_conf()')
    }
    const house = await openHouse({ DATABASE_URL: server.url('postgres'), HOUSE_SECRET })
    const [bidder, auction] = [await house.person(), await house.auction()]
    // Or nothing that waits would ever end.
    onTestFinished(() => setStandbys(''))
    await setStandbys('nobody')
    const shown = async () => (await admin.query('SHOW synchronous_standby_names')).rows
    await expect.poll(shown).toEqual([{ synchronous_standby_names: 'nobody' }])
    const attempt = { auction, bidder, key: 'cancelled', offer: certainOffer() }
    const answering = placed(attempt)
    const cancelled = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE wait_event = 'SyncRep' AND query LIKE '%append_changes%'`
    await expect.poll(async () => (await admin.query(cancelled)).rowCount).toBe(1)
    expect(await answering).toBeNull()
    await setStandbys('')
    await expect.poll(async () => (await fetch(`${house.url}/readyz`)).status).toBe(200)
    expect(await placed(attempt)).toMatchObject({ outcome: 'leading' })
    expect((await ledgerAt(house.url, auction)).match(/"bid.placed"/g)).toHaveLength(1)
  },
)
