import { computed } from '@preact/signals'
import { locale } from '../shared/language.ts'

/**
 * A field's local time on the wire; null where it holds none. Where clocks are put back a time comes twice: then it is the
 * one with the offset of `before`, what the field held when it was opened, or else the first.
 */
export function instantOf(typed: string, before?: string | null): string | null {
  const at = typed === '' ? Number.NaN : new Date(typed).getTime()
  if (Number.isNaN(at)) return null
  const offset = (ms: number) => new Date(ms).getTimezoneOffset()
  const wanted = !before ? offset(at) : offset(Date.parse(before))
  const other = at + (wanted - offset(at)) * MINUTE_MS
  return new Date(offset(other) === wanted ? other : at).toISOString()
}

const MINUTE_MS = 60_000

/** An instant as a field for date and time holds it: local, to the minute. */
export function toField(wire: string): string {
  const at = new Date(wire)
  const local = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS)
  return local.toISOString().slice(0, 16)
}

/** Lengths that are chosen with one press, in seconds. */
export const lengthName = computed(() => {
  const into = locale.value
  return (seconds: number) => {
    const [figure, unit] =
      seconds % 604_800 === 0
        ? [seconds / 604_800, 'week']
        : seconds % 86_400 === 0
          ? [seconds / 86_400, 'day']
          : seconds % 3_600 === 0
            ? [seconds / 3_600, 'hour']
            : [seconds / 60, 'minute']
    const unitDisplay = unit === 'week' || unit === 'day' ? 'long' : 'short'
    return new Intl.NumberFormat(into, { style: 'unit', unit, unitDisplay }).format(figure)
  }
})

export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
