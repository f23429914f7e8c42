import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Auction } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { history, publicEvent } from '../../src/domain/view.ts'
import { T0, bidId, idOf, nameOf } from '../domain/support.ts'
import { fileOf, verify } from '../ledger/support.ts'
import { type Step, assertHolds, bidders, creation, run, take } from './support.ts'

/** One step for every price: then an amount and its mirror have the same steps. */
const MIRROR = 2_000_000
const STEP = 10

type Move = {
  readonly who: string
  readonly kind: 'amount' | 'limit' | 'next' | 'void'
  readonly from: number
  readonly nth: number
}

const move: fc.Arbitrary<Move> = fc.record({
  who: fc.constantFrom(...bidders),
  kind: fc.constantFrom('amount', 'limit', 'limit', 'next', 'void'),
  from: fc.integer({ min: -25, max: 90 }),
  nth: fc.nat({ max: 12 }),
})

/** The same auction once with prices that rise, and once mirrored at a figure with prices that fall. */
function play(falls: boolean, moves: readonly Move[], reserveOver: number | null): readonly Step[] {
  const mirrored = (amount: number) => (falls ? MIRROR - amount : amount)
  const start = 1_000
  const terms = {
    startPrice: mirrored(start),
    increments: STEP,
    reservePrice: reserveOver === null ? null : mirrored(start + reserveOver),
    softClose: { windowSeconds: 300, extensionSeconds: 60 },
  }
  const created = creation(terms, { format: falls ? 'reverse' : 'english' })
  const commands = moves.map((one, i): ((auction: Auction) => Command) => {
    const at = T0 + 1_000 * (i + 1)
    return (auction) => {
      if (one.kind === 'void') return { type: 'void', at, bidId: bidId(one.nth), reason: 'mirrored' }
      const price = auction.standing === null ? start : mirrored(auction.standing.price)
      const amount = mirrored(price + one.from)
      const names = falls ? ['minimum', 'atLeast'] : ['maximum', 'atMost']
      const name = { amount: 'amount', limit: names[0]!, next: names[1]! }[one.kind]
      const bidder = { id: idOf(one.who), blocked: false }
      return { type: 'bid', at, bidId: bidId(i + 1), bidder, offer: { [name]: amount } as never }
    }
  })
  return commands.reduce<readonly Step[]>(
    (steps, command) => [...steps, take(steps.at(-1)!.after, command(steps.at(-1)!.after))],
    run([created]),
  )
}

/** What is decided and shown, with amounts at their mirror where prices fall. */
function told(steps: readonly Step[], falls: boolean): unknown[] {
  const mirrored = (amount: number | null) => (falls && amount !== null ? MIRROR - amount : amount)
  return steps.slice(1).map(({ rejection, after }) => ({
    refused: rejection?.rejected
      .replace('bid_too_high', 'bid_too_low')
      .replace('minimum_not_lowered', 'maximum_not_raised'),
    leader: after.standing && nameOf(after.standing.bidder),
    price: mirrored(after.standing?.price ?? null),
    limit: mirrored(after.standing?.maximum ?? null),
    lowerable: after.lowerable,
    closesAt: after.closesAt,
    rows: history(after).map(({ paddle, amount, price, voided }) => [
      paddle,
      mirrored(amount),
      mirrored(price),
      voided,
    ]),
  }))
}

const played = fc.tuple(fc.array(move, { maxLength: 18, size: 'max' }), fc.option(fc.integer({ min: 0, max: 120 })))

test('[REV-1] decides as an ascending auction of mirrored amounts does', () => {
  assertHolds(
    fc.property(played, ([moves, reserve]) => {
      expect(told(play(true, moves, reserve), true)).toEqual(told(play(false, moves, reserve), false))
    }),
    1_000,
  )
})

test('[REV-1] no public event holds a minimum that stands', () => {
  const SECRET = 777_777
  assertHolds(
    fc.property(played, fc.nat({ max: 6 }), ([moves, reserve], place) => {
      const secret: Move = { who: 'Z', kind: 'limit', from: MIRROR - SECRET - 1_000, nth: 0 }
      const steps = play(true, moves.filter(({ kind }) => kind !== 'void').toSpliced(place, 0, secret), reserve)
      const shown = steps.flatMap(({ events, after, before }) =>
        events.map((event) => publicEvent(event, after, before)),
      )
      expect(JSON.stringify(shown)).not.toContain(String(SECRET))
    }),
    300,
  )
})

test('[REV-1] [REV-2] the verifier accepts every ledger of it', async () => {
  await fc.assert(
    fc.asyncProperty(played, async ([moves, reserve]) => {
      const steps = play(true, moves, reserve)
      const { after } = steps.at(-1)!
      const closed = take(after, { type: 'close', at: T0 + 100_000 })
      expect(await verify(fileOf([...steps, closed]))).toMatchObject({ ok: true })
    }),
    { numRuns: 300 },
  )
})
