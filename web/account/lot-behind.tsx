import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type AuctionView, RoomConnection } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { Picture } from '../shared/picture.tsx'
import { client } from '../shared/session.ts'
import { stageOf } from '../shared/stage.ts'
import { clock, formatRemaining, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { accountWords } from './words.ts'

const lot = signal<AuctionView | null>(null)

/** The auction that one came from to sign in: price and time go on, and so does the wish to be quick. */
export function LotBehind({ id }: { readonly id: string }) {
  useEffect(() => {
    const connection = new RoomConnection(client, id)
    clock.now = () => connection.now()
    connection.subscribe(() => (lot.value = connection.room?.auction ?? lot.value))
    return () => connection.close()
  }, [id])
  if (lot.value === null) return <div class="lot-behind" />
  const { title, images, price, terms, currency } = lot.value
  const { word, until } = stageOf(lot.value)
  const left = until === null ? '' : formatRemaining(Date.parse(until) - now.value, words.value.day)
  return (
    <aside class="lot-behind" aria-label={accountWords.value.lotBehind} data-testid="lot-behind">
      <div class="lot-behind-picture">
        <Picture address={images[0]} title={title} alt="" small eager />
      </div>
      <p class="lot-behind-title">{title}</p>
      <p class="figure">
        <strong data-testid="behind-price">{money.value(price ?? terms.startPrice, currency)}</strong>
        <span class="muted">
          {' '}
          · {word} <span data-testid="behind-left">{left}</span>
        </span>
      </p>
    </aside>
  )
}

/** Null where one came from another page. */
export function auctionBehind(): string | null {
  const next = new URLSearchParams(location.search).get('next') ?? ''
  return /^\/auctions\/([\w-]{1,100})(?:[?#]|$)/.exec(next)?.[1] ?? null
}
