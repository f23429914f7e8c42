import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { DatabaseError, explainError, isCoded, isThere, keepToOwner } from './files.ts'

/**
 * Locks of a DATA_DIR. One service runs; commands may work beside it, each with a shared lock on the database; the
 * database is switched to another file under an exclusive lock, so that no command writes to a file that nobody reads
 * again.
 *
 * Each is the operating system's lock on a file of its own, released when the process ends in any way. The caller closes
 * it.
 */

/** How long a lock on the database is waited for. */
const WAIT_MS = 5_000

const SERVICE = 'martillo.lock'
const SWITCH = 'martillo.move.lock'
const EXCLUSIVE = 'BEGIN EXCLUSIVE'
/** The SELECT takes the lock. */
const SHARED = 'BEGIN; SELECT 1 FROM sqlite_schema'

export function lockDataDir(dataDir: string): Database.Database {
  return locked(join(dataDir, SERVICE), EXCLUSIVE, {
    waitMs: 0,
    refusal: `another Martillo runs on ${resolve(dataDir)}: stop it first, or give this one its own DATA_DIR`,
  })
}

/**
 * Also creates the database lock's file, so that the service's user owns it. Otherwise the first command of another user
 * would.
 */
export function lockForService(dataDir: string): Database.Database {
  const lock = lockDataDir(dataDir)
  keepToOwner(join(dataDir, SWITCH))
  return lock
}

/**
 * Prevents a switch. A command holds it from before it opens the database until it is done; it waits for a switch in
 * progress.
 */
export function lockDatabaseShared(dataDir: string): Database.Database {
  return locked(join(dataDir, SWITCH), SHARED, {
    waitMs: WAIT_MS,
    refusal: `the database in ${resolve(dataDir)} is being moved to another file: try again in a moment`,
  })
}

/** Required to switch the database to another file. */
export function lockDatabaseExclusive(dataDir: string): Database.Database {
  return locked(join(dataDir, SWITCH), EXCLUSIVE, {
    waitMs: WAIT_MS,
    refusal: `another command is at work on the database in ${resolve(dataDir)}: wait for it, or end it`,
  })
}

function locked(
  file: string,
  how: string,
  { waitMs, refusal }: { waitMs: number; refusal: string },
): Database.Database {
  let db: Database.Database | null = null
  try {
    if (!isThere(file)) keepToOwner(file)
    db = new Database(file, { timeout: waitMs })
    db.exec(how)
    return db
  } catch (error) {
    db?.close()
    throw isCoded(error) && error.code === 'SQLITE_BUSY' ? new DatabaseError(refusal) : explainError(error, file)
  }
}
