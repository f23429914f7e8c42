import type { ChannelEvent } from '../../src/sdk/index.ts'
import { checkBids } from './check-bids.ts'
import { checkLedger } from './check-ledger.ts'
import { checkOrder } from './check-order.ts'
import { checkRefusals } from './check-refusals.ts'
import { checkStreams, checkViews } from './check-sights.ts'
import type { Claim, Fault } from './fault.ts'
import type { ActCall, BidCall, History, Look, Stream } from './history.ts'
import { type State, statesOf } from './state.ts'

/** One auction's part of a history, beside its ledger. */
export type Case = {
  readonly auction: string
  readonly events: readonly ChannelEvent[]
  /** By seq, from 0. */
  readonly states: readonly State[]
  readonly bids: readonly BidCall[]
  readonly acts: readonly ActCall[]
  readonly looks: readonly Look[]
  readonly streams: readonly Stream[]
  readonly claim: Claim
}

/** Pure: holds what clients saw against the ledgers (public events by auction), and lists what was broken. */
export function faultsOf(history: History, ledgers: ReadonlyMap<string, readonly ChannelEvent[]>): Fault[] {
  const faults: Fault[] = []
  for (const [auction, events] of ledgers) {
    const claim: Claim = (holds, kind, what) => {
      if (!holds) faults.push({ kind, auction, what: what() })
    }
    const own = <Item extends { auction: string }>(items: readonly Item[]) =>
      items.filter((item) => item.auction === auction)
    const { bids, acts, looks, streams } = history
    const one: Case = {
      auction,
      events,
      states: statesOf(events),
      bids: own(bids),
      acts: own(acts),
      looks: own(looks),
      streams: own(streams),
      claim,
    }
    checkLedger(one)
    checkBids(one)
    checkRefusals(one)
    checkViews(one)
    checkStreams(one)
    checkOrder(one)
  }
  return faults
}
