import { effect, signal } from '@preact/signals'
import { type AnswerView, type Offer, ProblemError, isUnknown } from '../../src/sdk/index.ts'
import { newKey } from '../../src/sdk/pause.ts'
import { interrupt, mention } from '../shared/announce.tsx'
import { client } from '../shared/full-client.ts'
import { money } from '../shared/money.ts'
import { keepReceipt } from '../shared/receipts.ts'
import { explain } from '../shared/refusals.ts'
import { alertBy } from '../shared/senses.ts'
import { stepFrom } from '../shared/steps.ts'
import { type MyLot, lots, read } from './lots.ts'
import { bidsWords } from './words.ts'

/** Where a bid from a card is on its way. */
export type Attempt =
  | { readonly kind: 'sending'; readonly offer: Offer }
  | { readonly kind: 'answered'; readonly answer: AnswerView }
  | { readonly kind: 'refused'; readonly error: unknown; readonly price: number | null }
  | { readonly kind: 'unknown'; readonly offer: Offer; readonly key: string }

/** By auction. */
export const attempts = signal<ReadonlyMap<string, Attempt>>(new Map())

/** As the saleroom keeps it on this device: steps above the next bid that a press may come to where somebody was faster. */
const LEEWAY = 'martillo.leeway'
const LEEWAY_STEPS = 2

/** What a press sends, and the bid that it is meant to be; null where there is nothing to press. */
export type Pressed = { readonly offer: Offer; readonly figure: number }

export function offerOf({ standing, auction, listed, nextBid, falls }: MyLot): Pressed | null {
  const increments = listed?.terms.increments
  if (standing !== 'outbid' || auction.status !== 'open' || nextBid === null || increments === undefined) return null
  const steps = Number(localStorage.getItem(LEEWAY) ?? LEEWAY_STEPS)
  if (steps === 0) return { offer: { amount: nextBid }, figure: nextBid }
  let utmost = nextBid
  for (let n = 0; n < steps; n += 1) utmost = stepFrom(increments, utmost, falls ? -1 : 1)
  return { offer: falls ? { atLeast: utmost } : { atMost: utmost }, figure: nextBid }
}

/** Sends an offer, or the same one again under the key it had. */
export async function send({ auction }: MyLot, offer: Offer, key = newKey()): Promise<void> {
  become(auction.id, { kind: 'sending', offer })
  try {
    const answer = await client.bid(auction.id, offer, key)
    keepReceipt(auction.id, answer)
    become(auction.id, { kind: 'answered', answer })
    alertBy(answer.outcome === 'outbid' ? 'outbid' : 'leading')
    mention(auction.id, answerText(answer, auction.currency))
  } catch (error) {
    become(
      auction.id,
      isUnknown(error)
        ? { kind: 'unknown', offer, key }
        : { kind: 'refused', error, price: priceOf(error, auction.id) },
    )
    interrupt(isUnknown(error) ? bidsWords.peek().unknown : explain(error, auction.currency))
  }
  await read()
}

function become(id: string, attempt: Attempt | null): void {
  const next = new Map(attempts.peek())
  if (attempt === null) next.delete(id)
  else next.set(id, attempt)
  attempts.value = next
}

/** What a refusal was said of: the auction may be further than what is shown here. */
function priceOf(error: unknown, id: string): number | null {
  if (error instanceof ProblemError && (error.problem.code === 'bid_too_low' || error.problem.code === 'bid_too_high'))
    return error.problem.price
  return lots.peek()?.find(({ auction }) => auction.id === id)?.auction.price ?? null
}

export function answerText({ outcome, price }: AnswerView, currency: string): string {
  const { leadingNow, outbidAtOnce } = bidsWords.value
  return (outcome === 'outbid' ? outbidAtOnce : leadingNow)(money.value(price, currency))
}

/** An answer that no longer holds is not left standing: "you lead" after somebody bid more. */
effect(() => {
  for (const { auction, standing, falls } of lots.value ?? []) {
    const isBeyond = (price: number) => ((auction.price ?? price) - price) * (falls ? -1 : 1) > 0
    const attempt = attempts.peek().get(auction.id)
    if (attempt?.kind === 'answered') {
      const { price, outcome } = attempt.answer
      const leads = outcome !== 'outbid'
      // What is shown may still be of before the answer.
      const isLater = isBeyond(price) || ((auction.price ?? 0) === price && leads !== (standing === 'leading'))
      if (isLater || auction.status !== 'open') become(auction.id, null)
    }
    const isOld =
      attempt?.kind === 'refused' && (attempt.price === null ? auction.price !== null : isBeyond(attempt.price))
    if (isOld) become(auction.id, null)
  }
})
