import { describe, expect, test } from 'vitest'
import { dueAt } from '../../src/domain/auction.ts'
import { toWire } from '../../src/domain/instant.ts'
import {
  type Act,
  DAY,
  END,
  HOUR,
  MINUTE,
  type Run,
  SECOND,
  T0,
  after,
  bidAt,
  given,
  publicEvents,
  publicView,
  standing,
  types,
  update,
  voiding,
  when,
} from './support.ts'

const tick = (at: number): Act => ({ type: 'tick', at })
const soft = (maxExtensions: number | null = null, windowSeconds = 120, extensionSeconds = 120) =>
  given({ softClose: { windowSeconds, extensionSeconds, maxExtensions } })

describe('in time and late', () => {
  test('[SC-1] a bid a millisecond before the end is in time', () => {
    const run = bidAt(given(), END - 1, 'A 50')
    expect(types(run)).toEqual(['bid.placed'])
  })

  for (const late of [0, 1, 1_500])
    test(`[SC-1] a bid ${late} ms after the end is late though nothing has closed it yet`, () => {
      const run = bidAt(after(given(), 'A 50'), END + late, 'B 90')
      expect(run.rejection).toEqual({
        rejected: 'auction_closed',
        fields: { closesAt: toWire(END), lateMilliseconds: late },
      })
      expect(run.events).toEqual([
        { type: 'auction.closed', at: END, outcome: { result: 'sold', price: 1000, winner: 1, reason: null } },
      ])
    })

  test('[SC-1] a late bid after the closing is told the same and changes nothing', () => {
    const run = bidAt(when(given(), tick(END)), END + 7, 'A 50')
    expect(run.rejection?.fields).toEqual({ closesAt: toWire(END), lateMilliseconds: 7 })
    expect(run.events).toEqual([])
  })
})

describe('soft close', () => {
  const moves: readonly [before: number, to: number | null][] = [
    [120 * SECOND + 1, null],
    [120 * SECOND, null],
    [120 * SECOND - 1, END + 1],
    [60 * SECOND, END + MINUTE],
    [1, END + 2 * MINUTE - 1],
  ]
  for (const [before, to] of moves)
    test(`[SC-2] a bid ${before} ms before the end, window and extension of 120 s`, () => {
      const run = bidAt(soft(), END - before, 'A 50')
      expect(run.auction.closesAt).toBe(to ?? END)
      expect(run.auction.extensions).toBe(to === null ? 0 : 1)
    })

  test('[SC-2] a bid exactly windowSeconds before the end extends', () => {
    const run = bidAt(soft(null, 120, 300), END - 120 * SECOND, 'A 50')
    expect(run.events.at(-1)).toEqual({
      type: 'closing.extended',
      at: END - 120 * SECOND,
      from: END,
      to: END + 180 * SECOND,
      reason: 'bid',
    })
  })

  test('[SC-2] a bid a millisecond earlier does not', () => {
    const run = bidAt(soft(null, 120, 300), END - 120 * SECOND - 1, 'A 50')
    expect(types(run)).toEqual(['bid.placed'])
  })

  test('[SC-2] the end never moves forward, where the extension is the shorter', () => {
    expect(types(bidAt(soft(null, 120, 30), END - 31 * SECOND, 'A 50'))).toEqual(['bid.placed'])
    expect(types(bidAt(soft(null, 120, 30), END - 30 * SECOND, 'A 50'))).toEqual(['bid.placed'])
    expect(bidAt(soft(null, 120, 30), END - 29 * SECOND, 'A 50').auction.closesAt).toBe(END + SECOND)
  })

  test('[SC-2] again and again, each counted from its bid', () => {
    const first = bidAt(soft(), END - SECOND, 'A 50')
    const second = bidAt(first, END + 100 * SECOND, 'B 90')
    expect(second.auction).toMatchObject({ closesAt: END + 220 * SECOND, extensions: 2 })
    expect(bidAt(second, END + 220 * SECOND, 'C 200').rejection?.rejected).toBe('auction_closed')
  })

  test('[SC-2] no more often than maxExtensions', () => {
    const first = bidAt(soft(1), END - SECOND, 'A 50')
    expect(types(first)).toEqual(['bid.placed', 'closing.extended'])
    expect(types(bidAt(first, END + 100 * SECOND, 'B 90'))).toEqual(['bid.placed'])
    expect(types(bidAt(soft(0), END - SECOND, 'A 50'))).toEqual(['bid.placed'])
  })

  test('[SC-2] without one the close is hard, and that is the default', () => {
    expect(types(bidAt(given(), END - 1, 'A 50'))).toEqual(['bid.placed'])
    expect(given({ fields: { terms: { startPrice: 1 } } }).auction.terms.softClose).toBeNull()
  })

  test('[SC-2] the room is told from when to when', () => {
    expect(publicEvents(bidAt(soft(), END - SECOND, 'A 50')).at(-1)?.data).toEqual({
      from: toWire(END),
      to: toWire(END + 119 * SECOND),
      reason: 'bid',
      note: null,
      extensions: 1,
    })
  })

  test('[SC-3] a refused bid does not extend', () => {
    const run = bidAt(bidAt(soft(), T0 + SECOND, 'A 50'), END - SECOND, 'B 5')
    expect([run.rejection?.rejected, run.auction.closesAt]).toEqual(['bid_too_low', END])
  })

  test('[SC-3] a silent raise does not extend', () => {
    const run = bidAt(bidAt(soft(), T0 + SECOND, 'A 50'), END - SECOND, 'A 90')
    expect([types(run), run.auction.closesAt]).toEqual([['maximum.raised'], END])
  })

  test('[SC-3] a bid that is outbid at once extends, for the price moved', () => {
    const run = bidAt(bidAt(soft(), T0 + SECOND, 'A 50'), END - SECOND, 'B 20')
    expect([standing(run), run.auction.closesAt]).toEqual(['21 A', END + 119 * SECOND])
  })

  test('[SC-3] a raise that moves the price extends', () => {
    const tied = bidAt(bidAt(soft(), T0 + SECOND, 'A 50'), T0 + 2 * SECOND, 'B 50')
    expect(bidAt(tied, END - SECOND, 'A 90').auction.closesAt).toBe(END + 119 * SECOND)
  })
})

describe('nothing closes early', () => {
  test('[SC-4] an open auction is due at its end, a scheduled one at its opening', () => {
    expect(dueAt(given().auction)).toBe(END)
    const scheduled = given({ fields: { opensAt: toWire(T0 + MINUTE) } })
    expect(dueAt(scheduled.auction)).toBe(T0 + MINUTE)
    expect(dueAt(when(scheduled, tick(T0 + MINUTE)).auction)).toBe(END)
  })

  test('[SC-4] a draft, a paused and a finished one are never due', () => {
    const closed = when(given(), { type: 'close' })
    const paused = when(given(), { type: 'pause', reason: 'a question' })
    const draft = given({ fields: { status: 'draft' } })
    const cancelled = when(given(), { type: 'cancel', reason: 'broken' })
    expect([closed, paused, draft, cancelled].map(({ auction }) => dueAt(auction))).toEqual([null, null, null, null])
  })

  test('[SC-4] an extended one is due at its new end', () => {
    expect(dueAt(bidAt(soft(), END - SECOND, 'A 50').auction)).toBe(END + 119 * SECOND)
  })

  test('[SC-4] a tick a millisecond early closes nothing', () => {
    expect(when(given(), tick(END - 1)).events).toEqual([])
    expect(types(when(given(), tick(END)))).toEqual(['auction.closed'])
  })

  test('[SC-4] ticks in any number, also from a clock that jumped back, close nothing', () => {
    const run = when(given(), tick(T0 - DAY), tick(T0), tick(T0 + MINUTE), tick(T0 - HOUR), tick(END - 1))
    expect(run.all.map(({ type }) => type)).toEqual(['auction.created', 'auction.opened'])
  })

  test('[SC-4] 400 days are a length like any other', () => {
    const long = given({ fields: { durationSeconds: (400 * DAY) / SECOND } })
    expect(dueAt(long.auction)).toBe(T0 + 400 * DAY)
    expect(when(long, tick(T0 + 25 * DAY), tick(T0 + 399 * DAY)).events).toEqual([])
  })

  test('[SC-4] a late tick decides as one on time', () => {
    const onTime = when(after(given(), 'A 50'), tick(END))
    expect(when(after(given(), 'A 50'), tick(END + 3 * DAY)).auction).toEqual(onTime.auction)
  })

  test('[SC-4] opening and closing in one late tick are each dated when they were due', () => {
    const run = when(given({ fields: { opensAt: toWire(T0 + MINUTE) } }), tick(END + DAY))
    expect(run.events.map(({ type, at }) => [type, at])).toEqual([
      ['auction.opened', T0 + MINUTE],
      ['auction.closed', END],
    ])
  })
})

const outage = (since: number, at: number): Act => ({ type: 'outage', since, at })

describe('an outage', () => {
  const lines: readonly { title: string; since: number; until: number; to: number | null }[] = [
    { title: 'across the end', since: END - 40 * SECOND, until: END + 20 * SECOND, to: END + 60 * SECOND },
    { title: 'of exactly 30 s', since: END - 10 * SECOND, until: END + 20 * SECOND, to: END + 30 * SECOND },
    { title: 'that ends at the end', since: END - MINUTE, until: END, to: END + MINUTE },
    { title: 'that begins a millisecond before the end', since: END - 1, until: END + HOUR, to: END + HOUR + 1 },
    { title: 'of a month', since: END - HOUR, until: END + 30 * DAY, to: END + 30 * DAY + HOUR },
  ]
  for (const { title, since, until, to } of lines)
    test(`[SC-5] ${title} moves the end by its length`, () => {
      const run = when(after(given(), 'A 50'), outage(since, until))
      expect(run.events).toEqual([{ type: 'closing.extended', at: until, from: END, to, reason: 'outage' }])
      expect(publicView(run)).toMatchObject({ status: 'open', closesAt: toWire(to!), extensions: 0 })
    })

  const harmless: readonly { title: string; since: number; until: number; result: string[] }[] = [
    { title: 'shorter than 30 s', since: END - 10 * SECOND, until: END + 20 * SECOND - 1, result: ['auction.closed'] },
    { title: 'that was over before the end', since: T0 + MINUTE, until: END - 1, result: [] },
    { title: 'that began at the end', since: END, until: END + HOUR, result: ['auction.closed'] },
    { title: 'that began after the end', since: END + 1, until: END + HOUR, result: ['auction.closed'] },
  ]
  for (const { title, since, until, result } of harmless)
    test(`[SC-5] one ${title} moves nothing`, () => {
      const run = when(given(), outage(since, until))
      expect(types(run)).toEqual(result)
      expect(run.auction.closesAt).toBe(END)
    })

  test('[SC-5] a bid after it is in time', () => {
    const back = when(given(), outage(END - MINUTE, END + MINUTE))
    expect(types(bidAt(back, END + 2 * MINUTE - 1, 'A 50'))).toEqual(['bid.placed'])
    expect(bidAt(back, END + 2 * MINUTE, 'A 50').rejection?.rejected).toBe('auction_closed')
  })

  test('[SC-5] does not use up an extension', () => {
    const back = when(soft(1), outage(END - MINUTE, END + MINUTE))
    expect(types(bidAt(back, END + 2 * MINUTE - 1, 'A 50'))).toEqual(['bid.placed', 'closing.extended'])
  })

  test('[SC-5] moves the end again when it comes again', () => {
    const once = when(given(), outage(END - MINUTE, END + MINUTE))
    expect(when(once, outage(END + MINUTE, END + 3 * MINUTE)).auction.closesAt).toBe(END + 4 * MINUTE)
  })

  test('[SC-5] what was closed stays closed', () => {
    const closed = when(given(), tick(END))
    const run = when(closed, outage(END - MINUTE, END + HOUR))
    expect([run.events, run.auction]).toEqual([[], closed.auction])
  })

  test('[SC-5] a paused auction keeps its time anyway', () => {
    const paused = when(given(), { type: 'pause', reason: 'a question' })
    expect(when(paused, outage(END - MINUTE, END + HOUR)).events).toEqual([])
  })

  test('[SC-5] across opening and end both: it opens, and the end moves', () => {
    const scheduled = given({ fields: { opensAt: toWire(END - MINUTE) } })
    const run = when(scheduled, outage(END - HOUR / 2, END + HOUR / 2))
    expect(types(run).toSorted()).toEqual(['auction.opened', 'closing.extended'])
    expect(run.auction).toMatchObject({ stage: { status: 'open' }, closesAt: END + HOUR })
  })

  test('[SC-5] across the opening only: it opens', () => {
    const scheduled = given({ fields: { opensAt: toWire(T0 + MINUTE) } })
    expect(types(when(scheduled, outage(T0, T0 + 2 * MINUTE)))).toEqual(['auction.opened'])
  })

  test('[SC-5] the room is told why', () => {
    const run = when(given(), outage(END - MINUTE, END + MINUTE))
    expect(publicEvents(run).at(-1)?.data).toEqual({
      from: toWire(END),
      to: toWire(END + 2 * MINUTE),
      reason: 'outage',
      note: null,
      extensions: 0,
    })
  })
})

const extend = (closesAt: number, at?: number): Act => ({
  type: 'extend',
  closesAt,
  reason: 'a bidder lost the line',
  ...(at === undefined ? {} : { at }),
})

describe('more time by the house', () => {
  test('moves the end, and the room is told why', () => {
    const run = when(after(given(), 'A 50'), extend(END + HOUR))
    expect(run.events).toEqual([
      {
        type: 'closing.extended',
        at: run.at,
        from: END,
        to: END + HOUR,
        reason: 'house',
        note: 'a bidder lost the line',
      },
    ])
    expect(publicEvents(run).at(-1)?.data).toEqual({
      from: toWire(END),
      to: toWire(END + HOUR),
      reason: 'house',
      note: 'a bidder lost the line',
      extensions: 0,
    })
    expect(dueAt(run.auction)).toBe(END + HOUR)
    expect(types(bidAt(run, END + HOUR - 1, 'B 90'))).toEqual(['bid.placed'])
    expect(bidAt(run, END + HOUR, 'B 90').rejection?.rejected).toBe('auction_closed')
  })

  test('only ever later: a millisecond is enough, the same end and an earlier one are refused', () => {
    expect(when(given(), extend(END + 1)).auction.closesAt).toBe(END + 1)
    for (const to of [END, END - 1, T0]) {
      const run = when(given(), extend(to))
      expect(run.rejection).toMatchObject({ rejected: 'invalid_request', fields: { errors: [{ path: 'closesAt' }] } })
      expect(run.events).toEqual([])
    }
  })

  test('within 1100 days of now, and no further', () => {
    const far = T0 + SECOND + 1100 * DAY
    expect(when(given(), extend(far)).auction.closesAt).toBe(far)
    expect(when(given(), extend(far + 1)).rejection).toMatchObject({ fields: { errors: [{ path: 'closesAt' }] } })
  })

  test('[SC-2] does not count against maxExtensions, and a late bid still extends after it', () => {
    const run = bidAt(when(soft(1), extend(END + HOUR)), END + HOUR - SECOND, 'A 50')
    expect(types(run)).toEqual(['bid.placed', 'closing.extended'])
    expect(run.auction).toMatchObject({ extensions: 1, closesAt: END + HOUR + 119 * SECOND })
    const again = when(run, extend(END + 2 * HOUR))
    expect(again.auction).toMatchObject({ extensions: 1, closesAt: END + 2 * HOUR })
    expect(types(bidAt(again, END + 2 * HOUR - SECOND, 'B 90'))).toEqual(['bid.placed'])
  })

  const others: readonly [title: string, run: Run, code: string][] = [
    ['a draft', given({ fields: { status: 'draft' } }), 'auction_not_open'],
    ['a scheduled one', given({ fields: { opensAt: toWire(T0 + MINUTE) } }), 'auction_not_open'],
    ['a paused one', when(given(), { type: 'pause', reason: 'a question' }), 'auction_paused'],
    ['a cancelled one', when(given(), { type: 'cancel', reason: 'broken' }), 'auction_cancelled'],
    ['a closed one', when(given(), { type: 'close' }), 'auction_closed'],
  ]
  for (const [title, run, code] of others)
    test(`is not for ${title}`, () => expect(when(run, extend(END + DAY)).rejection?.rejected).toBe(code))

  test('[SC-1] at the end it is too late, though nothing has closed it yet', () => {
    const run = when(given(), extend(END + HOUR, END))
    expect(run.rejection?.rejected).toBe('auction_closed')
    expect(types(run)).toEqual(['auction.closed'])
    expect(types(when(given(), extend(END + HOUR, END - 1)))).toEqual(['closing.extended'])
  })
})

describe('after the closing', () => {
  const everything: readonly Act[] = [
    'A 90',
    'A =90',
    { type: 'tick', at: END + DAY },
    { type: 'outage', since: T0, at: END + DAY },
    { type: 'open' },
    { type: 'close' },
    { type: 'cancel', reason: 'broken' },
    { type: 'pause', reason: 'a question' },
    { type: 'resume', closesAt: null },
    { type: 'resume', closesAt: END + 2 * DAY },
    extend(END + 2 * DAY),
    update({ description: 'Four legs. And a back.' }),
    update({ title: 'A stool' }),
    voiding(1),
  ]
  const ends: readonly { title: string; run: Run; code: string }[] = [
    { title: 'on time', run: when(after(given(), 'A 50'), tick(END)), code: 'auction_closed' },
    { title: 'by hand', run: when(after(given(), 'A 50'), { type: 'close' }), code: 'auction_closed' },
    { title: 'by buy-now', run: after(given({ buyNow: '50' }), 'A =50'), code: 'auction_closed' },
    { title: 'by cancelling', run: when(given(), { type: 'cancel', reason: 'broken' }), code: 'auction_cancelled' },
  ]
  for (const { title, run, code } of ends)
    test(`[SC-6] nothing follows an end ${title}`, () => {
      for (const act of everything) {
        const next = when(run, act)
        expect(next.events).toEqual([])
        expect(next.auction).toEqual(run.auction)
        const quiet = typeof act !== 'string' && (act.type === 'tick' || act.type === 'outage')
        expect(next.rejection?.rejected).toBe(quiet ? undefined : code)
      }
    })

  test('[SC-6] of two ticks at once one closes', () => {
    const run = when(given(), tick(END), tick(END), tick(END + SECOND))
    expect(run.all.filter(({ type }) => type === 'auction.closed')).toHaveLength(1)
  })
})
