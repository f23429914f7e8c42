import { signal } from '@preact/signals'
import type { Sound } from './sound.ts'

/** What a page may do beside showing: each is off until the reader wants it, and kept on this device. */
export type Sense = 'sounds' | 'vibration'

const named = (sense: Sense) => `martillo.${sense}`
const isOn = (sense: Sense) => localStorage.getItem(named(sense)) === 'on'

export const senses = signal<Readonly<Record<Sense, boolean>>>({ sounds: isOn('sounds'), vibration: isOn('vibration') })

export const canVibrate = 'vibrate' in navigator

export function turn(sense: Sense, on: boolean): void {
  localStorage.setItem(named(sense), on ? 'on' : 'off')
  senses.value = { ...senses.value, [sense]: on }
  if (on) alertBy('leading')
}

const PATTERNS_MS: Readonly<Record<Sound, number[]>> = {
  leading: [30],
  outbid: [90, 60, 90],
  hammer: [40, 120, 40],
  won: [60, 60, 60, 60, 160],
}

/** By sound and vibration, as far as they are wanted. */
export function alertBy(sound: Sound): void {
  const { sounds, vibration } = senses.peek()
  if (vibration && canVibrate) navigator.vibrate(PATTERNS_MS[sound])
  if (sounds) import('./sound.ts').then(({ play }) => play(sound)).catch(() => undefined)
}
