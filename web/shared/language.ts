import { type ReadonlySignal, computed, signal } from '@preact/signals'
import type { Language } from '../../src/languages/list.ts'
import { keep } from './keep.ts'

/** The service has already chosen, by the reader's cookie or their browser's wish, and written it on the page. */
export const language = signal(document.documentElement.lang as Language)

/** The reader's own locale where it is of the language, so that figures look as they do at home. */
export const locale = computed(
  () => navigator.languages.find((one) => one.split('-')[0] === language.value && isLocale(one)) ?? language.value,
)

/** Some browsers name one that is none, such as en-US@posix. */
function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0
  } catch {
    return false
  }
}

const loads: ((of: Language) => Promise<void>)[] = []

/**
 * Texts of which only the reader's language is loaded. `fileOf` imports `….${language}.ts`, of which there is one for each
 * language of the list, of the same type as the English one; what is left out of one does not compile.
 */
export function dictionary<Texts>(fileOf: (of: Language) => Promise<{ readonly texts: Texts }>): ReadonlySignal<Texts> {
  const held = new Map<Language, Texts>()
  loads.push(async (of) => {
    if (!held.has(of)) held.set(of, (await fileOf(of)).texts)
  })
  return computed(() => held.get(language.value)!)
}

/** Resolves when every text of a language is there. */
export async function learn(of: Language = language.peek()): Promise<void> {
  await Promise.all(loads.map((load) => load(of)))
}

/** Switches at once, everywhere; the choice is kept. */
export async function speak(chosen: Language): Promise<void> {
  await learn(chosen)
  keep('language', chosen)
  language.value = chosen
}

/** Of a list of the languages. Where the texts cannot be loaded it shows again what is spoken. */
export function speakChosen({ currentTarget: list }: { readonly currentTarget: HTMLSelectElement }): void {
  speak(list.value as Language).catch(() => (list.value = language.value))
}
