import { useEffect, useRef } from 'preact/hooks'
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
  const figure = useRef<HTMLParagraphElement>(null)
  useEffect(() => stamp(figure.current, shown), [shown])
  return (
    <div class={stale.value ? 'price-panel stale' : 'price-panel'}>
      <p class="label">{auction.price === null ? (isOver ? start : startsAt) : sold ? hammer : price}</p>
      <p class="price" ref={figure} data-testid="price" data-minor={auction.price ?? ''}>
        {money.value(shown, auction.currency)}
      </p>
      <Facts />
    </div>
  )
}

const CALM_MS = 900
const STAMP: Keyframe[] = [{ transform: 'scale(1.05)' }, { transform: 'none' }]
const STAMPING = { duration: 320, easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)' }

let stampedPrice: number | null = null
let stampedAt = 0

/** A new price is stamped on, gently; not where prices follow fast, nor for those who want no motion. */
function stamp(node: HTMLElement | null, price: number): void {
  const isNew = stampedPrice !== null && stampedPrice !== price
  const isCalm = performance.now() - stampedAt > CALM_MS
  if (stampedPrice !== price) stampedAt = performance.now()
  stampedPrice = price
  if (isNew && isCalm && !matchMedia('(prefers-reduced-motion: reduce)').matches) node?.animate(STAMP, STAMPING)
}

function Facts() {
  const { auction, you } = room.value!
  const { bids, bidders, noBids, noBidsYet, reserve } = words.value
  const isOver = auction.status === 'closed' || auction.status === 'cancelled'
  const leads = auction.leader !== null && auction.leader !== you?.paddle && !isOver
  return (
    <ul class="facts">
      <li>{auction.bidCount === 0 ? (isOver ? noBids : noBidsYet) : bids(auction.bidCount)}</li>
      <li>{auction.bidCount > 0 && bidders(auction.bidderCount)}</li>
      <li class={`reserve ${auction.reserve}`} data-testid="reserve" data-reserve={auction.reserve}>
        {reserve[auction.reserve]}
      </li>
      <li>{leads && saleroomWords.value.leader(auction.leader!)}</li>
    </ul>
  )
}
