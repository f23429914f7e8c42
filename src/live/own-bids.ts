import type { Bids } from '../domain/auction.ts'
import { BIDS_SHOWN, ownBidView } from '../domain/view.ts'

/**
 * A bidder's own bids as JSON, newest first. With every bid those before it are told again: each is written once. To a page
 * that a token was lent to without the maxima.
 */
export class OwnBids {
  readonly isDelegated: boolean
  #latest: Bids = null
  #rows: readonly string[] = []

  constructor(isLent: boolean) {
    this.isDelegated = isLent
  }

  /** From the latest on. A list that is not the one before with more in front is written anew, as after a void. */
  json(latest: Bids): string {
    const fresh: string[] = []
    let rest = latest
    for (; rest !== null && rest !== this.#latest && fresh.length < BIDS_SHOWN; rest = rest.own)
      fresh.push(JSON.stringify({ ...ownBidView(rest.bid), ...(this.isDelegated ? { maximum: null } : {}) }))
    const known = rest === this.#latest ? this.#rows : []
    this.#rows = [...fresh, ...known].slice(0, BIDS_SHOWN)
    this.#latest = latest
    return `[${this.#rows.join(',')}]`
  }
}
