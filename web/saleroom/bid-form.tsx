import { Icon } from '../shared/icons.tsx'
import { signInAddress } from '../shared/frame.tsx'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { attempt, isOpen, leads } from './bidding.ts'
import { timeLeft } from './countdown.tsx'
import { Later } from './later.tsx'
import { isSeller, room } from './room.ts'
import { status } from './status.ts'
import { saleroomWords } from './words.ts'

/** Whoever only watches needs none of it. */
const offering = async () => (await import('./offer.tsx')).Offer

const held = <div class="form-held" />

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
      {user.value ? <Later load={offering}>{held}</Later> : user.value === null ? <SignInFirst /> : held}
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
