import { computed, effect, signal } from '@preact/signals'
import { type AnswerView, type Offer, ProblemError, isUnknown } from '../../src/sdk/index.ts'
import { newKey } from '../../src/sdk/pause.ts'
import { interrupt, mention } from '../shared/announce.tsx'
import { formatFigure, parseMoney } from '../shared/figures.ts'
import { money } from '../shared/money.ts'
import { locale } from '../shared/language.ts'
import { alertBy } from '../shared/senses.ts'
import { stepAt } from '../shared/steps.ts'
import { connection, phase, room } from './room.ts'
import { keepAnswer, loadAnswers, refusalText } from './answer.ts'
import { saleroomWords } from './words.ts'

type Mode = 'exact' | 'maximum'
type Doubt = 'buy' | 'large'

/** What a refusal was said of: the auction may be further than what is shown here. */
type Sight = { readonly seq: number; readonly price: number | null }

/** Where a bid of this page is on its way. */
export type Attempt =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked'; readonly offer: Offer; readonly doubt: Doubt }
  | { readonly kind: 'sending'; readonly offer: Offer }
  | { readonly kind: 'answered'; readonly offer: Offer; readonly answer: AnswerView; readonly seq: number }
  | { readonly kind: 'refused'; readonly offer: Offer; readonly error: unknown; readonly of: Sight }
  | { readonly kind: 'unknown'; readonly offer: Offer; readonly key: string }

/** Far above the next bid: worth a second look. */
const LARGE_TIMES = { exact: 3, maximum: 10 }

export const attempt = signal<Attempt>({ kind: 'none' })
/** Whether more than the quick way is shown: an own amount, a maximum, or raising it. */
export const isOpen = signal(false)
const chosen = signal<Mode>('exact')
/** What the bidder typed; null while the field follows the minimum. */
export const typed = signal<string | null>(null)
/** The figure that the field stays at while somebody is in it. */
const held = signal<number | null>(null)

const auction = computed(() => room.value?.auction ?? null)
export const leads = computed(() => room.value?.you?.standing === 'leading')
export const mode = computed<Mode>(() => (leads.value ? 'maximum' : chosen.value))
export const isConfirming = computed(() => attempt.value.kind === 'asked')
export const maySend = computed(
  () => phase.value === 'live' && auction.value?.status === 'open' && attempt.value.kind !== 'sending',
)

/** The least that makes sense in the field: the minimum bid, or more than the own maximum. */
export const least = computed(() => {
  const minimum = auction.value?.minimumBid ?? null
  const own = room.value?.you?.maximum ?? null
  return minimum !== null && leads.value && own !== null ? Math.max(minimum, own + 1) : minimum
})

/** What the field proposes: the minimum bid, or a step above the own maximum. */
export const proposed = computed(() => {
  const { value } = least
  if (value === null || auction.value === null || !leads.value) return value
  const own = room.value?.you?.maximum ?? value
  return Math.max(value, own + stepAt(auction.value.terms.increments, own))
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

/** So many steps above an amount. */
export function above(amount: number, steps: number): number {
  const { increments } = auction.value!.terms
  let most = amount
  for (let n = 0; n < steps; n += 1) most += stepAt(increments, most)
  return most
}

/**
 * What the button says and sends. The next bid, as long as no other amount was asked for, is whatever it is when the bid is
 * decided, up to the leeway: no rival's bid on the way makes the press stale (PX-10).
 */
export const offer = computed<Offer | null>(() => {
  if (figure.value === null) return null
  if (mode.value === 'maximum') return { maximum: figure.value }
  const isNext = typed.value === null && held.value === null && leeway.value > 0
  return isNext ? { atMost: above(figure.value, leeway.value) } : { amount: figure.value }
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

export function figureOf(of: Offer): number {
  return of.amount ?? of.maximum ?? of.atMost!
}

/** The amount of an offer as money. */
export function spoken(of: Offer): string {
  const amount = money.value(figureOf(of), auction.value?.currency ?? 'EUR')
  return of.atMost === undefined ? amount : saleroomWords.value.upTo(amount)
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
  const minimum = auction.peek()?.minimumBid ?? 0
  const times = 'maximum' in pressed ? LARGE_TIMES.maximum : LARGE_TIMES.exact
  return figureOf(pressed) > minimum * times ? 'large' : null
}

/** BIN-1: until the first bid an amount of the buy-now price or more buys at once. */
function buysNow(pressed: Offer): boolean {
  const { terms, bidderCount, minimumBid } = auction.peek()!
  if (terms.buyNowPrice === null || bidderCount > 0) return false
  return (pressed.amount ?? (pressed.atMost === undefined ? 0 : minimumBid!)) >= terms.buyNowPrice
}

export function withdraw(): void {
  attempt.value = { kind: 'none' }
}

/** Sends an offer, or the same one again under the key it had. */
export async function send(sent: Offer, key = newKey()): Promise<void> {
  attempt.value = { kind: 'sending', offer: sent }
  try {
    const answer = await connection.bid(sent, key)
    attempt.value = { kind: 'answered', offer: sent, answer, seq: answer.seq ?? room.peek()?.seq ?? 0 }
    void keepAnswer(answer)
    typed.value = null
    isOpen.value = false
    if (answer.outcome !== 'won') alertBy(answer.outcome === 'outbid' ? 'outbid' : 'leading')
    mention('bid', answerText(sent, answer))
  } catch (error) {
    await loadAnswers()
    attempt.value = isUnknown(error)
      ? { kind: 'unknown', offer: sent, key }
      : { kind: 'refused', offer: sent, error, of: sightOf(error) }
    interrupt(attemptText(attempt.value))
  }
}

function sightOf(error: unknown): Sight {
  const { seq = 0, auction: { price = null } = {} } = room.peek() ?? {}
  if (!(error instanceof ProblemError) || error.problem.code !== 'bid_too_low') return { seq, price }
  return { seq: error.problem.asOfSeq ?? seq, price: error.problem.price }
}

function answerText(sent: Offer, { outcome, price }: AnswerView): string {
  const { leadingNow, outbidAtOnce, raisedNow, wonNow } = saleroomWords.value
  const shown = money.value(price, auction.value?.currency ?? 'EUR')
  if (outcome === 'won') return wonNow(shown)
  if (outcome === 'outbid') return outbidAtOnce(shown)
  return outcome === 'raised' ? raisedNow(spoken(sent)) : leadingNow(shown)
}

export function attemptText(of: Attempt): string {
  switch (of.kind) {
    case 'none':
    case 'asked':
      return ''
    case 'sending':
      return saleroomWords.value.sending(spoken(of.offer))
    case 'answered':
      return answerText(of.offer, of.answer)
    case 'refused':
      return refusalText(of.error, auction.value?.currency ?? 'EUR')
    case 'unknown':
      return saleroomWords.value.unknown(spoken(of.offer))
  }
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

/** An answer that no longer holds is not left standing: "you lead" after somebody bid more. */
effect(() => {
  const { value } = attempt
  if (room.value === null) return
  // A refusal names a price: with the next one it is of before.
  if (value.kind === 'refused' && room.value.seq > value.of.seq && room.value.auction.price !== value.of.price)
    attempt.value = { kind: 'none' }
  if (value.kind !== 'answered') return
  const { seq, auction } = room.value
  if (seq > value.seq && (auction.leader !== value.answer.leader || auction.price !== value.answer.price))
    attempt.value = { kind: 'none' }
})
