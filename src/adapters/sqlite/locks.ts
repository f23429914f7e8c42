import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { DatabaseError, explainError, isCoded, isThere, keepToOwner } from './files.ts'

/**
 * Who may do what with the database of a DATA_DIR at a time. There is one service; commands may be at work beside it; and the
 * database is switched to another file while no command is, so that none writes to a file that nobody reads again.
 *
 * Each is the operating system's lock on a file of its own: gone with the process, however it ends. Whoever takes it closes it.
 */

/** How long a lock on the switch is waited for. */
const WAIT_MS = 5_000

const SERVICE = 'martillo.lock'
const SWITCH = 'martillo.move.lock'
const EXCLUSIVE = 'BEGIN EXCLUSIVE'
/** It is reading that takes the lock. */
const SHARED = 'BEGIN; SELECT 1 FROM sqlite_schema'

export function lockDataDir(dataDir: string): Database.Database {
  return locked(join(dataDir, SERVICE), EXCLUSIVE, {
    waitMs: 0,
    refusal: `another Martillo runs on ${resolve(dataDir)}: stop it first, or give this one its own DATA_DIR`,
  })
}

/** The other lock's file is there from the beginning, and the service's: a command of another user would make it theirs. */
export function lockForService(dataDir: string): Database.Database {
  const lock = lockDataDir(dataDir)
  keepToOwner(join(dataDir, SWITCH))
  return lock
}

/** For a command beside a service, from before it opens the database until it is done. A switch under way is waited for. */
export function lockDatabaseShared(dataDir: string): Database.Database {
  return locked(join(dataDir, SWITCH), SHARED, {
    waitMs: WAIT_MS,
    refusal: `the database in ${resolve(dataDir)} is being moved to another file: try again in a moment`,
  })
}

/** While the database gives way to another file. */
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
