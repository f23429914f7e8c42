import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { MyBid } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { explain } from '../shared/refusals.ts'
import { client } from '../shared/session.ts'
import { shortTime } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { accountWords } from './words.ts'

const bids = signal<readonly MyBid[] | null>(null)
const nextCursor = signal<string | null>(null)
const failure = signal<unknown>(null)

async function read(more = false): Promise<void> {
  try {
    const page = await client.myBids({
      limit: 50,
      ...(more && nextCursor.value !== null ? { cursor: nextCursor.value } : {}),
    })
    bids.value = [...(more ? (bids.value ?? []) : []), ...page.items]
    nextCursor.value = page.nextCursor
    failure.value = null
  } catch (error) {
    failure.value = error
  }
}

/** Every bid of mine, with the maximum that nobody else sees. */
export function MyBids() {
  const texts = accountWords.value
  useEffect(() => void read(), [])
  return (
    <section class="my-bids">
      <h2>{texts.myBids}</h2>
      {failure.value !== null && (
        <p class="alert" role="alert">
          {explain(failure.value)}
        </p>
      )}
      {bids.value?.length === 0 && <p class="muted">{texts.noBids}</p>}
      <ul>
        {bids.value?.map((bid) => (
          <BidLine key={bid.id} bid={bid} />
        ))}
      </ul>
      {nextCursor.value !== null && (
        <button type="button" class="secondary" onClick={() => void read(true)}>
          {words.value.more}
        </button>
      )}
    </section>
  )
}

function BidLine({ bid }: { bid: MyBid }) {
  const { auction, standing } = bid
  const texts = accountWords.value
  const show = (amount: number) => money.value(amount, auction.currency)
  return (
    <li class={bid.voided ? 'voided' : ''}>
      <p>
        <a href={`/auctions/${auction.id}`}>{auction.title}</a>
      </p>
      <p class={`my-standing ${standing}`}>{bid.voided ? texts.voided : words.value.standing[standing]}</p>
      <p>
        <span class="muted small">{texts.bid}</span> {show(bid.amount)}
        {bid.maximum !== null && (
          <>
            {' '}
            <span class="muted small">{texts.maximum}</span> {show(bid.maximum)}
          </>
        )}
      </p>
      <p class="muted small">
        {texts.price} {auction.price === null ? '–' : show(auction.price)} · {shortTime(bid.at)}
      </p>
    </li>
  )
}
