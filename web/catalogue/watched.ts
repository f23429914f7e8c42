import { signal } from '@preact/signals'

/** Lots that the reader marked, on this device. */
const KEPT = 'martillo.watched'
/** As many as one list may name. */
const WATCHED_MAX = 200

export const watched = signal<ReadonlySet<string>>(new Set(kept()))

function kept(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string').slice(-WATCHED_MAX) : []
  } catch {
    return []
  }
}

/** The oldest marks give way to new ones. */
export function watch(id: string, isWanted: boolean): void {
  const others = [...watched.peek()].filter((one) => one !== id)
  const ids = (isWanted ? [...others, id] : others).slice(-WATCHED_MAX)
  watched.value = new Set(ids)
  localStorage.setItem(KEPT, JSON.stringify(ids))
}
