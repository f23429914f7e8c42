import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Thrown with one line a person can act on. */
export class DatabaseError extends Error {}

/** Makes a file, or the names in a folder, durable. */
export function flushed(path: string): void {
  const opened = openSync(path, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'])
const CLOSED = new Set(['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'])

/** The error in one line a person can act on, where its code tells what is wrong with the file. */
export function explained(error: unknown, file: string): unknown {
  const { code = '', message } = error as { code?: string; message: string }
  if (FULL.has(code)) return new DatabaseError(`${file} could not be written: the disk is full`)
  if (CLOSED.has(code)) return new DatabaseError(`${file} could not be opened or written: ${message}`)
  if (code === 'SQLITE_NOTADB') return new DatabaseError(`${file} is not a database`)
  if (code.startsWith('SQLITE_CORRUPT')) return new DatabaseError(`${file} is damaged: ${message}`)
  if (code === 'EIO' || code.startsWith('SQLITE_IOERR'))
    return new DatabaseError(`${file} could not be read or written: the disk is full or sick (${code})`)
  return error
}
