import { effect, signal } from '@preact/signals'
import { type AuctionView, type CatalogueQuery, type Phase, PriceConnection } from '../../src/sdk/index.ts'
import { client } from '../shared/session.ts'
import { clock } from '../shared/time.ts'

/** What is searched for; it lives in the address, so that a view can be shared and gone back to. */
export type Search = { readonly q: string; readonly status: string; readonly sort: string }

const PAGE = 24
/** As many as one channel watches. */
const WATCHED_MAX = 200

export const search = signal<Search>(readAddress())
export const lots = signal<readonly AuctionView[]>([])
export const state = signal<'reading' | 'read' | 'failed'>('reading')
export const failure = signal<unknown>(null)
export const nextCursor = signal<string | null>(null)
export const phase = signal<Phase>('connecting')

function readAddress(): Search {
  const given = new URLSearchParams(location.search)
  return { q: given.get('q') ?? '', status: given.get('status') ?? '', sort: given.get('sort') ?? 'closing' }
}

export function look(changes: Partial<Search>): void {
  search.value = { ...search.value, ...changes }
  const { q, status, sort } = search.value
  const given = Object.entries({ q, status, sort: sort === 'closing' ? '' : sort }).filter(([, value]) => value !== '')
  history.replaceState(null, '', given.length === 0 ? '/' : `/?${new URLSearchParams(given)}`)
}

let reading = 0

/** Reads the first page, or the next one; an answer to an older question is dropped. */
export async function read(more = false): Promise<void> {
  reading += 1
  const mine = reading
  state.value = 'reading'
  try {
    const page = await client.auctions({
      ...(search.peek() as CatalogueQuery),
      limit: PAGE,
      ...(more && nextCursor.peek() !== null ? { cursor: nextCursor.peek()! } : {}),
    })
    if (mine !== reading) return
    const known = more ? lots.peek() : []
    const ids = new Set(known.map((lot) => lot.id))
    lots.value = [...known, ...page.items.filter((lot) => !ids.has(lot.id))]
    nextCursor.value = page.nextCursor
    state.value = 'read'
    prices.watch(watched())
  } catch (error) {
    if (mine !== reading) return
    failure.value = error
    state.value = 'failed'
  }
}

function watched(): string[] {
  return lots
    .peek()
    .filter((lot) => lot.status !== 'closed' && lot.status !== 'cancelled')
    .map((lot) => lot.id)
    .slice(0, WATCHED_MAX)
}

const prices = new PriceConnection(client, (lines) => {
  phase.value = prices.phase
  const byId = new Map(lines.map((line) => [line.auction, line]))
  if (byId.size === 0) return
  const ended = lots.peek().filter((lot) => lot.status !== 'closed' && byId.get(lot.id)?.status === 'closed')
  lots.value = lots.peek().map((lot) => {
    const line = byId.get(lot.id)
    if (line === undefined || line.seq < lot.seq) return lot
    const { auction: _, ...changed } = line
    return { ...lot, ...changed }
  })
  for (const { id } of ended) void readAgain(id)
})
clock.now = () => prices.now()

/** A line of prices does not say what came of an auction. */
async function readAgain(id: string): Promise<void> {
  const lot = await client.auction(id).catch(() => null)
  if (lot !== null) lots.value = lots.peek().map((one) => (one.id === id ? lot : one))
}

effect(() => {
  const { q } = search.value
  const timer = setTimeout(() => void read(), q === '' ? 0 : 250)
  return () => clearTimeout(timer)
})
