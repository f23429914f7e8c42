import { computed } from '@preact/signals'
import { formatFigure } from '../shared/figures.ts'
import { formats } from '../formats/formats.ts'
import { clock } from '../shared/time.ts'
import { percentOf } from './form-body.ts'
import { MONEY_FIELDS, type MoneyName, type TextName } from './form-shape.ts'
import { amountOf, form, original, touched } from './form.ts'
import { instantOf, toField } from './instants.ts'
import { deskWords } from './words.ts'

type Mistake = { readonly text: string; readonly isMissing: boolean }
type Mistakes = ReadonlyMap<TextName, Mistake>

const DURATION_DAYS_MAX = 1_100
const SOFT_CLOSE_MINUTES_MAX = 1_440
const EXTENSIONS_MAX = 10_000
const EXAMPLE_MINOR = 125_000

/** What is wrong or missing, by field. */
export const mistakes = computed((): Mistakes => {
  const found = new Map<TextName, Mistake>()
  const note = (name: TextName, text: string | null, isMissing = false) => {
    if (text !== null && !found.has(name)) found.set(name, { text, isMissing })
  }
  if (form.value.title.trim() === '') note('title', deskWords.value.wrong.title, true)
  checkAmounts(note)
  checkSteps(note)
  checkTimes(note)
  checkSoftClose(note)
  return found
})

/** What is said at a field: mistakes at once, what is missing when it was left empty. */
export function saidAt(name: TextName): string | null {
  const mistake = mistakes.value.get(name)
  if (mistake === undefined || (mistake.isMissing && !touched.value.has(name))) return null
  return mistake.text
}

type Note = (name: TextName, text: string | null, isMissing?: boolean) => void

function checkAmounts(note: Note): void {
  const { wrong } = deskWords.value
  const { currency, increments, locale } = form.value
  if (form.value.startPrice.trim() === '') note('startPrice', wrong.startPrice, true)
  const isShown = (name: MoneyName) =>
    name === 'step' ? increments === 'single' : name === 'atLeast' ? increments === 'percent' : true
  for (const name of MONEY_FIELDS) {
    if (!isShown(name) || form.value[name].trim() === '') continue
    if (amountOf(name) === null) note(name, wrong.amount(formatFigure(EXAMPLE_MINOR, currency, locale)))
  }
  const { falls, hasBuyNow } = formats[form.value.format]
  const [start, reserve] = [amountOf('startPrice'), amountOf('reservePrice')]
  if (falls && start !== null && reserve !== null && reserve > start) note('reservePrice', wrong.aboveStart)
  const buyNow = amountOf('buyNowPrice')
  if (buyNow === null || !hasBuyNow) return
  if (buyNow < (amountOf('startPrice') ?? 0)) note('buyNowPrice', wrong.belowStart)
  if (buyNow < (amountOf('reservePrice') ?? 0)) note('buyNowPrice', wrong.belowReserve)
}

function checkSteps(note: Note): void {
  const { wrong } = deskWords.value
  const { increments, step, currency, tableCurrency } = form.value
  if (increments === 'single' && step.trim() === '') note('step', wrong.step, true)
  if (increments === 'percent' && percentOf() === null) note('percent', wrong.percent)
  if (increments === 'kept' && (original.value?.currency ?? tableCurrency) !== currency)
    note('increments', wrong.stepsOfOther)
}

function checkTimes(note: Note): void {
  const { wrong } = deskWords.value
  const { opening, opensAt, ending, closesAt } = form.value
  const opens = opening === 'at' ? instantOf(opensAt, original.value?.opensAt) : null
  if (opening === 'at' && isOpeningFree()) {
    if (opens === null) note('opensAt', wrong.opensOn, true)
    else if (isPast(opens) && !isAsBefore('opensAt')) note('opensAt', wrong.past)
  }
  if (ending !== 'at') return
  const closes = instantOf(closesAt, original.value?.closesAt)
  if (closes === null) return note('closesAt', wrong.closesOn, true)
  if (isPast(closes)) note('closesAt', wrong.past)
  if (opens !== null && Date.parse(closes) <= Date.parse(opens)) note('closesAt', wrong.beforeOpening)
  if (Date.parse(closes) - clock.now() > DURATION_DAYS_MAX * 86_400_000) note('closesAt', wrong.far)
}

/** What has opened has opened. */
export function isOpeningFree(): boolean {
  const status = original.value?.status ?? 'draft'
  return status === 'draft' || status === 'scheduled'
}

function isPast(wire: string): boolean {
  return Date.parse(wire) <= clock.now()
}

function isAsBefore(name: 'opensAt' | 'closesAt'): boolean {
  const before = original.value?.[name] ?? null
  return before !== null && form.value[name] === toField(before)
}

function checkSoftClose(note: Note): void {
  const { wrong } = deskWords.value
  const { softClose, limited, maxExtensions } = form.value
  if (!softClose) return
  for (const name of ['windowMinutes', 'extensionMinutes'] as const) {
    const minutes = Number(form.value[name])
    const isSound = form.value[name] !== '' && Math.round(minutes * 60) >= 1 && minutes <= SOFT_CLOSE_MINUTES_MAX
    if (!isSound) note(name, wrong.minutes)
  }
  const isCount = /^\d{1,5}$/.test(maxExtensions) && Number(maxExtensions) <= EXTENSIONS_MAX
  if (limited && !isCount) note('maxExtensions', wrong.times)
}
