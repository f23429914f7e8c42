import { useEffect } from 'preact/hooks'
import type { Offer } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { words } from '../shared/words.ts'
import { attempt, figureOf, spoken, withdraw } from './attempt.ts'
import { sign } from './falling.ts'
import { nextBid, room } from './room.ts'
import { offerWords } from './offer-words.ts'

/** Asks once more about exactly what was pressed; a rising minimum does not change it. The button of the form is the yes. */
export function ConfirmBid() {
  const asked = attempt.value
  useEffect(() => {
    const leave = ({ key }: KeyboardEvent) => key === 'Escape' && withdraw()
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [])
  if (asked.kind !== 'asked') return null
  const { confirmBuyNow, confirmLarge, toPay, toPayAtMost, movedMeanwhile } = offerWords.value
  const { currency } = room.value!.auction
  return (
    <div class="confirm" data-testid="confirm">
      <p>
        <strong>{asked.doubt === 'buy' ? confirmBuyNow : confirmLarge}</strong>{' '}
        {(isLimit(asked.offer) ? toPayAtMost : toPay)(spoken(asked.offer))}
      </p>
      {isPassed() && <p class="wrong">{movedMeanwhile(money.value(nextBid.value!, currency))}</p>}
      <button type="button" class="secondary" onClick={withdraw}>
        {words.value.back}
      </button>
    </div>
  )
}

/** Whether an offer is a maximum, or a minimum where prices fall. */
export function isLimit(offer: Offer): boolean {
  return 'maximum' in offer || 'minimum' in offer
}

/** Others have bid more than what is asked about. */
export function isPassed(): boolean {
  const next = nextBid.value
  return attempt.value.kind === 'asked' && next !== null && sign() * (next - figureOf(attempt.value.offer)) > 0
}

export function yes(): string {
  const { buyNow, confirm, confirmUpTo } = offerWords.value
  if (attempt.value.kind !== 'asked') return ''
  const { doubt, offer } = attempt.value
  return (doubt === 'buy' ? buyNow : isLimit(offer) ? confirmUpTo : confirm)(spoken(offer))
}
