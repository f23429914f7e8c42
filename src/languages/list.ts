/** The languages of the service, each by the name it has in itself. `locale` is for figures and dates of readers whose own is not known. */
export const languages = {
  en: { name: 'English', locale: 'en' },
  es: { name: 'Español', locale: 'es' },
  de: { name: 'Deutsch', locale: 'de' },
  fr: { name: 'Français', locale: 'fr' },
  pt: { name: 'Português', locale: 'pt-PT' },
} as const

/** An ISO 639-1 code. */
export type Language = keyof typeof languages

export const languageCodes = Object.keys(languages) as readonly Language[]

/** For whoever wants none of the languages there are. */
export const DEFAULT_LANGUAGE: Language = 'en'

export function isLanguage(code: unknown): code is Language {
  return typeof code === 'string' && Object.hasOwn(languages, code)
}

/** A value for each language. */
export function byLanguage<Value>(valueOf: (language: Language) => Value): Record<Language, Value> {
  return Object.fromEntries(languageCodes.map((code) => [code, valueOf(code)])) as Record<Language, Value>
}
