import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { ledgerOf } from '../history/house.ts'
import type { Client, ProblemError } from '../../src/sdk/index.ts'
import { watch } from '../support/channel.ts'
import { openNodes } from '../support/nodes.ts'
import { type House, openHouse } from '../support/service.ts'
import { isLong } from './kit/form.ts'

const timeout = 3_600_000
const AT_ONCE = isLong ? 1_000 : 100
const ROUNDS = isLong ? 10 : 1
/** Bids come so much before and behind each end. */
const AROUND_MS = 50
/** Nodes and this process read the clock of one machine, to some milliseconds: a busy one is late with it. */
const CLOCKS_DIFFER_MS = 25
/** From the making of the auctions to the first end. */
const PREPARED_MS = isLong ? 20_000 : 6_000

const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1_000, increments: 100 } }

type Asked = { readonly askedAt: number; readonly answeredAt: number; readonly answer: unknown }

/** One bid that is asked for once, at a time of its own. */
async function bidAt(at: number, person: Client, auction: string): Promise<Asked> {
  await pause(at - Date.now())
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const askedAt = Date.now()
  const answer = await person
    .ask(`/v1/auctions/${auction}/bids`, { body: { amount: 1_000 }, headers, once: true })
    .catch((error: unknown) => error)
  return { askedAt, answeredAt: Date.now(), answer }
}

/** When a bid was stamped, by its answer; null where it says nothing of that. */
function stampOf(answer: unknown, closesAt: number): number | null {
  const { bid, problem } = answer as { bid?: { at: string } } & Partial<ProblemError>
  if (bid !== undefined) return Date.parse(bid.at)
  return problem?.code === 'auction_closed' ? closesAt + problem['lateMilliseconds'] : null
}

type End = { readonly id: string; readonly closesAt: number }

/**
 * Makes auctions at all nodes that end within one second, each at an instant of its own or with others. Where the machine is so
 * busy that the first would have ended before all are made, others follow with more time.
 */
async function endsOf(nodes: readonly House[], preparedMs = PREPARED_MS): Promise<End[]> {
  const first = Date.now() + preparedMs
  const made = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, async (_, i) => {
      const closesAt = first + randomInt(1_000)
      const { id } = await nodes[i % nodes.length]!.admin.create({ ...lot, closesAt: new Date(closesAt).toISOString() })
      return { id, closesAt }
    }),
  )
  const ends = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  return ends.length === AT_ONCE ? ends : endsOf(nodes, 2 * preparedMs)
}

test(
  `[SC-1] ${AT_ONCE} auctions end within one second on three nodes: each closes once and not early, and no bid that came in time is late`,
  { timeout },
  async () => {
    const { nodes } = await openNodes()
    const people = await Promise.all([...nodes, ...nodes].map((node) => node.person()))
    const some = () => people[randomInt(people.length)]!
    for (let round = 0; round < ROUNDS; round += 1) {
      const ends = await endsOf(nodes)
      const told = ends.map(({ id }, i) => toldAt(nodes[(i + 1) % nodes.length]!, id))
      const asked = await Promise.all(
        ends.flatMap(({ id, closesAt }) =>
          [-randomInt(AROUND_MS), randomInt(AROUND_MS)].map((ms) => bidAt(closesAt + ms, some(), id)),
        ),
      )
      for (const [i, { askedAt, answeredAt, answer }] of asked.entries()) {
        const { closesAt } = ends[Math.floor(i / 2)]!
        const stamp = stampOf(answer, closesAt)
        if (stamp === null) continue
        expect(stamp).toBeGreaterThanOrEqual(askedAt - CLOCKS_DIFFER_MS)
        expect(stamp).toBeLessThanOrEqual(answeredAt + CLOCKS_DIFFER_MS)
        expect(stamp < closesAt, 'it counts from when it came').toBe('bid' in (answer as object))
      }
      const waits: number[] = []
      for (const [i, { id, closesAt }] of ends.entries()) {
        waits.push((await told[i]!) - closesAt)
        const events = await ledgerOf(nodes[i % nodes.length]!.url, id)
        const closes = events.filter(({ type }) => type === 'auction.closed')
        expect(closes.map(({ at }) => Date.parse(at))).toEqual([closesAt])
      }
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(-CLOCKS_DIFFER_MS)
      if (isLong) say(waits)
    }
  },
)

/** When somebody who watches on a node was told that it is over. */
async function toldAt({ url }: House, id: string): Promise<number> {
  const { code } = await watch(url, id).closed
  expect(code).toBe(4000)
  return Date.now()
}

function say(waits: readonly number[]): void {
  const sorted = waits.toSorted((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((share) => sorted[Math.floor(sorted.length * share)])
  process.stdout.write(`told ${p50} ms (p50), ${p99} ms (p99) behind the end\n`)
}

const AWAY_MS = 40_000

/** The time of the house is suddenly later, as behind a night in which its machines slept. */
async function letPass(database: string, ms: number): Promise<void> {
  const client = new pg.Client(database)
  await client.connect()
  await client.query(
    `INSERT INTO service (name, value) VALUES ('clock_ahead_ms', $1)
     ON CONFLICT (name) DO UPDATE SET value = (service.value::bigint + excluded.value::bigint)::text`,
    [String(ms)],
  )
  await client.end()
}

test(
  '[SC-5] all nodes are away for 40 s, asleep or ended: an end within that time moves by it once, whoever comes first',
  { timeout },
  async () => {
    const { nodes, environment } = await openNodes()
    const [one] = nodes as [House]
    const [id, later] = [await one.auction({ durationSeconds: 30 }), await one.auction({ durationSeconds: 600 })]
    const endOf = async (auction: string) => Date.parse((await one.admin.auction(auction)).closesAt!)
    const [before, laterBefore] = [await endOf(id), await endOf(later)]
    const outagesAt = async ({ url }: House, auction: string) =>
      (await ledgerOf(url, auction)).filter(({ type }) => type === 'closing.extended').map(({ at }) => at)
    const expectMoved = async (houses: readonly House[], times: number) => {
      for (const house of houses) await expect.poll(() => outagesAt(house, id)).toHaveLength(times)
      const view = await houses[0]!.admin.auction(id)
      expect(view.status).toBe('open')
      const movedMs = Date.parse(view.closesAt!) - before
      expect(movedMs).toBeGreaterThanOrEqual(times * (AWAY_MS - 100))
      expect(movedMs).toBeLessThan(times * (AWAY_MS + 10_000))
      expect(await outagesAt(houses[1]!, later)).toEqual([])
      expect(Date.parse((await houses[1]!.admin.auction(later)).closesAt!)).toBe(laterBefore)
    }
    await letPass(environment.DATABASE_URL, AWAY_MS)
    await expectMoved(nodes, 1)
    await Promise.all(nodes.map(({ service }) => service.close()))
    await letPass(environment.DATABASE_URL, AWAY_MS)
    await expectMoved(await Promise.all(nodes.map(() => openHouse(environment))), 2)
  },
)
