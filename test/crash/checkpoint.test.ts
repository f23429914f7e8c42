import Database from 'better-sqlite3'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
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

test('the WAL is copied into the database when there is nothing else to do, and does not grow for ever', () => {
  const { fill, walBytes, sqlite } = opened()
  for (let i = 0; i < 40; i += 1) {
    fill(250)
    sqlite.checkpointWhenIdle()
  }
  expect(walBytes()).toBeGreaterThan(2_000_000)
  expect(walBytes()).toBeLessThan(8_000_000)
})

test('also where one transaction follows the other without a pause, and where somebody reads for long, in one attempt each so often', () => {
  const { fill, walBytes, sqlite, folder } = opened()
  for (let i = 0; i < 100; i += 1) fill(250)
  expect(walBytes()).toBeLessThan(24_000_000)
  const reader = new Sqlite(folder, { as: 'thread' })
  onTestFinished(() => reader.close())
  const rows = reader.each('SELECT * FROM service')
  rows.next()
  const pragma = vi.spyOn(sqlite, 'pragma')
  for (let i = 0; i < 60; i += 1) fill(250)
  const attempts = pragma.mock.calls.length
  expect(attempts).toBeGreaterThan(0)
  expect(attempts).toBeLessThan(5)
  const kept = walBytes()
  expect(kept).toBeGreaterThan(30_000_000)
  rows.return(undefined)
  for (let i = 0; i < 100; i += 1) fill(250)
  expect(walBytes()).toBeLessThan(kept + 24_000_000)
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
  sqlite.checkpointWhenIdle()
  const told = expect.objectContaining({ code: 'SQLITE_IOERR_FSYNC', statusCode: 503 })
  expect(failed).toEqual([told])
  expect(() => fill(1)).toThrow(told)
  repair()
  // The next one would succeed, and hold what was lost for written.
  expect(() => fill(1)).toThrow(told)
  expect(() => sqlite.run("DELETE FROM service WHERE name = 'row 1'")).toThrow(told)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_001 })
  await sqlite.recover()
  fill(1)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_002 })
})

test.each(['needs-repair', 'ill'])(
  'what the disk failed at before the last end is repaired at the next start: the database is copied to a new file (%s)',
  async (mark) => {
    const house = await openHouse()
    const id = await house.auction()
    const file = join(house.dataDir, 'martillo.db')
    writeFileSync(`${file}.${mark}`, '')
    await house.service.close()
    const again = await openHouse({}, {}, house.dataDir)
    expect(readdirSync(house.dataDir).filter((name) => /db/.test(name) && !/-(wal|shm)$/.test(name))).toEqual([
      'martillo-2.db',
    ])
    expect(await again.admin.auction(id)).toMatchObject({ status: 'open' })
  },
)

test('an end behind a checkpoint that failed marks it for the next start, where it cannot be repaired at once', async () => {
  const { fill, sqlite, folder } = opened()
  failCheckpoints()
  fill(2_000)
  const reopen = vi.spyOn(sqlite, 'recover').mockRejectedValue(new Error('no room'))
  await sqlite.finish()
  expect(reopen).toHaveBeenCalledOnce()
  expect(existsSync(join(folder, 'martillo.db.needs-repair'))).toBe(true)
})
