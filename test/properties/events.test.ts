import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { AMOUNT_MAX } from '../../src/domain/amount.ts'
import { type Auction, dueAt, inOrder, isOver, latestOf } from '../../src/domain/auction.ts'
import { listed } from '../../src/domain/bids.ts'
import type { Command } from '../../src/domain/command.ts'
import { isPublic } from '../../src/domain/event.ts'
import { evolve, unborn } from '../../src/domain/evolve.ts'
import { toWire } from '../../src/domain/instant.ts'
import { type Standing, formats } from '../../src/domain/formats/index.ts'
import { keptChanges } from '../../src/domain/schema.ts'
import { answerFacts, auctionView, history, priceView, publicEvent, youView } from '../../src/domain/view.ts'
import { OwnBids } from '../../src/live/own-bids.ts'
import * as wire from '../../src/domain/wire.ts'
import { DAY, HOUR, MINUTE, T0, bidId, idOf, seller } from '../domain/support.ts'
import {
  type Step,
  assertHolds,
  bidOf,
  offerOf,
  bidders,
  bidsAndVoidsArb,
  creation,
  eventsOf,
  evolved,
  play,
  run,
  termsArb,
  throughJson,
} from './support.ts'

/** Any command at any time, also backwards, in an auction of any kind. */
const at = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: T0 - HOUR, max: T0 + HOUR }) },
  { weight: 12, arbitrary: fc.integer({ min: T0 + 4 * MINUTE, max: T0 + 9 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: T0, max: T0 + 30 * DAY }) },
)
const amount = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: AMOUNT_MAX - 5, max: AMOUNT_MAX }))
const description = fc.constantFrom('', 'Four legs.', 'Four legs. And a back.')
const changes = fc
  .record(
    {
      title: fc.constantFrom('A stool', 'A table'),
      description,
      opensAt: fc.option(at.map(toWire)),
      status: fc.constantFrom('draft', 'scheduled'),
      currency: fc.constantFrom('EUR', 'JPY'),
      terms: termsArb,
    },
    { requiredKeys: [] },
  )
  .chain((fields) =>
    fc.oneof(
      fc.constant(fields),
      at.map((closesAt) => ({ ...fields, closesAt: toWire(closesAt) })),
      fc.integer({ min: 1, max: 5_000 }).map((durationSeconds) => ({ ...fields, durationSeconds })),
    ),
  )
  .filter((fields) => Object.keys(fields).length > 0)

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ n: fc.nat({ max: 1_000_000 }), who: fc.constantFrom(...bidders), exact: fc.boolean(), amount, at })
      .map(({ n, who, exact, amount: value, at: when }) => bidOf(n, who, offerOf(n, exact, value), when)),
  },
  fc.record({ type: fc.constant('tick' as const), at }),
  fc.record({ type: fc.constant('open' as const), at }),
  fc.record({ type: fc.constant('pause' as const), at, reason: fc.constant('a question') }),
  fc.record({ type: fc.constant('resume' as const), at, closesAt: fc.option(at) }),
  fc.record({ type: fc.constant('outage' as const), at, since: at }),
  fc.record({ type: fc.constant('extend' as const), at, closesAt: at, reason: fc.constant('a question') }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('void' as const),
      at,
      bidId: fc.nat({ max: 12 }).map(bidId),
      reason: fc.constant('x'),
    }),
  },
  fc.record({
    type: fc.constant('update' as const),
    at,
    changes: changes.map((fields) => keptChanges.parse(fields)),
  }),
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ type: fc.constant('close' as const), at }),
      fc.record({ type: fc.constant('cancel' as const), at, reason: fc.constant('broken') }),
    ),
  },
)

/** Half of them in the order of time, and all with bids that can be voided by their place. */
const anyCommands = fc
  .tuple(fc.array(anyCommand, { maxLength: 20, size: 'max' }), fc.boolean())
  .map(([commands, ordered]) => (ordered ? commands.toSorted((a, b) => a.at - b.at) : commands))
  .map((commands) => commands.map((c, i): Command => (c.type === 'bid' ? { ...c, bidId: bidId(i) } : c)))

const creations = fc
  .record({
    terms: termsArb,
    buyNow: fc.option(fc.integer({ min: 0, max: 100 })),
    fields: fc.oneof(
      fc.constant({}),
      fc.constant({ opensAt: toWire(T0 + 5 * MINUTE) }),
      fc.constant({ status: 'draft' }),
      fc.constant({ status: 'draft', opensAt: toWire(T0 + 5 * MINUTE) }),
    ),
  })
  .map(({ terms, buyNow, fields }) => {
    const least = Math.max(terms.startPrice, terms.reservePrice ?? 0)
    return creation({ ...terms, buyNowPrice: buyNow === null ? null : Math.min(least + buyNow, AMOUNT_MAX) }, fields)
  })

function expectSound({ command, before, after, events, rejection }: Step): void {
  expect(isOver(before) ? events : []).toEqual([])
  const ends = events.map(({ type }) => type === 'auction.closed' || type === 'auction.cancelled')
  expect(ends.indexOf(true)).toBe(isOver(after) && !isOver(before) ? events.length - 1 : -1)
  expect(after.seq).toBe(before.seq + events.filter(isPublic).length)
  expect(events.every((event) => event.at <= Math.max(command.at, T0))).toBe(true)
  const due = dueAt(after)
  expect(due === null || due > command.at).toBe(true)
  const others = events.filter(({ type }) => type !== 'auction.opened' && type !== 'auction.closed')
  expect(rejection === null ? [] : others).toEqual([])
  expectSoundStanding(after)
}

function expectSoundStanding({ standing, terms, stage, paddles, bidCount }: Auction): void {
  expect([...paddles.values()]).toEqual([...paddles.values()].map((_, i) => i + 1))
  expect(bidCount >= 0 && bidCount > 0 === (standing !== null)).toBe(true)
  if (standing === null) return
  expect(standing.price).toBeLessThanOrEqual(standing.maximum)
  expect(standing.price).toBeGreaterThanOrEqual(terms.startPrice)
  expect(standing.beaten ?? 0).toBeLessThanOrEqual(standing.maximum)
  expect(stage.status).not.toBe('draft')
}

/** The documented shapes, with nothing more. */
const shape = {
  auction: wire.auctionView.omit({ room: true }).strict(),
  price: wire.priceView.strict(),
  bid: wire.bidView.strict(),
  you: wire.youView.strict(),
  answer: wire.answerFacts.strict(),
  events: new Map<string, z.ZodType>(Object.entries(wire.eventData).map(([type, data]) => [type, data.strict()])),
}

function viewOf(auction: Auction) {
  return auctionView(auction, { seller, head: '', serverTime: T0, viewer: 'public' })
}

function expectSoundViews(after: Auction): void {
  const view = viewOf(after)
  expect(shape.auction.parse(view)).toEqual(view)
  const price = view.price ?? 0
  expect(view.minimumBid === null || view.minimumBid > price || price === AMOUNT_MAX).toBe(true)
  expect(view.minimumBid === null).toBe(view.status !== 'open')
  const { reservePrice } = after.terms
  expect(view.reserve === 'met').toBe(reservePrice !== null && view.price !== null && view.price >= reservePrice)
  expect(shape.price.parse(priceView(after))).toEqual(priceView(after))
  const rows = history(after)
  for (const row of rows) expect(shape.bid.parse(row)).toEqual(row)
  expect(rows.filter(({ voided }) => !voided)).toHaveLength(view.bidCount)
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq).toSorted((a, b) => b - a))
  for (const who of bidders) shape.you.parse(youView(after, idOf(who)))
}

function expectSoundEvents(before: Auction, events: Step['events']): void {
  let now = before
  for (const event of events) {
    const earlier = now
    now = evolve(earlier, event)
    const shown = publicEvent(event, now, earlier)
    expect(shown === null).toBe(event.type === 'maximum.raised' || event.type === 'maximum.lowered')
    expect(shown === null ? null : shape.events.get(shown.type)!.parse(shown.data)).toEqual(shown?.data ?? null)
    expect(event.type === 'bid.placed' ? event.bid.seq : now.seq).toBe(now.seq)
    const room = shown?.type === 'bid.placed' || shown?.type === 'bid.voided' ? shown.data : {}
    expect({ ...viewOf(now), ...pick(room) }).toEqual(viewOf(now))
  }
}

/** What of an event's data the view shows under the same name. */
function pick(data: object): object {
  const names = ['price', 'leader', 'minimumBid', 'bidCount', 'bidderCount', 'reserve']
  return Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)))
}

test('[SC-6] decide is total, and what it decides is sound', () => {
  const decided = new Set<string>()
  const refused = new Set<string>()
  assertHolds(
    fc.property(creations, anyCommands, (create, commands) => {
      for (const step of run([create, ...commands])) {
        for (const { type } of step.events) decided.add(type)
        if (step.rejection !== null) refused.add(step.rejection.rejected)
        expectSound(step)
        expectSoundViews(step.after)
        expectSoundEvents(step.before, step.events)
        const { command, rejection, after, before } = step
        if (command.type !== 'bid' || rejection !== null) continue
        shape.answer.parse(answerFacts(after.bids!.bid, before, after))
      }
    }),
    1_000,
  )
  expect(decided.size).toBe(11)
  expect(refused.size).toBeGreaterThanOrEqual(12)
})

test('replaying the events, as they come back from a ledger, gives the state', () => {
  assertHolds(
    fc.property(creations, anyCommands, (create, commands) => {
      const steps = run([create, ...commands])
      expect(evolved(unborn, throughJson(eventsOf(steps)))).toEqual(steps.at(-1)!.after)
    }),
    500,
  )
})

test('deciding changes nothing: the same command gives the same events', () => {
  assertHolds(
    fc.property(creations, anyCommands, (create, commands) => {
      expect(run([create, ...commands])).toEqual(run([create, ...commands]))
    }),
    200,
  )
})

test('[PX-9] a history that is kept up by public events alone is the history', () => {
  assertHolds(
    fc.property(termsArb, bidsAndVoidsArb, (terms, moves) => {
      const steps = play(
        creation(terms),
        moves.filter(({ kind }) => kind === 'bid'),
      )
      const rows = new Map<string, number>()
      const latest = new Map<string, string>()
      let now = unborn
      for (const event of eventsOf(steps)) {
        const earlier = now
        now = evolve(earlier, event)
        const shown = publicEvent(event, now, earlier)
        if (shown?.type !== 'bid.placed') continue
        const { bid, paddle, amount: placed, beaten, leader, price } = shown.data
        rows.set(bid, placed)
        latest.set(paddle, bid)
        if (beaten !== null) rows.set(beaten.bid, beaten.amount)
        rows.set(latest.get(leader!)!, price!)
      }
      expect(history(now).map(({ id, amount: shown }) => [id, shown])).toEqual([...rows].toReversed())
    }),
    1_000,
  )
})

/** What each bid publicly amounts to, worked out from the first bid on. */
function amountsFromTheBeginning({ terms, bids, standing }: Auction): Map<string, number> {
  const all = inOrder(bids)
  const amounts = new Map<string, number>(all.map((bid) => [bid.bidId, bid.amount]))
  let leading: Standing | null = null
  for (const bid of all.filter(({ voided }) => !voided)) {
    const after: Standing = formats.english.place(terms, leading, bid)
    if (leading !== null && leading.bidder !== after.bidder) amounts.set(leading.bidId, leading.maximum)
    else if (leading !== null && leading.bidId !== after.bidId) amounts.set(leading.bidId, leading.price)
    leading = after
  }
  if (standing !== null) amounts.set(standing.bidId, standing.price)
  return amounts
}

test('the history is what it is from the beginning, however little of it is asked for, also after a void and a reload', () => {
  const plays = fc.property(termsArb, bidsAndVoidsArb, fc.integer({ min: 1, max: 4 }), (terms, moves, most) => {
    for (const { after } of play(creation(terms), moves)) {
      const rows = history(after)
      const amounts = amountsFromTheBeginning(after)
      expect(rows.map(({ id, amount: shown }) => [id, shown])).toEqual(
        inOrder(after.bids)
          .filter(({ seq }) => seq !== null)
          .toReversed()
          .map((bid) => [bid.bidId, amounts.get(bid.bidId)]),
      )
      const pages = []
      for (let page = history(after, { most }); page.length > 0;) {
        pages.push(...page)
        page = history(after, { most, before: page.at(-1)!.seq })
      }
      expect(pages).toEqual(rows)
      expect(history({ ...after, bids: listed(after, inOrder(after.bids)) })).toEqual(rows)
    }
  })
  assertHolds(plays, 1_000)
})

test('a bidder is shown the latest of their own bids, and the highest of those that stand', () => {
  const plays = fc.property(termsArb, bidsAndVoidsArb, (terms, moves) => {
    const { after } = play(creation(terms), moves).at(-1)!
    for (const who of bidders) {
      const own = inOrder(after.bids).filter((bid) => bid.bidder === idOf(who))
      const standing = own.filter((bid) => !bid.voided).map((bid) => bid.maximum)
      const you = youView(after, idOf(who))
      expect(you.bids.map(({ id }) => id)).toEqual(
        own
          .toReversed()
          .map((bid) => bid.bidId)
          .slice(0, 20),
      )
      expect(you.maximum).toBe(standing.length === 0 ? null : Math.max(...standing))
    }
  })
  assertHolds(plays, 200)
})

test('[PX-9] a page that a token was lent to is told the same bids, none with its maximum', () => {
  const plays = fc.property(termsArb, bidsAndVoidsArb, (terms, moves) => {
    const told = new Map(bidders.map((who) => [who, new OwnBids(true)]))
    for (const { after } of play(creation(terms), moves))
      for (const [who, bids] of told) {
        const shown = youView(after, idOf(who)).bids.map((bid) => ({ ...bid, maximum: null }))
        expect(JSON.parse(bids.json(latestOf(after, idOf(who)), after))).toEqual(shown)
      }
  })
  assertHolds(plays, 100)
})

test('a bidder who is told now and then is told the same bids as one who asks, also after a void', () => {
  const plays = fc.property(termsArb, bidsAndVoidsArb, fc.array(fc.boolean()), (terms, moves, asks) => {
    const told = new Map(bidders.map((who) => [who, new OwnBids(false)]))
    const shown: [unknown, unknown][] = []
    for (const [i, { after }] of play(creation(terms), moves).entries())
      for (const [who, bids] of told)
        if (asks[i] ?? true)
          shown.push([JSON.parse(bids.json(latestOf(after, idOf(who)), after)), youView(after, idOf(who)).bids])
    for (const [heard, asked] of shown) expect(heard).toEqual(asked)
  })
  assertHolds(plays, 100)
})
