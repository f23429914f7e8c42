import { computed, effect, signal } from '@preact/signals'
import type { AuctionView } from '../../src/sdk/index.ts'
import { formatFigure } from '../shared/figures.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { locale } from '../shared/language.ts'
import { clock } from '../shared/time.ts'
import { type Form, MONEY_FIELDS, type MoneyName, basisOf, blank, formLike, formOf } from './form-shape.ts'
import { loadBasis, loadForm, saveBasis, saveForm } from './form-store.ts'
import { instantOf } from './instants.ts'

/** What is in the fields, as it was typed; kept in this tab from key to key. */
export const form = signal<Form>(blank())
/** The auction that is being edited; null while a new one is made. */
export const original = signal<AuctionView | null>(null)
/** Which form it is in the store: an auction's id, or `new`. */
export const formKey = computed(() => original.value?.id ?? 'new')
/** Fields that were left: what is missing in them is said. */
export const touched = signal<ReadonlySet<string>>(new Set())

let begun: Form = form.peek()

/** Whether a new form begins with what the last lot left to it. */
export const hasBasis = signal(false)

/** Whether anything was typed that is not saved. */
export const isUnsaved = computed(
  () => JSON.stringify(form.value) !== JSON.stringify({ ...begun, locale: form.value.locale }),
)

/** Opens the form of an auction, or of a new one, with what was typed there before. */
export function takeUp(view: AuctionView | null): void {
  original.value = view
  begun = view === null ? fresh() : formOf(view)
  touched.value = new Set()
  form.value = inLocale(loadForm(formKey.peek()) ?? begun, locale.peek())
}

/** A new form: steps, times and currency are those of the last lot, as far as their days are not past. */
function fresh(): Form {
  const basis = loadBasis()
  hasBasis.value = basis !== null
  const form = inLocale({ ...blank(), ...basis }, locale.peek())
  const isPast = (typed: string) => Date.parse(instantOf(typed) ?? '') <= clock.now()
  const { opening, opensAt, ending, closesAt } = blank()
  return {
    ...form,
    ...(isPast(form.opensAt) ? { opening, opensAt } : {}),
    ...(isPast(form.closesAt) ? { ending, closesAt } : {}),
  }
}

/** Fills the form of a new auction with another one, pictures included. */
export function copy(view: AuctionView): void {
  takeUp(null)
  form.value = formLike(view)
  saveForm(formKey.peek(), form.peek())
}

/** Leaves to the next lot what it has in common with this one. */
export function passOn(): void {
  saveBasis(basisOf(form.peek()))
}

/** Begins anew with nothing of the last lot; what was typed stays. */
export function forgetBasis(): void {
  saveBasis(null)
  hasBasis.value = false
  const { title, description, images, startPrice, reservePrice, buyNowPrice } = form.peek()
  begun = blank()
  form.value = { ...begun, title, description, images, startPrice, reservePrice, buyNowPrice }
  saveForm(formKey.peek(), isUnsaved.peek() ? form.peek() : null)
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
