import { lru } from './lru.ts'
import { limits } from '../config/limits.ts'
import type { Instant } from '../domain/instant.ts'

/** Refusals that say something about fairness; that a bid was too low is between its bidder and the price. */
const RECORDED: ReadonlySet<string> = new Set(['own_auction', 'bidder_blocked', 'staff_may_not_bid', 'auction_closed'])

/**
 * How often somebody was refused for the same. The first of them have an entry each; after that there is one whenever
 * their number has doubled, which tells it.
 */
export class Refusals {
  readonly #auctions = lru<Map<string, number>>(limits.auctionsHeldMax)
  readonly #latestAt = lru<Instant>(limits.auctionsHeldMax)

  /** When a bid was refused last since the service began; 0 before the first. */
  latestAt(auctionId: string): Instant {
    return this.#latestAt.get(auctionId) ?? 0
  }

  /** A receipt says which entry was the last at this instant: none that comes later may be dated before it. */
  signed(auctionId: string, at: Instant): void {
    this.#latestAt.set(auctionId, at)
  }

  /** How often that person was refused for it since the service began, where this is to be written; null where not. */
  count(
    auctionId: string,
    { userId, code, entries }: { userId: string; code: string; entries: number },
  ): number | null {
    if (!RECORDED.has(code)) return null
    // Whoever is refused before the end cannot fill the room of those who come late.
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
