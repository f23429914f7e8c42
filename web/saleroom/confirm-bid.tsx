import { useEffect, useRef, useState } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { words } from '../shared/words.ts'
import { attempt, figureOf, maySend, send, spoken, withdraw } from './attempt.ts'
import { focusOnceBidding } from './focus.ts'
import { room } from './room.ts'
import { offerWords } from './offer-words.ts'

/** The second half of a double click is no consent. */
const ARMED_AFTER_MS = 500

/** Asks once more, in the same place, about exactly what was pressed; a rising minimum does not change it. */
export function ConfirmBid() {
  const asked = attempt.value
  const [armed, arm] = useState(false)
  const yes = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    yes.current?.focus({ preventScroll: true })
    const timer = setTimeout(() => arm(true), ARMED_AFTER_MS)
    const leave = ({ key }: KeyboardEvent) => key === 'Escape' && withdraw()
    addEventListener('keydown', leave)
    return () => {
      clearTimeout(timer)
      removeEventListener('keydown', leave)
      focusOnceBidding()
    }
  }, [])
  if (asked.kind !== 'asked') return null
  const { minimumBid, currency } = room.value!.auction
  const texts = offerWords.value
  const moved = minimumBid !== null && minimumBid > figureOf(asked.offer)
  const buys = asked.doubt === 'buy'
  const isExact = !('maximum' in asked.offer)
  return (
    <div class="confirm" data-testid="confirm">
      <p>
        <strong>{buys ? texts.confirmBuyNow : texts.confirmLarge}</strong>{' '}
        {(isExact ? texts.toPay : texts.toPayAtMost)(spoken(asked.offer))}
      </p>
      {moved && <p class="wrong">{texts.movedMeanwhile(money.value(minimumBid, currency))}</p>}
      <button type="button" class="secondary" onClick={withdraw}>
        {words.value.back}
      </button>
      <button
        type="button"
        ref={yes}
        class="primary"
        data-testid="confirm-bid"
        aria-disabled={!armed}
        disabled={!maySend.value || moved}
        onClick={() => armed && void send(asked.offer)}
      >
        {(buys ? texts.buyNow : isExact ? texts.confirm : texts.confirmUpTo)(spoken(asked.offer))}
      </button>
    </div>
  )
}
