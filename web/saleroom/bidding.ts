import { computed, effect, signal } from '@preact/signals'
import type { Offer } from '../../src/sdk/index.ts'
import { formatFigure } from '../shared/figures.ts'
import { locale } from '../shared/language.ts'
import { parseMoney } from '../shared/parse-money.ts'
import { stepFrom } from '../shared/steps.ts'
import { loadAnswers } from './answer.ts'
import { type Doubt, attempt, figureOf, leads, send } from './attempt.ts'
import { falls, sign } from './falling.ts'
import { nextBid, room } from './room.ts'

/** What is offered: the amount of the field, the next bid, or a maximum. For who may bid. */

type Mode = 'exact' | 'maximum'
/** Far above the next bid: worth a second look. */
const LARGE_TIMES = { exact: 3, maximum: 10 }

const chosen = signal<Mode>('exact')
/** What the bidder typed; null while the field follows the minimum. */
export const typed = signal<string | null>(null)
/** The figure that the field stays at while somebody is in it. */
const held = signal<number | null>(null)

const auction = computed(() => room.value?.auction ?? null)
const ownLimit = computed(() => room.value?.you?.maximum ?? room.value?.you?.minimum ?? null)

function better(one: number, other: number): number {
  return falls.value ? Math.min(one, other) : Math.max(one, other)
}

export const mode = computed<Mode>(() => (leads.value ? 'maximum' : chosen.value))
export const isConfirming = computed(() => attempt.value.kind === 'asked')
/** The least that makes sense in the field: the next bid, or beyond the own maximum. */
export const least = computed(() => {
  const next = nextBid.value
  const own = ownLimit.value
  return next !== null && leads.value && own !== null ? better(next, own + sign()) : next
})

/** What the field proposes: the minimum bid, or a step above the own maximum. */
export const proposed = computed(() => {
  const { value } = least
  if (value === null || auction.value === null || !leads.value) return value
  const own = ownLimit.value ?? value
  return better(value, stepFrom(auction.value.terms.increments, own, sign()))
})

const prefilled = computed(() => {
  const from = held.value ?? proposed.value
  return auction.value === null || from === null ? '' : formatFigure(from, auction.value.currency, locale.value)
})
export const field = computed(() => typed.value ?? prefilled.value)
export const figure = computed(() =>
  auction.value === null ? null : parseMoney(field.value, auction.value.currency, locale.value),
)

/** Steps above the next bid that a press may come to where somebody was faster; kept on this device. */
export const LEEWAYS = [0, 1, 2, 5]
const LEEWAY = 'martillo.leeway'
export const leeway = signal(Number(localStorage.getItem(LEEWAY) ?? 2))

export function allow(steps: number): void {
  localStorage.setItem(LEEWAY, String(steps))
  leeway.value = steps
}

/** So many steps beyond an amount. */
export function above(amount: number, steps: number): number {
  const { increments } = auction.value!.terms
  let most = amount
  for (let n = 0; n < steps; n += 1) most = stepFrom(increments, most, sign())
  return most
}

/**
 * What the button says and sends. The next bid, as long as no other amount was asked for, is whatever it is when the bid is
 * decided, up to the leeway: no rival's bid on the way makes the press stale (PX-10).
 */
export const offer = computed<Offer | null>(() => {
  if (figure.value === null) return null
  if (mode.value === 'maximum') return falls.value ? { minimum: figure.value } : { maximum: figure.value }
  const isNext = typed.value === null && held.value === null && leeway.value > 0
  if (!isNext) return { amount: figure.value }
  const utmost = above(figure.value, leeway.value)
  return falls.value ? { atLeast: utmost } : { atMost: utmost }
})

/** The first bid of a lot is pressed for a while, or twice. */
export const isFirst = computed(() => (room.value?.you?.paddle ?? null) === null)

export function choose(next: Mode): void {
  chosen.value = next
}

export function type(text: string | null): void {
  typed.value = text
}

export function holdField(): void {
  held.value = proposed.peek()
}

export function releaseField(): void {
  held.value = null
  if (typed.value === '') typed.value = null
}

/** The button was pressed while it showed this offer: it is this that is asked about and sent. */
export function press(pressed: Offer): void {
  void loadAnswers()
  const doubt = doubtOf(pressed)
  if (doubt === null) void send(pressed)
  else attempt.value = { kind: 'asked', offer: pressed, doubt }
}

function doubtOf(pressed: Offer): Doubt | null {
  if (buysNow(pressed)) return 'buy'
  const next = nextBid.peek() ?? 0
  const times = LARGE_TIMES['maximum' in pressed || 'minimum' in pressed ? 'maximum' : 'exact']
  const figure = figureOf(pressed)
  return (falls.peek() ? figure * times < next : figure > next * times) ? 'large' : null
}

/** BIN-1: until the first bid an amount of the buy-now price or more buys at once. */
function buysNow(pressed: Offer): boolean {
  const { terms, bidderCount, minimumBid } = auction.peek()!
  const { buyNowPrice = null } = terms
  if (buyNowPrice === null || bidderCount > 0) return false
  return (pressed.amount ?? (pressed.atMost === undefined ? 0 : minimumBid!)) >= buyNowPrice
}

let writtenIn = locale.peek()

/** What was typed is the same amount in the other language. */
effect(() => {
  const into = locale.value
  const { currency } = auction.peek() ?? {}
  const text = typed.peek()
  const minor = text === null || currency === undefined ? null : parseMoney(text, currency, writtenIn)
  if (minor !== null && into !== writtenIn) typed.value = formatFigure(minor, currency!, into)
  writtenIn = into
})

/** A chosen step that others have passed is none any more: the button goes on with the next bid. Who writes is told. */
effect(() => {
  const [now, lowest] = [figure.value, least.value]
  if (typed.value !== null && held.value === null && now !== null && lowest !== null && sign() * (now - lowest) < 0)
    typed.value = null
})

/** What was accepted is not offered once more. */
effect(() => {
  if (attempt.value.kind === 'answered') typed.value = null
})
