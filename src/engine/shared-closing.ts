import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { repeatEvery } from './interval.ts'
import type { Clock, Store, StoredAuction } from './ports.ts'
import type { Scheduler } from './scheduler.ts'

/** What it takes to close an auction where several nodes may do so. */

/** How long before it is due an auction of another node is scheduled here. */
const AHEAD_MS = 2_000

type DueLookup = {
  readonly store: Store
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/**
 * Schedules what other nodes have made or moved: whichever node is first commits what is due, the others conflict with it and
 * find it done. Returns a function that stops that.
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
 * Returns when a submission may be decided. At or after the end of its auction that is a while later, so that a bid which another
 * node received in time is decided first (SC-1). If storage cannot say when the auction ends, nothing is decided either.
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
