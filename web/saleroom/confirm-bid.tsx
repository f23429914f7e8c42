import { effect } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { words } from '../shared/words.ts'
import { attempt, figureOf, maySend, send, spoken, withdraw } from './bidding.ts'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

/** The second half of a double click is no consent. */
const ARMED_AFTER_MS = 500

/** What had the focus is gone with the question: it goes on where bidding goes on, once the answer is there. */
function focusOnceBidding(): void {
  const done = effect(() => {
    if (!maySend.value) return
    requestAnimationFrame(() => {
      if (!maySend.peek()) return
      done()
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('[data-testid=bid], [data-testid=raise]')?.focus({ preventScroll: true })
    })
  })
}

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
  const { minimumBid, currency, terms, bidCount } = room.value!.auction
  const texts = saleroomWords.value
  const moved = minimumBid !== null && minimumBid > figureOf(asked.offer)
  const buys =
    'amount' in asked.offer && terms.buyNowPrice !== null && bidCount === 0 && asked.offer.amount >= terms.buyNowPrice
  const isExact = 'amount' in asked.offer
  return (
    <div class="confirm" data-testid="confirm">
      <p>
        <strong>
          {buys ? texts.confirmBuyNow : asked.doubt === 'first' ? texts.confirmFirst : texts.confirmLarge}
        </strong>{' '}
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
        disabled={!maySend.value}
        onClick={() => armed && void send(asked.offer)}
      >
        {(isExact ? texts.confirm : texts.confirmUpTo)(spoken(asked.offer))}
      </button>
    </div>
  )
}
