import { type ReadonlySignal, computed, effect, signal } from '@preact/signals'
import { learn } from '../shared/language.ts'
import type { Texts } from './falling.en.ts'

/** Whether prices fall in this auction: suppliers bid down, and have a minimum where others have a maximum. */
export const falls = signal(false)

/** Which way the better amounts are. */
export const sign = () => (falls.value ? -1 : 1)

const texts = signal<ReadonlySignal<Texts> | null>(null)

effect(() => {
  if (falls.value)
    void import('./falling-texts.ts').then(({ fallingTexts }) => take(fallingTexts)).catch(() => undefined)
})

async function take(made: ReadonlySignal<Texts>): Promise<void> {
  await learn()
  texts.value = made
}

/** Words of which some are others where prices fall. */
export function eitherWay<All>(rising: ReadonlySignal<All>, part: keyof Texts): ReadonlySignal<All> {
  return computed(() => ({ ...rising.value, ...texts.value?.value[part] }))
}
