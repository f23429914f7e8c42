import { signal } from '@preact/signals'
import { type AuctionView, Connection, type Room } from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'
import { client } from './client.ts'

/** What this desk has in hand: a seller's own auctions, for admins all of them. */
export const auctions = signal<readonly AuctionView[] | null>(null)
export const nextCursor = signal<string | null>(null)
export const failure = signal<unknown>(null)
/** The auction whose bids are being watched. */
export const watched = signal<Room | null>(null)

let connection: Connection | null = null

export async function read(more = false): Promise<void> {
  const cursor = more ? nextCursor.peek() : null
  const paging = { limit: 50, ...(cursor === null ? {} : { cursor }) }
  try {
    const all = user.peek()?.role === 'admin'
    const page = await (all ? client.auctions({ ...paging, sort: 'newest' }) : client.myAuctions(paging))
    auctions.value = [...(more ? (auctions.peek() ?? []) : []), ...page.items]
    nextCursor.value = page.nextCursor
    failure.value = null
  } catch (error) {
    failure.value = error
  }
}

/** Puts an auction's new view in the place of the old one. */
export function renew(view: AuctionView): void {
  auctions.value = auctions.peek()?.map((one) => (one.id === view.id ? view : one)) ?? null
}

/** Follows one auction's bids, or none. */
export function watch(id: string | null): void {
  connection?.close()
  connection = null
  watched.value = null
  if (id === null) return
  const opened = new Connection(client, id)
  connection = opened
  opened.subscribe(() => {
    const { room } = opened
    if (connection !== opened || room === null) return
    watched.value = room
    const known = auctions.peek()?.find((one) => one.id === id)
    // The channel shows what everybody sees: the reserve is kept from the desk's own view.
    if (known !== undefined && known.seq < room.seq)
      renew({ ...known, ...room.auction, terms: { ...room.auction.terms, ...pickReserve(known) } })
  })
}

function pickReserve({ terms }: AuctionView) {
  return terms.reservePrice === undefined ? {} : { reservePrice: terms.reservePrice }
}
