import type { Instant } from './instant.ts'

export type SoftClose = {
  readonly windowMs: number
  readonly extensionMs: number
  readonly maxExtensions: number | null
}

/** SC-2: the end that a bid at `at` moves the close to, or null where it stays. */
export function extendedEnd(
  softClose: SoftClose | null,
  closesAt: Instant,
  extensions: number,
  at: Instant,
): Instant | null {
  if (softClose === null || closesAt - at > softClose.windowMs) return null
  if (softClose.maxExtensions !== null && extensions >= softClose.maxExtensions) return null
  const end = at + softClose.extensionMs
  return end > closesAt ? end : null
}

/** SC-5: shorter absences are a restart, not an outage. */
export const OUTAGE_MS_MIN = 30_000

/** SC-5: the end that an absence from `since` to `at` moves the close to, or null where it stays. */
export function endAfterOutage(closesAt: Instant, since: Instant, at: Instant): Instant | null {
  const awayMs = at - since
  const fellInside = closesAt > since && closesAt <= at
  return awayMs >= OUTAGE_MS_MIN && fellInside ? closesAt + awayMs : null
}
