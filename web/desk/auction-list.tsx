import { useEffect } from 'preact/hooks'
import type { AuctionView } from '../../src/sdk/index.ts'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { AuctionLine } from './auction-line.tsx'
import { auctions, failure, keepRead, nextCursor, read, search } from './auctions.ts'
import { Notice } from './notice.tsx'
import { addressOf } from './place.ts'
import { deskWords } from './words.ts'

const STATUSES: readonly ('' | AuctionView['status'])[] = [
  '',
  'draft',
  'scheduled',
  'open',
  'paused',
  'closed',
  'cancelled',
]

/** Every auction of this desk, the newest first. */
export function AuctionList() {
  useEffect(keepRead, [])
  return (
    <section class="desk-auctions" aria-label={deskWords.value.places.auctions}>
      <Notice at="auctions" />
      <Finder />
      {failure.value !== null && (
        <div role="alert" class="alert">
          <p>{explain(failure.value)}</p>
          <button type="button" class="secondary" onClick={() => void read()}>
            {words.value.tryAgain}
          </button>
        </div>
      )}
      <Lines />
      {nextCursor.value !== null && (
        <button type="button" class="secondary" onClick={() => void read(true)}>
          {words.value.more}
        </button>
      )}
    </section>
  )
}

function Finder() {
  const { find, show, all } = deskWords.value
  const { q, status } = search.value
  return (
    <search class="finder">
      <div>
        <label htmlFor="find-auctions">{find}</label>
        <input
          id="find-auctions"
          type="search"
          value={q}
          maxLength={200}
          onInput={(event) => (search.value = { ...search.peek(), q: event.currentTarget.value })}
        />
      </div>
      <div>
        <label htmlFor="show-status">{show}</label>
        <select
          id="show-status"
          value={status}
          onChange={(event) =>
            (search.value = { ...search.peek(), status: event.currentTarget.value as typeof status })
          }
        >
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {one === '' ? all : words.value.status[one]}
            </option>
          ))}
        </select>
      </div>
    </search>
  )
}

function Lines() {
  if (auctions.value === null) return failure.value === null ? <p class="muted">{words.value.loading}</p> : null
  if (auctions.value.length === 0) return <Nothing />
  return (
    <ul class="desk-list">
      {auctions.value.map((auction) => (
        <AuctionLine key={auction.id} auction={auction} />
      ))}
    </ul>
  )
}

function Nothing() {
  const { none, noneHint, noMatch, places } = deskWords.value
  if (search.value.q !== '' || search.value.status !== '')
    return (
      <div class="empty">
        <h2>{noMatch}</h2>
      </div>
    )
  return (
    <div class="empty">
      <h2>{none}</h2>
      <p>{noneHint}</p>
      <a class="primary" href={addressOf('new')}>
        {places.new}
      </a>
    </div>
  )
}
