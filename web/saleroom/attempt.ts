import { computed, effect, signal } from '@preact/signals'
import { type AnswerView, type Offer, ProblemError, WithdrawnError, isUnknown } from '../../src/sdk/index.ts'
import { newKey } from '../../src/sdk/pause.ts'
import { interrupt, mention } from '../shared/announce.tsx'
import { money } from '../shared/money.ts'
import { alertBy } from '../shared/senses.ts'
import { now } from '../shared/time.ts'
import { connection, phase, room } from './room.ts'
import { keepAnswer, loadAnswers, refusalText, takenText } from './answer.ts'
import { saleroomWords } from './words.ts'

/** A bid of this page on its way, and what became of it. */

export type Doubt = 'buy' | 'large'

/** What a refusal was said of: the auction may be further than what is shown here. */
type Sight = { readonly seq: number; readonly price: number | null }

/** Where a bid of this page is on its way. */
export type Attempt =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked'; readonly offer: Offer; readonly doubt: Doubt }
  | { readonly kind: 'sending'; readonly offer: Offer; readonly key: string }
  | { readonly kind: 'answered'; readonly offer: Offer; readonly answer: AnswerView; readonly seq: number }
  | { readonly kind: 'refused'; readonly offer: Offer; readonly error: unknown; readonly of: Sight }
  | { readonly kind: 'unknown'; readonly offer: Offer; readonly key: string }

export const attempt = signal<Attempt>({ kind: 'none' })
/** Whether more than the quick way is shown: an own amount, a maximum, or raising it. */
export const isOpen = signal(false)

export const leads = computed(() => room.value?.you?.standing === 'leading')
/** The end has come by the service's clock, and the hammer is not down yet. */
export const isAtEnd = computed(() => {
  const { status, closesAt } = room.value?.auction ?? {}
  return status === 'open' && Date.parse(closesAt!) <= now.value
})
export const maySend = computed(
  () =>
    phase.value === 'live' &&
    room.value?.auction.status === 'open' &&
    !isAtEnd.value &&
    attempt.value.kind !== 'sending',
)

const shown = (minor: number) => money.value(minor, room.value?.auction.currency ?? 'EUR')

export function figureOf(of: Offer): number {
  return Object.values(of)[0]!
}

/** The amount of an offer as money. */
export function spoken(of: Offer): string {
  const amount = shown(figureOf(of))
  return (of.atMost ?? of.atLeast) === undefined ? amount : saleroomWords.value.upTo(amount)
}

export function withdraw(): void {
  attempt.value = { kind: 'none' }
}

/** Sends an offer, or the same one again under the key it had. */
export async function send(sent: Offer, key = newKey()): Promise<void> {
  attempt.value = { kind: 'sending', offer: sent, key }
  try {
    const answer = await connection.bid(sent, key)
    attempt.value = { kind: 'answered', offer: sent, answer, seq: answer.seq ?? room.peek()?.seq ?? 0 }
    void keepAnswer(answer)
    isOpen.value = false
    if (answer.outcome !== 'won') alertBy(answer.outcome === 'outbid' ? 'outbid' : 'leading')
    mention('bid', answerText(sent, answer))
  } catch (error) {
    if (error instanceof WithdrawnError) return withdraw()
    await loadAnswers()
    attempt.value = isUnknown(error)
      ? { kind: 'unknown', offer: sent, key }
      : { kind: 'refused', offer: sent, error, of: sightOf(error) }
    interrupt(attemptText(attempt.value))
  }
}

/** A bid that others had passed names the price that it was measured by. */
function sightOf(error: unknown): Sight {
  const { seq = 0, auction: { price = null } = {} } = room.peek() ?? {}
  const said = error instanceof ProblemError ? (error.problem as Partial<Sight & { asOfSeq: number }>) : {}
  return said.price === undefined ? { seq, price } : { seq: said.asOfSeq ?? seq, price: said.price }
}

function answerText(sent: Offer, { outcome, price }: AnswerView): string {
  const { leadingNow, outbid } = saleroomWords.value
  const at = shown(price)
  return takenText(outcome, at, spoken(sent)) ?? (outcome === 'outbid' ? outbid : leadingNow)(at)
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
      return refusalText(of.error, room.value?.auction.currency ?? 'EUR')
    case 'unknown':
      return saleroomWords.value.unknown(spoken(of.offer))
  }
}

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
