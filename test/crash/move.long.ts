import { expect, onTestFinished, test } from 'vitest'
import { residentMb } from '../bench/kit/cpu.ts'
import { startMartillo } from '../support/command.ts'
import { startServer } from '../support/postgres.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'
import { verifies } from './kit/check.ts'
import { fill } from './kit/fill.ts'

const EVENTS = Number(process.env['MOVE_EVENTS'] ?? 1_000_000)
/** A few of many bids, and many of a few. */
const AUCTIONS = Math.ceil(EVENTS / 1_000)
const MB_MAX = 600
const LOOK_EVERY_MS = 200

const timeout = 3_600_000

test(
  `[move] a house of ${EVENTS} events moves to PostgreSQL in little memory, and goes on there`,
  { timeout },
  async () => {
    const dataDir = temporaryFolder()
    await fill(dataDir, { auctions: AUCTIONS, events: EVENTS / 2, close: true })
    await fill(dataDir, { auctions: 10, events: EVENTS / 2 })
    const server = await startServer()
    onTestFinished(() => server.stop())
    const env = { DATA_DIR: dataDir, HOUSE_SECRET: 'what opens the keys of the house of this test' }
    const started = performance.now()
    const { child, ran } = startMartillo(['move', '--to', server.url('postgres')], env)
    let mostMb = 0
    const looking = setInterval(() => {
      mostMb = Math.max(mostMb, residentMb(child.pid!).now)
    }, LOOK_EVERY_MS)
    onTestFinished(() => clearInterval(looking))
    const { code, out, err } = await ran
    const seconds = (performance.now() - started) / 1_000
    process.stdout.write(`${out}moved in ${seconds.toFixed(1)} s, ${Math.ceil(mostMb)} MB at most\n`)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(mostMb).toBeLessThan(MB_MAX)
    const house = await openHouse({ DATABASE_URL: server.url('postgres'), HOUSE_SECRET: env.HOUSE_SECRET })
    const { items } = await house.admin.auctions({ limit: 200, status: 'open' })
    const open = items.toSorted((a, b) => b.bidCount - a.bidCount)[0]!
    const person = await house.person()
    const { seq } = await person.bid(open.id, { amount: EVENTS * 2 })
    await verifies(house.url, open.id, seq!)
  },
)
