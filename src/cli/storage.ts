import { requireDatabase } from '../adapters/sqlite/database-file.ts'
import { openSqliteForCommand } from '../adapters/sqlite/storage.ts'
import type { Storage } from '../adapters/storage.ts'
import { readConfig } from '../config.ts'

type Needs = {
  /** Fails if a service is running. */
  readonly alone?: boolean
  /** Fails if there is no database, instead of making one. */
  readonly existing?: boolean
}

/** Runs a command's work with the storage that the environment names: SQLite in DATA_DIR, or PostgreSQL. */
export async function withStorage<Result>(
  work: (storage: Storage) => Promise<Result>,
  { alone = false, existing = true }: Needs = {},
): Promise<Result> {
  const storage = await open({ alone, existing })
  try {
    return await work(storage)
  } finally {
    await storage.close()
  }
}

async function open({ alone, existing }: Required<Needs>): Promise<Storage> {
  const config = readConfig()
  if (config.DATABASE_URL !== null) {
    const { openPostgres } = await import('../adapters/postgres/storage.ts')
    return openPostgres(config, { as: alone ? 'only' : 'command' })
  }
  if (existing) requireDatabase(config.DATA_DIR)
  return openSqliteForCommand(config.DATA_DIR, { alone })
}
