import { type ReadonlySignal, computed, effect, signal } from '@preact/signals'

export type Language = 'en' | 'es'

const KEPT = 'martillo.language'

function first(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'en' || kept === 'es') return kept
  return navigator.language.startsWith('es') ? 'es' : 'en'
}

export const language = signal<Language>(first())

/** The reader's own locale where it is of the language, so that figures look as they do at home. */
export const locale = computed(
  () => navigator.languages.find((one) => one.split('-')[0] === language.value) ?? language.value,
)

export function speak(chosen: Language): void {
  localStorage.setItem(KEPT, chosen)
  language.value = chosen
}

/** The same texts in both languages: one that is missing does not compile. */
export function bilingual<Texts>(en: Texts, es: NoInfer<Texts>): ReadonlySignal<Texts> {
  return computed(() => (language.value === 'es' ? es : en))
}

effect(() => {
  document.documentElement.lang = language.value
})
