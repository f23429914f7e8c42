import { randomBytes } from 'node:crypto'
import { constants, chmodSync, copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder } from '../folder.ts'
import Database from 'better-sqlite3'
import { type Applied, migrationsOf, pendingOf } from '../migrate.ts'
import type { Held } from './backup.ts'
import { decryptFile, isEncrypted } from './encrypted.ts'
import { databaseFile, lockDataDir, lockForMove, putWhole } from './file.ts'
import { DatabaseError, explained, flushed } from './files.ts'

/** What SQLite keeps beside a database that was not closed. */
const BESIDE = ['-wal', '-shm', '-journal']

export type Restored = Held & { readonly replaced: string | null }

/**
 * Makes a backup the database of DATA_DIR, under a new epoch: whoever watched the other history resumes by a snapshot.
 * A database that `force` replaces is kept beside it. Until the last step DATA_DIR is as it was.
 */
export async function restore(
  dataDir: string,
  file: string,
  { force = false, passphrase = null }: { force?: boolean; passphrase?: string | null } = {},
): Promise<Restored> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw new DatabaseError(`there is no file ${file}`)
  makeFolder(dataDir)
  const locks = [lockDataDir(dataDir)]
  try {
    locks.push(lockForMove(dataDir))
    return await putInPlace(databaseFile(dataDir), file, { force, passphrase })
  } finally {
    for (const lock of locks) lock.close()
  }
}

async function putInPlace(
  to: string,
  file: string,
  { force, passphrase }: { force: boolean; passphrase: string | null },
): Promise<Restored> {
  const dataDir = dirname(to)
  putWhole(to)
  const replaces = existsSync(to)
  if (replaces && !force)
    throw new DatabaseError(
      `${resolve(dataDir)} has a database already: replace it with --force, or name another DATA_DIR`,
    )
  const half = `${to}.half`
  const held = await prepare(file, half, passphrase)
  const replaced = replaces ? setAside(to) : null
  // A journal without its database belongs to nothing, and must not be played into this one.
  for (const end of BESIDE) rmSync(to + end, { force: true })
  flushed(dataDir)
  renameSync(half, to)
  flushed(dataDir)
  return { ...held, replaced }
}

/** A copy in DATA_DIR, looked through and given its new epoch. */
async function prepare(file: string, half: string, passphrase: string | null): Promise<Held> {
  const clear = () => ['', ...BESIDE].forEach((end) => rmSync(half + end, { force: true }))
  clear()
  try {
    await copyPlain(file, half, passphrase)
    chmodSync(half, 0o600)
    const held = renewed(half, file)
    flushed(half)
    return held
  } catch (error) {
    clear()
    throw explained(error, file)
  }
}

async function copyPlain(file: string, half: string, passphrase: string | null): Promise<void> {
  const isSealed = isEncrypted(file)
  if (isSealed && passphrase === null)
    throw new DatabaseError(`${file} is encrypted: give its passphrase with --passphrase-file`)
  if (!isSealed && passphrase !== null)
    throw new DatabaseError(`${file} is not encrypted: leave --passphrase-file out, if you trust where it comes from`)
  if (passphrase === null) copyFileSync(file, half, constants.COPYFILE_FICLONE)
  else await decryptFile(file, half, passphrase)
}

function renewed(half: string, file: string): Held {
  const db = new Database(half, { fileMustExist: true })
  try {
    const found = db.pragma('integrity_check(1)', { simple: true })
    if (found !== 'ok') throw new DatabaseError(`${file} is damaged: ${String(found)}`)
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get() === undefined)
      throw new DatabaseError(`${file} is a database, but not one of Martillo's`)
    const applied = db.prepare('SELECT number, name, checksum FROM migrations ORDER BY number').all() as Applied[]
    pendingOf(migrationsOf('sqlite'), applied)
    db.pragma('journal_mode = DELETE')
    db.prepare("INSERT OR REPLACE INTO service (name, value) VALUES ('epoch', ?)").run(randomBytes(8).toString('hex'))
    return db.prepare('SELECT count(*) AS auctions, ifnull(sum(seq), 0) AS events FROM auctions').get() as Held
  } finally {
    db.close()
  }
}

/** Folded into one file first, so that one rename moves all of it; where it is too damaged for that, piece by piece. */
function setAside(database: string): string {
  let kept = `${database}.replaced`
  for (let n = 2; existsSync(kept); n += 1) kept = `${database}.replaced-${n}`
  fold(database)
  for (const end of ['', ...BESIDE]) if (existsSync(database + end)) renameSync(database + end, kept + end)
  return kept
}

function fold(database: string): void {
  try {
    const db = new Database(database)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
  } catch {
    // It is being replaced, perhaps because it cannot be read.
  }
}
