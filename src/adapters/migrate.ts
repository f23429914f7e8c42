import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Forward-only migrations, NNNN_name.sql, each applied once and never changed afterwards. */

export type Migration = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export type Applied = { readonly number: number; readonly name: string; readonly checksum: string }

/** Thrown where the database and this version of the program do not fit. */
export class MigrationError extends Error {}

/** The migrations of an engine, in order. `src/adapters` and `dist/adapters` both lie two folders below `migrations`. */
export function migrationsOf(engine: 'sqlite' | 'postgres'): Migration[] {
  const folder = fileURLToPath(new URL(`../../migrations/${engine}/`, import.meta.url))
  return readdirSync(folder)
    .filter((file) => /^\d{4}_\w+\.sql$/.test(file))
    .toSorted()
    .map((file) => {
      const sql = readFileSync(folder + file, 'utf8')
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
      return { number: Number(file.slice(0, 4)), name: file, sql, checksum }
    })
}

/** Those still to be applied. Throws where the database is newer, or was migrated by other files than these. */
export function pendingOf(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  for (const { number, name, checksum } of applied) {
    const known = migrations.find((migration) => migration.number === number)
    if (known === undefined)
      throw new MigrationError(
        `the database has migration ${name}, which this version does not know: install a newer one`,
      )
    if (known.checksum !== checksum)
      throw new MigrationError(`migration ${known.name} differs from the one that was applied to this database`)
  }
  return migrations.filter(({ number }) => !applied.some((one) => one.number === number))
}
