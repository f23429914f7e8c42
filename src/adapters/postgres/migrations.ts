import { type Applied, MigrationError, migrationsOf, pendingOf } from '../migrate.ts'
import type { Postgres, Queries } from './connections.ts'
import { newEpoch } from './epoch.ts'
import { locks } from './locks.ts'

/** Returns the migrations that a database lacks, and writes nothing. */
export async function missingMigrations(postgres: Postgres): Promise<string[]> {
  return pendingOf(migrationsOf('postgres'), await appliedTo(postgres)).map(({ name }) => name)
}

/** Applies the missing migrations in one transaction, and returns their names. Other processes wait, and find none missing. */
export async function migrate(postgres: Postgres): Promise<string[]> {
  return postgres.transaction(async (queries) => {
    await queries.run('SELECT pg_advisory_xact_lock($1)', locks.migrations)
    const pending = pendingOf(migrationsOf('postgres'), await appliedTo(queries))
    if (pending.length === 0) return []
    await queries.run(
      'CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)',
    )
    for (const { number, name, sql, checksum } of pending) {
      await queries.run(sql).catch((error: unknown) => {
        throw new MigrationError(`${name}: ${(error as Error).message}`, { cause: error })
      })
      await queries.run('INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)', number, name, checksum)
    }
    await queries.run("INSERT INTO service (name, value) VALUES ('epoch', $1) ON CONFLICT DO NOTHING", newEpoch())
    return pending.map(({ name }) => name)
  })
}

async function appliedTo(queries: Queries): Promise<Applied[]> {
  const known = await queries.get<{ name: string | null }>("SELECT to_regclass('migrations') AS name")
  return known!.name === null
    ? []
    : queries.all<Applied>('SELECT number, name, checksum FROM migrations ORDER BY number')
}
