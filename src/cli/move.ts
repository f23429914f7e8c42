import { copyHouse, requireEmpty } from '../adapters/move.ts'
import type { Postgres, Queries } from '../adapters/postgres/connections.ts'
import { epochOf } from '../adapters/postgres/epoch.ts'
import { locks } from '../adapters/postgres/locks.ts'
import { connect } from '../adapters/postgres/storage.ts'
import { type MovedTo, markMoved, readMoved, requireDatabase, unmarkMoved } from '../adapters/sqlite/database-file.ts'
import { Sqlite } from '../adapters/sqlite/database.ts'
import { DatabaseError } from '../adapters/sqlite/files.ts'
import { lockDatabaseExclusive } from '../adapters/sqlite/locks.ts'
import { type Config, readConfigWith } from '../config.ts'

/**
 * Moves the house in DATA_DIR to PostgreSQL in one transaction. Before the commit DATA_DIR is marked as moved, so that no two
 * houses go on with one history. After a crash the same command finds out whether the commit took place: by the epoch of the
 * database.
 */
export async function moveHouse({ to, undo = false }: { to: string; undo?: boolean }): Promise<void> {
  const config = readConfigWith({ DATABASE_URL: to })
  const { postgres, lock } = await connect(config, { as: 'only' })
  try {
    const left = readMoved(config.DATA_DIR)
    if (left !== null && (await wasCommitted(postgres, left))) {
      if (undo) throw new DatabaseError('the database has the house: a second one would go on with the same history')
      return console.log(`The house was moved already: start it with DATABASE_URL, or delete ${config.DATA_DIR}`)
    }
    if (undo && left === null) throw new DatabaseError(`the house in ${config.DATA_DIR} was not moved`)
    if (left !== null) unmarkMoved(config.DATA_DIR)
    if (undo) return console.log(`The house in ${config.DATA_DIR} goes on`)
    await move(config, postgres)
    console.log('The house is moved: start it with DATABASE_URL and the same HOUSE_SECRET')
    console.log(`${config.DATA_DIR} does not start any more. Keep it until you have a backup of the database`)
  } finally {
    lock.release()
    await postgres.close()
  }
}

/** Whether the move that left the mark was committed. Throws if the database is another one than it names. */
async function wasCommitted(postgres: Postgres, { to, epoch, emptyEpoch }: MovedTo): Promise<boolean> {
  const found = await epochOf(postgres)
  if (found !== epoch && found !== emptyEpoch)
    throw new DatabaseError(`the house was moved to ${to}, and this is another database`)
  return found === epoch
}

async function move({ DATA_DIR: dataDir, DATABASE_URL, HOUSE_SECRET }: Config, postgres: Postgres): Promise<void> {
  requireDatabase(dataDir)
  const sqlite = new Sqlite(dataDir, { as: 'service' })
  try {
    await sqlite.repair()
    sqlite.migrate()
    const alone = lockDatabaseExclusive(dataDir)
    try {
      await postgres.transaction(async (queries) => {
        await holdDatabase(queries)
        await requireEmpty(queries)
        const emptyEpoch = await epochOf(queries)
        await copyHouse({ sqlite, dataDir, queries, houseSecret: HOUSE_SECRET!, onCopied: say })
        markMoved(dataDir, { to: withoutPassword(DATABASE_URL!), epoch: await epochOf(queries), emptyEpoch })
      })
    } finally {
      alone.close()
    }
  } finally {
    sqlite.close()
  }
}

/** Until the transaction ends nobody migrates the database, which a service does at its start. */
async function holdDatabase(queries: Queries): Promise<void> {
  await queries.run('SELECT pg_advisory_xact_lock($1)', locks.migrations)
  await queries.run("SET LOCAL idle_in_transaction_session_timeout = '60s'")
}

function say(what: string, count: number): void {
  if (count > 0) console.log(`${count} ${what}`)
}

function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:/@]*):[^@/]*@/, '$1@').replace(/\?.*$/s, '')
}
