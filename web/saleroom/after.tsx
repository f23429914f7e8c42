import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { Share } from '../shared/share.tsx'
import { formatRemaining, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { type NextLot, closesNext, followNext, ownNext } from './next-lots.ts'
import { Proof } from './proof.tsx'
import { room } from './room.ts'
import { nextWords } from './next-words.ts'

/** After the hammer its film and the check of the result, and around it the lots that come next. */
export function After() {
  const { id, title, outcome } = room.value!.auction
  const { film, after, closesNext: next, yours, all } = nextWords.value
  useEffect(followNext, [])
  const own = ownNext.value
  return (
    <>
      {outcome !== null && (
        <div class="to-film">
          <a class="secondary" href={`/auctions/${id}/film`} data-testid="to-film">
            {film}
          </a>
          <Share title={title} path={`/auctions/${id}/film`} />
        </div>
      )}
      {outcome !== null && <Proof />}
      <section class="next" aria-label={after} data-testid="next">
        {closesNext.value !== null && <Lots heading={next} lots={[closesNext.value]} />}
        {own.length > 0 && <Lots heading={yours} lots={own} />}
        <a href="/">{all}</a>
      </section>
    </>
  )
}

function Lots({ heading, lots }: { readonly heading: string; readonly lots: readonly NextLot[] }) {
  return (
    <div class="next-lots">
      <h2>{heading}</h2>
      <ul>
        {lots.map((next) => (
          <li key={next.lot.id}>
            <Lot {...next} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Lot({ lot, standing }: NextLot) {
  const { title, images, price, terms, currency, closesAt } = lot
  const left = useComputed(() =>
    closesAt === null ? '' : formatRemaining(Date.parse(closesAt) - now.value, words.value.day),
  )
  return (
    <a class="next-lot" href={`/auctions/${lot.id}`} data-testid="next-lot">
      <span class="next-picture">
        <Picture address={images[0]} title={title} alt="" small />
      </span>
      <span class="next-title">{title}</span>
      <span class="figure muted">
        {money.value(price ?? terms.startPrice, currency)} · {left}
        {standing !== null && ` · ${words.value.standing[standing]}`}
      </span>
    </a>
  )
}
