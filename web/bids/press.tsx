import { useEffect, useRef, useState } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { explain } from '../shared/refusals.ts'
import { type Attempt, type Pressed, answerText, attempts, offerOf, send } from './bidding.ts'
import type { MyLot } from './lots.ts'
import { bidsWords } from './words.ts'

/** Armed by a first press: not by one double click, and not for long. */
const AGAIN_MS = { least: 400, most: 6_000 }

/** The next bid by two presses, and what came of it. Who leads has nothing to press. */
export function Press({ lot }: { readonly lot: MyLot }) {
  const place = useRef<HTMLDivElement>(null)
  const attempt = attempts.value.get(lot.auction.id)
  const offer = offerOf(lot)
  const isSending = attempt?.kind === 'sending'
  const isAsked = offer !== null || isSending
  useEffect(() => {
    // The button that was pressed is gone: its card goes on having the focus.
    if (isAsked || attempt === undefined || document.activeElement !== document.body) return
    place.current?.closest('li')?.querySelector('a')?.focus({ preventScroll: true })
  }, [isAsked, attempt])
  return (
    <div class="my-press" ref={place}>
      <output
        class={`my-answer ${attempt?.kind === 'refused' ? 'wrong' : ''}`}
        data-testid="my-answer"
        data-answer={wordOf(attempt)}
      >
        {attempt !== undefined && said(attempt, lot.auction.currency)}
      </output>
      {attempt?.kind === 'unknown' ? (
        <button
          type="button"
          class="primary"
          data-testid="my-ask-again"
          onClick={() => void send(lot, attempt.offer, attempt.key)}
        >
          {bidsWords.value.askAgain}
        </button>
      ) : (
        isAsked && <PressButton lot={lot} offer={offer} isSending={isSending} />
      )}
    </div>
  )
}

type ButtonProps = { readonly lot: MyLot; readonly offer: Pressed | null; readonly isSending: boolean }

/** Shows what it sends: once it is armed that does not change. */
function PressButton({ lot, offer, isSending }: ButtonProps) {
  const [armed, arm] = useState<{ readonly pressed: Pressed; readonly at: number } | null>(null)
  useEffect(() => {
    if (armed === null) return
    const timer = setTimeout(() => arm(null), AGAIN_MS.most)
    return () => clearTimeout(timer)
  }, [armed])
  const shown = armed?.pressed ?? offer
  const { bid, upTo, downTo, pressAgain, sending } = bidsWords.value
  const show = (minor: number) => money.value(minor, lot.auction.currency)
  const press = () => {
    if (isSending || shown === null) return
    if (armed === null) return arm({ pressed: shown, at: performance.now() })
    if (performance.now() - armed.at < AGAIN_MS.least) return
    arm(null)
    void send(lot, shown.offer)
  }
  const most = shown?.offer.atMost ?? shown?.offer.atLeast
  const notes = [armed === null ? '' : pressAgain, most === undefined ? '' : (lot.falls ? downTo : upTo)(show(most))]
  return (
    <button
      type="button"
      class={armed === null ? 'secondary my-bid' : 'primary my-bid'}
      aria-disabled={isSending}
      data-testid="my-bid"
      data-stage={armed === null ? 'rest' : 'again'}
      onClick={press}
    >
      {isSending ? (
        sending
      ) : (
        <>
          <span>{shown !== null && bid(show(shown.figure))}</span>
          <small>{notes.filter((one) => one !== '').join(' · ')}</small>
        </>
      )}
    </button>
  )
}

function wordOf(attempt: Attempt | undefined): string | undefined {
  return attempt?.kind === 'answered' ? attempt.answer.outcome : attempt?.kind
}

function said(attempt: Attempt, currency: string): string {
  switch (attempt.kind) {
    case 'sending':
      return ''
    case 'answered':
      return answerText(attempt.answer, currency)
    case 'refused':
      return explain(attempt.error, currency)
    case 'unknown':
      return bidsWords.value.unknown
  }
}
