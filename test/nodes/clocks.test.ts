import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { watch } from '../support/channel.ts'
import { runNodes } from '../support/nodes.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { temporaryFolder } from '../support/service.ts'
import { isLong } from './kit/form.ts'

const timeout = 3_600_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ROUNDS = isLong ? 40 : 1
/** Nodes and this process read the clock of one machine, to some milliseconds. */
const CLOCKS_DIFFER_MS = 25
const module = fileURLToPath(new URL('../crash/kit/shifted-clock.ts', import.meta.url))

test(
  '[SC-1] [SC-4] clocks of nodes that are wrong by an hour, and jump while they run, date no bid and no end, and sign nobody out',
  { timeout },
  async () => {
    const files = [0, 1].map((i) => join(temporaryFolder(), `shift-${i}`))
    const shifts = [HOUR_MS, -HOUR_MS]
    const write = () => files.forEach((file, i) => writeFileSync(file, String(shifts[i])))
    write()
    const more = (i: number) => ({ NODE_OPTIONS: `--import ${module}`, CLOCK_SHIFT_FILE: files[i]! })
    const nodes = await runNodes({ count: 2, more })
    const [one, two] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
    const admin = new Client(one.url)
    await admin.signIn(ADMIN.email, ADMIN.password)
    const person = await signedUp(one.url)
    const token = (await person.session.token())!
    const jump = async (to: readonly number[]) => {
      shifts.splice(0, 2, ...to)
      write()
      for (const { child } of nodes) child.kill('SIGWINCH')
    }
    const bidAt = async (url: string, auction: string, amount: number) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      }
      const askedAt = Date.now()
      const body = JSON.stringify({ maximum: amount })
      const response = await fetch(`${url}/v1/auctions/${auction}/bids`, { method: 'POST', headers, body })
      const answer = (await response.json()) as { bid: { at: string } }
      expect(response.status).toBe(201)
      expect(Date.parse(answer.bid.at)).toBeGreaterThanOrEqual(askedAt - CLOCKS_DIFFER_MS)
      expect(Date.parse(answer.bid.at)).toBeLessThanOrEqual(Date.now() + CLOCKS_DIFFER_MS)
    }
    const plays = async () => {
      const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1_000, increments: 100 } }
      const from = Date.now()
      const { id, closesAt } = await admin.create({ ...lot, durationSeconds: 2 })
      const end = Date.parse(closesAt!)
      expect(end).toBeGreaterThanOrEqual(from + 2_000 - CLOCKS_DIFFER_MS)
      expect(end).toBeLessThanOrEqual(Date.now() + 2_000 + CLOCKS_DIFFER_MS)
      const channel = watch(two.url, id)
      await bidAt(one.url, id, 1_000)
      await bidAt(two.url, id, 2_000)
      expect(await channel.closed).toEqual({ code: 4000, reason: 'auction over' })
      expect(Date.now()).toBeGreaterThanOrEqual(end - CLOCKS_DIFFER_MS)
    }
    await plays()
    for (let round = 0; round < ROUNDS; round += 1) {
      await jump(round % 2 === 0 ? [-HOUR_MS, 30 * DAY_MS] : [HOUR_MS, 0])
      await plays()
    }
  },
)
