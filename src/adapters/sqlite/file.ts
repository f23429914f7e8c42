import { chmodSync, closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { DatabaseError, explained, flushed } from './files.ts'
import { searchText } from './search-text.ts'

/** The database's file: how it is opened, and what a disk may do to it. */

/** How long a writer waits for another process, such as `martillo user add` beside a running service. */
const BUSY_MS = 5_000

/** SQLite's name for FULL: WAL alone silently falls back to NORMAL, which loses acknowledged bids in a power cut. */
const SYNCHRONOUS_FULL = 2

type DiskError = Error & { readonly code: string }

/** Something that was written may be gone; where there was only no room for it, nothing is. */
export function isLoss(error: unknown): error is DiskError {
  return isCoded(error) && (error.code === 'EIO' || error.code.startsWith('SQLITE_IOERR'))
}

function isCoded(error: unknown): error is DiskError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

export function isOfDisk(error: unknown): error is DiskError {
  return error instanceof Database.SqliteError && ILL.test(error.code)
}

const ILL = /^SQLITE_(IOERR|FULL|CANTOPEN|CORRUPT|READONLY|BUSY|PROTOCOL)/

export function connect(file: string): Database.Database {
  keepToOwner(file)
  const db = new Database(file, { timeout: BUSY_MS })
  try {
    prepared(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** SQLite would make it for everybody to read; what it makes beside a file is as that is. */
function keepToOwner(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

function prepared(db: Database.Database): void {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 0')
  // What a statement of many rows would undo is kept in memory: without a file descriptor left, bids go on.
  db.pragma('temp_store = MEMORY')
  db.pragma('foreign_keys = ON')
  // What is erased must not live on in a corner of a page that was moved long before.
  db.pragma('secure_delete = ON')
  // Asked by the triggers that keep the index of texts.
  db.function('search_text', { deterministic: true }, (text) => searchText(String(text)))
  if (db.pragma('synchronous', { simple: true }) !== SYNCHRONOUS_FULL)
    throw new DatabaseError('SQLite did not take synchronous = FULL')
}

/**
 * Brings all that is committed from the WAL into the database and begins the WAL anew. A page whose fsync failed may be
 * in memory and never reach the disk: behind such a hole, what is appended later would be lost with the power.
 */
export function fold(db: Database.Database): void {
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  if (result.busy !== 0) throw new DatabaseError('the WAL is being read and cannot begin anew')
}

/** Brings what the WAL holds into the database, over a connection of its own. Throws where the disk fails, and leaves word of it. */
export function checkpoint(dataDir: string, flush: () => void): void {
  const file = databaseFile(dataDir)
  const db = connect(file)
  try {
    db.pragma('wal_checkpoint(PASSIVE)')
    flush()
  } catch (error) {
    if (isLoss(error)) markIll(file)
    throw error
  } finally {
    db.close()
  }
}

export function markOf(file: string): string {
  return `${file}.ill`
}

/** Says so to the next start, whatever ends this one. */
export function markIll(file: string): void {
  try {
    writeFileSync(markOf(file), '', { flush: true, mode: 0o600 })
  } catch {
    // A disk that takes nothing at all has not taken the next checkpoint either.
  }
}

/** A copy of the database on new blocks. Since it has this name it counts, and neither the old file nor its WAL does. */
export function wholeOf(file: string): string {
  return `${file}.whole`
}

/** Only a name that is not there is none: what a sick disk cannot tell is an error. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Names become durable one after the other: an old WAL, the end of which the disk may have lost, is never beside the copy. */
export function putWhole(file: string): void {
  if (!isThere(wholeOf(file))) return
  flushed(dirname(file))
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
  flushed(dirname(file))
  renameSync(wholeOf(file), file)
  flushed(dirname(file))
}

/** Ends a move that was cut off. For whoever has the lock of the service, or its threads. */
export function takeWhole(dataDir: string): void {
  const file = databaseFile(dataDir)
  if (!isThere(wholeOf(file))) return
  const alone = lockForMove(dataDir)
  try {
    putWhole(file)
  } finally {
    alone.close()
  }
}

/**
 * For a command beside a service, from before it opens the database until it is done: nothing moves meanwhile, so what it
 * writes is in no file that nobody reads again. A move under way is waited for, one that was cut off is ended.
 */
export function lockAgainstMove(dataDir: string): Database.Database {
  for (;;) {
    const lock = locked(join(dataDir, MOVE_LOCK), TOGETHER, {
      waitMs: BUSY_MS,
      refusal: `the database in ${resolve(dataDir)} is being moved to another file: try again in a moment`,
    })
    if (!isThere(wholeOf(databaseFile(dataDir)))) return lock
    lock.close()
    const service = lockDataDir(dataDir)
    try {
      takeWhole(dataDir)
    } finally {
      service.close()
    }
  }
}

/** For the time in which the database moves to another file, or gives way to one. */
export function lockForMove(dataDir: string): Database.Database {
  return locked(join(dataDir, MOVE_LOCK), ALONE, {
    waitMs: BUSY_MS,
    refusal: `another command is at work on the database in ${resolve(dataDir)}: wait for it, or end it`,
  })
}

/** Where the database of a DATA_DIR is. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'martillo.db')
}

/** For commands that make none: a misspelt DATA_DIR is not an empty house. */
export function wantDatabase(dataDir: string): void {
  if (!isThere(databaseFile(dataDir))) throw new DatabaseError(`there is no database in ${resolve(dataDir)}`)
}

/** There is one service on a DATA_DIR. */
export function lockDataDir(dataDir: string): Database.Database {
  return locked(join(dataDir, 'martillo.lock'), ALONE, {
    waitMs: 0,
    refusal: `another Martillo runs on ${resolve(dataDir)}: stop it first, or give this one its own DATA_DIR`,
  })
}

/** The other lock's file is there from the beginning, and the service's: a command of another user would make it theirs. */
export function lockForService(dataDir: string): Database.Database {
  const lock = lockDataDir(dataDir)
  keepToOwner(join(dataDir, MOVE_LOCK))
  return lock
}

const MOVE_LOCK = 'martillo.move.lock'
const ALONE = 'BEGIN EXCLUSIVE'
/** It is reading that takes the lock. */
const TOGETHER = 'BEGIN; SELECT 1 FROM sqlite_schema'

/** The operating system's lock on a file of its own: gone with the process, however it ends. Whoever takes it closes it. */
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
    throw isCoded(error) && error.code === 'SQLITE_BUSY' ? new DatabaseError(refusal) : explained(error, file)
  }
}
