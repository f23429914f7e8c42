import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { UserView } from '../../src/sdk/index.ts'
import { explain } from '../shared/refusals.ts'
import { user } from '../shared/session.ts'
import { client } from './client.ts'
import { words } from '../shared/words.ts'
import { deskWords } from './words.ts'

const people = signal<readonly UserView[]>([])
const nextCursor = signal<string | null>(null)
const failure = signal<unknown>(null)

async function read(q: string, more = false): Promise<void> {
  try {
    const cursor = more ? nextCursor.peek() : null
    const page = await client.users({ q, ...(cursor === null ? {} : { cursor }) })
    people.value = [...(more ? people.peek() : []), ...page.items]
    nextCursor.value = page.nextCursor
    failure.value = null
  } catch (error) {
    failure.value = error
  }
}

async function change(id: string, changes: { role?: UserView['role']; blocked?: boolean }): Promise<void> {
  try {
    const changed = await client.patchUser(id, changes)
    people.value = people.peek().map((one) => (one.id === id ? changed : one))
    failure.value = null
  } catch (error) {
    failure.value = error
    people.value = [...people.peek()]
  }
}

/** Everyone with an account: their role, and whether they may bid. It takes effect at once. */
export function People() {
  const [q, find] = useState('')
  const { findPeople } = deskWords.value
  useEffect(() => {
    const timer = setTimeout(() => void read(q), q === '' ? 0 : 250)
    return () => clearTimeout(timer)
  }, [q])
  return (
    <section class="people">
      <div class="find">
        <label htmlFor="find-people">{findPeople}</label>
        <input id="find-people" type="search" value={q} onInput={(event) => find(event.currentTarget.value)} />
      </div>
      {failure.value !== null && (
        <p class="alert" role="alert">
          {explain(failure.value)}
        </p>
      )}
      <ul>
        {people.value.map((person) => (
          <Person key={person.id} person={person} />
        ))}
      </ul>
      {nextCursor.value !== null && (
        <button type="button" class="secondary" onClick={() => void read(q, true)}>
          {words.value.more}
        </button>
      )}
    </section>
  )
}

function Person({ person }: { person: UserView }) {
  const { role, roleOf, block, unblock, blocked } = deskWords.value
  const { id, displayName, email } = person
  const oneself = id === user.value?.id
  return (
    <li>
      <p>
        {displayName} <span class="muted">{email}</span>
        {person.blocked && <span class="tag">{blocked}</span>}
      </p>
      <select
        aria-label={roleOf(displayName)}
        value={person.role}
        disabled={oneself}
        onChange={(event) => void change(id, { role: event.currentTarget.value as UserView['role'] })}
      >
        {(['bidder', 'seller', 'admin'] as const).map((one) => (
          <option key={one} value={one}>
            {role[one]}
          </option>
        ))}
      </select>
      <button
        type="button"
        class={person.blocked ? 'secondary' : 'danger'}
        disabled={oneself}
        onClick={() => void change(id, { blocked: !person.blocked })}
      >
        {person.blocked ? unblock : block}
      </button>
    </li>
  )
}
