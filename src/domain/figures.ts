import { type Language, languages } from '../languages/list.ts'
import { exponentOf } from './currency.ts'
import { fromWire } from './instant.ts'

/**
 * Money and dates as the service writes them, in pages and in sentences. Each `Intl` formatter holds native memory that V8 does not see
 * (nodejs/node#57213), and a locale comes from the request: formatters are kept and never replaced. When there is no
 * room for another, the plain language is used, whose formatters always have room.
 */

/** A language of ours, and the reader's own variant of it, such as `es-MX`. */
export type Locale = { readonly language: Language; readonly locale: string }

/** That of readers of whom only the language is known. */
export function plainLocale(language: Language): Locale {
  return { language, locale: languages[language].locale }
}

/** Formatters for locales other than the plain languages: some 20 kB each. */
const FORMATTERS_MAX = 500

class Formatters<Formatter> {
  readonly #plain = new Map<string, Formatter>()
  readonly #others = new Map<string, Formatter>()
  readonly #make: (locale: string, currency: string) => Formatter

  constructor(make: (locale: string, currency: string) => Formatter) {
    this.#make = make
  }

  of({ language, locale }: Locale, currency = ''): Formatter {
    const name = `${locale} ${currency}`
    const known = this.#others.get(name)
    if (known !== undefined) return known
    if (locale === languages[language].locale || this.#others.size >= FORMATTERS_MAX)
      return this.#plainOf(language, currency)
    const made = this.#make(locale, currency)
    this.#others.set(name, made)
    return made
  }

  #plainOf(language: Language, currency: string): Formatter {
    const name = `${language} ${currency}`
    let formatter = this.#plain.get(name)
    if (formatter === undefined) this.#plain.set(name, (formatter = this.#make(languages[language].locale, currency)))
    return formatter
  }
}

const dates = new Formatters(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
)

const amounts = new Formatters((locale, currency) => {
  const digits = exponentOf(currency)
  const figures = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: 'always' } as const
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...figures })
})

/** An RFC 3339 instant in UTC. */
export function formatInstant(at: string, reader: Locale): string {
  return dates.of(reader).format(fromWire(at))
}

/** Minor units of a currency, exact up to 2^53 − 1. */
export function formatMoney(minor: number, currency: string, reader: Locale): string {
  const exponent = exponentOf(currency)
  const figure = String(minor).padStart(exponent + 1, '0')
  const whole = figure.slice(0, figure.length - exponent)
  const decimal = `${whole}.${figure.slice(figure.length - exponent)}0` as Intl.StringNumericLiteral
  return amounts.of(reader, currency).format(decimal)
}
