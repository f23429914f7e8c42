import { LAYOUTS, layOut, layout } from './layout.ts'
import { SORTS, STATUSES, look, search } from './lots.ts'
import { PriceBounds } from './price-bounds.tsx'
import { catalogueWords } from './words.ts'

/** Search, stage and order; all of it is in the address. */
export function SearchBar() {
  const texts = catalogueWords.value
  const { q, status, sort } = search.value
  return (
    <search class="search-bar">
      <div class="find">
        <label htmlFor="q">{texts.search}</label>
        <input
          id="q"
          type="search"
          placeholder={texts.searchHint}
          value={q}
          maxLength={200}
          onInput={(event) => look({ q: event.currentTarget.value })}
        />
      </div>
      <fieldset class="stages" aria-label={texts.status}>
        {STATUSES.map((one) => (
          <button
            key={one}
            type="button"
            class="pill"
            aria-pressed={status === one}
            onClick={() => look({ status: one })}
          >
            {one === '' ? texts.all : texts.stages[one]}
          </button>
        ))}
      </fieldset>
      <div class="order">
        <label htmlFor="sort">{texts.sort}</label>
        <select id="sort" value={sort} onChange={(event) => look({ sort: event.currentTarget.value })}>
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {texts.sorts[one]}
            </option>
          ))}
        </select>
      </div>
      <div class="more-choices">
        <PriceBounds />
        <div class="choice" role="radiogroup" aria-label={texts.layout}>
          {LAYOUTS.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="layout"
                value={one}
                checked={layout.value === one}
                onChange={() => layOut(one)}
              />
              {texts.layouts[one]}
            </label>
          ))}
        </div>
      </div>
    </search>
  )
}
