import { computed, signal } from '@preact/signals'
import { type ListedAuctionView, type MyBid, PriceConnection, type PriceView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { clock } from '../shared/time.ts'
import { grouped } from './grouped.ts'

/** One auction that I bid in, with what became of it, and all my bids there, newest first. */
export type MyLot = {
  readonly auction: MyBid['auction']
  readonly standing: MyBid['standing']
  readonly bids: readonly MyBid[]
  /** As the catalogue shows it: pictures and steps. Null until it is read. */
  readonly listed: ListedAuctionView | null
  /** What the next bid must be, null where nobody may bid. */
  readonly nextBid: number | null
  /** Whether prices fall. */
  readonly falls: boolean
}

export const STANDINGS = ['leading', 'outbid', 'won', 'lost'] as const
export type Standing = (typeof STANDINGS)[number]

const PAGE = 200
/** Whoever has bid more often than this finds the oldest in each auction. */
const PAGES_MAX = 5
const AGAIN_MS = 300

const bids = signal<readonly MyBid[] | null>(null)
const listed = signal<ReadonlyMap<string, ListedAuctionView>>(new Map())
const lines = signal<ReadonlyMap<string, PriceView>>(new Map())
/** In the order in which they were first seen, so that no card moves under a finger. */
const order: string[] = []
export const failure = signal<unknown>(null)
export const wanted = signal<Standing | null>(null)

/** Null while they are being read. */
export const lots = computed<readonly MyLot[] | null>(() => {
  if (bids.value === null) return null
  const byAuction = grouped(bids.value, (bid) => bid.auction.id)
  return order.flatMap((id) => {
    const own = byAuction.get(id)
    if (own === undefined) return []
    const shownAs = listed.value.get(id) ?? null
    const line = lines.value.get(id) ?? shownAs
    const nextBid = line?.maximumBid ?? line?.minimumBid ?? null
    const { auction, standing } = own[0]!
    const falls = auction.ownMinimum !== undefined
    return [{ auction, standing, bids: own, listed: shownAs, nextBid, falls }]
  })
})

export const shown = computed(() =>
  lots.value?.filter(({ standing }) => wanted.value === null || standing === wanted.value),
)

export async function read(): Promise<void> {
  try {
    const all: MyBid[] = []
    for (let page = 0, cursor: string | null = null; page < PAGES_MAX; page += 1) {
      const { items, nextCursor }: { items: readonly MyBid[]; nextCursor: string | null } = await client.myBids(
        cursor === null ? { limit: PAGE } : { limit: PAGE, cursor },
      )
      all.push(...items)
      cursor = nextCursor
      if (cursor === null) break
    }
    order.unshift(...new Set(all.map(({ auction: { id } }) => id).filter((id) => !order.includes(id))))
    bids.value = all
    failure.value = null
    // A card without its picture is better than none.
    void readListed().catch(() => undefined)
    prices.watch(
      lots
        .peek()!
        .flatMap(({ auction }) => (isRunning(auction.status) ? [auction.id] : []))
        .slice(0, PAGE),
    )
  } catch (error) {
    failure.value = error
  }
}

/** Pictures and steps stay as they are once bids are in: each is read once. */
async function readListed(): Promise<void> {
  const missing = lots.peek()!.flatMap(({ auction: { id } }) => (listed.peek().has(id) ? [] : [id]))
  for (let first = 0; first < missing.length; first += PAGE) {
    const ids = missing.slice(first, first + PAGE)
    const { items } = await client.auctions({ ids, limit: PAGE, include: 'increments' })
    listed.value = new Map([...listed.peek(), ...items.map((lot) => [lot.id, lot] as const)])
  }
}

function isRunning(status: string): boolean {
  return status !== 'closed' && status !== 'cancelled'
}

let again: ReturnType<typeof setTimeout> | undefined

/** A line tells the price; who leads is asked again. */
const prices = new PriceConnection(client, (news) => {
  if (news.length > 0) lines.value = new Map([...lines.peek(), ...news.map((line) => [line.auction, line] as const)])
  const known = new Map(lots.peek()?.map(({ auction }) => [auction.id, auction]))
  const moved = news.some(({ auction, price, status, closesAt }) => {
    const before = known.get(auction)
    return before?.price !== price || before.status !== status || before.closesAt !== closesAt
  })
  if (!moved) return
  again ??= setTimeout(() => {
    again = undefined
    void read()
  }, AGAIN_MS)
})
clock.now = () => prices.now()
