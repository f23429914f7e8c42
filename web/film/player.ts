import { computed, signal } from '@preact/signals'
import { showing } from './showing.ts'

export const SPEEDS = [1, 2, 4, 8] as const

/** A page that slept does not jump. */
const FRAME_MS_MAX = 100

export const length = computed(() => showing.value?.film.lengthMs ?? 0)
/** In ms of the film; it begins at its end, which everybody knows. */
export const position = signal(0)
showing.subscribe(() => {
  position.value = length.peek()
})
export const isPlaying = signal(false)
export const wasPlayed = signal(false)
export const speed = signal<number>(4)
export const isOver = computed(() => position.value >= length.value)

const still = matchMedia('(prefers-reduced-motion: reduce)')
/** Whether nothing is to move by itself. */
export const isStill = signal(still.matches)
still.addEventListener('change', () => {
  isStill.value = still.matches
  if (still.matches) isPlaying.value = false
})

let frame = 0

export function play(): void {
  if (isPlaying.peek()) return
  if (isOver.peek()) position.value = 0
  isPlaying.value = true
  wasPlayed.value = true
  let before = performance.now()
  const step = (now: number) => {
    if (!isPlaying.peek()) return
    position.value = Math.min(length.peek(), position.peek() + Math.min(now - before, FRAME_MS_MAX) * speed.peek())
    before = now
    if (isOver.peek()) isPlaying.value = false
    else frame = requestAnimationFrame(step)
  }
  frame = requestAnimationFrame(step)
}

export function pause(): void {
  cancelAnimationFrame(frame)
  isPlaying.value = false
}

export function seek(ms: number): void {
  pause()
  position.value = Math.max(0, Math.min(length.peek(), ms))
}

/** To the step after or before this moment; behind the last there is the hammer, before the first the start. */
export function walk(by: 1 | -1): void {
  const moments = [0, ...(showing.peek()?.film.steps.map(({ ms }) => ms) ?? []), length.peek()]
  const here = position.peek()
  seek((by === 1 ? moments.find((ms) => ms > here) : moments.findLast((ms) => ms < here)) ?? here)
}
