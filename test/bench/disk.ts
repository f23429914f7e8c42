import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { scratch } from './kit/contender.ts'
import { quantile } from '../support/load.ts'
import { interleaved, median, round } from './kit/figures.ts'
import type { Row } from './main.ts'

const SYNCS = 100
const BATCH = 50

/** What the disk and SQLite alone take: an fsync'd append of 4 KiB, and the rows of a bid, 50 bids in a transaction. */
export async function diskFloors({ rounds }: { rounds: number }): Promise<readonly Row[]> {
  const folder = scratch()
  const db = openTables(folder.path)
  try {
    const measured = await interleaved(rounds, {
      sync: async () => appends(folder.path),
      insert: async () => inserts(db),
    })
    const of = (name: keyof typeof measured, field: 'p50Ms' | 'cpuUs') =>
      median(measured[name].map((one) => one[field]))
    return [
      {
        floor: 'append of 4 KiB and fsync',
        'p50 ms': round(of('sync', 'p50Ms')),
        'CPU µs': round(of('sync', 'cpuUs')),
      },
      {
        floor: `rows of a bid in SQLite, ${BATCH} bids a transaction, FULL`,
        'p50 ms': round(of('insert', 'p50Ms')),
        'CPU µs': round(of('insert', 'cpuUs')),
      },
    ]
  } finally {
    db.close()
    folder.drop()
  }
}

/** The median of an fsync here and now, ms: what an answer is compared with. */
export function fsyncMs(): number {
  const folder = scratch()
  try {
    return appends(folder.path).p50Ms
  } finally {
    folder.drop()
  }
}

function appends(path: string): { p50Ms: number; cpuUs: number } {
  const file = openSync(join(path, 'appended'), 'a')
  const page = Buffer.alloc(4_096, 'x')
  const waits: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < SYNCS; i += 1) {
    const started = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    waits.push(performance.now() - started)
  }
  const { user, system } = process.cpuUsage(before)
  closeSync(file)
  return { p50Ms: quantile(waits, 0.5), cpuUs: (user + system) / SYNCS }
}

function openTables(path: string): Database.Database {
  const db = new Database(join(path, 'floor.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`CREATE TABLE bids (auction TEXT, number INTEGER, id TEXT UNIQUE, key TEXT, answer TEXT, PRIMARY KEY (auction, number), UNIQUE (auction, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE entries (auction TEXT, seq INTEGER, line TEXT, hash TEXT, salt TEXT, PRIMARY KEY (auction, seq)) STRICT, WITHOUT ROWID;
    CREATE TABLE private (auction TEXT, number INTEGER, line TEXT, hash TEXT, PRIMARY KEY (auction, number)) STRICT, WITHOUT ROWID`)
  return db
}

let written = 0

function inserts(db: Database.Database): { p50Ms: number; cpuUs: number } {
  const bid = db.prepare('INSERT INTO bids VALUES (?, ?, ?, ?, ?)')
  const entry = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?)')
  const deed = db.prepare('INSERT INTO private VALUES (?, ?, ?, ?)')
  const [line, answer, hash] = ['x'.repeat(700), 'x'.repeat(1_000), 'x'.repeat(64)]
  const waits: number[] = []
  const before = process.cpuUsage()
  const rounds = 40
  for (let i = 0; i < rounds; i += 1) {
    const started = performance.now()
    db.transaction(() => {
      for (let k = 0; k < BATCH; k += 1) {
        const n = (written += 1)
        bid.run('auction', n, crypto.randomUUID(), String(n), answer)
        entry.run('auction', n, line, hash, hash)
        deed.run('auction', n, line, hash)
      }
    })()
    waits.push(performance.now() - started)
  }
  const { user, system } = process.cpuUsage(before)
  return { p50Ms: quantile(waits, 0.5), cpuUs: (user + system) / rounds / BATCH }
}
