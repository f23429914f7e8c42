import { signal } from '@preact/signals'
import type { ListedAuctionView, MyBid, StandingView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { user } from '../shared/session.ts'
import { clock } from '../shared/time.ts'
import { auctionId, room } from './room.ts'

/** A lot to go to from here; `standing` where it is one of mine. */
export type NextLot = { readonly lot: ListedAuctionView; readonly standing: StandingView | null }

/** Of mine, those that close within the hour. */
const SOON_MS = 3_600_000
const OWN_MAX = 3
/** This lot and mine may be among the next: one of so many is none of them, or there are enough. */
const LOOKED_AT = OWN_MAX + 2
const OWN_BIDS = 100
/** All who watch come here in the same second: they ask one after the other. */
const SPREAD_MS = { open: 20_000, over: 3_000 }
const AGAIN_MS = 30_000

export const closesNext = signal<NextLot | null>(null)
export const ownNext = signal<readonly NextLot[]>([])

let timer: ReturnType<typeof setTimeout> | undefined

/** Reads what comes next, and again when some of it is over; gives what ends that. */
export function followNext(): () => void {
  const spread = room.peek()!.auction.outcome === null ? SPREAD_MS.open : SPREAD_MS.over
  timer = setTimeout(() => void readAgain(), hasSeenItEnd() ? Math.random() * spread : 0)
  return () => clearTimeout(timer)
}

/** Whoever comes to an auction that was over comes alone. */
function hasSeenItEnd(): boolean {
  const { status, closesAt } = room.peek()!.auction
  return status === 'open' || (closesAt !== null && clock.now() - Date.parse(closesAt) < SPREAD_MS.over)
}

async function readAgain(): Promise<void> {
  // Nobody needs it: what could not be read is not missed.
  await read().catch(() => undefined)
  const ends = [closesNext.peek(), ...ownNext.peek()].flatMap((next) => Date.parse(next?.lot.closesAt ?? '') || [])
  if (ends.length === 0) return
  timer = setTimeout(() => void readAgain(), Math.max(AGAIN_MS, Math.min(...ends) - clock.now()))
}

async function read(): Promise<void> {
  const [{ items }, own] = await Promise.all([
    client.auctions({ sort: 'closing', status: 'open', limit: LOOKED_AT }),
    user.peek() ? ownSoon() : [],
  ])
  const others = items.filter(({ id }) => id !== auctionId && !own.some(({ lot }) => lot.id === id))
  ownNext.value = own
  closesNext.value = others[0] === undefined ? null : { lot: others[0], standing: null }
}

async function ownSoon(): Promise<NextLot[]> {
  const { items } = await client.myBids({ limit: OWN_BIDS })
  const standings = new Map<string, StandingView>()
  for (const { auction, standing } of items) if (isSoon(auction)) standings.set(auction.id, standing)
  if (standings.size === 0) return []
  const { items: lots } = await client.auctions({ ids: [...standings.keys()], sort: 'closing' })
  return lots.slice(0, OWN_MAX).map((lot) => ({ lot, standing: standings.get(lot.id) ?? null }))
}

function isSoon({ id, status, closesAt }: MyBid['auction']): boolean {
  return id !== auctionId && status === 'open' && closesAt !== null && Date.parse(closesAt) - clock.now() < SOON_MS
}
