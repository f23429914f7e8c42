import { chmodSync, closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'

/** An error with one line that a person can act on. */
export class DatabaseError extends Error {}

/** Makes a file durable, or the names in a folder. */
export function fsyncPath(path: string): void {
  const opened = openSync(path, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** Returns whether the path exists. Unlike `existsSync`, throws if the disk cannot tell. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Makes a file readable by its owner only; SQLite would create it for everybody. Its WAL inherits the mode. */
export function keepToOwner(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

type CodedError = Error & { readonly code: string }

export function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

/** Whether written data may be lost. A full disk alone loses nothing. */
export function isLoss(error: unknown): error is CodedError {
  return isCoded(error) && (error.code === 'EIO' || error.code.startsWith('SQLITE_IOERR'))
}

/** Whether storage failed, not the program: the outcome of a write is unknown. */
export function isOfStorage(error: unknown): error is CodedError {
  return error instanceof Database.SqliteError && STORAGE_CODES.test(error.code)
}

const STORAGE_CODES = /^SQLITE_(IOERR|FULL|CANTOPEN|CORRUPT|READONLY|BUSY|PROTOCOL)/

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'])
const CLOSED = new Set(['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'])

/**
 * If the error's code tells what is wrong with the file, an error with one line that a person can act on; otherwise the
 * error itself.
 */
export function explainError(error: unknown, file: string): unknown {
  const { code = '', message } = error as { code?: string; message: string }
  if (FULL.has(code)) return new DatabaseError(`${file} could not be written: the disk is full`)
  if (CLOSED.has(code)) return new DatabaseError(`${file} could not be opened or written: ${message}`)
  if (code === 'SQLITE_NOTADB') return new DatabaseError(`${file} is not a database`)
  if (code.startsWith('SQLITE_CORRUPT')) return new DatabaseError(`${file} is damaged: ${message}`)
  if (code === 'EIO' || code.startsWith('SQLITE_IOERR'))
    return new DatabaseError(`${file} could not be read or written: the disk is full or sick (${code})`)
  return error
}
