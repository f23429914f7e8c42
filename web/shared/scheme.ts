import { effect, signal } from '@preact/signals'
import { keep } from './keep.ts'

export const SCHEMES = ['auto', 'light', 'dark'] as const
type Scheme = (typeof SCHEMES)[number]

function written(): Scheme {
  return SCHEMES.find((one) => one === document.documentElement.dataset['scheme']) ?? 'auto'
}

/** Light, dark, or as the device has it. */
export const scheme = signal<Scheme>(written())

export function paint(chosen: Scheme): void {
  keep('scheme', chosen)
  scheme.value = chosen
}

effect(() => {
  document.documentElement.dataset['scheme'] = scheme.value
})
