import { z } from 'zod'

/** A point in time: epoch milliseconds inside, RFC 3339 on the wire. */
export type Instant = number

export const SECOND_MS = 1_000

/** RFC 3339, UTC or with an offset; the year has four digits. */
export const instant = z.iso
  .datetime({ offset: true })
  .meta({ id: 'Instant', description: 'RFC 3339', examples: ['2026-11-21T20:00:00.000Z'] })

export function fromWire(text: string): Instant {
  return Date.parse(text)
}

export function toWire(at: Instant): string {
  return new Date(at).toISOString()
}
