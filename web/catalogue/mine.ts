import { signal } from '@preact/signals'
import type { MyBid } from '../../src/sdk/index.ts'
import { client } from '../shared/full-client.ts'
import { movements } from './lots.ts'

/** Where the reader stands in each lot that they bid on; loaded for who is signed in only. */
export const standings = signal<ReadonlyMap<string, MyBid['standing']>>(new Map())

const PAGE = 200
/** A line tells the price; who leads is asked again. */
const AGAIN_MS = 500

export async function readStandings(): Promise<void> {
  const { items } = await client.myBids({ limit: PAGE })
  // The newest bid of each comes first, and all say the same.
  standings.value = new Map(items.map(({ auction, standing }) => [auction.id, standing]))
}

let again: ReturnType<typeof setTimeout> | undefined
movements.add((id) => {
  if (!standings.peek().has(id)) return
  again ??= setTimeout(() => {
    again = undefined
    void readStandings().catch(() => undefined)
  }, AGAIN_MS)
})
