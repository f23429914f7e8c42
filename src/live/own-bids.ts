import type { Auction, Bids } from '../domain/auction.ts'
import { BIDS_SHOWN, ownBidView, withoutLimit } from '../domain/view.ts'
import type { OwnBidView } from '../domain/wire.ts'

/**
 * A bidder's own bids as JSON, newest first. Every bid sends all of them again, so each is serialised once. A page with a
 * delegated token gets them without their maxima.
 */
export class OwnBids {
  readonly isDelegated: boolean
  #latest: Bids = null
  #rows: readonly string[] = []

  constructor(isDelegated: boolean) {
    this.isDelegated = isDelegated
  }

  /**
   * Serialises from the latest bid on. If the list is not an extension of the previous one, as after a void, all are
   * serialised again.
   */
  json(latest: Bids, auction: Pick<Auction, 'format'>): string {
    const fresh: string[] = []
    let rest = latest
    for (; rest !== null && rest !== this.#latest && fresh.length < BIDS_SHOWN; rest = rest.own)
      fresh.push(JSON.stringify(this.#shown(ownBidView(rest.bid, auction))))
    const known = rest === this.#latest ? this.#rows : []
    this.#rows = [...fresh, ...known].slice(0, BIDS_SHOWN)
    this.#latest = latest
    return `[${this.#rows.join(',')}]`
  }

  #shown(view: OwnBidView): OwnBidView {
    return this.isDelegated ? withoutLimit(view) : view
  }
}
