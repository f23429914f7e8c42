import { money } from '../shared/money.ts'
import { words } from '../shared/words.ts'
import { room, stale } from './room.ts'
import { saleroomWords } from './words.ts'

/** The largest thing on the page. */
export function PricePanel() {
  const { auction } = room.value!
  const { price, hammer, start, startsAt } = saleroomWords.value
  const shown = auction.price ?? auction.terms.startPrice
  const isOver = auction.status === 'closed' || auction.status === 'cancelled'
  const sold = auction.outcome?.result === 'sold'
  return (
    <div class={stale.value ? 'price-panel stale' : 'price-panel'}>
      <p class="label">{auction.price === null ? (isOver ? start : startsAt) : sold ? hammer : price}</p>
      <p class="price" data-testid="price" data-minor={auction.price ?? ''}>
        {money.value(shown, auction.currency)}
      </p>
      <Facts />
    </div>
  )
}

function Facts() {
  const { auction, you } = room.value!
  const { bids, bidders, noBids, noBidsYet, reserve } = words.value
  const none = auction.status === 'closed' || auction.status === 'cancelled' ? noBids : noBidsYet
  const leader = auction.leader === null ? null : saleroomWords.value.leader(auction.leader)
  const counts = auction.bidCount === 0 ? none : `${bids(auction.bidCount)} · ${bidders(auction.bidderCount)}`
  return (
    <ul class="facts">
      <li>{counts}</li>
      <li class={`reserve ${auction.reserve}`} data-testid="reserve" data-reserve={auction.reserve}>
        {reserve[auction.reserve]}
      </li>
      {leader !== null && auction.status === 'open' && auction.leader !== you?.paddle && <li>{leader}</li>}
    </ul>
  )
}
