import type { Sqlite } from './database.ts'

/**
 * How often somebody was signed out, blocked, let in again or given another role, by whichever process: triggers count.
 * One page, so asking costs a tenth of what is then known without asking.
 */
export function revocationsIn(sqlite: Sqlite): number {
  return sqlite.get<{ count: number }>('SELECT count FROM revocations')!.count
}
