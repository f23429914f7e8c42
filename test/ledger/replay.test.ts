import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Command } from '../../src/domain/command.ts'
import { T0 } from '../domain/support.ts'
import { type Move, type Step, bidMove, creation, play, take, termsArb, voidMove } from '../properties/support.ts'
import { entriesOf, fileOf, verify } from './support.ts'

/** What an admin or time does between bids. */
const acts = fc.record({
  afterMs: fc.integer({ min: 1, max: 20_000 }),
  act: fc.constantFrom('pause', 'resume', 'later', 'extend', 'outage', 'tick', 'close', 'cancel', 'describe'),
})
type Turn = Move | { readonly afterMs: number; readonly act: string }

const turns = fc.array(
  fc.oneof({ weight: 12, arbitrary: bidMove }, { weight: 2, arbitrary: voidMove }, { weight: 3, arbitrary: acts }),
  { maxLength: 24, size: 'max' },
)

const terms = fc.record({
  terms: termsArb,
  buyNow: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 3 }),
  revealReserve: fc.boolean(),
  opensLater: fc.boolean(),
})

function playAll(
  { terms: given, buyNow, revealReserve, opensLater }: typeof terms extends fc.Arbitrary<infer T> ? T : never,
  all: readonly Turn[],
): Step[] {
  const floor = Math.max(given.startPrice, given.reservePrice ?? 0)
  const buyNowPrice = buyNow === null || given.startPrice > 1_000 ? null : floor + buyNow
  const fields = opensLater ? { opensAt: new Date(T0 + 5_000).toISOString() } : {}
  const create = creation({ ...given, buyNowPrice, revealReserve } as never, fields)
  let steps = [take(unbornStep, create)]
  for (const [i, turn] of all.entries()) {
    const { after, command } = steps.at(-1)!
    const at = command.at + turn.afterMs
    if ('act' in turn) steps.push(take(after, commandOf(turn.act, after.closesAt!, at)))
    else steps = [...steps, nextMove(steps, turn, i + 1)]
  }
  const { after, command } = steps.at(-1)!
  return [...steps, take(after, { type: 'tick', at: Math.max(command.at, after.closesAt!) })]
}

const unbornStep = play(creation({ startPrice: 1, increments: 1 }), [])[0]!.before

function nextMove(steps: readonly Step[], move: Move, n: number): Step {
  const { after, command } = steps.at(-1)!
  const at = command.at + move.afterMs
  if (move.kind === 'void') {
    const placed = steps.flatMap(({ events }) => events).filter(({ type }) => type === 'bid.placed') as {
      bid: { bidId: string }
    }[]
    const bidId = placed[move.nth % Math.max(placed.length, 1)]?.bid.bidId ?? 'none'
    return take(after, { type: 'void', bidId, reason: 'not paid', at })
  }
  const base =
    after.standing === null
      ? after.terms.startPrice
      : move.from === 'leading'
        ? after.standing.maximum
        : after.standing.price
  const figure = Math.max(1, Math.min(base + move.over, 999_999_999_999)) as never
  const offer = move.exact ? { amount: figure } : { maximum: figure }
  return take(after, { type: 'bid', at, bidId: `bid-${n}`, bidder: { id: move.who, blocked: false }, offer })
}

function commandOf(act: string, closesAt: number, at: number): Command {
  switch (act) {
    case 'pause':
    case 'cancel':
      return { type: act, reason: 'a reason', at }
    case 'resume':
      return { type: 'resume', closesAt: null, at }
    case 'later':
      return { type: 'resume', closesAt: closesAt + 60_000, at }
    case 'extend':
      return { type: 'extend', closesAt: closesAt + 60_000, reason: 'more time', at }
    case 'outage':
      return { type: 'outage', since: closesAt - 1_000, at: Math.max(at, closesAt + 40_000) }
    case 'describe':
      return { type: 'update', changes: { description: `more ${'.'.repeat(at % 7)}` }, at }
    default:
      return { type: act as 'tick' | 'close', at }
  }
}

test('whatever happened by the rules verifies, maxima and reserve unseen', { timeout: 120_000 }, async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(terms, turns, async (given, all) => {
      const steps = playAll(given, all)
      for (const { event } of entriesOf(steps))
        seen.add(event.type === 'closing.extended' ? event.data.reason : event.type)
      expect(await verify(fileOf(steps))).toEqual(expect.objectContaining({ ok: true }))
    }),
    { numRuns: 2_000 },
  )
  for (const type of [
    'bid',
    'house',
    'outage',
    'bid.voided',
    'auction.resumed',
    'auction.cancelled',
    'auction.updated',
  ])
    expect(seen).toContain(type)
})
