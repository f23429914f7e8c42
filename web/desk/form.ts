import { computed, effect, signal } from '@preact/signals'
import type { AuctionView } from '../../src/sdk/index.ts'
import { formatFigure } from '../shared/figures.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { locale } from '../shared/language.ts'
import { type Form, MONEY_FIELDS, type MoneyName, blank, formOf } from './form-shape.ts'
import { loadForm, saveForm } from './form-store.ts'

/** What is in the fields, as it was typed; kept in this tab from key to key. */
export const form = signal<Form>(blank())
/** The auction that is being edited; null while a new one is made. */
export const original = signal<AuctionView | null>(null)
/** Which form it is in the store: an auction's id, or `new`. */
export const formKey = computed(() => original.value?.id ?? 'new')
/** Fields that were left: what is missing in them is said. */
export const touched = signal<ReadonlySet<string>>(new Set())

let begun: Form = form.peek()

/** Whether anything was typed that is not saved. */
export const isUnsaved = computed(
  () => JSON.stringify(form.value) !== JSON.stringify({ ...begun, locale: form.value.locale }),
)

/** Opens the form of an auction, or of a new one, with what was typed there before. */
export function takeUp(view: AuctionView | null): void {
  original.value = view
  begun = view === null ? blank() : formOf(view)
  touched.value = new Set()
  form.value = inLocale(loadForm(formKey.peek()) ?? begun, locale.peek())
}

/** Forgets what was typed. */
export function discard(): void {
  saveForm(formKey.peek(), null)
  takeUp(original.peek())
}

export function set<Name extends keyof Form>(name: Name, value: Form[Name]): void {
  form.value = { ...form.peek(), [name]: value }
  saveForm(formKey.peek(), isUnsaved.peek() ? form.peek() : null)
}

export function touch(...names: readonly string[]): void {
  if (!names.every((name) => touched.peek().has(name))) touched.value = new Set([...touched.peek(), ...names])
}

/** Null where nothing, or no amount, was typed. */
export function amountOf(name: MoneyName): number | null {
  const { currency, [name]: typed } = form.value
  return parseMoney(typed, currency, form.value.locale)
}

/** Figures follow the language: what was typed in one is no figure in another. */
function inLocale(typed: Form, into: string): Form {
  if (typed.locale === into) return typed
  const figures = MONEY_FIELDS.map((name): [MoneyName, string] => {
    const minor = parseMoney(typed[name], typed.currency, typed.locale)
    return [name, minor === null ? typed[name] : formatFigure(minor, typed.currency, into)]
  })
  const hundredths = parseMoney(typed.percent, 'EUR', typed.locale)
  const percent = hundredths === null ? typed.percent : figureOf(hundredths / 100, into)
  return { ...typed, ...Object.fromEntries(figures), percent, locale: into }
}

export function figureOf(figure: number, into: string): string {
  return new Intl.NumberFormat(into, { maximumFractionDigits: 2 }).format(figure)
}

effect(() => {
  const into = locale.value
  begun = inLocale(begun, into)
  form.value = inLocale(form.peek(), into)
})
