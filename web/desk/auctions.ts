import { effect, signal } from '@preact/signals'
import type { ListedAuctionView, CatalogueQuery } from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'

export type Search = { readonly q: string; readonly status: '' | ListedAuctionView['status'] }

const PAGE = 30
const TYPING_MS = 250

/** What this desk has in hand: a seller's own auctions, for admins all of them. */
export const search = signal<Search>({ q: '', status: '' })
export const auctions = signal<readonly ListedAuctionView[] | null>(null)
export const nextCursor = signal<string | null>(null)
export const failure = signal<unknown>(null)

let reading = 0

/** Reads the first page, or the next one; an answer to an older question is dropped. */
export async function read(more = false): Promise<void> {
  reading += 1
  const mine = reading
  const cursor = more ? nextCursor.peek() : null
  try {
    const page = await client.auctions({ ...asked(), ...(cursor === null ? {} : { cursor }) })
    if (mine !== reading) return
    auctions.value = [...(more ? (auctions.peek() ?? []) : []), ...page.items]
    nextCursor.value = page.nextCursor
    failure.value = null
  } catch (error) {
    if (mine === reading) failure.value = error
  }
}

function asked(): CatalogueQuery {
  const { q, status } = search.peek()
  const { role, id } = user.peek()!
  const mine = role === 'admin' ? {} : { seller: id }
  return { ...mine, q, sort: 'newest', limit: PAGE, ...(status === '' ? {} : { status }) }
}

/** Reads at once and with every other question, until it is stopped. */
export function keepRead(): () => void {
  return effect(() => {
    const { q } = search.value
    const timer = setTimeout(() => void read(), q === '' ? 0 : TYPING_MS)
    return () => clearTimeout(timer)
  })
}

/** Puts an auction's new view in the place of the old one. */
export function renew(view: ListedAuctionView): void {
  auctions.value = auctions.peek()?.map((one) => (one.id === view.id ? view : one)) ?? null
}

/** Takes an auction out that is gone. */
export function drop(id: string): void {
  auctions.value = auctions.peek()?.filter((one) => one.id !== id) ?? null
}
