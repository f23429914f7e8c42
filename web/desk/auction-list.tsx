import { useEffect } from 'preact/hooks'
import type { AuctionView } from '../../src/sdk/index.ts'
import { money } from '../shared/money.ts'
import { explain } from '../shared/refusals.ts'
import { stageOf } from '../shared/stage.ts'
import { formatRemaining, fullTime, now } from '../shared/time.ts'
import { words } from '../shared/words.ts'
import { Actions } from './actions.tsx'
import { LiveBids } from './live-bids.tsx'
import { auctions, failure, nextCursor, read, watched } from './auctions.ts'
import { deskWords } from './words.ts'

export function AuctionList() {
  useEffect(() => void read(), [])
  if (failure.value !== null)
    return (
      <div role="alert" class="alert">
        <p>{explain(failure.value)}</p>
        <button type="button" class="secondary" onClick={() => void read()}>
          {words.value.tryAgain}
        </button>
      </div>
    )
  if (auctions.value === null) return <p class="muted">{words.value.loading}</p>
  return (
    <>
      {auctions.value.length === 0 && <p class="muted">{deskWords.value.none}</p>}
      <ul class="desk-list">
        {auctions.value.map((auction) => (
          <AuctionLine key={auction.id} auction={auction} />
        ))}
      </ul>
      {nextCursor.value !== null && (
        <button type="button" class="secondary" onClick={() => void read(true)}>
          {words.value.more}
        </button>
      )}
    </>
  )
}

function AuctionLine({ auction }: { auction: AuctionView }) {
  const { look, word } = stageOf(auction)
  return (
    <li class={`desk-line ${look}`} data-testid="desk-auction" data-auction={auction.id}>
      <div class="desk-head">
        <p class="stage-word">{word}</p>
        <h2>
          <a href={`/auctions/${auction.id}`}>{auction.title}</a>
        </h2>
        <p class="muted small">{facts(auction).join(' · ')}</p>
      </div>
      <p class="desk-price">{money.value(auction.price ?? auction.terms.startPrice, auction.currency)}</p>
      <Actions auction={auction} />
      {watched.value?.auction.id === auction.id && <LiveBids room={watched.value} />}
    </li>
  )
}

function facts({ bidCount, leader, terms, currency, closesAt, opensAt, status, statusReason }: AuctionView): string[] {
  const { leads, reserveOf } = deskWords.value
  const { bids, noBidsYet, day } = words.value
  const until = status === 'scheduled' ? opensAt : closesAt
  const left = status === 'open' && closesAt !== null ? formatRemaining(Date.parse(closesAt) - now.value, day) : null
  return [
    bidCount === 0 ? noBidsYet : bids(bidCount),
    leader === null || (status !== 'open' && status !== 'paused') ? '' : leads(leader),
    (terms.reservePrice ?? null) === null ? '' : reserveOf(money.value(terms.reservePrice!, currency)),
    left ?? (until === null ? '' : fullTime(until)),
    statusReason ?? '',
  ].filter((fact) => fact !== '')
}
