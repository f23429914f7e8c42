import { lru } from './lru.ts'
import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'

/** Rejections recorded in the private chain because a bidder may dispute them. A bid that is too low needs no evidence. */
const RECORDED: ReadonlySet<string> = new Set(['own_auction', 'bidder_blocked', 'staff_may_not_bid', 'auction_closed'])

/**
 * Counts how often a bidder was rejected for one reason in an auction. The first rejections have an entry each; after
 * that there is one, with the count, whenever the count has doubled.
 */
export class Refusals {
  readonly #auctions = lru<Map<string, number>>(limits.auctionsHeldMax)
  readonly #latestAt = lru<Instant>(limits.auctionsHeldMax)

  /** When a bid was last rejected since the service started; 0 before the first. */
  latestAt(auctionId: string): Instant {
    return this.#latestAt.get(auctionId) ?? 0
  }

  /** A receipt states the latest entry at this instant, so no later entry may be dated before it. */
  signed(auctionId: string, at: Instant): void {
    this.#latestAt.set(auctionId, at)
  }

  /** Counts a rejection. Returns the count since the service started if an entry is to be recorded, otherwise null. */
  count(
    auctionId: string,
    { userId, code, entries }: { userId: string; code: string; entries: number },
  ): number | null {
    if (!RECORDED.has(code)) return null
    // Late bids have entries of their own reserved, so that rejections before the end cannot use them up.
    const entriesMax = code === 'auction_closed' ? 2 * limits.refusalsKeptMax : limits.refusalsKeptMax
    let counts = this.#auctions.get(auctionId)
    if (counts === undefined) this.#auctions.set(auctionId, (counts = new Map()))
    const name = `${userId} ${code}`
    const times = (counts.get(name) ?? 0) + 1
    counts.set(name, times)
    return entries < entriesMax && isWritten(times) ? times : null
  }
}

function isWritten(times: number): boolean {
  const { refusalsSinglyMax } = limits
  return times <= refusalsSinglyMax || (times % refusalsSinglyMax === 0 && isPowerOfTwo(times / refusalsSinglyMax))
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n))
}
