import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, linkSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import Database from 'better-sqlite3'
import { encryptFile } from './encrypted.ts'
import { SIDECAR_SUFFIXES, databaseFile, requireDatabase } from './database-file.ts'
import { DatabaseError, explainError, fsyncPath } from './files.ts'
import { lockDatabaseShared } from './locks.ts'

/** What a copy that is being written ends with. */
const PARTIAL = '.half'
/** A copy nobody has written to for so long was cut off. */
const ABANDONED_MS = 3_600_000
const PAGES_AT_ONCE = 1_000

export type Contents = { readonly auctions: number; readonly events: number }

/**
 * Copies the database of DATA_DIR as it stands at one instant into a file of its own, beside a service that goes on
 * writing. The file is there whole and durable, or not at all.
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
  const half = `${file}.${randomUUID()}${PARTIAL}`
  // Where it is to be encrypted, what is plain never leaves DATA_DIR.
  const copied = passphrase === null ? half : `${plainPrefix(dataDir)}.${randomUUID()}${PARTIAL}`
  try {
    for (const made of new Set([half, copied])) writeFileSync(made, '', { mode: 0o600, flag: 'wx' })
    const contents = await copy(dataDir, copied)
    if (passphrase !== null) await encryptFile(copied, half, passphrase)
    fsyncPath(half)
    if (force) renameSync(half, file)
    else linkInto(half, file)
    fsyncPath(dirname(file))
    return contents
  } catch (error) {
    throw explainError(error, file)
  } finally {
    for (const made of [half, copied]) for (const end of ['', ...SIDECAR_SUFFIXES]) rmSync(made + end, { force: true })
  }
}

function plainPrefix(dataDir: string): string {
  return `${databaseFile(dataDir)}.backup`
}

/**
 * One read transaction over the whole copy: without it SQLite begins the copy anew after every commit of the service,
 * and under load would never end.
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
    // From here on it reads one state of one file, whatever takes its name.
    lock.close()
    await source.backup(to, { progress: () => PAGES_AT_ONCE })
    toSingleFile(to)
    return contents
  } finally {
    lock.close()
    source?.close()
  }
}

/** The copy is in WAL mode as its source is, and would want two more files beside it to be read. */
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

/** Unlike a rename, a link never takes the place of what came there meanwhile. Not every file system has links. */
function linkInto(half: string, file: string): void {
  try {
    linkSync(half, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(file)) throw existsError(file)
    renameSync(half, file)
  }
}

function existsError(file: string): DatabaseError {
  return new DatabaseError(`${file} is there already: name another file, or replace it with --force`)
}

function clearAbandoned(file: string): void {
  const folder = dirname(file)
  if (!existsSync(folder)) throw new DatabaseError(`there is no folder ${resolve(folder)}`)
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`) || !name.endsWith(PARTIAL)) continue
    const { mtimeMs } = statSync(join(folder, name))
    if (Date.now() - mtimeMs > ABANDONED_MS) rmSync(join(folder, name), { force: true })
  }
}
