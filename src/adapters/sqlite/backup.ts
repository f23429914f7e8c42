import { randomUUID } from 'node:crypto'
import { chmodSync, linkSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import Database from 'better-sqlite3'
import { encryptFile } from './encrypted.ts'
import { SIDECAR_SUFFIXES, databaseFile, requireDatabase } from './database-file.ts'
import { DatabaseError, explainError, fsyncPath, isThere } from './files.ts'
import { lockDatabaseShared } from './locks.ts'

/** Suffix of a copy that is being written. */
const PARTIAL = '.partial'
/** A copy that was not written to for this long was cut off. */
const ABANDONED_MS = 3_600_000
const PAGES_AT_ONCE = 1_000

export type Contents = { readonly auctions: number; readonly events: number }

/**
 * Copies the database of DATA_DIR, as it stands at one instant, into a file, beside a service that goes on writing. The
 * file exists whole and durable, or not at all.
 */
export async function backup(
  dataDir: string,
  file: string,
  { force = false, passphrase = null }: { force?: boolean; passphrase?: string | null } = {},
): Promise<Contents> {
  requireDatabase(dataDir)
  if (file === '') throw new DatabaseError('name the file of the backup')
  if (`${resolve(file)}${sep}`.startsWith(`${resolve(dataDir)}${sep}`))
    throw new DatabaseError(`${file} is in ${dataDir}: a backup belongs elsewhere`)
  const there = statSync(file, { throwIfNoEntry: false })
  if (there?.isDirectory() === true) throw new DatabaseError(`${file} is a folder: name a file in it`)
  if (there !== undefined && !force) throw existsError(file)
  clearAbandoned(file)
  clearAbandoned(plainPrefix(dataDir))
  const partial = `${file}.${randomUUID()}${PARTIAL}`
  // If the backup is to be encrypted, the plain copy never leaves DATA_DIR.
  const copied = passphrase === null ? partial : `${plainPrefix(dataDir)}.${randomUUID()}${PARTIAL}`
  try {
    for (const made of new Set([partial, copied])) writeFileSync(made, '', { mode: 0o600, flag: 'wx' })
    const contents = await copy(dataDir, copied)
    if (passphrase !== null) await encryptFile(copied, partial, passphrase)
    fsyncPath(partial)
    if (force) renameSync(partial, file)
    else linkInto(partial, file)
    fsyncPath(dirname(file))
    return contents
  } catch (error) {
    throw explainError(error, file)
  } finally {
    for (const made of [partial, copied])
      for (const end of ['', ...SIDECAR_SUFFIXES]) rmSync(made + end, { force: true })
  }
}

function plainPrefix(dataDir: string): string {
  return `${databaseFile(dataDir)}.backup`
}

/**
 * Copies in one read transaction: without it SQLite restarts the copy after every commit of the service, and under load
 * would never finish.
 */
async function copy(dataDir: string, to: string): Promise<Contents> {
  const lock = lockDatabaseShared(dataDir)
  let source: Database.Database | null = null
  try {
    source = new Database(databaseFile(dataDir), { readonly: true, fileMustExist: true })
    source.exec('BEGIN')
    const contents = source
      .prepare('SELECT count(*) AS auctions, ifnull(sum(seq), 0) AS events FROM auctions')
      .get() as Contents
    // The read transaction now keeps one state of one file, even if the database is switched. The lock is closed again
    // below, which does nothing.
    lock.close()
    await source.backup(to, { progress: () => PAGES_AT_ONCE })
    toSingleFile(to)
    return contents
  } finally {
    lock.close()
    source?.close()
  }
}

/** The copy is in WAL mode as its source is, and would need two more files beside it to be read. */
function toSingleFile(file: string): void {
  const copied = new Database(file)
  try {
    copied.pragma('journal_mode = DELETE')
    const found = copied.pragma('quick_check(1)', { simple: true })
    if (found !== 'ok') throw new DatabaseError(`the copy is not sound: ${String(found)}`)
  } finally {
    copied.close()
  }
  chmodSync(file, 0o600)
}

/** Unlike a rename, a link never replaces a file that appeared meanwhile. Not every file system has links. */
function linkInto(partial: string, file: string): void {
  try {
    linkSync(partial, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || isThere(file)) throw existsError(file)
    renameSync(partial, file)
  }
}

function existsError(file: string): DatabaseError {
  return new DatabaseError(`${file} is there already: name another file, or replace it with --force`)
}

function clearAbandoned(file: string): void {
  const folder = dirname(file)
  if (!isThere(folder)) throw new DatabaseError(`there is no folder ${resolve(folder)}`)
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`) || !name.endsWith(PARTIAL)) continue
    const { mtimeMs } = statSync(join(folder, name))
    if (Date.now() - mtimeMs > ABANDONED_MS)
      for (const end of ['', ...SIDECAR_SUFFIXES]) rmSync(join(folder, name) + end, { force: true })
  }
}
