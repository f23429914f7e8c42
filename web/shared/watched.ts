import { effect, signal } from '@preact/signals'
import type { ListedAuctionView, List } from '../../src/sdk/index.ts'
import { client, user } from './session.ts'

/** Lots that the reader watches: signed in on the watchlist of the account, else on this device. */
const KEPT = 'martillo.watched'
/** Whose watchlist the device's list is a copy of. */
const OWNER = 'martillo.watched-by'
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

function keepAll(ids: readonly string[]): void {
  const shown = ids.slice(-WATCHED_MAX)
  watched.value = new Set(shown)
  localStorage.setItem(KEPT, JSON.stringify(shown))
}

/** The oldest marks give way to new ones. */
export function watch(id: string, isWanted: boolean): void {
  const others = [...watched.peek()].filter((one) => one !== id)
  keepAll(isWanted ? [...others, id] : others)
  if (user.peek()) void put(id, isWanted).catch(() => undefined)
}

function put(id: string, isWanted: boolean): Promise<void> {
  return client.ask(`/v1/me/watchlist/${id}`, { method: isWanted ? 'PUT' : 'DELETE' })
}

/** Whoever signs in finds their watchlist; what was marked here before goes onto it. */
async function share(userId: string): Promise<void> {
  const own = localStorage.getItem(OWNER) === userId ? [] : [...watched.peek()]
  for (const id of own) await put(id, true).catch(() => undefined)
  const { items } = await client.ask<List<ListedAuctionView>>('/v1/me/watchlist')
  localStorage.setItem(OWNER, userId)
  keepAll(items.map(({ id }) => id))
}

effect(() => {
  if (user.value) void share(user.value.id).catch(() => undefined)
  else if (user.value === null && localStorage.getItem(OWNER) !== null) {
    localStorage.removeItem(OWNER)
    keepAll([])
  }
})
