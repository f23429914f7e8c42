import { watch, watched } from './watched.ts'
import { words } from './words.ts'

/** Puts a lot on the watchlist, or takes it off. */
export function Star({ id, title }: { readonly id: string; readonly title: string }) {
  const isWatched = watched.value.has(id)
  return (
    <button
      type="button"
      class="watch"
      aria-pressed={isWatched}
      aria-label={words.value.watch(title)}
      onClick={() => watch(id, !isWatched)}
    >
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
        <path d="m10 3.2 2.1 4.4 4.7.6-3.4 3.3.8 4.7-4.2-2.3-4.2 2.3.8-4.7L3.2 8.2l4.7-.6z" />
      </svg>
    </button>
  )
}
