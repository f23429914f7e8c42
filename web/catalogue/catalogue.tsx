import { useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { house } from '../shared/house.ts'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { LotCard } from './lot-card.tsx'
import { SearchBar } from './search-bar.tsx'
import { ALL, failure, look, nextCursor, phase, read, readAgain, search, shown, state, total } from './lots.ts'
import { layout } from './layout.ts'
import { catalogueWords } from './words.ts'

export function Catalogue() {
  const { title, notLive, titleHint, count } = catalogueWords.value
  useSignalEffect(() => {
    document.title = `${catalogueWords.value.title} – ${house}`
  })
  const lost = phase.value === 'reconnecting' || phase.value === 'offline'
  return (
    <>
      <div class="catalogue-head">
        <h1>{title}</h1>
        <p class={lost ? 'catalogue-hint lost' : 'catalogue-hint muted'} data-testid="prices-state">
          {lost ? notLive : titleHint}
        </p>
        {total.value !== null && (
          <output class="muted figure" data-testid="total">
            {count(total.value)}
          </output>
        )}
      </div>
      <SearchBar />
      <ul class={`lots ${layout.value}`} aria-busy={state.value === 'reading'} data-testid="lots">
        {shown.value.map((id, place) => (
          <LotCard key={id} id={id} place={place} />
        ))}
      </ul>
      <Below />
    </>
  )
}

/** What follows the cards: nothing found, not readable, or more. */
function Below() {
  const { failed } = catalogueWords.value
  const { tryAgain } = words.value
  if (state.value === 'failed')
    return (
      <div class="empty" role="alert">
        <h2>{failed}</h2>
        <p>{explain(failure.value)}</p>
        <button type="button" class="secondary" onClick={readAgain}>
          {tryAgain}
        </button>
      </div>
    )
  if (shown.value.length > 0) return nextCursor.value === null ? null : <More key={nextCursor.value} />
  return state.value === 'reading' ? <p class="empty">{words.value.loading}</p> : <Nothing />
}

function Nothing() {
  const { none, noneHint, noneFound, noneFoundHint, noneWatchedHint, all } = catalogueWords.value
  const { q, status, priceFrom, priceTo } = search.value
  const isAll = [q, status, priceFrom, priceTo].every((one) => one === '')
  return (
    <div class="empty">
      <h2>{isAll ? none : noneFound}</h2>
      <p>{isAll ? noneHint : status === 'watched' ? noneWatchedHint : noneFoundHint}</p>
      {!isAll && (
        <button type="button" class="secondary" onClick={() => look(ALL)}>
          {all}
        </button>
      )}
    </div>
  )
}

/** Read by itself when it comes near; a button for the keyboard. */
function More() {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const sight = new IntersectionObserver(
      // Out of sight and in again may come as one call.
      (entries) => {
        if (entries.at(-1)!.isIntersecting && state.peek() === 'read') void read(true)
      },
      { rootMargin: '800px' },
    )
    sight.observe(button.current!)
    return () => sight.disconnect()
  }, [])
  return (
    <div class="below">
      <button
        ref={button}
        type="button"
        class="secondary"
        disabled={state.value === 'reading'}
        onClick={() => void read(true)}
      >
        {words.value.more}
      </button>
    </div>
  )
}
