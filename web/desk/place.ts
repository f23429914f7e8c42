import { signal } from '@preact/signals'

const PLACES = ['live', 'auctions', 'new', 'edit', 'inbox', 'won', 'sent', 'people', 'house'] as const
export type PlaceName = (typeof PLACES)[number]
export type Place = { readonly at: PlaceName; readonly id: string | null }

const FIRST: Place = { at: 'live', id: null }

/** Where at the desk one is. It lives in the address, so that the way back works. */
export const place = signal<Place>(readAddress() ?? FIRST)

/** Null for what names no place here, as the jump to the content does. */
function readAddress(): Place | null {
  if (location.hash.length < 2) return FIRST
  const [name, id = null] = location.hash.slice(1).split('=')
  const at = PLACES.find((one) => one === name)
  return at === undefined || (at === 'edit' && id === null) ? null : { at, id }
}

addEventListener('hashchange', () => {
  const next = readAddress()
  if (next === null) return
  const before = place.peek()
  place.value = next
  if (next.at !== before.at) scrollTo(0, 0)
})

export function addressOf(at: PlaceName, id: string | null = null): string {
  return id === null ? `#${at}` : `#${at}=${id}`
}

/** The same, without a way back to where one was. */
export function stay(at: PlaceName): void {
  history.replaceState(null, '', addressOf(at))
  place.value = { at, id: null }
}

export function go(at: PlaceName, id: string | null = null): void {
  location.hash = addressOf(at, id)
}
