import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseError, fsyncPath, isThere } from './files.ts'

/**
 * Which file of a DATA_DIR is the database: the one that CURRENT names in its first line, and martillo.db where there is no
 * CURRENT. A file that replaces the database, after a repair or a restore, is written under a name of its own, beside which
 * no WAL can lie, and counts from the moment CURRENT names it.
 */
const CURRENT = 'CURRENT'
const FIRST = 'martillo.db'
const NAME = /^martillo(?:-(\d+))?\.db$/
/** Also a WAL, and what was set aside. */
const BEGINS_WITH_NAME = /^martillo(?:-(\d+))?\.db/

/** What SQLite keeps beside a database that is open, or was not closed. */
export const SIDECAR_SUFFIXES = ['-wal', '-shm', '-journal'] as const

export function databaseFile(dataDir: string): string {
  const [name = ''] = current(dataDir)
  const file = join(dataDir, name)
  if (name !== FIRST && !(NAME.test(name) && isThere(file)))
    throw new DatabaseError(`${join(resolve(dataDir), CURRENT)} does not name a database that is there`)
  return file
}

/** The name of the database, and of the one that it superseded. */
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

/** For commands that make none: a misspelt DATA_DIR is not an empty auction house. */
export function requireDatabase(dataDir: string): void {
  if (!isThere(databaseFile(dataDir))) throw new DatabaseError(`there is no database in ${resolve(dataDir)}`)
}

/** The file that a new database is written to. It counts for nothing until `switchTo`. */
export function stagedFile(dataDir: string): string {
  return join(dataDir, 'martillo.half')
}

export function removeStaged(dataDir: string): void {
  for (const end of ['', ...SIDECAR_SUFFIXES]) rmSync(stagedFile(dataDir) + end, { force: true })
}

/**
 * Makes what was written to `halfFile` the database, durably and at once. `removes` says that the one before holds nothing
 * more than it, and goes.
 */
export function activateStaged(dataDir: string, { removesPrevious }: { removesPrevious: boolean }): void {
  const last = databaseFile(dataDir)
  fsyncPath(stagedFile(dataDir))
  if (!isThere(last)) {
    // A WAL without its database belongs to nothing, and must not be played into this one.
    for (const end of SIDECAR_SUFFIXES) rmSync(last + end, { force: true })
    fsyncPath(dataDir)
    renameSync(stagedFile(dataDir), last)
    return fsyncPath(dataDir)
  }
  const next = nextFile(dataDir)
  renameSync(stagedFile(dataDir), next)
  const names = [basename(next), ...(removesPrevious ? [basename(last)] : [])]
  const half = join(dataDir, `${CURRENT}.half`)
  writeFileSync(half, names.join('\n') + '\n', { mode: 0o600, flush: true })
  renameSync(half, join(dataDir, CURRENT))
  fsyncPath(dataDir)
  removeSuperseded(dataDir)
}

/** No name is used twice. */
function nextFile(dataDir: string): string {
  const numbers = readNames(dataDir).flatMap((name) => {
    const match = BEGINS_WITH_NAME.exec(name)
    return match === null ? [] : [Number(match[1] ?? 1)]
  })
  return join(dataDir, `martillo-${Math.max(1, ...numbers) + 1}.db`)
}

/** Ends a switch that was cut off. */
export function removeSuperseded(dataDir: string): void {
  const [name, superseded = ''] = current(dataDir)
  if (superseded === name || !NAME.test(superseded)) return
  const file = join(dataDir, superseded)
  for (const end of ['', ...SIDECAR_SUFFIXES, ...REPAIR_MARKS]) rmSync(file + end, { force: true })
}

/** The second is that of versions before. */
const REPAIR_MARKS = ['.needs-repair', '.ill']

/** Something that was written to it may be gone: it is copied to a new file before anything else is written. */
export function needsRepair(file: string): boolean {
  return REPAIR_MARKS.some((end) => isThere(file + end))
}

/** For the next start, whatever ends this one. */
export function markForRepair(file: string): void {
  try {
    writeFileSync(file + REPAIR_MARKS[0], '', { flush: true, mode: 0o600 })
  } catch {
    // A disk that takes nothing at all has not taken the next checkpoint either.
  }
}

/**
 * A version before was cut off in a repair: its copy, which is whole since it has that name, is the database.
 * For who has the lock of the service.
 */
export function adoptEarlierRepair(dataDir: string): void {
  const whole = join(dataDir, `${FIRST}.whole`)
  if (isThere(join(dataDir, CURRENT)) || !isThere(whole)) return
  renameSync(whole, stagedFile(dataDir))
  activateStaged(dataDir, { removesPrevious: true })
}

/** Bytes of the database, of its WAL, and free on their disk. */
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
