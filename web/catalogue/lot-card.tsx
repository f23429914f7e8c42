import { useComputed } from '@preact/signals'
import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { useEffect, useRef } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { Star } from '../shared/star.tsx'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, now, shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { follow, lotOf } from './lots.ts'
import { standing } from './standing.ts'
import { catalogueWords } from './words.ts'

/** Cards with pictures above the fold are not waited for. */
const EAGER = 6

export function LotCard({ id, place }: { readonly id: string; readonly place: number }) {
  const card = useRef<HTMLLIElement>(null)
  useEffect(() => {
    const node = card.current!
    sight.observe(node)
    return () => {
      sight.unobserve(node)
      follow(id, false)
    }
  }, [id])
  const lot = lotOf(id).value
  const look = useComputed(() => stageOf(lotOf(id).value).look)
  const word = useComputed(() => stageOf(lotOf(id).value).word)
  const { startsAt, startedAt, price, hammer } = catalogueWords.value
  const isOver = lot.status === 'closed' || lot.status === 'cancelled'
  const before = isOver ? startedAt : startsAt
  const label = lot.price === null ? before : lot.outcome?.result === 'sold' ? hammer : price
  return (
    <li ref={card} class={`lot-card ${look.value}`} data-testid="lot" data-auction={id}>
      <div class="lot-picture">
        <Picture address={lot.images[0]} title={lot.title} alt="" small eager={place < EAGER} />
      </div>
      <Star id={id} title={lot.title} />
      <div class="lot-text">
        <h2>
          <a href={`/auctions/${id}`} dir="auto">
            {lot.title}
          </a>
        </h2>
        <div class="lot-line">
          <p>
            <span class="label">{label}</span>
            <strong class="lot-price">{money.value(lot.price ?? lot.terms.startPrice, lot.currency)}</strong>
          </p>
          <p class="lot-count figure">{bidsText(lot)}</p>
        </div>
        <div class="lot-line lot-when">
          <p class="stage-word">{word}</p>
          <When id={id} />
        </div>
        <div class="lot-line lot-end">
          <End id={id} />
          <Mine id={id} />
        </div>
      </div>
    </li>
  )
}

const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries)
      follow((target as HTMLElement).dataset['auction']!, isIntersecting)
  },
  { rootMargin: '400px' },
)

/** What is over waits for nothing. */
function bidsText({ bidCount, status }: ListedAuctionView): string {
  if (bidCount > 0) return words.value.bids(bidCount)
  return status === 'closed' || status === 'cancelled' ? words.value.noBids : words.value.noBidsYet
}

/** When it ends, on the reader's clock. */
function End({ id }: { readonly id: string }) {
  const { closesAt, status } = lotOf(id).value
  const isToCome = status === 'open' || status === 'scheduled'
  if (closesAt === null || !isToCome) return <p />
  return (
    <p class="muted">
      {catalogueWords.value.ends} <time dateTime={closesAt}>{shortTime(closesAt)}</time>
    </p>
  )
}

function Mine({ id }: { readonly id: string }) {
  const mine = standing(id)
  if (mine === undefined || mine === 'none') return null
  return (
    <p class={`my-standing ${mine}`} data-testid="my-standing">
      {words.value.standing[mine]}
    </p>
  )
}

/** Redrawn when what it says changes, not with every tick of the clock. */
function When({ id }: { readonly id: string }) {
  const says = useComputed(() => {
    const lot = lotOf(id).value
    const { until } = stageOf(lot)
    if (until !== null) return formatRemaining(Date.parse(until) - now.value, words.value.day)
    return lot.closesAt !== null && lot.status === 'closed' ? shortTime(lot.closesAt) : ''
  })
  return <p class="when figure">{says}</p>
}
