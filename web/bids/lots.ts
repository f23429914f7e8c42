import { computed, signal } from '@preact/signals'
import { type MyBid, PriceConnection } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { clock } from '../shared/time.ts'

/** One auction that I bid in, with what became of it, and all my bids there, newest first. */
export type MyLot = {
  readonly auction: MyBid['auction']
  readonly standing: MyBid['standing']
  readonly bids: readonly MyBid[]
}

export const STANDINGS = ['leading', 'outbid', 'won', 'lost'] as const
export type Standing = (typeof STANDINGS)[number]

const PAGE = 200
/** Whoever has bid more often than this finds the oldest in each auction. */
const PAGES_MAX = 5
const AGAIN_MS = 300

const bids = signal<readonly MyBid[] | null>(null)
export const failure = signal<unknown>(null)
export const wanted = signal<Standing | null>(null)

/** Null while they are being read. */
export const lots = computed<readonly MyLot[] | null>(() => {
  if (bids.value === null) return null
  const byAuction = new Map<string, MyBid[]>()
  for (const bid of bids.value) byAuction.set(bid.auction.id, [...(byAuction.get(bid.auction.id) ?? []), bid])
  return [...byAuction.values()].map((own) => ({ auction: own[0]!.auction, standing: own[0]!.standing, bids: own }))
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
    bids.value = all
    failure.value = null
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

function isRunning(status: string): boolean {
  return status !== 'closed' && status !== 'cancelled'
}

let again: ReturnType<typeof setTimeout> | undefined

/** A line tells the price; who leads is asked again. */
const prices = new PriceConnection(client, (lines) => {
  const known = new Map(lots.peek()?.map(({ auction }) => [auction.id, auction]))
  const moved = lines.some(({ auction, price, status, closesAt }) => {
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
