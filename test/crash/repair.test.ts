import Database from 'better-sqlite3'
import { cpSync, existsSync, readdirSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type * as Fs from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { backup } from '../../src/adapters/sqlite/backup.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { databaseFile } from '../../src/adapters/sqlite/database-file.ts'
import { lockDatabaseExclusive } from '../../src/adapters/sqlite/locks.ts'
import { restore } from '../../src/adapters/sqlite/restore.ts'
import { WritingThread } from '../../src/adapters/sqlite/thread.ts'
import { beginCommand } from './kit/command.ts'
import { temporaryFolder } from '../support/service.ts'

const steps = vi.hoisted(() => ({ before: () => {} }))

/** The real ones, between which a power cut may come. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>()
  const watched =
    <Args extends unknown[], Result>(call: (...args: Args) => Result) =>
    (...args: Args): Result => {
      steps.before()
      return call(...args)
    }
  return {
    ...fs,
    rmSync: watched(fs.rmSync),
    renameSync: watched(fs.renameSync),
    fsyncSync: watched(fs.fsyncSync),
    writeFileSync: watched(fs.writeFileSync),
  }
})

const ACKNOWLEDGED = 400
const UNKNOWN = 300

/** Names that come to lie everywhere among the others. */
function scattered(row: number): number {
  return (row * 7_919) % 1_000_003
}

function filled(folder: string) {
  const all = filledOn(folder)
  all.sqlite.migrate()
  return all
}

function filledOn(folder: string) {
  const sqlite = new Sqlite(folder, { as: 'service' })
  let row = existsSync(join(folder, 'CURRENT')) ? 1_000 : 0
  const fill = (rows: number) =>
    sqlite.transaction(() => {
      for (let i = 0; i < rows; i += 1)
        sqlite.run('INSERT INTO service (name, value) VALUES (?, ?)', `row ${scattered((row += 1))}`, 'x'.repeat(500))
    })
  return { sqlite, fill }
}

function rowsIn(folder: string): number {
  const sqlite = new Sqlite(folder, { as: 'service' })
  try {
    expect(sqlite.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    return sqlite.get<{ rows: number }>("SELECT count(*) AS rows FROM service WHERE name LIKE 'row %'")!.rows
  } finally {
    sqlite.close()
  }
}

const ROWS = "SELECT count(*) AS rows FROM service WHERE name LIKE 'row %'"

test('a repair that a version before had begun is ended at the start, and a restore keeps what it replaces', async () => {
  const folder = temporaryFolder()
  const { sqlite, fill } = filled(folder)
  fill(ACKNOWLEDGED)
  sqlite.close()
  const file = join(folder, 'martillo.db')
  renameSync(file, `${file}.whole`)
  const lost = temporaryFolder()
  filled(lost).sqlite.close()
  cpSync(join(lost, 'martillo.db'), file)
  expect(rowsIn(folder)).toBe(ACKNOWLEDGED)
  expect(readdirSync(folder).filter((name) => name.includes('db'))).toEqual(['martillo-2.db'])
  const copy = join(temporaryFolder(), 'backup.db')
  await backup(folder, copy)
  const again = filledOn(folder)
  again.fill(1)
  again.sqlite.close()
  const { replaced } = await restore(folder, copy, { force: true })
  expect(rowsIn(folder)).toBe(ACKNOWLEDGED)
  expect(basename(replaced!)).toBe('martillo-2.db.replaced')
  const old = new Database(replaced!)
  expect(old.prepare(ROWS).get()).toEqual({ rows: ACKNOWLEDGED + 1 })
  old.close()
})

test('a DATA_DIR of which CURRENT is lost, or names nothing that is there, is refused and no empty house begun', () => {
  const folder = temporaryFolder()
  filled(folder).sqlite.close()
  const file = join(folder, 'martillo.db')
  renameSync(file, join(folder, 'martillo-2.db'))
  expect(() => new Sqlite(folder, { as: 'service' })).toThrow(/holds martillo-2.db but no CURRENT/)
  for (const text of ['martillo-3.db\n', '', '../martillo-2.db\n', 'martillo-2.db.half\n']) {
    writeFileSync(join(folder, 'CURRENT'), text)
    expect(() => new Sqlite(folder, { as: 'service' }), text).toThrow(/does not name a database that is there/)
  }
  expect(existsSync(file)).toBe(false)
  writeFileSync(join(folder, 'CURRENT'), 'martillo-2.db\n')
  new Sqlite(folder, { as: 'service' }).close()
})

test('at whatever step of the copy to a new file the power is lost, with or without the end of the WAL that failed, all that was acknowledged is there', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'martillo.db')
  const { sqlite, fill } = filled(folder)
  // As in the service, which reads over another: the last that closes would bring the WAL in.
  const reading = new Sqlite(folder, { as: 'thread' })
  onTestFinished(() => {
    reading.close()
    sqlite.close()
  })
  fill(ACKNOWLEDGED - 1)
  sqlite.pragma('wal_checkpoint(TRUNCATE)')
  fill(1)
  const durable = statSync(`${file}-wal`).size
  const old = statSync(file).ino
  fill(UNKNOWN)
  writeFileSync(`${file}.needs-repair`, '')
  const states: string[] = []
  steps.before = () => {
    const state = join(temporaryFolder(), 'state')
    cpSync(folder, state, { recursive: true })
    states.push(state)
  }
  await sqlite.recover()
  steps.before = () => {}
  expect(statSync(databaseFile(folder)).ino).not.toBe(old)
  expect(existsSync(file)).toBe(false)
  expect(states.length).toBeGreaterThan(8)
  for (const state of states) {
    const cut = `${state}-cut`
    cpSync(state, cut, { recursive: true })
    const wal = join(cut, 'martillo.db-wal')
    if (existsSync(wal)) truncateSync(wal, Math.min(durable, statSync(wal).size))
    expect(rowsIn(state), readdirSync(state).join()).toBe(ACKNOWLEDGED + UNKNOWN)
    expect([ACKNOWLEDGED, ACKNOWLEDGED + UNKNOWN], readdirSync(cut).join()).toContain(rowsIn(cut))
    // Whoever opened it has ended the switch.
    expect(existsSync(join(state, 'martillo.db'))).toBe(!existsSync(join(state, 'CURRENT')))
  }
})

test('a command that is at work is waited for: what it has written is in the file that takes its place', async () => {
  const folder = temporaryFolder()
  const { sqlite } = filled(folder)
  onTestFinished(() => sqlite.close())
  const old = statSync(join(folder, 'martillo.db')).ino
  const command = await beginCommand(folder, { row: 'late', writesAfterMs: 300 })
  writeFileSync(join(folder, 'martillo.db.needs-repair'), '')
  await sqlite.recover()
  await command.ended
  expect(statSync(databaseFile(folder)).ino).not.toBe(old)
  expect(sqlite.get("SELECT value FROM service WHERE name = 'late'")).toEqual({ value: 'written' })
})

test('a command that comes while the database is switched waits, and a restore waits for a command', async () => {
  const folder = temporaryFolder()
  filled(folder).sqlite.close()
  const switching = lockDatabaseExclusive(folder)
  let isOpen = false
  const opening = beginCommand(folder, { row: 'early', writesAfterMs: 0 }).then((command) => {
    isOpen = true
    return command
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(isOpen).toBe(false)
  switching.close()
  await (
    await opening
  ).ended
  const file = join(temporaryFolder(), 'backup.db')
  await backup(folder, file)
  const late = await beginCommand(folder, { row: 'late', writesAfterMs: 300 })
  const { replaced } = await restore(folder, file, { force: true })
  await late.ended
  const old = new Database(replaced!)
  expect(old.prepare("SELECT value FROM service WHERE name = 'late'").get()).toEqual({ value: 'written' })
  old.close()
})

test('where the writing thread died in a repair, what is read is the file that the next one writes', async () => {
  const folder = temporaryFolder()
  const reading = new Sqlite(folder, { as: 'service' })
  reading.migrate()
  const posted = vi.spyOn(Worker.prototype, 'postMessage')
  const thread = new WritingThread(folder, reading)
  onTestFinished(async () => {
    posted.mockRestore()
    await thread.close()
    reading.close()
  })
  const person = { displayName: 'Ana', role: 'bidder', blocked: false, createdAt: 1 } as const
  await thread.accounts.addUser({ ...person, id: 'a', email: 'a@house.example' }, '')
  const died = posted.mock.contexts[0] as Worker
  died.emit('error', new Error('out of memory'))
  await died.terminate()
  const other = new Sqlite(folder, { as: 'thread' })
  writeFileSync(join(folder, 'martillo.db.needs-repair'), '')
  await other.recover()
  other.close()
  await thread.accounts.addUser({ ...person, id: 'b', email: 'b@house.example' }, '')
  expect(await thread.accounts.user('b')).toMatchObject({ id: 'b' })
})
