import { computed, signal } from '@preact/signals'
import type { BidView } from '../../src/sdk/index.ts'
import { client } from '../shared/session.ts'
import { sign } from './falling.ts'
import { auctionId, room } from './room.ts'

/** Rows older than those of the channel, fetched when they are asked for. */
const older = signal<readonly BidView[]>([])
const nextCursor = signal<string | null | undefined>(undefined)

const PAGE = 200

/** Newest first. */
export const bySeq = computed<readonly BidView[]>(() => {
  const { bids } = room.value!
  const known = new Set(bids.map((bid) => bid.id))
  return [...bids, ...older.value.filter((bid) => !known.has(bid.id))]
})

/** The best first; of equal ones the earlier, which led. */
export const rows = computed(() => [...bySeq.value].sort((a, b) => sign() * (b.amount - a.amount) || a.seq - b.seq))

export const canReadMore = computed(() => {
  const standing = bySeq.value.filter((bid) => !bid.voided).length
  return standing < room.value!.auction.bidCount && nextCursor.value !== null
})

export async function readOlder(): Promise<void> {
  const cursor = nextCursor.peek()
  const page = await client.bids(auctionId, { limit: PAGE, ...(typeof cursor === 'string' ? { cursor } : {}) })
  older.value = [...older.peek(), ...page.items]
  nextCursor.value = page.nextCursor
}
