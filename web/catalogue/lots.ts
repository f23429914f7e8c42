import { type Signal, effect, signal } from '@preact/signals'
import {
  type ListedAuctionView,
  type CatalogueQuery,
  type List,
  type Phase,
  PriceConnection,
  type PriceView,
} from '../../src/sdk/index.ts'
import { given } from '../shared/given.ts'
import { client } from '../shared/session.ts'
import { clock } from '../shared/time.ts'

/** What is searched for; it lives in the address, so that a view can be shared and gone back to. */
export type Search = { readonly q: string; readonly status: string; readonly sort: string }

export const STATUSES = ['', 'open', 'scheduled', 'closed'] as const
export const SORTS = ['closing', 'newest', 'price', 'bids'] as const

const PAGE = 24
/** As many as one channel watches. */
const WATCHED_MAX = 200
const TYPING_MS = 250

/** Each lot is a signal of its own: a price that moves redraws one card. */
const lots = new Map<string, Signal<ListedAuctionView>>()
export const shown = signal<readonly string[]>([])
export const search = signal<Search>(readAddress())
export const state = signal<'reading' | 'read' | 'failed'>('reading')
export const failure = signal<unknown>(null)
export const nextCursor = signal<string | null>(null)
export const phase = signal<Phase>('connecting')

export function lotOf(id: string): Signal<ListedAuctionView> {
  return lots.get(id)!
}

function readAddress(): Search {
  const asked = new URLSearchParams(location.search)
  const known = <Name extends string>(names: readonly Name[], given: string | null): Name =>
    names.find((name) => name === given) ?? names[0]!
  return {
    q: asked.get('q') ?? '',
    status: known(STATUSES, asked.get('status')),
    sort: known(SORTS, asked.get('sort')),
  }
}

/** A filter is a step that one can go back from; letters being typed are not. */
export function look(changes: Partial<Search>): void {
  search.value = { ...search.value, ...changes }
  const { q, status, sort } = search.value
  const asked = Object.entries({ q, status, sort: sort === 'closing' ? '' : sort }).filter(([, value]) => value !== '')
  const address = asked.length === 0 ? '/' : `/?${new URLSearchParams(asked)}`
  if ('q' in changes) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
}

addEventListener('popstate', () => (search.value = readAddress()))

let reading = 0
let asksMore = false

/** Reads what could not be read. */
export function readAgain(): void {
  void read(asksMore)
}

/** Reads the first page, or the next one; an answer to an older question is dropped. */
export async function read(more = false): Promise<void> {
  asksMore = more
  reading += 1
  const mine = reading
  state.value = 'reading'
  const cursor = more ? nextCursor.peek() : null
  try {
    const asked = { ...(search.peek() as CatalogueQuery), limit: PAGE }
    const page = await client.auctions(cursor === null ? asked : { ...asked, cursor })
    if (mine === reading) hang(page, more)
  } catch (error) {
    if (mine !== reading) return
    failure.value = error
    state.value = 'failed'
  }
}

function hang({ items, nextCursor: next }: List<ListedAuctionView>, more: boolean): void {
  for (const lot of items) put(lot)
  const before = more ? shown.peek() : []
  const known = new Set(before)
  shown.value = [...before, ...items.map(({ id }) => id).filter((id) => !known.has(id))]
  nextCursor.value = next
  state.value = 'read'
}

/** What a page of the catalogue says may be older than what the channel said since. */
function put(lot: ListedAuctionView): void {
  const known = lots.get(lot.id)
  if (known === undefined) lots.set(lot.id, signal(lot))
  else if (lot.seq >= known.peek().seq) known.value = lot
}

/** Cards in sight or near it: their prices are followed. */
const near = new Set<string>()
let settling: ReturnType<typeof setTimeout> | undefined

export function follow(id: string, isNear: boolean): void {
  if (isNear) near.add(id)
  else near.delete(id)
  settling ??= setTimeout(() => {
    settling = undefined
    prices.watch([...near].filter(isRunning).slice(0, WATCHED_MAX))
  }, 100)
}

function isRunning(id: string): boolean {
  const status = lots.get(id)?.peek().status
  return status !== undefined && status !== 'closed' && status !== 'cancelled'
}

const prices = new PriceConnection(client, (lines) => {
  phase.value = prices.phase
  for (const line of lines) move(line)
})
clock.now = () => prices.now()

function move({ auction: id, ...line }: PriceView): void {
  const lot = lots.get(id)
  if (lot !== undefined && line.seq >= lot.peek().seq) lot.value = { ...lot.peek(), ...line }
}

type Given = { readonly search: Search; readonly page: List<ListedAuctionView> }

/** The first page came with the address; whatever is looked for later is read. */
let first = given<Given>()

effect(() => {
  const { q } = search.value
  const sent = first
  first = null
  if (sent !== null) return hang(sent.page, false)
  const timer = setTimeout(() => void read(), q === '' ? 0 : TYPING_MS)
  return () => clearTimeout(timer)
})
