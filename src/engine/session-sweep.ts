import { limits } from '../config/limits.ts'
import type { Accounts } from './account-ports.ts'
import type { Clock } from './ports.ts'

/**
 * Takes away sessions that were ended, and those that expired some days ago, with all their refresh tokens. Until then a
 * used token is kept, for a second use of it ends the session. Keys of what was made are forgotten after the same time.
 */
export async function sweepSessions(
  { accounts, clock }: { readonly accounts: Accounts; readonly clock: Clock },
  gone: AbortSignal,
): Promise<void> {
  const before = clock.now() - limits.sessionKeptMs
  while ((await accounts.removeClaims(before, limits.sessionsSweptMax)) > 0) gone.throwIfAborted()
  while ((await accounts.removeSessions(before, limits.sessionsSweptMax)) > 0) gone.throwIfAborted()
}
