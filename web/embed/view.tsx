import { useComputed } from '@preact/signals'
import { useState } from 'preact/hooks'
import type { AuctionView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { shownAt } from '../shared/picture.tsx'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { house, signIn } from './house.ts'
import type { EmbeddedLot } from './lot.ts'
import { embedWords } from './words.ts'

export function LotView({ lot }: { readonly lot: EmbeddedLot }) {
  const room = lot.room.value
  if (room === null)
    return <p class="quiet">{lot.phase.value === 'over' ? embedWords.value.gone : words.value.loading}</p>
  const { auction, you } = room
  const standing = you?.standing ?? 'none'
  const look = standing === 'leading' && auction.reserve === 'unmet' ? 'unmet' : standing
  return (
    <article class={stageOf(auction).look} data-testid="embed" data-standing={standing} data-phase={lot.phase.value}>
      <Picture auction={auction} />
      <h3>
        <a href={`${house}/auctions/${auction.id}`} target="_blank" rel="noopener">
          {auction.title}
        </a>
      </h3>
      <Price auction={auction} />
      <When auction={auction} />
      <output class={`standing ${look}`}>
        {look === 'none' ? '' : `${words.value.standing[look]}. `}
        {lot.answer}
      </output>
      {auction.status === 'open' && auction.maximumBid === undefined && <Bidding lot={lot} auction={auction} />}
    </article>
  )
}

function Picture({ auction: { images } }: { readonly auction: AuctionView }) {
  const [first] = images
  return first === undefined ? null : (
    <img src={new URL(shownAt(first, true), house).href} alt="" referrerpolicy="no-referrer" />
  )
}

function Price({ auction }: { readonly auction: AuctionView }) {
  const { price, startsAt, hammer } = embedWords.value
  const label = auction.price === null ? startsAt : auction.outcome?.result === 'sold' ? hammer : price
  return (
    <p class="price" data-testid="embed-price" data-minor={auction.price ?? ''}>
      <span class="quiet">{label}</span>
      <strong>{money.value(auction.price ?? auction.terms.startPrice, auction.currency)}</strong>
    </p>
  )
}

function When({ auction }: { readonly auction: AuctionView }) {
  const { leads, soldTo } = embedWords.value
  const left = useComputed(() => {
    const { until } = stageOf(auction)
    return until === null ? '' : formatRemaining(Date.parse(until) - now.value, words.value.day)
  })
  const winner = auction.outcome?.winner ?? null
  const who = winner !== null ? soldTo(winner) : auction.leader === null ? words.value.noBidsYet : leads(auction.leader)
  return (
    <p class="line">
      <span class="stage">{stageOf(auction).word}</span>
      <span>{who}</span>
      <span class="left">{left}</span>
    </p>
  )
}

function Bidding({ lot, auction }: { readonly lot: EmbeddedLot; readonly auction: AuctionView }) {
  const texts = embedWords.value
  if (!lot.bidder.mayBid.value)
    return (
      <button type="button" class="bid" data-testid="embed-sign-in" onClick={() => signIn(auction.id)}>
        {texts.signIn}
      </button>
    )
  const minimum = money.value(auction.minimumBid ?? 0, auction.currency)
  const isLow = (lot.amount.value ?? 0) < (auction.minimumBid ?? 0)
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <label>
        {texts.yourBid(auction.currency)}
        <input
          inputMode="decimal"
          autocomplete="off"
          value={lot.field.value}
          aria-invalid={lot.amount.value === null}
          onInput={(event) => lot.type(event.currentTarget.value)}
        />
      </label>
      <p class="quiet">{isLow ? texts.minimum(minimum) : texts.binding}</p>
      {lot.unanswered.value !== null && (
        <button type="button" data-testid="embed-again" disabled={lot.isBusy.value} onClick={() => lot.askAgain()}>
          {words.value.tryAgain}
        </button>
      )}
      <BidButton lot={lot} isLow={isLow} currency={auction.currency} />
    </form>
  )
}

type ButtonProps = { readonly lot: EmbeddedLot; readonly isLow: boolean; readonly currency: string }

/** Sends the amount it showed when it was pressed: while a finger is on it, it does not change. */
function BidButton({ lot, isLow, currency }: ButtonProps) {
  const [held, hold] = useState<number | null>(null)
  const { wrong, bid, confirm } = embedWords.value
  const asked = lot.asked.value
  const amount = held ?? asked ?? lot.amount.value
  const letGo = () => hold(null)
  return (
    <button
      type="submit"
      class="bid"
      data-testid="embed-bid"
      disabled={(isLow && asked === null && held === null) || lot.isBusy.value || lot.phase.value !== 'live'}
      onPointerDown={() => hold(amount)}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onClick={() => {
        if (amount !== null) lot.press(amount)
        letGo()
      }}
    >
      {amount === null ? wrong : (asked === null ? bid : confirm)(money.value(amount, currency))}
    </button>
  )
}
