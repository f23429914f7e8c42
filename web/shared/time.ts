import { computed, signal } from '@preact/signals'
import { locale } from './language.ts'

/** The local clock until a channel knows the service's; each page says which. */
export const clock = { now: (): number => Date.now() }

/** The service's time, for what counts down. */
export const now = signal(clock.now())

/** Four times a second, and ten where `isFine`. */
const TICK_MS = { coarse: 250, fine: 100 }
export const ticks = { isFine: (): boolean => false }

function tick(): void {
  now.value = clock.now()
  setTimeout(tick, ticks.isFine() ? TICK_MS.fine : TICK_MS.coarse)
}
setTimeout(tick, TICK_MS.coarse)

const DAY = 86_400

/** `2 d 04:12:33`, `4:12:33` or `12:33`; never below zero. */
export function formatRemaining(ms: number, day: string): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const days = Math.floor(seconds / DAY)
  const hours = Math.floor((seconds % DAY) / 3_600)
  const two = (figure: number) => String(figure).padStart(2, '0')
  const minutes = `${two(Math.floor((seconds % 3_600) / 60))}:${two(seconds % 60)}`
  if (days > 0) return `${days} ${day} ${two(hours)}:${minutes}`
  return hours > 0 ? `${hours}:${minutes}` : minutes
}

const clockTime = computed(
  () => new Intl.DateTimeFormat(locale.value, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
)
const withZone = computed(
  () =>
    new Intl.DateTimeFormat(locale.value, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    }),
)
const short = computed(
  () => new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
)

export function timeOfDay(wire: string): string {
  return clockTime.value.format(new Date(wire))
}

/** Day and time with the reader's time zone. */
export function fullTime(wire: string): string {
  return withZone.value.format(new Date(wire))
}

export function shortTime(wire: string): string {
  return short.value.format(new Date(wire))
}

/** A length in whole words: `2 minutes`, `90 seconds`, `1 hour`. */
export function formatLength(seconds: number): string {
  const [figure, unit] =
    seconds % DAY === 0
      ? [seconds / DAY, 'day']
      : seconds % 3_600 === 0
        ? [seconds / 3_600, 'hour']
        : seconds % 60 === 0
          ? [seconds / 60, 'minute']
          : [seconds, 'second']
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(figure)
}
