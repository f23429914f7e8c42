import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Auction, inOrder } from '../../src/domain/auction.ts'
import type { Command } from '../../src/domain/command.ts'
import { evolve } from '../../src/domain/evolve.ts'
import { formats } from '../../src/domain/formats/index.ts'
import { toWire } from '../../src/domain/instant.ts'
import { answerFacts, auctionView, history, priceView, publicEvent, youView } from '../../src/domain/view.ts'
import { T0, bidId, idOf, nameOf, seller } from '../domain/support.ts'
import { type Step, assertHolds, bidOf, offerOf, bidders, creation, run, take } from './support.ts'

const RESERVE = 986_543_217_123
/** Rising by more than any step, with digits that nothing else has. */
const secret = (n: number) => 17_391_000_017 + n * 2_013_577_531

function shownToAll(auction: Auction): unknown {
  const view = auctionView(auction, { seller, head: '', serverTime: T0, viewer: 'public' })
  return [view, history(auction), priceView(auction)]
}

function eventsShown({ before, events }: Step): unknown[] {
  let now = before
  return events.map((event) => {
    const earlier = now
    now = evolve(earlier, event)
    return publicEvent(event, now, earlier)
  })
}

/** What everyone gets to see of a step, and what the others than `who` get to see of their own. */
function bytesWithout(who: string, step: Step): string {
  const { command, after, before, rejection } = step
  const others = bidders.filter((name) => name !== who)
  const own = command.type === 'bid' && nameOf(command.bidder.id) !== who
  const answer = own && rejection === null ? answerFacts(after.bids!.bid, before, after) : null
  const refusal = own || command.type !== 'bid' ? rejection : null
  return JSON.stringify([
    eventsShown(step),
    shownToAll(after),
    others.map((name) => youView(after, idOf(name))),
    answer,
    refusal,
  ])
}

type Move =
  | { readonly kind: 'small'; readonly who: string; readonly exact: boolean; readonly over: number }
  | { readonly kind: 'secret'; readonly who: string }
  | { readonly kind: 'void'; readonly nth: number }
  | { readonly kind: 'lower' }

const who = fc.constantFrom(...bidders)
const small = fc.record({
  kind: fc.constant('small' as const),
  who,
  exact: fc.boolean(),
  over: fc.integer({ min: -5, max: 900 }),
})
const moves = fc.array<Move>(
  fc.oneof(
    { weight: 3, arbitrary: small },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('secret' as const), who }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('void' as const),
        nth: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 15 })),
      }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'lower' as const }) },
  ),
  { minLength: 2, maxLength: 15, size: 'max' },
)

function commandOf(move: Move, auction: Auction, n: number): Command {
  const at = T0 + n * 7_001
  const leading = auction.standing?.bidId ?? 'none'
  if (move.kind === 'void') return { type: 'void', bidId: move.nth === 0 ? leading : bidId(move.nth), reason: 'x', at }
  if (move.kind === 'lower') return loweringIn(auction, n, at)
  if (move.kind === 'secret') return bidOf(n, move.who, { maximum: secret(n) }, at)
  const amount = Math.max(1, formats.english.nextBid(auction) + move.over)
  return bidOf(n, move.who, offerOf(n, move.exact, amount), at)
}

/** To a figure that nobody has seen: refused but where a void lets somebody lead again. */
function loweringIn({ standing }: Auction, n: number, at: number): Command {
  const { bidder = idOf('A'), bidId: bid = 'none', price = 1, maximum = 1 } = standing ?? {}
  const lowerTo = Math.max(price, maximum - 13_131_317 * n)
  return {
    type: 'bid',
    at,
    bidId: bidId(n),
    bidder: { id: bidder, blocked: false },
    offer: { lowerTo: lowerTo as never, bid },
  }
}

test('[PX-9] [VOID-3] [RES-1] nobody else sees a standing maximum, one that was raised over, a silent raise or the reserve', () => {
  let silent = 0
  let beaten = 0
  let lowered = 0
  const terms = fc.record({
    startPrice: fc.integer({ min: 1, max: 5_000 }),
    increments: fc.constantFrom('standard', 'ebay-us', 'trademe-nz', 250),
    reservePrice: fc.constantFrom(null, RESERVE, 1_234),
  })
  assertHolds(
    fc.property(terms, moves, fc.boolean(), (asked, script, closes) => {
      const hidden = new Map<string, string>([[String(RESERVE), 'nobody']])
      const steps = run([creation(asked)])
      const acts = [...script.entries(), ...(closes ? ([[script.length, null]] as const) : [])]
      for (const [i, move] of acts) {
        const { after: auction } = steps.at(-1)!
        const end: Command = { type: 'close', at: T0 + (i + 1) * 7_001 }
        const step = take(auction, move === null ? end : commandOf(move, auction, i + 1))
        steps.push(step)
        if (move?.kind === 'secret') hidden.set(String(secret(i + 1)), move.who)
        for (const event of step.events) {
          // What was shown stays known; what it was lowered to nobody has seen.
          if (event.type === 'maximum.lowered' && event.standing.maximum > event.standing.price) {
            lowered += 1
            hidden.set(String(event.standing.maximum), nameOf(event.bid.bidder))
          }
          if (event.type === 'maximum.raised' || event.type === 'maximum.lowered') {
            silent += 1
            hidden.set(event.bid.bidId, nameOf(event.bid.bidder))
            hidden.set(toWire(event.at), nameOf(event.bid.bidder))
          }
          if (event.type !== 'bid.placed') continue
          // A maximum may be seen once it lost the lead to another bid, or once the price has come up to it.
          const lost = auction.standing?.bidder === event.standing.bidder ? null : auction.standing
          beaten += lost === null ? 0 : 1
          hidden.delete(String(lost?.maximum))
          if (event.standing.price === event.standing.maximum) hidden.delete(String(event.standing.maximum))
        }
        for (const name of bidders) {
          const bytes = bytesWithout(name, step)
          const leaked = [...hidden].filter(([text, owner]) => owner === name && bytes.includes(text))
          expect(leaked).toEqual([])
        }
        const reserve = JSON.stringify([eventsShown(step), shownToAll(step.after)])
        expect(reserve).not.toContain(String(RESERVE))
      }
    }),
    700,
  )
  expect(silent).toBeGreaterThan(100)
  expect(beaten).toBeGreaterThan(100)
  expect(lowered).toBeGreaterThan(5)
})

test('[PX-9] [SC-3] the same room with other hidden maxima of the winner is the same to the byte', () => {
  const HIGH = 1_000_000_000
  const worlds = fc.record({
    terms: fc.record({
      startPrice: fc.integer({ min: 1, max: 5_000 }),
      increments: fc.constantFrom('standard', 'ebay-us', 250),
      reservePrice: fc.constantFrom(null, 20_000, RESERVE),
      softClose: fc.constantFrom(null, { windowSeconds: 600, extensionSeconds: 600, maxExtensions: 3 }),
    }),
    before: fc.array(small, { maxLength: 6 }),
    later: fc.array(small, { maxLength: 10, size: 'max' }),
    more: fc.integer({ min: 1, max: HIGH }),
    raises: fc.array(fc.nat({ max: 10 }), { maxLength: 4, size: 'max' }),
    closes: fc.boolean(),
  })
  assertHolds(
    fc.property(worlds, ({ terms, before, later, more, raises, closes }) => {
      const script = [...before, 'winner' as const, ...later]
      const commands = [creation(terms)]
      for (const [i, move] of script.entries()) {
        const { after } = run(commands).at(-1)!
        const small = move === 'winner' ? null : { ...move, who: move.who === 'A' ? 'B' : move.who }
        commands.push(
          small === null ? bidOf(i + 1, 'A', { maximum: HIGH }, T0 + (i + 1) * 7_001) : commandOf(small, after, i + 1),
        )
      }
      if (closes) commands.push({ type: 'close', at: T0 + 500_000 })
      const winner = 1 + before.length
      const other = commands.flatMap((command, i): Command[] => {
        if (i === winner) return [bidOf(i, 'A', { maximum: HIGH + more }, command.at)]
        if (i < winner) return [command]
        const raised = raises.flatMap((place, n) =>
          place === i - winner - 1
            ? [bidOf(900 + n, 'A', { maximum: 3 * HIGH + (n + i * 10) * 1_000 }, command.at - 1 - n)]
            : [],
        )
        return [...raised, command]
      })
      const seen = (list: readonly Command[]) =>
        run(list)
          .filter(({ command }) => command.type !== 'bid' || !raisesOnly(command))
          .map((step) => bytesWithout('A', step))
      expect(seen(other)).toEqual(seen(commands))
    }),
    700,
  )
})

/** The bids that only the second world has. */
function raisesOnly(command: Command): boolean {
  return command.type === 'bid' && command.bidId >= bidId(900)
}

test('[VOID-2] a void bid shows what it showed when it was placed', () => {
  assertHolds(
    fc.property(moves, (script) => {
      const steps = run([creation({ startPrice: 100, increments: 'standard' })])
      for (const [i, move] of script.entries())
        steps.push(take(steps.at(-1)!.after, commandOf(move, steps.at(-1)!.after, i + 1)))
      const { after } = steps.at(-1)!
      const placed = new Map(inOrder(after.bids).map((bid) => [bid.bidId, bid.amount]))
      for (const { id, amount, voided } of history(after)) expect(voided && amount !== placed.get(id)).toBe(false)
    }),
    300,
  )
})
