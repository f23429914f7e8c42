import { computed, signal } from '@preact/signals'
import { closeNumbers } from '../../src/codes.ts'
import { stageOf } from '../shared/stage.ts'
import { user } from '../shared/session.ts'
import { words } from '../shared/words.ts'
import { BidForm } from './bid-form.tsx'
import { Later } from '../shared/later.tsx'
import { ConnectionState } from './connection-state.tsx'
import { Countdown } from './countdown.tsx'
import { Gallery } from './gallery.tsx'
import { History } from './history.tsx'
import { PricePanel } from './price-panel.tsx'
import { Standing } from './standing.tsx'
import { ending, hasJustEnded, room } from './room.ts'
import { TalkDoor } from './talk-door.tsx'
import { saleroomWords } from './words.ts'

const TURNED_AWAY: readonly number[] = [
  closeNumbers.not_signed_in,
  closeNumbers.not_allowed,
  closeNumbers.auction_not_found,
]

/** One auction: what it is on one side, where it stands and what one can do on the other. */
export function Saleroom() {
  if (ending.value !== null && TURNED_AWAY.includes(ending.value)) return <Later load={loadTurnedAway} />
  if (room.value === null) return <Waiting />
  const { title, seller, description } = room.value.auction
  return (
    <div class="saleroom-grid">
      <header class="lot-head">
        <h1>{title}</h1>
        <p class="muted">{saleroomWords.value.seller(seller.displayName)}</p>
        {user.value && <Later load={loadStar}>{null}</Later>}
      </header>
      <Gallery />
      <section class="rostrum" translate={false} aria-label={saleroomWords.value.rostrum}>
        {room.value.auction.status === 'open' && (
          <a class="skip" href="#bid-form" onClick={toButton}>
            {saleroomWords.value.toButton}
          </a>
        )}
        {room.value.auction.status !== 'draft' && <ConnectionState />}
        <PricePanel />
        <Countdown />
        <Standing />
        <BidForm />
      </section>
      <div class="lot">
        {description !== '' && <p class="description">{description}</p>}
        <Rules />
        <TalkDoor />
        <History />
        {isEnding.value && <Later load={loadAfter}>{null}</Later>}
      </div>
      {hasJustEnded.value && <Later load={loadMoment} />}
    </div>
  )
}

/** One key from the top of the panel to where bidding goes on. */
function toButton(event: MouseEvent): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('.bid-form .primary, .bid-form [data-testid=raise]')?.focus()
}

const loadStar = () => import('./lot-star.tsx').then(({ LotStar }) => LotStar)

const loadTurnedAway = () => import('./turned-away.tsx').then(({ TurnedAway }) => TurnedAway)

const loadConditions = () => import('./conditions.tsx').then(({ Conditions }) => Conditions)

/** In the last minutes, and from then on. */
const isEnding = computed(() => {
  const auction = room.value?.auction
  return auction !== undefined && (auction.outcome !== null || stageOf(auction).look === 'closing')
})

const loadAfter = () => import('./after.tsx').then(({ After }) => After)

const loadMoment = () => import('./moment.tsx').then(({ Moment }) => Moment)

const isWanted = signal(location.hash === '#rules')

/** There to be read before one bids; their words are loaded when they are. */
function Rules() {
  return (
    <details class="conditions" id="rules" open={isWanted.value} onToggle={() => (isWanted.value = true)}>
      <summary>{saleroomWords.value.conditions}</summary>
      {isWanted.value && <Later load={loadConditions} />}
    </details>
  )
}

function Waiting() {
  return (
    <div class="turned-away" aria-busy="true">
      <ConnectionState />
      <p>{words.value.loading}</p>
    </div>
  )
}
