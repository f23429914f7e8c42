import { money } from '../shared/money.ts'
import { AmountField } from './amount-field.tsx'
import { BidButton } from './bid-button.tsx'
import { LEEWAYS, above, allow, choose, isConfirming, isOpen, leads, leeway, maySend, mode, press } from './bidding.ts'
import { ConfirmBid } from './confirm-bid.tsx'
import { Consent, hasAgreed } from './consent.tsx'
import { QuickAmounts } from './quick-amounts.tsx'
import { room } from './room.ts'
import { saleroomWords } from './words.ts'

/** What is offered, and the way to offer it. */
export function Offer() {
  const { binding } = saleroomWords.value
  const isAtRest = leads.value && !isOpen.value && !isConfirming.value
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {isConfirming.value ? <ConfirmBid /> : isAtRest ? <RaiseFirst /> : hasAgreed() ? <Choices /> : <Consent />}
      {!isAtRest && hasAgreed() && <p class="binding muted small">{binding}</p>}
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
        {mode.value === 'exact' && <Leeway />}
      </div>
      <QuickAmounts />
      <BidButton />
      <BuyNow />
    </>
  )
}

/** What a press of the next bid may come to where others bid meanwhile. */
function Leeway() {
  const { minimumBid, currency } = room.value!.auction
  const { faster, notMore, upTo } = saleroomWords.value
  return (
    <label class="leeway small">
      {faster}
      <select
        data-testid="leeway"
        value={leeway.value}
        onChange={({ currentTarget }) => allow(Number(currentTarget.value))}
      >
        {LEEWAYS.map((steps) => (
          <option key={steps} value={steps}>
            {steps === 0 ? notMore : upTo(money.value(above(minimumBid!, steps), currency))}
          </option>
        ))}
      </select>
    </label>
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
