import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseError, fsyncPath, isThere } from './files.ts'

/**
 * The database of a DATA_DIR is the file that the first line of CURRENT names, or martillo.db without CURRENT. After a
 * repair or a restore the new database is written under an unused name, beside which no WAL can lie, and takes effect
 * when CURRENT names it.
 */
const CURRENT = 'CURRENT'
const FIRST = 'martillo.db'
const NAME = /^martillo(?:-(\d+))?\.db$/
/** A database, its WAL, or one that was set aside. */
const BEGINS_WITH_NAME = /^martillo(?:-(\d+))?\.db/

/** Suffixes of the files that SQLite keeps beside an open database, or one that was not closed. */
export const SIDECAR_SUFFIXES = ['-wal', '-shm', '-journal'] as const

export function databaseFile(dataDir: string): string {
  const moved = readMoved(dataDir)
  if (moved !== null)
    throw new DatabaseError(
      `the house in ${resolve(dataDir)} was moved to ${moved.to}: set DATABASE_URL to go on there`,
    )
  const [name = ''] = current(dataDir)
  const file = join(dataDir, name)
  if (name !== FIRST && !(NAME.test(name) && isThere(file)))
    throw new DatabaseError(`${join(resolve(dataDir), CURRENT)} does not name a database that is there`)
  return file
}

/**
 * A file that says that the house was moved to PostgreSQL. Written before PostgreSQL commits: two houses with one history
 * would be a fork.
 */
const MOVED = 'MOVED'

export type MovedTo = {
  /** The address of the database, without its password. */
  readonly to: string
  /** The epoch of this house, which the target has if the move was committed. */
  readonly epoch: string
  /** The epoch that the target has if it was not. */
  readonly emptyEpoch: string
}

export function readMoved(dataDir: string): MovedTo | null {
  const file = join(dataDir, MOVED)
  return isThere(file) ? (JSON.parse(readFileSync(file, 'utf8')) as MovedTo) : null
}

export function markMoved(dataDir: string, moved: MovedTo): void {
  const half = join(dataDir, `${MOVED}.half`)
  writeFileSync(half, JSON.stringify(moved) + '\n', { mode: 0o600, flush: true })
  renameSync(half, join(dataDir, MOVED))
  fsyncPath(dataDir)
}

/** Only if the target does not have the house. */
export function unmarkMoved(dataDir: string): void {
  rmSync(join(dataDir, MOVED))
  fsyncPath(dataDir)
}

/** The name of the database, and of the one it superseded. */
function current(dataDir: string): string[] {
  if (isThere(join(dataDir, CURRENT))) return readFileSync(join(dataDir, CURRENT), 'utf8').split('\n')
  const [other] = isThere(join(dataDir, FIRST)) ? [] : readNames(dataDir).filter((name) => NAME.test(name))
  if (other === undefined) return [FIRST]
  throw new DatabaseError(
    `${resolve(dataDir)} holds ${other} but no CURRENT: write the name of its database into CURRENT`,
  )
}

function readNames(dataDir: string): string[] {
  return isThere(dataDir) ? readdirSync(dataDir) : []
}

/**
 * Throws if DATA_DIR has no database. For commands that must not create one, as if a misspelt DATA_DIR were an empty
 * auction house.
 */
export function requireDatabase(dataDir: string): void {
  if (!isThere(databaseFile(dataDir))) throw new DatabaseError(`there is no database in ${resolve(dataDir)}`)
}

/** The file that a new database is written to. It has no effect until `activateStaged`. */
export function stagedFile(dataDir: string): string {
  return join(dataDir, 'martillo.half')
}

export function removeStaged(dataDir: string): void {
  for (const end of ['', ...SIDECAR_SUFFIXES]) rmSync(stagedFile(dataDir) + end, { force: true })
}

/**
 * Makes the staged file the database, durably and at once. `removesPrevious`: delete the previous database, because the
 * new file contains all of its data.
 */
export function activateStaged(dataDir: string, { removesPrevious }: { removesPrevious: boolean }): void {
  const last = databaseFile(dataDir)
  fsyncPath(stagedFile(dataDir))
  if (!isThere(last)) {
    // A WAL without its database must not be replayed into the new one.
    for (const end of SIDECAR_SUFFIXES) rmSync(last + end, { force: true })
    fsyncPath(dataDir)
    renameSync(stagedFile(dataDir), last)
    return fsyncPath(dataDir)
  }
  const next = nextFile(dataDir)
  renameSync(stagedFile(dataDir), next)
  const names = [basename(next), ...(removesPrevious ? [basename(last)] : [])]
  const staged = join(dataDir, `${CURRENT}.half`)
  writeFileSync(staged, names.join('\n') + '\n', { mode: 0o600, flush: true })
  renameSync(staged, join(dataDir, CURRENT))
  fsyncPath(dataDir)
  removeSuperseded(dataDir)
}

/** A file name that was never used. */
function nextFile(dataDir: string): string {
  const numbers = readNames(dataDir).flatMap((name) => {
    const match = BEGINS_WITH_NAME.exec(name)
    return match === null ? [] : [Number(match[1] ?? 1)]
  })
  return join(dataDir, `martillo-${Math.max(1, ...numbers) + 1}.db`)
}

/** Finishes a switch that was cut off. */
export function removeSuperseded(dataDir: string): void {
  const [name, superseded = ''] = current(dataDir)
  if (superseded === name || !NAME.test(superseded)) return
  const file = join(dataDir, superseded)
  for (const end of ['', ...SIDECAR_SUFFIXES, ...REPAIR_MARKS]) rmSync(file + end, { force: true })
}

/** `.ill` was used by earlier versions. */
const REPAIR_MARKS = ['.needs-repair', '.ill']

/** Whether something written to the file may be lost: then it is copied to a new file before anything else is written. */
export function needsRepair(file: string): boolean {
  return REPAIR_MARKS.some((end) => isThere(file + end))
}

/** Marks the file for repair at the next start. */
export function markForRepair(file: string): void {
  try {
    writeFileSync(file + REPAIR_MARKS[0], '', { flush: true, mode: 0o600 })
  } catch {
    // A disk that accepts no write at all has not accepted the next checkpoint either.
  }
}

/**
 * Finishes a repair that an earlier version did not: its copy is complete once it has this name. The caller must hold the
 * lock of the service.
 */
export function adoptEarlierRepair(dataDir: string): void {
  const whole = join(dataDir, `${FIRST}.whole`)
  if (isThere(join(dataDir, CURRENT)) || !isThere(whole)) return
  renameSync(whole, stagedFile(dataDir))
  activateStaged(dataDir, { removesPrevious: true })
}

/** Sizes of the database and its WAL, and the free disk space, in bytes. */
export async function sizesIn(dataDir: string): Promise<Record<'database' | 'wal' | 'free', number>> {
  const file = databaseFile(dataDir)
  const size = (path: string) =>
    stat(path).then(
      ({ size: bytes }) => bytes,
      () => 0,
    )
  const [database, wal, disk] = await Promise.all([size(file), size(`${file}-wal`), statfs(dirname(file))])
  return { database, wal, free: disk.bavail * disk.bsize }
}
