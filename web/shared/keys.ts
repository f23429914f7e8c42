import { signal } from '@preact/signals'

/** Whether single keys bid: off until the reader wants it, kept on this device (WCAG 2.1.4). */
const KEPT = 'martillo.keys'

export const keys = signal(localStorage.getItem(KEPT) === 'on')

export function allowKeys(isOn: boolean): void {
  localStorage.setItem(KEPT, isOn ? 'on' : 'off')
  keys.value = isOn
}
