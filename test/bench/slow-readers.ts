import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from '../../src/sdk/index.ts'
import { ADMIN } from '../support/people.ts'
import { type Ours, openMartillo } from './contenders/ours.ts'
import { nextAmount } from './kit/bidding.ts'
import { Crowd, type Told, telling } from './kit/crowd.ts'
import { interleaved, median, ratio, round } from './kit/figures.ts'
import { Gauge } from './kit/gauge.ts'
import { Wire } from './kit/wire.ts'
import type { Row } from './main.ts'

const PLAN = { events: 5, everyMs: 80 }
/** As long as a description may be: few of them fill what the kernel holds for a connection. */
const DESCRIPTION = 20_000
const DESCRIPTIONS_MAX = 1_000
const DESCRIPTIONS_AT_ONCE = 10
const LET_GO_MS_MAX = 60_000
const KIB = 1_024

/**
 * A tenth of the watchers reads nothing any more, until the kernel takes no more for them: what the others cost then,
 * beside the same service without those; what each of them occupies; and when they are let go.
 */
export async function slowReaderRows(watchers: number, { rounds }: { rounds: number }): Promise<readonly Row[]> {
  const dozing = Math.round(watchers / 10)
  const rooms: Room[] = []
  try {
    rooms.push(await openRoom())
    rooms.push(await openRoom())
    const [ill, well] = rooms as [Room, Room]
    await ill.slow.join(dozing, ill.venue)
    await ill.slow.doze(dozing)
    const { liveBytes, fullAt } = await filled(ill, well)
    for (const room of rooms) await room.crowd.join(watchers - dozing, room.venue)
    const run = { ill: () => ill.tell(), well: () => well.tell() }
    for (const warm of Object.values(run)) await warm()
    const measured = await interleaved(rounds, run)
    const cost = ({ cpuMs, events }: Told) => (cpuMs * 1_000) / events
    const measuredSeconds = (performance.now() - fullAt) / 1_000
    const still = (await watching(ill)) - (watchers - dozing)
    if (still < dozing) throw new Error(`${dozing - still} were let go while the others were measured`)
    const letGoSeconds = await letGo(ill, watchers - dozing, fullAt)
    return [
      {
        what: `${watchers - dozing} read, ${dozing} do not`,
        'CPU µs/event': round(median(measured.ill.map(cost))),
        '× without them': round(ratio(measured.ill, measured.well, cost)),
        'KiB of each': round(liveBytes / dozing / KIB),
        'measured for s': round(measuredSeconds),
        'let go after s': round(letGoSeconds),
      },
    ]
  } finally {
    for (const room of rooms) await room.close()
  }
}

type Room = Awaited<ReturnType<typeof openRoom>>

async function openRoom() {
  const gauge = new Gauge()
  const service = await openMartillo('REST', { auctions: 1, env: gauge.env })
  const seats = await service.seats(2, 'hot')
  const admin = new Client(service.url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const [crowd, slow] = [new Crowd(), new Crowd()]
  const port = Number(new URL(service.url).port)
  let asked = 0
  return {
    service,
    gauge,
    crowd,
    slow,
    port,
    venue: { port, by: 'auction.v1', at: `/v1/auctions/${service.auctions[0]}/live` } as const,
    tell: () => telling(service.pid, crowd, PLAN, () => seats[(asked += 1) % 2]!.bid(nextAmount(), () => {})),
    describe: async () => {
      for (let i = 0; i < DESCRIPTIONS_AT_ONCE; i += 1)
        await admin.update(service.auctions[0]!, {
          description: String((asked += 1)).padEnd(DESCRIPTION, ' a long story'),
        })
    },
    close: async () => {
      gauge.close()
      await crowd.end()
      await slow.end()
      await service.stop()
    },
  }
}

/**
 * Both are sent the same, until the kernel takes no more for those who do not read. When that was, and what is alive more
 * than where all read.
 */
async function filled(ill: Room, well: Room): Promise<{ liveBytes: number; fullAt: number }> {
  const before = [await ill.gauge.memory(), await well.gauge.memory()]
  let fullAt = 0
  for (let described = 0, queued = -1; ; described += DESCRIPTIONS_AT_ONCE) {
    if (described > DESCRIPTIONS_MAX) throw new Error('the kernel took all that was sent to those who do not read')
    await Promise.all([ill.describe(), well.describe()])
    const queuedBefore = queued
    queued = queuedBytes(ill.port)
    if (queued > 0 && queued === queuedBefore) break
    fullAt = performance.now()
  }
  const after = [await ill.gauge.memory(), await well.gauge.memory()]
  const more = (i: 0 | 1) => after[i]!.liveBytes - before[i]!.liveBytes
  return { liveBytes: more(0) - more(1), fullAt }
}

/** What the kernel holds of a server's port that was not taken by its peers. */
function queuedBytes(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local) === true)
    .reduce((sum, fields) => sum + Number.parseInt(fields[4]!.split(':')[0]!, 16), 0)
}

/** How many watch, as a newcomer is told, who is not counted here. */
async function watching({ service }: { service: Ours }): Promise<number> {
  const wire = await Wire.open(`${service.url}/v1/auctions/${service.auctions[0]}/live`, {
    'Sec-WebSocket-Protocol': 'auction.v1',
  })
  const count = await new Promise<number>((resolve) => {
    wire.onFrame = (payload) => {
      const message = JSON.parse(payload.toString()) as { type: string; watching: number }
      if (message.type === 'snapshot') resolve(message.watching - 1)
    }
    wire.begin()
  })
  wire.close()
  return count
}

async function letGo(room: Room, others: number, since: number): Promise<number> {
  while ((await watching(room)) > others) {
    if (performance.now() - since > LET_GO_MS_MAX) throw new Error('those who do not read were not let go')
    await wait(200)
  }
  return (performance.now() - since) / 1_000
}
