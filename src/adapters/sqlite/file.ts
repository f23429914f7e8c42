import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { DatabaseError, flushed } from './files.ts'

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
  const db = new Database(file, { timeout: BUSY_MS })
  try {
    chmodSync(file, 0o600)
    prepared(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
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
    writeFileSync(markOf(file), '', { flush: true })
  } catch {
    // A disk that takes nothing at all has not taken the next checkpoint either.
  }
}

/** A copy of the database on new blocks. Since it has this name it counts, and neither the old file nor its WAL does. */
export function wholeOf(file: string): string {
  return `${file}.whole`
}

/** Names become durable one after the other: an old WAL, the end of which the disk may have lost, is never beside the copy. */
export function takeWhole(file: string): void {
  if (!existsSync(wholeOf(file))) return
  flushed(dirname(file))
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
  flushed(dirname(file))
  renameSync(wholeOf(file), file)
  flushed(dirname(file))
}

/** Ends a move that was cut off, for commands beside a service. Throws where the service is at it. */
export function endMove(dataDir: string): void {
  const file = databaseFile(dataDir)
  if (!existsSync(wholeOf(file))) return
  const lock = lockDataDir(dataDir)
  try {
    takeWhole(file)
  } finally {
    lock.close()
  }
}

/** Where the database of a DATA_DIR is. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'martillo.db')
}

/** For commands that make none: a misspelt DATA_DIR is not an empty house. */
export function wantDatabase(dataDir: string): void {
  if (!existsSync(databaseFile(dataDir))) throw new DatabaseError(`there is no database in ${resolve(dataDir)}`)
}

/** The operating system's lock on a file of its own: gone with the process, however it ends. Whoever takes it closes it. */
export function lockDataDir(dataDir: string): Database.Database {
  const db = new Database(join(dataDir, 'martillo.lock'), { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch {
    db.close()
    throw new DatabaseError(
      `another Martillo runs on ${resolve(dataDir)}: stop it first, or give this one its own DATA_DIR`,
    )
  }
}
