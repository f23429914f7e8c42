import { signal } from '@preact/signals'
import type { BidderView, ListedAuctionView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { user } from '../shared/session.ts'
import { clock } from '../shared/time.ts'

export const PERIODS_DAYS = { day: 1, week: 7, month: 31, year: 366 } as const
export type Period = keyof typeof PERIODS_DAYS
export const PERIODS = Object.keys(PERIODS_DAYS) as readonly Period[]

/** Somebody, and what they bought. */
export type Buyer = { readonly person: BidderView['user']; readonly lots: readonly ListedAuctionView[] }
export type Won = { readonly buyers: readonly Buyer[]; readonly isCut: boolean }

const PAGE = 200
/** Auctions looked through: who sold more asks for a shorter time. */
const AUCTIONS_MAX = 1_000
const AT_ONCE = 4
const DAY_MS = 86_400_000

export const period = signal<Period>('week')
export const won = signal<Won | null>(null)
export const failure = signal<unknown>(null)

let reading = 0

/** Of sellers their own lots, of admins those of the house; an answer to an older question is dropped. */
export async function readWon(of: Period): Promise<void> {
  reading += 1
  const mine = reading
  won.value = null
  failure.value = null
  try {
    const { sold, isCut } = await soldSince(new Date(clock.now() - PERIODS_DAYS[of] * DAY_MS).toISOString())
    const winners = await winnersOf(sold)
    if (mine === reading) won.value = { buyers: grouped(sold, winners), isCut }
  } catch (error) {
    if (mine === reading) failure.value = error
  }
}

async function soldSince(closedAfter: string): Promise<{ sold: ListedAuctionView[]; isCut: boolean }> {
  const { role, id } = user.peek()!
  const own = role === 'admin' ? {} : { seller: id }
  const all: ListedAuctionView[] = []
  let cursor: string | null = null
  do {
    const asked = { ...own, status: 'closed', closedAfter, sort: 'newest', limit: PAGE } as const
    const page: Awaited<ReturnType<typeof client.auctions>> = await client.auctions(
      cursor === null ? asked : { ...asked, cursor },
    )
    all.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && all.length < AUCTIONS_MAX)
  return { sold: all.filter(({ outcome }) => outcome?.result === 'sold'), isCut: cursor !== null }
}

type Person = BidderView['user']

/** Who holds the winning paddle of each. */
async function winnersOf(sold: readonly ListedAuctionView[]): Promise<ReadonlyMap<string, Person>> {
  const winners = new Map<string, Person>()
  const waiting = [...sold]
  const work = async (): Promise<void> => {
    for (let auction = waiting.shift(); auction !== undefined; auction = waiting.shift()) {
      const { items } = await client.bidders(auction.id)
      const winner = items.find(({ paddle }) => paddle === auction.outcome!.winner)
      if (winner !== undefined) winners.set(auction.id, winner.user)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return winners
}

/** By name, and the lots of each as they closed. */
function grouped(sold: readonly ListedAuctionView[], winners: ReadonlyMap<string, Person>): readonly Buyer[] {
  const buyers = new Map<string, { person: Person; lots: ListedAuctionView[] }>()
  for (const lot of sold) {
    const person = winners.get(lot.id)
    if (person === undefined) continue
    const known = buyers.get(person.id) ?? { person, lots: [] }
    known.lots.push(lot)
    buyers.set(person.id, known)
  }
  for (const { lots } of buyers.values()) lots.sort((a, b) => endOf(a) - endOf(b))
  return [...buyers.values()].sort((a, b) => a.person.displayName.localeCompare(b.person.displayName))
}

function endOf({ closesAt }: ListedAuctionView): number {
  return closesAt === null ? 0 : Date.parse(closesAt)
}
