import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { bidRows, engineRows, halfLoadRows } from './bids.ts'
import { bigHouseRows } from './big-house.ts'
import { catalogueRows } from './catalogue.ts'
import { idleRows, resumeRows } from './connections.ts'
import { installPeers } from './contenders/peers.ts'
import { diskFloors } from './disk.ts'
import { eventRows } from './events.ts'
import { bidGrowthRows, eventGrowthRows, lengthGrowthRows } from './growth.ts'
import { measurement } from './kit/contender.ts'
import { overloadRows } from './overload.ts'
import { answerRows, turnRows } from './room.ts'
import { standbyRows } from './standby.ts'
import { slowDiskRows } from './slow-disk.ts'
import { talkRows } from './talk.ts'
import { slowReaderRows } from './slow-readers.ts'

/**
 * What a bid and an event cost, beside floors and peers, in rounds that take turns. Every server is a process of its own
 * in its production configuration but for the rate limits; this one asks, and reads the kernel's account of their CPU time.
 * Everything stays on this machine and ends by itself. How to read it: docs/performance.md.
 */
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    out: { type: 'string', default: 'bench.json' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
  },
})
const SHORT = ['disk', 'bids', 'events']
const FULL = [
  ...SHORT,
  'engines',
  'standby',
  'overload',
  'room',
  'talk',
  'resume',
  'slow-readers',
  'idle',
  'catalogue',
  'slow-disk',
  'big-house',
  'growth',
]
const shape = values.full
  ? { rounds: 7, ms: 1_000, watchers: [1_000, 5_000], events: 16 }
  : { rounds: 7, ms: 600, watchers: [1_000], events: 12 }
const form = values.rounds === undefined ? shape : { ...shape, rounds: Number(values.rounds) }
const wanted = new Set(values.only?.split(',') ?? (values.full ? FULL : SHORT))
const unknown = [...wanted].filter((name) => !FULL.includes(name))
if (unknown.length > 0) throw new Error(`--only takes ${FULL.join(', ')}; not ${unknown.join(', ')}`)
const peers = !values['no-peers'] && (await installPeers())

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const machine = `${cpus()[0]?.model ?? 'a processor'}, ${cpus().length} cores, Node ${process.version}`
console.log(`${machine}; medians of ${form.rounds} rounds, CPU time first\n`)

export type Row = Readonly<Record<string, string | number | null>>
const tables: Record<string, readonly Row[]> = {}

/** What goes wrong in one table is said, and the others follow. */
async function table(name: string, rows: () => Promise<readonly Row[]>): Promise<void> {
  tables[name] = await measurement(rows).catch((error: unknown) => {
    process.exitCode = 1
    console.error(error)
    return [{ failed: String(error) }]
  })
  console.log(name)
  console.table(tables[name])
  // After each: what was measured is there, however it ends.
  writeFileSync(values.out, `${JSON.stringify({ at: new Date().toISOString(), machine, form, tables }, null, 2)}\n`)
}

if (wanted.has('disk')) await table('disk', () => diskFloors(form))
if (wanted.has('bids')) {
  await table('bids over the socket, one hot auction', () => bidRows('socket', 'hot', form, peers))
  await table('bids over the socket, 1000 auctions', () => bidRows('socket', 'spread', form, peers))
  await table('bids over REST, one hot auction', () => bidRows('REST', 'hot', form, false))
  await table('an answer at half load', () => halfLoadRows(form))
}
if (wanted.has('engines')) {
  await table('SQLite, PostgreSQL and two nodes, one hot auction', () => engineRows('socket', 'hot', form))
  await table('SQLite, PostgreSQL and two nodes, 1000 auctions', () => engineRows('socket', 'spread', form))
  await table('SQLite, PostgreSQL and two nodes, REST', () => engineRows('REST', 'hot', form))
}
if (wanted.has('standby')) await table('a synchronous standby', () => standbyRows(form))
if (wanted.has('events'))
  for (const watchers of form.watchers) {
    await table(`an event to ${watchers} watchers`, () => eventRows(watchers, form, peers))
    await table(`eight events at once to ${watchers} watchers`, () => eventRows(watchers, { ...form, burst: 8 }, peers))
  }

if (wanted.has('overload'))
  for (const watchers of [1_000, 5_000])
    await table(`more events than can be sent, ${watchers} watchers`, () => overloadRows(watchers, form, peers))
if (wanted.has('room')) {
  await table('the answer to a bid in a full room', () => answerRows(5_000, { ...form, bids: 32 }))
  await table('turns of the event loop in a full room', () => turnRows(5_000, { events: 100 }))
}
if (wanted.has('talk'))
  await table('the answer to a bid in a room in which people talk', () =>
    talkRows(values.full ? 5_000 : 1_000, { ...form, bids: 40 }),
  )
if (wanted.has('resume')) await table('to come back', () => resumeRows(form))
if (wanted.has('slow-readers')) await table('a tenth does not read', () => slowReaderRows(1_000, form))
if (wanted.has('idle')) await table('to come and to stay', () => idleRows(5_000, form, peers))
if (wanted.has('catalogue')) await table('a page that shows 100 auctions', () => catalogueRows(form))
if (wanted.has('slow-disk')) await table('a slow disk', () => slowDiskRows(form))
if (wanted.has('big-house')) await table('a big house', () => bigHouseRows({ ...form, auctions: 100_000 }))
if (wanted.has('growth')) {
  await table('a bid, by how many auctions are open', () => bidGrowthRows(form))
  await table('an event, by how many watch', () => eventGrowthRows(form))
  await table('a bid and a newcomer, by how many bids were made', () => lengthGrowthRows(form))
}

console.log(`${values.out} holds the same for machines`)
