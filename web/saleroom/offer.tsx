import { effect, signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { canVibrate, senses, turn } from '../shared/senses.ts'
import { now } from '../shared/time.ts'
import { AmountField } from './amount-field.tsx'
import type { Face } from './armed.ts'
import { OfferButton } from './bid-button.tsx'
import { attempt, isOpen, leads } from './attempt.ts'
import { LEEWAYS, above, allow, choose, isConfirming, leeway, mode, press, typed } from './bidding.ts'
import { ConfirmBid } from './confirm-bid.tsx'
import { hasAgreed } from './consent.tsx'
import { hearKeys } from './single-keys.ts'
import { QuickAmounts } from './quick-amounts.tsx'
import { urgentMs } from './countdown.tsx'
import { connection, nextBid, phase, room } from './room.ts'
import { offerWords } from './offer-words.ts'
import { saleroomWords } from './words.ts'

/** What is offered, and the way to offer it. */
export function Offer() {
  useLayoutEffect(hearKeys, [])
  const { binding } = offerWords.value
  const face = faceNow()
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <SensesOnce />
      {face === 'confirm-bid' && <ConfirmBid />}
      {face === 'agree' && <p class="consent small">{offerWords.value.consent}</p>}
      {face === 'raise' && <Others />}
      {face === 'bid' && <Choices />}
      <OfferButton key="button" face={face} />
      {face === 'bid' && <BuyNow />}
      {face !== 'raise' && hasAgreed() && (
        <p class="binding muted small">
          {binding} <Arrival />
        </p>
      )}
    </form>
  )
}

/** Who leads has nothing to press by mistake. */
function faceNow(): Face {
  if (isConfirming.value) return 'confirm-bid'
  if (leads.value && !isOpen.value) return 'raise'
  return hasAgreed() ? 'bid' : 'agree'
}

/** How long a bid is on its way: half of the measured round trip, in tens of milliseconds. */
function Arrival() {
  void now.value
  const { tripMs } = connection
  if (phase.value !== 'live' || tripMs === null) return null
  return <span data-testid="arrival">{offerWords.value.arrival(Math.max(1, Math.round(tripMs / 20)) * 10)}</span>
}

const OFFERED = 'martillo.senses-offered'
const wasOffered = signal(localStorage.getItem(OFFERED) !== null)
const hasBid = signal(false)
effect(() => {
  if (attempt.value.kind === 'answered') hasBid.value = true
})

/** Sound and vibration are offered once: with the first bid that was accepted, and until there is an answer. */
function SensesOnce() {
  const { offerSenses, yes, no } = offerWords.value
  // Not while there is something to hurry for.
  if (wasOffered.value || !hasBid.value || senses.value.sounds || urgentMs.value !== null) return null
  const answer = (isWanted: boolean) => {
    localStorage.setItem(OFFERED, '1')
    wasOffered.value = true
    if (!isWanted) return
    turn('sounds', true)
    if (canVibrate) turn('vibration', true)
  }
  return (
    <p class="senses small" data-testid="senses">
      {offerSenses}{' '}
      <button type="button" class="quiet" onClick={() => answer(true)}>
        {yes}
      </button>{' '}
      <button type="button" class="quiet" onClick={() => answer(false)}>
        {no}
      </button>
    </p>
  )
}

function Others() {
  const { currency } = room.value!.auction
  const { minimumOfOthers } = saleroomWords.value
  const next = nextBid.value
  return <p class="others small">{next !== null && minimumOfOthers(money.value(next, currency))}</p>
}

function Choices() {
  return (
    <>
      <div class="more">
        {!leads.value && <Modes />}
        <AmountField />
        {mode.value === 'exact' && <Leeway isUsed={typed.value === null} />}
      </div>
      <QuickAmounts />
    </>
  )
}

/** What a press of the next bid may come to where others bid meanwhile. */
function Leeway({ isUsed }: { readonly isUsed: boolean }) {
  const { currency } = room.value!.auction
  const { upTo } = saleroomWords.value
  const { faster, notMore } = offerWords.value
  return (
    <label class={isUsed ? 'leeway small' : 'leeway small unused'}>
      {faster}
      <select
        data-testid="leeway"
        value={leeway.value}
        onChange={({ currentTarget }) => allow(Number(currentTarget.value))}
      >
        {LEEWAYS.map((steps) => (
          <option key={steps} value={steps}>
            {steps === 0 ? notMore : upTo(money.value(above(nextBid.value!, steps), currency))}
          </option>
        ))}
      </select>
    </label>
  )
}

function Modes() {
  const { exact, maximum, how } = offerWords.value
  return (
    <div class="choice" role="radiogroup" aria-label={how}>
      {(['exact', 'maximum'] as const).map((one) => (
        <label key={one}>
          <input type="radio" name="mode" value={one} checked={mode.value === one} onChange={() => choose(one)} />
          {one === 'exact' ? exact : maximum}
        </label>
      ))}
    </div>
  )
}

/** Until the first bid the buy-now price ends it at once (BIN-1). */
function BuyNow() {
  const { terms, currency, bidderCount } = room.value!.auction
  const { buyNowPrice: price = null } = terms
  if (price === null || bidderCount > 0) return null
  return (
    <button type="button" class="secondary buy-now" data-testid="buy-now" onClick={() => press({ amount: price })}>
      {offerWords.value.buyNow(money.value(price, currency))}
    </button>
  )
}
