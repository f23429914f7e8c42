import { useSignalEffect } from '@preact/signals'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { LotCard } from './lot-card.tsx'
import { SearchBar } from './search-bar.tsx'
import { failure, lots, nextCursor, phase, read, search, state } from './lots.ts'
import { catalogueWords } from './words.ts'

export function Catalogue() {
  const { title, notLive } = catalogueWords.value
  useSignalEffect(() => {
    document.title = `${catalogueWords.value.title} – Martillo`
  })
  const lost = phase.value === 'reconnecting' || phase.value === 'offline'
  return (
    <>
      <div class="catalogue-head">
        <h1>{title}</h1>
        <SearchBar />
      </div>
      {lost && <p class="warning">{notLive}</p>}
      <ul class="lots" aria-busy={state.value === 'reading'} data-testid="lots">
        {lots.value.map((lot) => (
          <LotCard key={lot.id} lot={lot} />
        ))}
      </ul>
      <Below />
    </>
  )
}

/** What follows the cards: nothing found, not readable, or more. */
function Below() {
  const { none, noneFound, failed } = catalogueWords.value
  const { loading, tryAgain, more } = words.value
  const { q, status } = search.value
  if (state.value === 'failed')
    return (
      <div class="below" role="alert">
        <p>
          {failed} {explain(failure.value)}
        </p>
        <button type="button" class="secondary" onClick={() => void read()}>
          {tryAgain}
        </button>
      </div>
    )
  if (state.value === 'reading' && lots.value.length === 0) return <p class="below muted">{loading}</p>
  if (lots.value.length === 0) return <p class="below muted">{q === '' && status === '' ? none : noneFound}</p>
  if (nextCursor.value === null) return null
  return (
    <div class="below">
      <button type="button" class="secondary" disabled={state.value === 'reading'} onClick={() => void read(true)}>
        {more}
      </button>
    </div>
  )
}
