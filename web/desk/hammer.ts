import type { ListedAuctionView } from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'

export type Act = 'open' | 'publish' | 'pause' | 'resume' | 'extend' | 'close' | 'cancel' | 'delete'

/** These are told to the room with their reason. */
export const REASONED: readonly Act[] = ['pause', 'cancel', 'extend']

/** The hammer is the seller's before the first bid, and the admins' always. */
export function holdsHammer({ bidderCount }: ListedAuctionView): boolean {
  return user.value?.role === 'admin' || bidderCount === 0
}

export function isRunning({ status }: Pick<ListedAuctionView, 'status'>): boolean {
  return status === 'open' || status === 'paused'
}

export function isOver({ status }: Pick<ListedAuctionView, 'status'>): boolean {
  return status === 'closed' || status === 'cancelled'
}

/** What may be done with an auction now. */
export function possible(auction: ListedAuctionView): readonly Act[] {
  if (!holdsHammer(auction)) return []
  switch (auction.status) {
    case 'draft':
      return auction.opensAt === null ? ['open', 'delete'] : ['publish', 'open', 'delete']
    case 'scheduled':
      return ['open', 'cancel']
    case 'open':
      return ['pause', 'extend', 'close', 'cancel']
    case 'paused':
      return ['resume', 'close', 'cancel']
    case 'closed':
    case 'cancelled':
      return []
  }
}

/** Gives how the auction is then, null where it is gone. `closesAt` is the new end, where one was asked for. */
export async function carryOut(
  id: string,
  act: Act,
  reason: string,
  closesAt: string | null,
): Promise<ListedAuctionView | null> {
  switch (act) {
    case 'delete':
      await client.delete(id)
      return null
    case 'open':
      return client.open(id)
    case 'publish':
      return client.update(id, { status: 'scheduled' })
    case 'close':
      return client.close(id)
    case 'cancel':
      return client.cancel(id, reason)
    case 'pause':
      return client.pause(id, reason)
    case 'resume':
      return client.resume(id, closesAt ?? undefined)
    case 'extend':
      return client.extend(id, { closesAt: closesAt!, reason })
  }
}
