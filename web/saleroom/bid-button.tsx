import { useState } from 'preact/hooks'
import type { Offer } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { leads, maySend, spoken } from './attempt.ts'
import { figure, isFirst, least, offer, press } from './bidding.ts'
import { useArmed } from './armed.ts'
import { focusOnceBidding } from './focus.ts'
import { room } from './room.ts'
import { offerWords } from './offer-words.ts'

/** How long the first bid of a lot is held. */
const HOLD_MS = 600
/** Or it is pressed twice: not by one double click, and not long after. */
const AGAIN_MS = { least: 400, most: 6_000 }

type Shown = { readonly offer: Offer; readonly figure: number }
type Stage = 'rest' | 'holding' | 'again'

let timer: ReturnType<typeof setTimeout> | undefined
let pressedAt = 0
/** By a hold that was long enough: the click behind it is none. */
let isSent = false

/** Shows the amount and sends the amount it shows: while a finger is on it, it does not change. */
export function BidButton() {
  const [under, hold] = useState<Shown | null>(null)
  const [stage, become] = useState<Stage>('rest')
  const isArmed = useArmed()
  const now = offer.value === null ? null : { offer: offer.value, figure: figure.value! }
  const shown = under ?? now
  const low = figure.value === null || least.value === null || figure.value < least.value
  const send = () => {
    clearTimeout(timer)
    become('rest')
    hold(null)
    if (shown === null || !maySend.peek()) return
    press(shown.offer)
    focusOnceBidding()
  }
  const letGo = () => {
    hold(null)
    if (stage !== 'holding') return
    clearTimeout(timer)
    become('rest')
  }
  // What is not of a pointer has no `detail`: keys, switches, readers.
  const clicked = ({ detail }: MouseEvent) => {
    if (!isArmed) return
    if (isSent && detail > 0) return void (isSent = false)
    const since = performance.now() - pressedAt
    if (!isFirst.peek() || (stage === 'again' && since > AGAIN_MS.least)) return send()
    if (stage === 'again') return
    letGo()
    pressedAt = performance.now()
    become('again')
    timer = setTimeout(() => become('rest'), AGAIN_MS.most)
  }
  return (
    <button
      type="submit"
      class={stage === 'holding' ? 'primary holding' : 'primary'}
      data-testid="bid"
      data-stage={stage}
      aria-disabled={!isArmed}
      disabled={shown === null || !maySend.value || (low && under === null)}
      onPointerDown={({ button, pointerId, currentTarget }) => {
        if (button !== 0) return
        // The click behind a press that was meant for another button is none either.
        isSent = !isArmed
        if (!isArmed) return
        hold(now)
        if (!isFirst.peek() || stage === 'again') return
        // What moves below the finger must not end it.
        currentTarget.setPointerCapture(pointerId)
        become('holding')
        timer = setTimeout(() => {
          isSent = true
          send()
        }, HOLD_MS)
      }}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onClick={clicked}
    >
      <span>{labelOf(shown)}</span>
      <small>{noteOf(shown, stage)}</small>
    </button>
  )
}

function labelOf(shown: Shown | null): string {
  const texts = offerWords.value
  if (shown === null) return texts.noAmount
  const amount = money.value(shown.figure, room.value!.auction.currency)
  if (!('maximum' in shown.offer)) return texts.bid(amount)
  return (leads.value ? texts.raiseTo : texts.bidUpTo)(amount)
}

/** How it is pressed, and what it may come to where somebody is faster. */
function noteOf(shown: Shown | null, stage: Stage): string {
  const { pressAgain, holdIt } = offerWords.value
  const how = stage === 'again' ? pressAgain : isFirst.value ? holdIt : ''
  const most = shown?.offer.atMost === undefined ? '' : spoken(shown.offer)
  return [how, most].filter((one) => one !== '').join(' · ')
}
