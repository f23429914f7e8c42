import Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { turn } from '../support/clock.ts'
import { temporaryFolder } from '../support/service.ts'

function opened() {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { exclusive: true })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  let row = 0
  const fill = (rows: number) =>
    sqlite.transaction(() => {
      for (let i = 0; i < rows; i += 1)
        sqlite.run('INSERT INTO service (name, value) VALUES (?, ?)', `row ${(row += 1)}`, 'x'.repeat(2_000))
    })
  return { sqlite, fill, walBytes: () => statSync(join(folder, 'martillo.db-wal')).size }
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

test('also where one transaction follows the other without a moment between', () => {
  const { fill, walBytes } = opened()
  for (let i = 0; i < 100; i += 1) fill(250)
  expect(walBytes()).toBeLessThan(32_000_000)
})

test('where the disk fails a checkpoint, whoever writes next hears of it, until the database is opened anew', async () => {
  const { fill, sqlite } = opened()
  const pragma = vi.spyOn(Database.prototype, 'pragma').mockImplementation((text) => {
    if (!text.startsWith('wal_checkpoint')) return []
    throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
  })
  onTestFinished(() => pragma.mockRestore())
  fill(2_000)
  await turn()
  const told = expect.objectContaining({ code: 'SQLITE_IOERR_FSYNC', statusCode: 503 })
  expect(() => fill(1)).toThrow(told)
  pragma.mockRestore()
  // The next one would succeed, and hold what was lost for written.
  expect(() => fill(1)).toThrow(told)
  expect(() => sqlite.run("DELETE FROM service WHERE name = 'row 1'")).toThrow(told)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_001 })
  await sqlite.reopen()
  fill(1)
  expect(sqlite.get('SELECT count(*) AS rows FROM service')).toEqual({ rows: 2_002 })
})
