import fc from 'fast-check'
import type { Auction } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { T0, bidId, idOf } from '../domain/support.ts'
import { type Step, bidders, creation, take, termsArb } from '../properties/support.ts'
import { unborn } from '../../src/domain/evolve.ts'

/** Auctions full of voids, unseen raises, lowerings, ties and exact bids. */

type Act =
  | {
      readonly kind: 'bid'
      readonly who: string
      readonly exact: boolean
      readonly from: string
      readonly over: number
    }
  | { readonly kind: 'raise'; readonly over: number }
  | { readonly kind: 'lower'; readonly share: number }
  | { readonly kind: 'void'; readonly nth: number }
  | { readonly kind: 'void leader' }

const bid = fc.record({
  kind: fc.constant('bid' as const),
  who: fc.constantFrom(...bidders.slice(0, 4)),
  exact: fc.boolean(),
  from: fc.constantFrom('minimum', 'leading', 'beaten'),
  over: fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 2 }) }, fc.integer({ min: -5, max: 60 })),
})

export const actsArb: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: bid },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('raise' as const), over: fc.integer({ min: 1, max: 80 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('lower' as const), share: fc.integer({ min: 0, max: 4 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('void' as const), nth: fc.nat({ max: 12 }) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'void leader' as const }) },
  ),
  { minLength: 2, maxLength: 22, size: 'max' },
)

export const voidTermsArb = termsArb.map((terms) => ({ ...terms, softClose: null }))

const SECOND = 1_000

/** Everything each in its turn; then, where all is to be told, somebody beats everyone and is made void, and again. */
export function playVoids(terms: Parameters<typeof creation>[0], acts: readonly Act[], isTold = false): Step[] {
  const steps = [take(unborn, creation(terms))]
  const next = (command: Command) => steps.push(take(steps.at(-1)!.after, command))
  for (const [i, act] of acts.entries()) next(commandOf(act, steps.at(-1)!.after, i + 1))
  if (!isTold) return steps
  for (const n of [acts.length + 1, acts.length + 2]) {
    const { standing, terms: own } = steps.at(-1)!.after
    const maximum = Math.min((standing?.maximum ?? own.startPrice) * 2 + 1_000, Number.MAX_SAFE_INTEGER) as never
    const at = T0 + n * SECOND
    next({ type: 'bid', at, bidId: bidId(n), bidder: { id: idOf(`last${n % 2}`), blocked: false }, offer: { maximum } })
  }
  return steps
}

function commandOf(act: Act, { standing, terms, bids }: Auction, n: number): Command {
  const at = T0 + n * SECOND
  const price = standing?.price ?? terms.startPrice
  const by = (who: string, offer: object): Command => ({
    type: 'bid',
    at,
    bidId: bidId(n),
    bidder: { id: who, blocked: false },
    offer: offer as never,
  })
  switch (act.kind) {
    case 'bid': {
      const from = { minimum: price, leading: standing?.maximum ?? price, beaten: standing?.beaten ?? price }[act.from]!
      const figure = Math.max(1, Math.min(from + act.over, Number.MAX_SAFE_INTEGER))
      return by(act.who, act.exact ? { amount: figure } : { maximum: figure })
    }
    case 'raise':
      return by(standing?.bidder ?? 'A', {
        maximum: Math.min((standing?.maximum ?? price) + act.over, Number.MAX_SAFE_INTEGER),
      })
    case 'lower': {
      const most = standing?.maximum ?? price
      return by(standing?.bidder ?? 'A', {
        lowerTo: Math.floor(price + ((most - price) * act.share) / 5),
        bid: standing?.bidId ?? 'none',
      })
    }
    case 'void': {
      const placed: string[] = []
      for (let rest = bids; rest !== null; rest = rest.earlier)
        if (rest.bid.seq !== null) placed.unshift(rest.bid.bidId)
      return { type: 'void', at, reason: 'not paid', bidId: placed[act.nth % Math.max(placed.length, 1)] ?? 'none' }
    }
    case 'void leader':
      return { type: 'void', at, reason: 'not paid', bidId: standing?.bidId ?? 'none' }
  }
}
