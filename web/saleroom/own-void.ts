import { client } from '../shared/full-client.ts'
import { auctionId, ownVoided, room } from './room.ts'

/** More than that after a bid are not looked through for what became of it. */
const PAGES_MAX = 5

/** Why the reader's latest bid was made void: who was not there when it was finds it in the events behind the bid. */
export async function findOwnVoid(): Promise<void> {
  const { paddle = null, bids = [] } = room.peek()?.you ?? {}
  let after = bids.find(({ seq }) => seq !== null)?.seq ?? 0
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { events } = await client.events(auctionId, after)
    if (events.length === 0) return
    const found = events.findLast((event) => event.type === 'bid.voided' && event.data.paddle === paddle)
    if (found?.type === 'bid.voided') ownVoided.value = { paddle: found.data.paddle, reason: found.data.reason }
    after = events.at(-1)!.seq
  }
}
