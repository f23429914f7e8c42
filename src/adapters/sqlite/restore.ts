import { randomBytes } from 'node:crypto'
import { constants, chmodSync, copyFileSync, renameSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { makeFolder } from '../folder.ts'
import Database from 'better-sqlite3'
import { migrationsOf, pendingOf } from '../migrate.ts'
import type { Contents } from './backup.ts'
import { decryptFile, isEncrypted } from './encrypted.ts'
import { SIDECAR_SUFFIXES, databaseFile, stagedFile, removeStaged, activateStaged } from './database-file.ts'
import { DatabaseError, explainError, isThere } from './files.ts'
import { lockDataDir, lockDatabaseExclusive } from './locks.ts'
import { appliedTo } from './migrations.ts'

export type Restored = Contents & { readonly replaced: string | null }

/**
 * Makes a backup the database of DATA_DIR, under a new epoch, so that watchers of the other history resume by a snapshot.
 * A database that `force` replaces is kept beside it. Until the last step DATA_DIR is unchanged.
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
    locks.push(lockDatabaseExclusive(dataDir))
    return await replaceDatabase(dataDir, file, { force, passphrase })
  } finally {
    for (const lock of locks) lock.close()
  }
}

async function replaceDatabase(
  dataDir: string,
  file: string,
  { force, passphrase }: { force: boolean; passphrase: string | null },
): Promise<Restored> {
  const last = databaseFile(dataDir)
  const replaces = isThere(last)
  if (replaces && !force)
    throw new DatabaseError(
      `${resolve(dataDir)} has a database already: replace it with --force, or name another DATA_DIR`,
    )
  const contents = await stageBackup(file, dataDir, passphrase)
  activateStaged(dataDir, { removesPrevious: false })
  return { ...contents, replaced: replaces ? setAside(last) : null }
}

/** Copies the backup to the staged file, checks it and gives it a new epoch. */
async function stageBackup(file: string, dataDir: string, passphrase: string | null): Promise<Contents> {
  removeStaged(dataDir)
  const staged = stagedFile(dataDir)
  try {
    await copyPlain(file, staged, passphrase)
    chmodSync(staged, 0o600)
    return checkAndRenewEpoch(staged, file)
  } catch (error) {
    removeStaged(dataDir)
    throw explainError(error, file)
  }
}

async function copyPlain(file: string, staged: string, passphrase: string | null): Promise<void> {
  const isEncryptedFile = isEncrypted(file)
  if (isEncryptedFile && passphrase === null)
    throw new DatabaseError(`${file} is encrypted: give its passphrase with --passphrase-file`)
  if (!isEncryptedFile && passphrase !== null)
    throw new DatabaseError(`${file} is not encrypted: leave --passphrase-file out, if you trust where it comes from`)
  if (passphrase === null) copyFileSync(file, staged, constants.COPYFILE_FICLONE)
  else await decryptFile(file, staged, passphrase)
}

function checkAndRenewEpoch(staged: string, file: string): Contents {
  const db = new Database(staged, { fileMustExist: true })
  try {
    const found = db.pragma('integrity_check(1)', { simple: true })
    if (found !== 'ok') throw new DatabaseError(`${file} is damaged: ${String(found)}`)
    const applied = appliedTo(db)
    if (applied.length === 0) throw new DatabaseError(`${file} is a database, but not one of Martillo's`)
    // Throws if the backup has migrations that this version does not know.
    pendingOf(migrationsOf('sqlite'), applied)
    db.pragma('journal_mode = DELETE')
    db.prepare("INSERT OR REPLACE INTO service (name, value) VALUES ('epoch', ?)").run(randomBytes(8).toString('hex'))
    return db.prepare('SELECT count(*) AS auctions, ifnull(sum(seq), 0) AS events FROM auctions').get() as Contents
  } finally {
    db.close()
  }
}

/**
 * Renames the replaced database. It is checkpointed first, so that one rename moves all of it; if it is too damaged for
 * that, its WAL is renamed too.
 */
function setAside(database: string): string {
  let kept = `${database}.replaced`
  for (let n = 2; isThere(kept); n += 1) kept = `${database}.replaced-${n}`
  checkpointIfReadable(database)
  for (const end of ['', ...SIDECAR_SUFFIXES]) if (isThere(database + end)) renameSync(database + end, kept + end)
  return kept
}

function checkpointIfReadable(database: string): void {
  try {
    const db = new Database(database)
    try {
      db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      db.close()
    }
  } catch {
    // The database is being replaced, perhaps because it cannot be read.
  }
}
