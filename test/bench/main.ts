import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { bidRows, halfLoadRows } from './bids.ts'
import { diskFloors } from './disk.ts'
import { eventRows } from './events.ts'
import { installPeers } from './contenders/peers.ts'

/**
 * What a bid and an event cost, beside floors and peers, in rounds that take turns. Every server is a process of its own
 * in its production configuration but for the rate limits; this one asks, and reads the kernel's account of their CPU time.
 * Everything stays on this machine and ends by itself. How to read it: docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    out: { type: 'string', default: 'bench.json' },
    only: { type: 'string', default: 'disk,bids,events' },
    'no-peers': { type: 'boolean', default: false },
  },
})
const form = values.full
  ? { rounds: 9, ms: 2_000, watchers: [1_000, 5_000], events: 40 }
  : { rounds: 7, ms: 600, watchers: [1_000], events: 12 }
const wanted = new Set(values.only.split(','))
const peers = !values['no-peers'] && (await installPeers())

const machine = `${cpus()[0]?.model ?? 'a processor'}, ${cpus().length} cores, Node ${process.version}`
console.log(`${machine}; medians of ${form.rounds} rounds, CPU time first\n`)

export type Row = Readonly<Record<string, string | number | null>>
const tables: Record<string, readonly Row[]> = {}

async function table(name: string, rows: Promise<readonly Row[]>): Promise<void> {
  tables[name] = await rows
  console.log(name)
  console.table(tables[name])
}

if (wanted.has('disk')) await table('disk', diskFloors(form))
if (wanted.has('bids')) {
  await table('bids over the socket, one hot auction', bidRows('socket', 'hot', form, peers))
  await table('bids over the socket, 1000 auctions', bidRows('socket', 'spread', form, peers))
  await table('bids over REST, one hot auction', bidRows('REST', 'hot', form, false))
  await table('an answer at half load', halfLoadRows(form))
}
if (wanted.has('events'))
  for (const watchers of form.watchers) {
    await table(`an event to ${watchers} watchers`, eventRows(watchers, form, peers))
    await table(`eight events at once to ${watchers} watchers`, eventRows(watchers, { ...form, burst: 8 }, peers))
  }

writeFileSync(values.out, `${JSON.stringify({ at: new Date().toISOString(), machine, form, tables }, null, 2)}\n`)
console.log(`${values.out} holds the same for machines`)
