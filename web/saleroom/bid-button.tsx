import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Offer } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { attempt, isOpen, leads, maySend, send as sendOffer, spoken } from './attempt.ts'
import { figure, isFirst, least, offer, press } from './bidding.ts'
import { type Face, useArmed } from './armed.ts'
import { isLimit, isPassed, yes } from './confirm-bid.tsx'
import { agree } from './consent.tsx'
import { sign } from './falling.ts'
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
/** The face under a finger or a key that is down: what it becomes meanwhile was not pressed. */
let pressed: Face | null = null

/** The click of a press comes right behind its end. */
const release = () => void setTimeout(() => (pressed = null))

/**
 * One button, whatever it is for: the focus stays on it through every change, so it is never disabled but in name. A bid is
 * sent as it is shown: while a finger is on it, its amount does not change.
 */
export function OfferButton({ face }: { readonly face: Face }) {
  const node = useRef<HTMLButtonElement>(null)
  const [under, hold] = useState<Shown | null>(null)
  const [stage, become] = useState<Stage>('rest')
  const isArmed = useArmed(face)
  const now = offer.value === null ? null : { offer: offer.value, figure: figure.value! }
  const shown = under ?? now
  const rest = () => {
    clearTimeout(timer)
    become('rest')
    hold(null)
  }
  useLayoutEffect(() => {
    const button = node.current!
    // A question takes the focus, and gives it back.
    const focus = () => face === 'confirm-bid' && button.focus({ preventScroll: true })
    focus()
    return () => {
      rest()
      focus()
    }
  }, [face])
  const isLow = figure.value === null || least.value === null || sign() * (figure.value - least.value) < 0
  const mayBid = shown !== null && (!isLow || under !== null)
  const mayPress = face === 'agree' || (maySend.value && (face === 'bid' ? mayBid : !isPassed()))
  const send = () => {
    rest()
    if (shown !== null && maySend.peek()) press(shown.offer)
  }
  const letGo = () => {
    if (stage === 'holding') rest()
    else hold(null)
  }
  const bid = (isPointer: boolean) => {
    if (isSent && isPointer) return void (isSent = false)
    const since = performance.now() - pressedAt
    if (!isFirst.peek() || (stage === 'again' && since > AGAIN_MS.least)) return send()
    if (stage === 'again') return
    letGo()
    pressedAt = performance.now()
    become('again')
    timer = setTimeout(() => become('rest'), AGAIN_MS.most)
  }
  // What is not of a pointer has no `detail`: keys, switches, readers.
  const clicked = ({ detail }: MouseEvent) => {
    if (!isArmed || !mayPress || (pressed ?? face) !== face) return
    if (face === 'bid') bid(detail > 0)
    else if (face === 'agree') agree()
    else if (face === 'raise') isOpen.value = true
    else if (attempt.value.kind === 'asked') void sendOffer(attempt.value.offer)
  }
  return (
    <button
      ref={node}
      type={face === 'bid' ? 'submit' : 'button'}
      class={`${face === 'raise' ? 'secondary' : 'primary'} ${stage === 'holding' ? 'holding' : ''} ${mayPress ? '' : 'off'}`}
      data-testid={face}
      data-stage={stage}
      aria-disabled={!isArmed || !mayPress}
      onKeyDown={({ repeat }) => void (pressed = repeat ? pressed : face)}
      onKeyUp={release}
      onPointerUp={release}
      onPointerDown={({ button, pointerId, currentTarget }) => {
        if (button !== 0) return
        pressed = face
        // The click behind a press of what was not armed is none either.
        isSent = !isArmed
        if (face !== 'bid' || !isArmed || !mayPress) return
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
      <span>{labelOf(face, shown)}</span>
      <small>{face === 'bid' && noteOf(shown, stage)}</small>
    </button>
  )
}

function labelOf(face: Face, shown: Shown | null): string {
  const texts = offerWords.value
  if (face === 'agree') return texts.agree
  if (face === 'confirm-bid') return yes()
  const latest = room.value!.you?.bids.find(({ voided }) => !voided)
  const isExact = latest !== undefined && (latest.maximum ?? latest.minimum ?? null) === null
  if (face === 'raise') return isExact ? texts.setMaximum : texts.raise
  if (shown === null) return texts.noAmount
  const amount = money.value(shown.figure, room.value!.auction.currency)
  if (!isLimit(shown.offer)) return texts.bid(amount)
  return (leads.value ? texts.raiseTo : texts.bidUpTo)(amount)
}

/** How it is pressed, and what it may come to where somebody is faster. */
function noteOf(shown: Shown | null, stage: Stage): string {
  const { pressAgain, holdIt } = offerWords.value
  const how = stage === 'again' ? pressAgain : isFirst.value ? holdIt : ''
  const isNext = shown !== null && ('atMost' in shown.offer || 'atLeast' in shown.offer)
  const most = isNext ? spoken(shown.offer) : ''
  return [how, most].filter((one) => one !== '').join(' · ')
}
