import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type Server, startServer } from '../support/postgres.ts'
import { openHouse } from '../support/service.ts'
import { ledgerAt, rivals } from './kit/rivals.ts'

const timeout = 180_000
const METRICS_TOKEN = 'whoever-has-it-may-read-figures'

async function query(server: Server, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}

function addressOf(...servers: readonly Server[]): string {
  return `postgres://martillo@${servers.map((server) => new URL(server.url('postgres')).host).join()}/postgres`
}

test(
  '[STORE-1] the primary dies and its synchronous standby is promoted: no acknowledged bid is lost, bidding goes on by itself, also with the old primary back',
  { timeout },
  async () => {
    const primary = await startServer()
    onTestFinished(() => primary.stop())
    const standby = await primary.standby()
    onTestFinished(() => standby.stop())
    const environment = {
      // The standby is named first, and passed over as long as it is one.
      DATABASE_URL: addressOf(standby, primary),
      HOUSE_SECRET: 'what opens the keys of the house of this test',
    }
    await expect(openHouse(environment)).rejects.toThrow(/no standby is synchronous/)
    await query(primary, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    await query(primary, 'SELECT pg_reload_conf()')
    const state = 'SELECT sync_state FROM pg_stat_replication'
    await expect.poll(() => query(primary, state)).toEqual([{ sync_state: 'sync' }])
    await standby.crash()
    await expect(openHouse(environment)).rejects.toThrow(/commits nothing within 5 seconds/)
    await standby.start()
    await expect.poll(() => query(primary, state)).toEqual([{ sync_state: 'sync' }])

    const house = await openHouse({ ...environment, METRICS_TOKEN })
    const id = await house.auction()
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
    const metrics = async () => (await fetch(`${house.url}/metrics`, { headers })).text()
    expect(await metrics()).toContain('martillo_durability_at_risk 0')
    const { more, stop, lostIn } = rivals([await house.person(), await house.person()], id)
    await more(40)
    await primary.crash()
    await query(standby, 'SELECT pg_promote()')
    await query(standby, "ALTER SYSTEM SET synchronous_standby_names = ''")
    await query(standby, 'SELECT pg_reload_conf()')
    await more(20)
    // A second failover would lose bids now: that is said, and bids are taken.
    await expect.poll(metrics).toContain('martillo_durability_at_risk 1')
    await stop()
    await house.admin.close(id)
    expect(lostIn(await ledgerAt(house.url, id))).toEqual([])

    // The old primary comes up as one again: neither who starts now nor who runs goes back to it.
    await primary.start()
    const trusted = { ...environment, DATABASE_URL: addressOf(primary, standby), DURABILITY: 'trusted' }
    await house.service.close()
    const again = await openHouse(trusted)
    expect(await again.admin.auction(id)).toMatchObject({ status: 'closed' })
    await standby.crash()
    await expect
      .poll(() => again.admin.auction(id).catch((error: unknown) => error))
      .toMatchObject({ code: 'try_again' })
    await standby.start()
    await expect.poll(() => again.admin.auction(id).catch(() => null)).toMatchObject({ status: 'closed' })
  },
)
