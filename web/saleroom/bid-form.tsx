import { Icon } from '../shared/icons.tsx'
import { signInAddress } from '../shared/frame.tsx'
import { now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { money } from '../shared/money.ts'
import { user } from '../shared/session.ts'
import { attempt, isOpen, leads } from './attempt.ts'
import { timeLeft, urgentMs } from './countdown.tsx'
import { Later } from '../shared/later.tsx'
import { sign } from './falling.ts'
import { extended, extensionText, isSeller, nextBid, room } from './room.ts'
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
  // Before it is known how one stands there is nothing to press.
  const isKnown = Boolean(user.value) && room.value!.you !== null
  const next = nextBid.value
  const minimum = next === null ? '' : money.value(next, auction.currency)
  return (
    <section
      class={`bid-form ${isOpen.value ? 'opened' : leads.value ? 'leads' : ''} ${status.value.look} ${urgentMs.value === null ? '' : 'urgent'}`}
      id="bid-form"
      aria-label={texts.yourBid}
    >
      <Refill />
      <BarLine />
      <p class="minimum" data-testid="minimum" data-minor={next}>
        {leads.value ? texts.minimumOfOthers(minimum) : texts.minimum(minimum)}
      </p>
      {user.value === null ? <SignInFirst /> : isKnown ? <Later load={offering}>{held}</Later> : held}
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
      <p class="bar-says">{speaks ? says : barFacts()}</p>
    </div>
  )
}

/** As long as it is news. */
const EXTENSION_MS = 6_000

/** That the end moved; else my maximum and whether it is used up, and the reserve: what else may decide. */
function barFacts(): string {
  if (extended.value !== null && now.value - extended.value.heardAt < EXTENSION_MS) return extensionText(extended.value)
  const { auction, you } = room.value!
  const { maximumLeft, maximumUsed } = saleroomWords.value
  const latest = you?.bids.find(({ voided }) => !voided)
  const own = latest?.maximum ?? latest?.minimum ?? null
  const amount = own === null ? '' : money.value(own, auction.currency)
  const isUsed = own !== null && sign() * (own - (auction.price ?? 0)) <= 0
  const mine = own === null || you?.standing === 'none' ? '' : (isUsed ? maximumUsed : maximumLeft)(amount)
  const reserve = auction.reserve === 'unmet' && status.value.look !== 'unmet' ? words.value.reserve.unmet : ''
  return [mine, reserve].filter((one) => one !== '').join(' · ')
}

const REFILL_MS = 60_000

/** How much of the last minute is left: an extension fills it up again. */
function Refill() {
  const ms = urgentMs.value
  if (ms === null) return null
  const part = Math.ceil(ms / 250) * (250 / REFILL_MS)
  return <div class="refill" style={{ transform: `scaleX(${part})` }} aria-hidden="true" data-testid="refill" />
}
