import Database from 'better-sqlite3'
import { cpSync, existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as Fs from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { backup } from '../../src/adapters/sqlite/backup.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { lockDataDir, lockForMove } from '../../src/adapters/sqlite/file.ts'
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
  return { ...fs, rmSync: watched(fs.rmSync), renameSync: watched(fs.renameSync), fsyncSync: watched(fs.fsyncSync) }
})

const ACKNOWLEDGED = 400
const UNKNOWN = 300

/** Names that come to lie everywhere among the others. */
function scattered(row: number): number {
  return (row * 7_919) % 1_000_003
}

function filled(folder: string) {
  const sqlite = new Sqlite(folder, { as: 'service' })
  sqlite.migrate()
  let row = 0
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

/** A house whose move was cut off before the copy took the name of the old file, of which some is lost. */
function cutOff(): string {
  const folder = temporaryFolder()
  const { sqlite, fill } = filled(folder)
  const file = join(folder, 'martillo.db')
  fill(ACKNOWLEDGED)
  sqlite.close()
  const lost = temporaryFolder()
  filled(lost).sqlite.close()
  cpSync(file, `${file}.whole`)
  cpSync(join(lost, 'martillo.db'), file)
  return folder
}

test('a command takes what a move that was cut off has left, and a backup that is restored does not give way to it', async () => {
  const user = new Sqlite(cutOff(), { as: 'command' })
  expect(user.get("SELECT count(*) AS rows FROM service WHERE name LIKE 'row %'")).toEqual({ rows: ACKNOWLEDGED })
  user.close()
  const folder = cutOff()
  const file = join(temporaryFolder(), 'backup.db')
  await backup(folder, file)
  expect(rowsIn(folder)).toBe(ACKNOWLEDGED)
  const later = cutOff()
  const { replaced } = await restore(later, file, { force: true })
  expect(rowsIn(later)).toBe(ACKNOWLEDGED)
  expect(existsSync(join(later, 'martillo.db.whole'))).toBe(false)
  const old = new Database(replaced!)
  expect(old.prepare("SELECT count(*) AS rows FROM service WHERE name LIKE 'row %'").get()).toEqual({
    rows: ACKNOWLEDGED,
  })
  old.close()
})

test('while a service moves its database, a command says so and touches nothing', () => {
  const folder = cutOff()
  const lock = lockDataDir(folder)
  expect(() => new Sqlite(folder, { as: 'command' })).toThrow('another Martillo runs')
  expect(existsSync(join(folder, 'martillo.db.whole'))).toBe(true)
  lock.close()
})

test('at whatever step of the move to new blocks the power is lost, with or without the end of the WAL that failed, all that was acknowledged is there', async () => {
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
  writeFileSync(`${file}.ill`, '')
  const states: string[] = []
  steps.before = () => {
    const state = join(temporaryFolder(), 'state')
    cpSync(folder, state, { recursive: true })
    states.push(state)
  }
  await sqlite.reopen()
  steps.before = () => {}
  expect(statSync(file).ino).not.toBe(old)
  expect(states.length).toBeGreaterThan(8)
  for (const state of states) {
    const cut = `${state}-cut`
    cpSync(state, cut, { recursive: true })
    const wal = join(cut, 'martillo.db-wal')
    if (existsSync(wal)) truncateSync(wal, Math.min(durable, statSync(wal).size))
    expect(rowsIn(state), readdirSync(state).join()).toBe(ACKNOWLEDGED + UNKNOWN)
    expect([ACKNOWLEDGED, ACKNOWLEDGED + UNKNOWN], readdirSync(cut).join()).toContain(rowsIn(cut))
  }
})

test('a command that is at work is waited for: what it has written is in the file that the database moves to', async () => {
  const folder = temporaryFolder()
  const { sqlite } = filled(folder)
  onTestFinished(() => sqlite.close())
  const old = statSync(join(folder, 'martillo.db')).ino
  const command = await beginCommand(folder, { row: 'late', writesAfterMs: 300 })
  writeFileSync(join(folder, 'martillo.db.ill'), '')
  await sqlite.reopen()
  await command.ended
  expect(statSync(join(folder, 'martillo.db')).ino).not.toBe(old)
  expect(sqlite.get("SELECT value FROM service WHERE name = 'late'")).toEqual({ value: 'written' })
})

test('a command that comes while the database moves waits, and a restore waits for a command', async () => {
  const folder = temporaryFolder()
  filled(folder).sqlite.close()
  const moving = lockForMove(folder)
  let isOpen = false
  const opening = beginCommand(folder, { row: 'early', writesAfterMs: 0 }).then((command) => {
    isOpen = true
    return command
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(isOpen).toBe(false)
  moving.close()
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

test('where the writing thread died in a move, what is read is the file that the next one writes', async () => {
  const folder = cutOff()
  const file = join(folder, 'martillo.db')
  // Not the first move: the thread that dies is the one that begins it.
  cpSync(`${file}.whole`, join(folder, 'kept'))
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
  cpSync(join(folder, 'kept'), `${file}.whole`)
  await thread.accounts.addUser({ ...person, id: 'b', email: 'b@house.example' }, '')
  expect(await thread.accounts.user('b')).toMatchObject({ id: 'b' })
})
