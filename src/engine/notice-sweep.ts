import { limits } from '../config/limits.ts'
import type { Clock } from './ports.ts'
import type { Told } from './told-ports.ts'

/** Removes notices that were made `noticeKeptMs` ago. */
export async function sweepNotices(
  { told, clock }: { readonly told: Told; readonly clock: Clock },
  stopping: AbortSignal,
): Promise<void> {
  const before = clock.now() - limits.noticeKeptMs
  while ((await told.removeNotices(before, limits.noticesSweptMax)) > 0) stopping.throwIfAborted()
}
