import { signInAddress } from '../shared/frame.tsx'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { AmountField } from './amount-field.tsx'
import { BidAnswer } from './bid-answer.tsx'
import { BidButton } from './bid-button.tsx'
import { ConfirmBid } from './confirm-bid.tsx'
import { choose, isConfirming, leads, mode, press } from './bidding.ts'
import { isSeller, room } from './room.ts'
import { saleroomWords } from './words.ts'

/** Bidding, for those who may; for others what they can do instead. */
export function BidForm() {
  const { auction } = room.value!
  const texts = saleroomWords.value
  if (auction.status !== 'open') return <BidAnswer />
  const minimum = auction.minimumBid === null ? null : money.value(auction.minimumBid, auction.currency)
  return (
    <div class="bid-form" id="bid-form">
      {minimum !== null && (
        <p class="minimum" data-testid="minimum" data-minor={auction.minimumBid}>
          {leads.value ? texts.minimumOfOthers(minimum) : texts.minimum(minimum)}
        </p>
      )}
      {isSeller.value ? (
        <p class="notice">{texts.ownAuction}</p>
      ) : !user.value ? (
        <a class="primary" href={signInAddress()}>
          {texts.signInToBid}
        </a>
      ) : (
        <Offer />
      )}
    </div>
  )
}

function Offer() {
  const { binding } = saleroomWords.value
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      {isConfirming.value ? (
        <ConfirmBid />
      ) : (
        <>
          {!leads.value && <Modes />}
          <AmountField />
          <BidButton />
          <BuyNow />
        </>
      )}
      <BidAnswer />
      <p class="muted small">{binding}</p>
    </form>
  )
}

function Modes() {
  const { exact, maximum } = saleroomWords.value
  return (
    <div class="modes" role="radiogroup">
      {(['exact', 'maximum'] as const).map((one) => (
        <label key={one} class={mode.value === one ? 'mode chosen' : 'mode'}>
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
    <button type="button" class="secondary" onClick={() => press({ amount: price })}>
      {saleroomWords.value.buyNow(money.value(price, currency))}
    </button>
  )
}
