import { useEffect, useState } from 'preact/hooks'
import type { ListedAuctionView, BidderView } from '../../src/sdk/index.ts'
import { user } from '../shared/session.ts'
import { client } from '../shared/full-client.ts'

export type Names = ReadonlyMap<string, BidderView['user']>

const NOBODY: Names = new Map()

/** Admins know at any time who holds which paddle, sellers after the close. */
export function mayKnowNames({ status }: Pick<ListedAuctionView, 'status'>): boolean {
  return user.value?.role === 'admin' || status === 'closed'
}

/** Who holds which paddle; read again when somebody new bids. */
export function useNames({ id, status, bidderCount }: ListedAuctionView): Names {
  const [names, learn] = useState(NOBODY)
  const mayKnow = mayKnowNames({ status })
  useEffect(() => {
    if (!mayKnow || bidderCount === 0) return
    client.bidders(id).then(
      ({ items }) => learn(new Map(items.map(({ paddle, user: person }) => [paddle, person]))),
      () => undefined,
    )
  }, [id, bidderCount, mayKnow])
  return names
}
