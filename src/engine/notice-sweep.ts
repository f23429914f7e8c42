import { limits } from '../config/limits.ts'
import type { Clock } from './ports.ts'
import type { Deliveries } from './delivery-ports.ts'
import type { Emails } from './email-ports.ts'
import type { Told } from './told-ports.ts'

type NoticeSweepDependencies = {
  readonly told: Told
  readonly deliveries: Deliveries
  readonly emails: Emails
  readonly clock: Clock
}

/** Removes notices, what was sent or given up, and tokens, each when it has been kept long enough. */
export async function sweepNotices(
  { told, deliveries, emails, clock }: NoticeSweepDependencies,
  stopping: AbortSignal,
): Promise<void> {
  const now = clock.now()
  const removals = [
    () => told.removeNotices(now - limits.noticeKeptMs, limits.noticesSweptMax),
    () => deliveries.removeDeliveries(now - limits.deliveryKeptMs, limits.noticesSweptMax),
    () => emails.removeTokens(now, limits.noticesSweptMax),
  ]
  for (const remove of removals) while ((await remove()) > 0) stopping.throwIfAborted()
}
