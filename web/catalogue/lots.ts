import { type Signal, effect, signal } from '@preact/signals'
import {
  type ListedAuctionView,
  type CatalogueQuery,
  type CountedList,
  type Phase,
  PriceConnection,
  type PriceView,
} from '../../src/sdk/index.ts'
import { given } from '../shared/given.ts'
import { client } from '../shared/session.ts'
import { clock } from '../shared/time.ts'
import { watched } from '../shared/watched.ts'

/** What is searched for; it lives in the address, so that a view can be shared and gone back to. */
export type Search = {
  readonly q: string
  readonly status: string
  readonly sort: string
  /** Bounds of the price in minor units, of one currency; empty where there are none. */
  readonly currency: string
  readonly priceFrom: string
  readonly priceTo: string
}

/** Everything, in whatever order. */
export const ALL = { q: '', status: '', currency: '', priceFrom: '', priceTo: '' } as const

export const STATUSES = ['', 'open', 'scheduled', 'closed', 'watched'] as const
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
/** How many there are in all; null while that is not known. */
export const total = signal<number | null>(null)
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
    currency: asked.get('currency') ?? '',
    priceFrom: asked.get('priceFrom') ?? '',
    priceTo: asked.get('priceTo') ?? '',
  }
}

/** A filter is a step that one can go back from; letters being typed are not. */
export function look(changes: Partial<Search>): void {
  search.value = { ...search.value, ...changes }
  const { sort, ...others } = search.value
  const asked = Object.entries({ ...others, sort: sort === 'closing' ? '' : sort }).filter(([, value]) => value !== '')
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
    const page = await ask({ limit: PAGE, ...(cursor === null ? {} : { cursor }) })
    if (mine === reading) hang(page, more)
  } catch (error) {
    if (mine !== reading) return
    failure.value = error
    state.value = 'failed'
  }
}

const NONE: CountedList<ListedAuctionView> = { items: [], nextCursor: null, total: 0 }

async function ask(paging: CatalogueQuery): Promise<CountedList<ListedAuctionView>> {
  const { status, ...others } = search.peek()
  const ids = [...watched.peek()]
  if (status === 'watched' && ids.length === 0) return NONE
  const which = status === 'watched' ? { ids } : { status }
  return client.auctions({ ...others, ...which, ...paging } as CatalogueQuery)
}

function hang({ items, nextCursor: next, total: all }: CountedList<ListedAuctionView>, more: boolean): void {
  for (const lot of items) put(lot)
  total.value = all ?? total.peek()
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

export function isRunning(id: string): boolean {
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
  if (lot === undefined || line.seq < lot.peek().seq) return
  const before = lot.peek()
  lot.value = { ...before, ...line }
  const isStage = before.status !== line.status
  if (isStage || before.price !== line.price) for (const hear of movements) hear(id, isStage)
}

/** Called with a lot whose price or stage has moved. */
export const movements = new Set<(id: string, isStage: boolean) => void>()

/** The first lots of what is searched for as they are now; those that are shown already stay where they are. */
export async function arrivals(): Promise<readonly string[]> {
  const asked = search.peek()
  const { items, total: all } = await ask({ limit: Math.min(Math.max(shown.peek().length, PAGE), WATCHED_MAX) })
  if (asked !== search.peek()) return []
  for (const lot of items) put(lot)
  total.value = all ?? null
  return items.map(({ id }) => id)
}

type Given = { readonly search: Search; readonly page: CountedList<ListedAuctionView> }

/** The first page came with the address; whatever is looked for later is read. */
let first = given<Given>()

effect(() => {
  const { q } = search.value
  const sent = first
  first = null
  if (sent !== null && isSame(sent.search)) return hang(sent.page, false)
  const timer = setTimeout(() => void read(), q === '' ? 0 : TYPING_MS)
  return () => clearTimeout(timer)
})

/** The service reads words, stage and order out of the address, and nothing else. */
function isSame(asked: Pick<Search, 'q' | 'status' | 'sort'>): boolean {
  const { q, status, sort, priceFrom, priceTo } = search.peek()
  return asked.q === q && asked.status === status && asked.sort === sort && priceFrom === '' && priceTo === ''
}
