import Database from 'better-sqlite3'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
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
  return { fill, walBytes: () => statSync(join(folder, 'martillo.db-wal')).size }
}

test('the WAL is brought into the database by us, and does not grow for ever', () => {
  const { fill, walBytes } = opened()
  for (let i = 0; i < 40; i += 1) fill(250)
  expect(walBytes()).toBeGreaterThan(500_000)
  expect(walBytes()).toBeLessThan(8_000_000)
})

test('where the disk fails a checkpoint the write behind it is told as unknown, not passed over', () => {
  const { fill } = opened()
  const pragma = vi.spyOn(Database.prototype, 'pragma').mockImplementation((text) => {
    if (!text.startsWith('wal_checkpoint')) return []
    throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
  })
  onTestFinished(() => pragma.mockRestore())
  fill(100)
  expect(() => fill(500)).toThrow(expect.objectContaining({ code: 'SQLITE_IOERR_FSYNC', statusCode: 503 }))
})
