import Database from 'better-sqlite3'
import { randomBytes } from 'node:crypto'
import { type Applied, MigrationError, migrationsOf, pendingOf } from '../migrate.ts'
import type { Sqlite } from './database.ts'
import { databaseFile } from './database-file.ts'
import { isThere } from './files.ts'
import { completeLog } from './operator-log.ts'

/** The migrations that a DATA_DIR lacks: all if it has no database. Writes and creates nothing. */
export function missingMigrations(dataDir: string): string[] {
  const file = databaseFile(dataDir)
  const migrations = migrationsOf('sqlite')
  if (!isThere(file)) return migrations.map(({ name }) => name)
  const db = new Database(file, { readonly: true })
  try {
    return pendingOf(migrations, appliedTo(db)).map(({ name }) => name)
  } finally {
    db.close()
  }
}

/** Empty if the table of migrations does not exist. */
export function appliedTo(db: Database.Database): Applied[] {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get() === undefined) return []
  return db.prepare('SELECT number, name, checksum FROM migrations ORDER BY number').all() as Applied[]
}

/** Applies missing migrations, each in a transaction, and returns their names. */
export function migrate(sqlite: Sqlite, db: Database.Database): string[] {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  )
  const applied = appliedTo(db)
  const pending = pendingOf(migrationsOf('sqlite'), applied)
  // Sorting a long history would take much memory.
  if (pending.length > 0) sqlite.pragma('temp_store = FILE')
  for (const { number, name, sql, checksum } of pending)
    sqlite.transaction(() => {
      try {
        db.exec(sql)
      } catch (error) {
        throw new MigrationError(`${name}: ${(error as Error).message}`, { cause: error })
      }
      sqlite.run('INSERT INTO migrations (number, name, checksum) VALUES (?, ?, ?)', number, name, checksum)
    })
  if (applied.length + pending.length > 0)
    sqlite.run("INSERT OR IGNORE INTO service (name, value) VALUES ('epoch', ?)", randomBytes(8).toString('hex'))
  completeLog(sqlite)
  if (pending.length > 0) {
    sqlite.pragma('temp_store = MEMORY')
    // Otherwise a bid's commit would wait for the checkpoint of everything the migrations wrote.
    sqlite.pragma('wal_checkpoint(TRUNCATE)')
  }
  return pending.map(({ name }) => name)
}
