import Database from 'better-sqlite3'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Checkpoints } from '../../src/adapters/sqlite/checkpoints.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { checkpoint } from '../../src/adapters/sqlite/file.ts'
import { turn } from '../support/clock.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

function opened() {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'service' })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  let row = 0
  const fill = (rows: number) =>
    sqlite.transaction(() => {
      for (let i = 0; i < rows; i += 1)
        sqlite.run('INSERT INTO service (name, value) VALUES (?, ?)', `row ${(row += 1)}`, 'x'.repeat(2_000))
    })
  return { folder, sqlite, fill, walBytes: () => statSync(join(folder, 'martillo.db-wal')).size }
}

test('the WAL is brought into the database by us, and does not grow for ever', async () => {
  const { fill, walBytes } = opened()
  for (let i = 0; i < 40; i += 1) {
    fill(250)
    await turn()
  }
  expect(walBytes()).toBeGreaterThan(500_000)
  expect(walBytes()).toBeLessThan(8_000_000)
})

test('also where one transaction follows the other without a moment between, and what waits for one writes', () => {
  const { fill, walBytes, sqlite } = opened()
  sqlite.onSettle = () => fill(1)
  for (let i = 0; i < 100; i += 1) fill(250)
  expect(walBytes()).toBeLessThan(32_000_000)
})

function failCheckpoints(): () => void {
  const pragma = vi.spyOn(Database.prototype, 'pragma').mockImplementation((text) => {
    if (text === 'synchronous') return 2
    if (!text.startsWith('wal_checkpoint')) return []
    throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
  })
  onTestFinished(() => pragma.mockRestore())
  return () => pragma.mockRestore()
}

test('where the disk fails a checkpoint it is told at once, and to whoever writes next, until the database is opened anew', async () => {
  const { fill, sqlite } = opened()
  const failed: Error[] = []
  sqlite.onFailed = (error) => failed.push(error)
  const repair = failCheckpoints()
  fill(2_000)
  await turn()
  const told = expect.objectContaining({ code: 'SQLITE_IOERR_FSYNC', statusCode: 503 })
  expect(failed).toEqual([told])
  expect(() => fill(1)).toThrow(told)
  repair()
  // The next one would succeed, and hold what was lost for written.
  expect(() => fill(1)).toThrow(told)
  expect(() => sqlite.run("DELETE FROM service WHERE name = 'row 1'")).toThrow(told)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_001 })
  await sqlite.reopen()
  fill(1)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_002 })
})

test('what the disk failed at before the last end is made good at the next start: the database moves to new blocks', async () => {
  const house = await openHouse()
  const id = await house.auction()
  const file = join(house.dataDir, 'martillo.db')
  const before = statSync(file).ino
  writeFileSync(`${file}.ill`, '')
  await house.service.close()
  const again = await openHouse({}, {}, house.dataDir)
  expect(statSync(file).ino).not.toBe(before)
  expect(existsSync(`${file}.ill`)).toBe(false)
  expect(await again.admin.auction(id)).toMatchObject({ status: 'open' })
})

test('an end behind a checkpoint that failed leaves word of it, where it cannot be made good at once', async () => {
  const { fill, sqlite, folder } = opened()
  failCheckpoints()
  fill(2_000)
  const reopen = vi.spyOn(sqlite, 'reopen').mockRejectedValue(new Error('no room'))
  await sqlite.finish()
  expect(reopen).toHaveBeenCalledOnce()
  expect(existsSync(join(folder, 'martillo.db.ill'))).toBe(true)
})

test('what fails in the moment of a checkpoint for somebody else’s sake makes nobody ill', async () => {
  const { fill, sqlite } = opened()
  sqlite.onSettle = () => {
    throw new Database.SqliteError('database is locked', 'SQLITE_BUSY')
  }
  fill(2_000)
  await turn()
  fill(1)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_002 })
})

function openedBeside(beside?: () => Promise<void>) {
  const all = opened()
  const checkpoints = new Checkpoints(all.folder)
  onTestFinished(() => checkpoints.close())
  const failed: Error[] = []
  all.sqlite.onFailed = (error) => failed.push(error)
  all.sqlite.checkpointBeside(beside ?? (() => checkpoints.run()))
  return { ...all, checkpoints, failed, fileBytes: () => statSync(join(all.folder, 'martillo.db')).size }
}

/** Of 2 kB: behind so many the WAL is brought in. */
const ONE_ROUND = 13_000

/** Rows with moments between, as a service writes them. */
async function fillInMoments(fill: (rows: number) => void, rows: number): Promise<void> {
  for (let i = 0; i < rows; i += 1_000) {
    fill(1_000)
    await turn()
  }
}

test('beside the writing the WAL is brought in by a thread of its own, and does not grow for ever', async () => {
  const { fill, walBytes, fileBytes, failed } = openedBeside()
  const before = fileBytes()
  await fillInMoments(fill, ONE_ROUND)
  // Nothing was brought in between transactions.
  await expect.poll(fileBytes).toBeGreaterThan(before + 10_000 * 2_000)
  const first = walBytes()
  for (let i = 0; i < 2; i += 1) await fillInMoments(fill, ONE_ROUND)
  await expect.poll(fileBytes).toBeGreaterThan(before + 30_000 * 2_000)
  expect(walBytes()).toBeLessThan(2.5 * first)
  expect(failed).toEqual([])
})

test('where the disk fails what is brought in beside, it is told at once and nothing more is written over the hole', async () => {
  let fail = (_: Error) => {}
  const { fill, sqlite, failed } = openedBeside(() => new Promise((_, reject) => (fail = reject)))
  await fillInMoments(fill, ONE_ROUND)
  // Nothing is known yet: who writes does not wait.
  fill(1)
  fail(new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC'))
  const told = expect.objectContaining({ code: 'SQLITE_IOERR_FSYNC', statusCode: 503 })
  await expect.poll(() => failed).toEqual([told])
  expect(() => fill(1)).toThrow(told)
  await sqlite.reopen()
  fill(1)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: ONE_ROUND + 3 })
})

test('a database is not opened anew while its WAL is being brought in', async () => {
  let done = () => {}
  // What came meanwhile may be brought in by another round.
  const first = new Promise<void>((resolve) => (done = resolve))
  const { fill, sqlite } = openedBeside(() => first)
  await fillInMoments(fill, ONE_ROUND)
  let opened = false
  const opening = sqlite.reopen().then(() => (opened = true))
  await turn()
  expect(opened).toBe(false)
  done()
  await opening
})

test('where it cannot be done beside, for want of a file descriptor or of the thread, it is done between transactions', async () => {
  const cannot = new Database.SqliteError('unable to open database file', 'SQLITE_CANTOPEN')
  const { fill, fileBytes, failed, checkpoints, folder } = openedBeside(() => Promise.reject(cannot))
  await fillInMoments(fill, ONE_ROUND)
  await expect.poll(fileBytes).toBeGreaterThan(10_000 * 2_000)
  fill(1)
  expect(failed).toEqual([])
  rmSync(folder, { recursive: true })
  await expect(checkpoints.run()).rejects.toThrow(/no such file/)
  await checkpoints.close()
  await expect(checkpoints.run()).rejects.toThrow(/ended/)
})

test('a failure of the thread that brings the WAL in leaves word for the next start before it is told', async () => {
  const { folder } = opened()
  const repair = failCheckpoints()
  const ill = join(folder, 'martillo.db.ill')
  expect(() => checkpoint(folder, () => {})).toThrow(/disk I\/O error/)
  expect(existsSync(ill)).toBe(true)
  repair()
  rmSync(ill)
  checkpoint(folder, () => {})
  expect(existsSync(ill)).toBe(false)
  const fsync = () => {
    throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' })
  }
  expect(() => checkpoint(folder, fsync)).toThrow(/EIO/)
  expect(existsSync(ill)).toBe(true)
})
