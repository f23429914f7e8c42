import { Icon } from '../shared/icons.tsx'
import { signInAddress } from '../shared/frame.tsx'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { AmountField } from './amount-field.tsx'
import { BidButton } from './bid-button.tsx'
import { attempt, choose, isConfirming, isOpen, leads, maySend, mode, press } from './bidding.ts'
import { ConfirmBid } from './confirm-bid.tsx'
import { timeLeft } from './countdown.tsx'
import { QuickAmounts } from './quick-amounts.tsx'
import { isSeller, room } from './room.ts'
import { status } from './status.ts'
import { saleroomWords } from './words.ts'

/** Bidding, for those who may; for others what they can do instead. On a phone it stays at the foot of the screen. */
export function BidForm() {
  const { auction } = room.value!
  const texts = saleroomWords.value
  if (auction.status !== 'open' || isSeller.value) return null
  const minimum = auction.minimumBid === null ? '' : money.value(auction.minimumBid, auction.currency)
  return (
    <section
      class={`bid-form ${isOpen.value ? 'opened' : leads.value ? 'leads' : ''}`}
      id="bid-form"
      aria-label={texts.yourBid}
    >
      <BarLine />
      <p class="minimum" data-testid="minimum" data-minor={auction.minimumBid}>
        {leads.value ? texts.minimumOfOthers(minimum) : texts.minimum(minimum)}
      </p>
      {user.value ? <Offer /> : user.value === null ? <SignInFirst /> : <div class="form-held" />}
    </section>
  )
}

function SignInFirst() {
  return (
    <a class="primary" href={signInAddress()}>
      {saleroomWords.value.signInToBid}
    </a>
  )
}

/** On a phone: where I stand, the price and the time, whatever part of the page is in sight. */
function BarLine() {
  const { auction } = room.value!
  const { look, shape, word, says } = status.value
  const isAnswer = attempt.value.kind === 'answered' && attempt.value.answer.outcome === 'outbid'
  const speaks = look === 'amiss' || isAnswer
  return (
    <div class={`bar-line ${look}`} aria-hidden="true">
      <p class="bar-standing">
        <Icon of={shape} />
        {word}
      </p>
      <p class="bar-price figure">
        {money.value(auction.price ?? auction.terms.startPrice, auction.currency)}
        <span class="muted"> {timeLeft}</span>
      </p>
      {speaks && <p class="bar-says">{says}</p>}
    </div>
  )
}

function Offer() {
  const { binding } = saleroomWords.value
  const isAtRest = leads.value && !isOpen.value && !isConfirming.value
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {isConfirming.value ? <ConfirmBid /> : isAtRest ? <RaiseFirst /> : <Choices />}
      {!isAtRest && <p class="binding muted small">{binding}</p>}
    </form>
  )
}

/** Who leads has nothing to press by mistake. */
function RaiseFirst() {
  const { minimumBid, currency } = room.value!.auction
  const { raise, minimumOfOthers } = saleroomWords.value
  return (
    <>
      <p class="others small">{minimumBid !== null && minimumOfOthers(money.value(minimumBid, currency))}</p>
      <button
        type="button"
        class="secondary"
        data-testid="raise"
        disabled={!maySend.value}
        onClick={() => (isOpen.value = true)}
      >
        {raise}
      </button>
    </>
  )
}

function Choices() {
  return (
    <>
      <div class="more">
        {!leads.value && <Modes />}
        <AmountField />
      </div>
      <QuickAmounts />
      <BidButton />
      <BuyNow />
    </>
  )
}

function Modes() {
  const { exact, maximum, how } = saleroomWords.value
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
  const price = terms.buyNowPrice
  if (price === null || bidderCount > 0) return null
  return (
    <button type="button" class="secondary more" onClick={() => press({ amount: price })}>
      {saleroomWords.value.buyNow(money.value(price, currency))}
    </button>
  )
}
