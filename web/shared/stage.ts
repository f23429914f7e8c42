import type { AuctionView } from '../../src/sdk/index.ts'
import { now } from './time.ts'
import { words } from './words.ts'

/** How far an auction is, in one word, its look and the instant that counts. */
export type Stage = { readonly look: Look; readonly word: string; readonly until: string | null }
export type Look = 'upcoming' | 'open' | 'closing' | 'paused' | 'sold' | 'unsold' | 'cancelled' | 'draft'

const CLOSING_MS = 5 * 60_000

type Staged = Pick<AuctionView, 'status' | 'closesAt' | 'opensAt'> & {
  readonly outcome: { readonly result: 'sold' | 'unsold' } | null
}

export function stageOf({ status, closesAt, opensAt, outcome }: Staged): Stage {
  const { status: names, closing, sold, unsold } = words.value
  switch (status) {
    case 'draft':
      return { look: 'draft', word: names.draft, until: null }
    case 'scheduled':
      return { look: 'upcoming', word: names.scheduled, until: opensAt }
    case 'paused':
      return { look: 'paused', word: names.paused, until: null }
    case 'cancelled':
      return { look: 'cancelled', word: names.cancelled, until: null }
    case 'closed':
      if (outcome === null) return { look: 'sold', word: names.closed, until: null }
      return { look: outcome.result, word: outcome.result === 'sold' ? sold : unsold, until: null }
    case 'open': {
      const near = closesAt !== null && Date.parse(closesAt) - now.value < CLOSING_MS
      return { look: near ? 'closing' : 'open', word: near ? closing : names.open, until: closesAt }
    }
  }
}
