import { useComputed } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, now, shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { follow, lotOf } from './lots.ts'
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
  const { startsAt, price, hammer } = catalogueWords.value
  const label = lot.price === null ? startsAt : lot.outcome?.result === 'sold' ? hammer : price
  return (
    <li ref={card} class={`lot-card ${look.value}`} data-testid="lot" data-auction={id}>
      <div class="lot-picture">
        <Picture address={lot.images[0]} title={lot.title} alt="" small eager={place < EAGER} />
      </div>
      <div class="lot-text">
        <h2>
          <a href={`/auctions/${id}`}>{lot.title}</a>
        </h2>
        <div class="lot-line">
          <p>
            <span class="label">{label}</span>
            <strong class="lot-price">{money.value(lot.price ?? lot.terms.startPrice, lot.currency)}</strong>
          </p>
          <p class="lot-count figure">{lot.bidCount === 0 ? words.value.noBidsYet : words.value.bids(lot.bidCount)}</p>
        </div>
        <div class="lot-line lot-when">
          <p class="stage-word">{word}</p>
          <When id={id} />
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
