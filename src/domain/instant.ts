import { z } from 'zod'

/** A point in time: epoch milliseconds inside, RFC 3339 on the wire. */
export type Instant = number

export const SECOND_MS = 1_000

/** 1970 to 9999: what RFC 3339 can write back. */
const INSTANT_MAX = 253_402_300_799_999

/** RFC 3339, UTC or with an offset. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) <= INSTANT_MAX, 'is out of range')
  .meta({ id: 'Instant', description: 'RFC 3339', examples: ['2026-11-21T20:00:00.000Z'] })

/** As people and programs give it: RFC 3339 lets `t` and `z` be in lower case (5.6). */
export const givenInstant = z
  .string()
  .meta({ format: 'date-time', description: 'RFC 3339', examples: ['2026-11-21T20:00:00.000Z'] })
  .transform((text) => text.toUpperCase())
  .pipe(instant)

export function fromWire(text: string): Instant {
  return Date.parse(text)
}

export function toWire(at: Instant): string {
  // What happens in one commit happens in few milliseconds, and says so many times, beside the one end of its auction.
  if (at === latest.at) return latest.text
  if (at !== before.at) before = { at, text: new Date(at).toISOString() }
  ;[latest, before] = [before, latest]
  return latest.text
}

let latest = { at: 0, text: new Date(0).toISOString() }
let before = latest
