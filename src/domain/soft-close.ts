import { z } from 'zod'
import { type Instant, SECOND_MS } from './instant.ts'

const SECONDS_MAX = 86_400
const EXTENSIONS_MAX = 10_000

/** As a seller gives it. */
export const softCloseInput = z.strictObject({
  windowSeconds: z.int().min(1).max(SECONDS_MAX),
  extensionSeconds: z.int().min(1).max(SECONDS_MAX),
  maxExtensions: z.int().min(0).max(EXTENSIONS_MAX).nullable().default(null),
})

/** As everyone reads it. */
export const softCloseView = z.object({
  windowSeconds: z.int(),
  extensionSeconds: z.int(),
  maxExtensions: z.int().nullable(),
})

export type SoftClose = {
  readonly windowMs: number
  readonly extensionMs: number
  readonly maxExtensions: number | null
}

export function readSoftClose(input: z.output<typeof softCloseInput> | null): SoftClose | null {
  if (input === null) return null
  const { windowSeconds, extensionSeconds, maxExtensions } = input
  return { windowMs: windowSeconds * SECOND_MS, extensionMs: extensionSeconds * SECOND_MS, maxExtensions }
}

export function showSoftClose(softClose: SoftClose | null): z.output<typeof softCloseView> | null {
  if (softClose === null) return null
  const { windowMs, extensionMs, maxExtensions } = softClose
  return { windowSeconds: windowMs / SECOND_MS, extensionSeconds: extensionMs / SECOND_MS, maxExtensions }
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
