import fc from 'fast-check'
import { AMOUNT_MAX, type Amount } from '../../src/domain/amount.ts'
import type { Auction } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { type Decision, decide } from '../../src/domain/decide.ts'
import type { Event } from '../../src/domain/event.ts'
import { evolve, unborn } from '../../src/domain/evolve.ts'
import type { Instant } from '../../src/domain/instant.ts'
import { keptAuction } from '../../src/domain/schema.ts'
import { T0, bidId, idOf, seller } from '../domain/support.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
console.log(`properties with SEED=${seed}`)

export function assertHolds<Values>(property: fc.IProperty<Values>, numRuns: number): void {
  fc.assert(property, { seed, numRuns })
}

export const bidders = ['A', 'B', 'C', 'D', 'E']
export const LENGTH_SECONDS = 600

const increments = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.constantFrom('standard', 'ebay-us', 'trademe-nz', 'copart-eu'),
  fc.record({
    percent: fc.integer({ min: 1, max: 3_000 }).map((n) => n / 100),
    atLeast: fc.integer({ min: 1, max: 9 }),
  }),
  fc.constant([
    { from: 0, step: 3 },
    { from: 50, step: 10 },
    { from: 120, step: 7 },
  ]),
)

const seconds = fc.integer({ min: 1, max: 120 })
const softClose = fc.record({
  windowSeconds: seconds,
  extensionSeconds: seconds,
  maxExtensions: fc.option(fc.integer({ min: 0, max: 3 })),
})

/** Terms as a seller writes them: small figures, so that ties, edges and near misses are frequent, and now and then the largest. */
export const termsArb = fc
  .record({
    startPrice: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }) },
      { weight: 1, arbitrary: fc.integer({ min: AMOUNT_MAX - 200, max: AMOUNT_MAX }) },
    ),
    increments,
    reserveOver: fc.option(fc.integer({ min: -20, max: 150 })),
    belowReserve: fc.constantFrom('steps', 'full'),
    softClose: fc.option(softClose),
  })
  .map(({ reserveOver, ...terms }) => ({
    ...terms,
    reservePrice: reserveOver === null ? null : within(terms.startPrice + reserveOver),
  }))
export type TermsInput = {
  startPrice: number
  increments: unknown
  reservePrice?: number | null
  belowReserve?: string
  softClose?: unknown
  buyNowPrice?: number | null
}

function within(amount: number): Amount {
  return Math.min(Math.max(amount, 1), AMOUNT_MAX) as Amount
}

/** What somebody does, relative to where the auction stands. */
export type Move = { readonly afterMs: number } & (
  | {
      readonly kind: 'bid'
      readonly who: string
      readonly exact: boolean
      readonly from: 'minimum' | 'leading'
      readonly over: number
    }
  | { readonly kind: 'void'; readonly nth: number }
)

const afterMs = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 20_000 }))

export const bidMove = fc.record({
  kind: fc.constant('bid' as const),
  afterMs,
  who: fc.constantFrom(...bidders),
  exact: fc.boolean(),
  from: fc.constantFrom('minimum' as const, 'minimum' as const, 'leading' as const),
  over: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -10, max: 60 })),
})

export const voidMove = fc.record({ kind: fc.constant('void' as const), afterMs, nth: fc.nat({ max: 12 }) })

export const bidsArb = fc.array(bidMove, { maxLength: 20, size: 'max' })
export const bidsAndVoidsArb = fc.array(
  fc.oneof({ weight: 4, arbitrary: bidMove }, { weight: 1, arbitrary: voidMove }),
  { maxLength: 20, size: 'max' },
)

export type Step = { readonly command: Command; readonly before: Auction; readonly after: Auction } & Decision

export function creation(terms: TermsInput, fields: Record<string, unknown> = {}): Command {
  const asked = { title: 'A chair', currency: 'EUR', terms, durationSeconds: LENGTH_SECONDS, ...fields }
  return { type: 'create', at: T0, id: idOf('chair'), sellerId: seller.id, auction: keptAuction.parse(asked) }
}

type Figure = { amount: number } | { maximum: number } | { atMost: number }

/** Of exact bids every other is of the minimum bid, up to the amount. */
export function offerOf(n: number, exact: boolean, amount: number): Figure {
  if (!exact) return { maximum: amount }
  return n % 2 === 0 ? { atMost: amount } : { amount }
}

export function bidOf(n: number, who: string, offer: Figure, at: Instant): Command {
  return { type: 'bid', bidId: bidId(n), bidder: { id: idOf(who), blocked: false }, offer: offer as never, at }
}

export function evolved(auction: Auction, events: readonly Event[]): Auction {
  return events.reduce((now, event) => evolve(now, event), auction)
}

export function take(auction: Auction, command: Command): Step {
  const decision = decide(auction, command)
  return { command, before: auction, after: evolved(auction, decision.events), ...decision }
}

export function run(commands: readonly Command[]): Step[] {
  const steps: Step[] = []
  for (const command of commands) steps.push(take(steps.at(-1)?.after ?? unborn, command))
  return steps
}

/** The moves made one after the other, each into a command that suits where the auction stands. */
export function play(create: Command, moves: readonly Move[]): Step[] {
  const steps = run([create])
  for (const [i, move] of moves.entries()) {
    const { after, command } = steps.at(-1)!
    steps.push(take(after, commandOf(move, after, command.at + move.afterMs, i + 1)))
  }
  return steps
}

function commandOf(move: Move, auction: Auction, at: Instant, n: number): Command {
  if (move.kind === 'void') return { type: 'void', bidId: bidId(move.nth), reason: 'not paid last time', at }
  const { terms, standing } = auction
  const base = standing === null ? terms.startPrice : move.from === 'leading' ? standing.maximum : standing.price
  const amount = within(base + move.over)
  return bidOf(n, move.who, offerOf(n, move.exact, amount), at)
}

export function eventsOf(steps: readonly Step[]): Event[] {
  return steps.flatMap(({ events }) => events)
}

/** What survives a ledger. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
