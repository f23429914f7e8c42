import type { AuctionView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, now, shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { catalogueWords } from './words.ts'

export function LotCard({ lot }: { lot: AuctionView }) {
  const stage = stageOf(lot)
  const { startsAt, price, hammer } = catalogueWords.value
  const label = lot.price === null ? startsAt : lot.outcome?.result === 'sold' ? hammer : price
  return (
    <li class={`lot-card ${stage.look}`} data-testid="lot" data-auction={lot.id}>
      <Picture lot={lot} />
      <div class="lot-text">
        <div class="lot-line">
          <p class="stage-word">{stage.word}</p>
          <When lot={lot} />
        </div>
        <h2>
          <a href={`/auctions/${lot.id}`}>{lot.title}</a>
        </h2>
        <p class="lot-price">
          <span class="muted small">{label}</span>
          <strong>{money.value(lot.price ?? lot.terms.startPrice, lot.currency)}</strong>
        </p>
        <p class="muted small">{lot.bidCount === 0 ? words.value.noBidsYet : words.value.bids(lot.bidCount)}</p>
      </div>
    </li>
  )
}

/** The first picture, else the first letter of the title. */
function Picture({ lot }: { lot: AuctionView }) {
  const [first] = lot.images
  if (first !== undefined)
    return <img class="lot-picture" src={first} alt="" loading="lazy" referrerpolicy="no-referrer" />
  return (
    <div class="lot-picture letter" aria-hidden="true">
      {lot.title.slice(0, 1)}
    </div>
  )
}

function When({ lot }: { lot: AuctionView }) {
  const { until } = stageOf(lot)
  if (until !== null) return <p class="when">{formatRemaining(Date.parse(until) - now.value, words.value.day)}</p>
  return lot.closesAt !== null && lot.status === 'closed' ? <p class="when">{shortTime(lot.closesAt)}</p> : null
}
