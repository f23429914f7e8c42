import { limits } from '../config/limits.ts'
import type { Accounts } from './account-ports.ts'
import type { Clock } from './ports.ts'

/**
 * Removes sessions that were ended, and those that expired `sessionKeptMs` ago, with all their refresh tokens. Until then
 * used tokens are kept, as a second use ends the session. Reserved creations go after the same time.
 */
export async function sweepSessions(
  { accounts, clock }: { readonly accounts: Accounts; readonly clock: Clock },
  stopping: AbortSignal,
): Promise<void> {
  const before = clock.now() - limits.sessionKeptMs
  while ((await accounts.removeClaims(before, limits.sessionsSweptMax)) > 0) stopping.throwIfAborted()
  while ((await accounts.removeSessions(before, limits.sessionsSweptMax)) > 0) stopping.throwIfAborted()
}
