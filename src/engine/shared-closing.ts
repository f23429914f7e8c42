import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { repeatEvery } from './interval.ts'
import type { Clock, Store, StoredAuction } from './ports.ts'
import type { Scheduler } from './scheduler.ts'

/** Closing auctions when several nodes may do so. */

/** How long before it is due an auction is scheduled here, whichever node made it. */
const AHEAD_MS = 2_000

type DueLookup = {
  readonly store: Store
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/**
 * Schedules the auctions that other nodes made or moved. Every node ticks them; the first commit wins, and the others conflict and
 * find the auction closed. Returns a function that stops this.
 */
export function followDue({ store, clock, scheduler }: DueLookup, onFailed: (error: unknown) => void): () => void {
  if (!store.isShared) return () => {}
  const look = async () => {
    const soon = await store.due(clock.now() + AHEAD_MS)
    for (const { auctionId, dueAt } of soon) scheduler.set(auctionId, dueAt)
  }
  return repeatEvery(clock, SECOND_MS, () => void look().catch(onFailed))
}

/**
 * Returns when a submission may be decided: one at or after the auction's end waits until `marginMs` after it, so that a bid which
 * another node received in time is decided first (SC-1). If storage fails it returns at once, as the commit will fail too.
 */
export async function waitForMargin(
  find: () => Promise<StoredAuction | null>,
  at: Instant,
  { clock, marginMs }: { clock: Clock; marginMs: number },
): Promise<void> {
  const stored = await find().catch(() => null)
  if (stored === null) return
  const { stage, closesAt } = stored.auction
  if (stage.status !== 'open' || closesAt === null || at < closesAt) return
  const waitMs = closesAt + marginMs - clock.now()
  if (waitMs > 0) await clock.yield(waitMs)
}
