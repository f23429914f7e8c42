import { MigrationError } from '../adapters/migrate.ts'
import { DatabaseError } from '../adapters/sqlite/files.ts'
import { ConfigError } from '../config.ts'
import { LostError } from '../sdk/problem.ts'

type Where = { readonly port?: number; readonly address?: string; readonly hostname?: string }

/**
 * What to say of an error at the start: one line where a person can act on it, else all of it. Apart from the service,
 * which a command that fails need not load.
 */
export function complaint(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof DatabaseError || error instanceof MigrationError)
    return `Martillo: ${error.message}`
  const { code, syscall, port, path, address, hostname } = error as NodeJS.ErrnoException & Where
  if (code === 'EADDRINUSE') return `Martillo: port ${port} is taken: stop what uses it, or set PORT to another`
  if (code === 'EADDRNOTAVAIL') return `Martillo: HOST=${address} is no address of this machine: 0.0.0.0 is all it has`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `Martillo: HOST=${hostname} is not known: is it spelt right?`
  if (syscall === 'listen') return `Martillo: HOST=${address} cannot be listened at: ${(error as Error).message}`
  if (code === 'SQLITE_BUSY') return 'Martillo: the database is in use, and was for too long: try again in a moment'
  if (code === 'ENOENT' && syscall === 'mkdir') return `Martillo: the folder ${path} cannot be made there`
  if (code === 'ENOENT' && path !== undefined) return `Martillo: there is no ${path}`
  if (
    code === 'EISDIR' ||
    code === 'ENOTDIR' ||
    code === 'EEXIST' ||
    code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ||
    error instanceof SyntaxError ||
    error instanceof LostError
  )
    return `Martillo: ${(error as Error).message}`
  return code === 'EACCES' || code === 'EPERM' ? `Martillo: ${(error as Error).message}` : error
}
