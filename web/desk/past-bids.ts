import type { BidView } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'

const PAGE = 200
/** Rows beyond this help nobody at the desk; the ledger has them all. */
const BIDS_MAX = 1_000

/** The history of an auction, newest first. */
export async function readBids(id: string): Promise<readonly BidView[]> {
  const bids: BidView[] = []
  for (let cursor: string | null = ''; cursor !== null && bids.length < BIDS_MAX;) {
    const page: { items: readonly BidView[]; nextCursor: string | null } = await client.bids(id, {
      limit: PAGE,
      ...(cursor === '' ? {} : { cursor }),
    })
    bids.push(...page.items)
    cursor = page.nextCursor
  }
  return bids
}
