import { words } from '../shared/words.ts'
import { look, search } from './lots.ts'
import { catalogueWords } from './words.ts'

const statuses = ['open', 'scheduled', 'paused', 'closed'] as const
const sorts = ['closing', 'newest', 'price', 'bids'] as const

export function SearchBar() {
  const texts = catalogueWords.value
  const { q, status, sort } = search.value
  return (
    <search>
      <form class="search-bar" onSubmit={(event) => event.preventDefault()}>
        <div>
          <label htmlFor="q">{texts.search}</label>
          <input
            id="q"
            type="search"
            placeholder={texts.searchHint}
            value={q}
            onInput={(event) => look({ q: event.currentTarget.value })}
          />
        </div>
        <div>
          <label htmlFor="status">{texts.status}</label>
          <select id="status" value={status} onChange={(event) => look({ status: event.currentTarget.value })}>
            <option value="">{texts.all}</option>
            {statuses.map((one) => (
              <option key={one} value={one}>
                {words.value.status[one]}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor="sort">{texts.sort}</label>
          <select id="sort" value={sort} onChange={(event) => look({ sort: event.currentTarget.value })}>
            {sorts.map((one) => (
              <option key={one} value={one}>
                {texts.sorts[one]}
              </option>
            ))}
          </select>
        </div>
      </form>
    </search>
  )
}
