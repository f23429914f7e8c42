import { useEffect, useState } from 'preact/hooks'
import { explain } from '../shared/refusals.ts'
import { words } from '../shared/words.ts'
import { failure, nextCursor, people, read } from './accounts.ts'
import { Person } from './person.tsx'
import { deskWords } from './words.ts'

const TYPING_MS = 250

/** Everyone with an account: what they are, and whether they may bid. */
export function People() {
  const [q, find] = useState('')
  const { findPeople, places } = deskWords.value
  useEffect(() => {
    const timer = setTimeout(() => void read(q), q === '' ? 0 : TYPING_MS)
    return () => clearTimeout(timer)
  }, [q])
  return (
    <section class="people" aria-label={places.people}>
      <search class="finder">
        <div>
          <label htmlFor="find-people">{findPeople}</label>
          <input
            id="find-people"
            type="search"
            value={q}
            maxLength={200}
            onInput={(event) => find(event.currentTarget.value)}
          />
        </div>
      </search>
      {failure.value !== null && (
        <div class="alert" role="alert">
          <p>{explain(failure.value)}</p>
          <button type="button" class="secondary" onClick={() => void read(q)}>
            {words.value.tryAgain}
          </button>
        </div>
      )}
      <Found />
      {nextCursor.value !== null && (
        <button type="button" class="secondary" onClick={() => void read(q, true)}>
          {words.value.more}
        </button>
      )}
    </section>
  )
}

function Found() {
  if (people.value === null) return failure.value === null ? <p class="muted">{words.value.loading}</p> : null
  if (people.value.length === 0)
    return (
      <div class="empty">
        <h2>{deskWords.value.nobodyFound}</h2>
      </div>
    )
  return (
    <ul class="people-list">
      {people.value.map((person) => (
        <Person key={person.id} person={person} />
      ))}
    </ul>
  )
}
