import { describe, expect, test } from 'vitest'
import { dueAt } from '../../src/domain/auction.ts'
import { toWire } from '../../src/domain/instant.ts'
import {
  type Act,
  DAY,
  END,
  HOUR,
  MINUTE,
  SECOND,
  T0,
  after,
  bidAt,
  given,
  minimum,
  publicEvents,
  publicView,
  standing,
  types,
  update,
  when,
} from './support.ts'

const draft = (fields: Record<string, unknown> = {}) => given({ fields: { status: 'draft', ...fields } })
const scheduled = (opensAt = T0 + MINUTE) => given({ fields: { opensAt: toWire(opensAt) } })
const pause = (at?: number): Act => ({ type: 'pause', reason: 'a question', ...(at === undefined ? {} : { at }) })
const cancel: Act = { type: 'cancel', reason: 'broken' }

describe('creating', () => {
  test('without an opening time it is open at once', () => {
    const run = given()
    expect(types(run)).toEqual(['auction.created', 'auction.opened'])
    expect(publicView(run)).toMatchObject({ status: 'open', opensAt: toWire(T0), closesAt: toWire(END), seq: 2 })
  })

  test('an opening time that has passed is now', () => {
    expect(publicView(scheduled(T0 - DAY))).toMatchObject({ status: 'open', opensAt: toWire(T0) })
    expect(publicView(scheduled(T0)).status).toBe('open')
  })

  test('with a length it ends that long after its opening', () => {
    expect(given({ fields: { durationSeconds: 60 } }).auction.closesAt).toBe(T0 + MINUTE)
    const later = given({ fields: { durationSeconds: 60, opensAt: toWire(T0 + HOUR) } })
    expect(later.auction.closesAt).toBe(T0 + HOUR + MINUTE)
  })

  const refused: readonly [title: string, fields: Record<string, unknown>][] = [
    ['an end now', { closesAt: toWire(T0) }],
    ['an end that has passed', { closesAt: toWire(T0 - 1) }],
    ['an end at the opening', { opensAt: toWire(T0 + HOUR), closesAt: toWire(T0 + HOUR) }],
    ['an end before the opening', { opensAt: toWire(T0 + HOUR), closesAt: toWire(T0 + MINUTE) }],
    ['an end in more than 1100 days', { closesAt: toWire(T0 + 1100 * DAY + 1) }],
    ['a length that ends in more than 1100 days', { opensAt: toWire(T0 + 800 * DAY), durationSeconds: 400 * 86_400 }],
  ]
  for (const [title, fields] of refused)
    test(`${title} is refused`, () => {
      const run = given({ fields })
      expect(run.rejection).toMatchObject({ rejected: 'invalid_request', fields: { errors: [{ path: 'closesAt' }] } })
      expect(run.events).toEqual([])
    })

  test('1100 days are allowed', () => {
    expect(given({ fields: { closesAt: toWire(T0 + 1100 * DAY) } }).rejection).toBeNull()
  })
})

describe('a scheduled auction', () => {
  test('takes no bids before its opening, and says when that is', () => {
    const run = bidAt(scheduled(), T0 + MINUTE - 1, 'A 50')
    expect(run.rejection).toEqual({ rejected: 'auction_not_open', fields: { opensAt: toWire(T0 + MINUTE) } })
    expect(minimum(run)).toBeNull()
  })

  test('takes the first bid at its opening, with or without a tick', () => {
    const run = bidAt(scheduled(), T0 + MINUTE, 'A 50')
    expect(types(run)).toEqual(['auction.opened', 'bid.placed'])
    expect(types(bidAt(when(scheduled(), { type: 'tick', at: T0 + MINUTE }), T0 + MINUTE, 'A 50'))).toEqual([
      'bid.placed',
    ])
  })

  test('can be opened early, and keeps its end', () => {
    const run = when(scheduled(), { type: 'open' })
    expect(run.auction).toMatchObject({ stage: { status: 'open' }, opensAt: T0 + SECOND, closesAt: END })
    expect(when(run, { type: 'tick', at: T0 + MINUTE }).events).toEqual([])
  })

  test('can neither be paused, resumed nor closed, only cancelled', () => {
    const codes = [pause(), { type: 'close' } as const].map((act) => when(scheduled(), act).rejection?.rejected)
    expect(codes).toEqual(['auction_not_open', 'auction_not_open'])
    expect(when(scheduled(), { type: 'resume', closesAt: null }).rejection?.rejected).toBe('auction_not_paused')
    expect(types(when(scheduled(), cancel))).toEqual(['auction.cancelled'])
  })

  test('goes back to being a draft', () => {
    const run = when(scheduled(), update({ status: 'draft' }))
    expect(publicView(run).status).toBe('draft')
    expect(dueAt(run.auction)).toBeNull()
    expect(when(run, { type: 'tick', at: T0 + HOUR - 1 }).events).toEqual([])
  })

  test('can be put off, and brought forward to now', () => {
    expect(dueAt(when(scheduled(), update({ opensAt: toWire(T0 + 2 * MINUTE) })).auction)).toBe(T0 + 2 * MINUTE)
    const now = when(scheduled(), update({ opensAt: toWire(T0 - DAY) }))
    expect(types(now)).toEqual(['auction.updated', 'auction.opened'])
    expect(now.auction.opensAt).toBe(T0 + SECOND)
  })

  test('cannot lose its opening time', () => {
    expect(when(scheduled(), update({ opensAt: null })).rejection?.rejected).toBe('invalid_request')
  })
})

describe('a draft', () => {
  test('waits, whatever its times say', () => {
    const run = draft({ opensAt: toWire(T0 + MINUTE) })
    expect(types(run)).toEqual(['auction.created'])
    expect(types(when(run, { type: 'tick', at: END + DAY }))).toEqual([])
    expect(bidAt(run, T0 + 2 * MINUTE, 'A 50').rejection?.rejected).toBe('auction_not_open')
  })

  test('tells a bidder of no opening time where it has none', () => {
    expect(after(draft(), 'A 50').rejection).toEqual({ rejected: 'auction_not_open', fields: { opensAt: null } })
  })

  test('opens now, its length counted from there', () => {
    const run = when(draft({ durationSeconds: 60 }), { type: 'open', at: T0 + DAY })
    expect(run.events).toEqual([
      { type: 'auction.opened', at: T0 + DAY, opensAt: T0 + DAY, closesAt: T0 + DAY + MINUTE },
    ])
  })

  test('is not opened after its end', () => {
    expect(when(draft(), { type: 'open', at: END - 1 }).rejection).toBeNull()
    expect(when(draft(), { type: 'open', at: END }).rejection?.rejected).toBe('invalid_request')
  })

  test('is scheduled for its opening time', () => {
    const run = when(draft({ opensAt: toWire(T0 + MINUTE) }), update({ status: 'scheduled' }))
    expect(publicView(run)).toMatchObject({ status: 'scheduled', opensAt: toWire(T0 + MINUTE) })
    expect(dueAt(run.auction)).toBe(T0 + MINUTE)
  })

  test('is scheduled with a length', () => {
    const changes = { status: 'scheduled', opensAt: toWire(T0 + HOUR) }
    const run = when(draft({ durationSeconds: 60 }), update(changes))
    expect(run.auction).toMatchObject({ closesAt: T0 + HOUR + MINUTE, durationMs: MINUTE })
  })

  test('is not scheduled without an opening time', () => {
    expect(when(draft(), update({ status: 'scheduled' })).rejection).toMatchObject({
      rejected: 'invalid_request',
      fields: { errors: [{ path: 'opensAt' }] },
    })
  })

  test('is cancelled for good', () => {
    const run = when(draft(), cancel)
    expect(publicView(run)).toMatchObject({ status: 'cancelled', statusReason: 'broken', outcome: null })
    expect(when(run, { type: 'open' }).rejection?.rejected).toBe('auction_cancelled')
  })
})

describe('a pause', () => {
  test('takes no bids, shows no minimum bid and never closes', () => {
    const run = when(after(given(), 'A 50'), pause())
    expect(publicView(run)).toMatchObject({
      status: 'paused',
      statusReason: 'a question',
      minimumBid: null,
      price: 1000,
    })
    expect(after(run, 'B 90').rejection).toEqual({ rejected: 'auction_paused', fields: {} })
    expect(when(run, { type: 'tick', at: END + DAY }).events).toEqual([])
  })

  test('keeps the time that was left', () => {
    const run = when(given(), pause(END - MINUTE), { type: 'resume', closesAt: null, at: END + DAY })
    expect(run.events).toEqual([{ type: 'auction.resumed', at: END + DAY, closesAt: END + DAY + MINUTE }])
    expect(publicView(run)).toMatchObject({ status: 'open', statusReason: null, extensions: 0 })
    expect(publicEvents(run).at(-1)?.data).toEqual({ closesAt: toWire(END + DAY + MINUTE), minimumBid: 1000 })
  })

  test('keeps the last millisecond', () => {
    const run = when(given(), pause(END - 1), { type: 'resume', closesAt: null, at: END + DAY })
    expect(run.auction.closesAt).toBe(END + DAY + 1)
  })

  test('comes too late at the end', () => {
    const run = when(given(), pause(END))
    expect([types(run), run.rejection?.rejected]).toEqual([['auction.closed'], 'auction_closed'])
  })

  test('ends with a new end where one is given', () => {
    const run = when(given(), pause(), { type: 'resume', closesAt: T0 + DAY })
    expect(run.auction.closesAt).toBe(T0 + DAY)
  })

  for (const [title, closesAt] of [
    ['now', T0 + 2 * SECOND],
    ['in the past', T0],
    ['in more than 1100 days', T0 + 1101 * DAY],
  ] as const)
    test(`does not end with an end ${title}`, () => {
      const run = when(given(), pause(), { type: 'resume', closesAt })
      expect(run.rejection).toMatchObject({ rejected: 'invalid_request', fields: { errors: [{ path: 'closesAt' }] } })
      expect(run.events).toEqual([])
    })

  test('is not begun twice, and not ended where there is none', () => {
    expect(when(given(), pause(), pause()).rejection?.rejected).toBe('auction_paused')
    expect(when(given(), { type: 'resume', closesAt: null }).rejection?.rejected).toBe('auction_not_paused')
    expect(when(given(), pause(), { type: 'open' }).rejection?.rejected).toBe('auction_already_open')
  })

  test('closes by hand with the outcome as it stands', () => {
    const run = when(after(given(), 'A 50, B 30'), pause(), { type: 'close', at: END + DAY })
    expect(run.events).toEqual([
      { type: 'auction.closed', at: END + DAY, outcome: { result: 'sold', price: 3100, winner: 1, reason: null } },
    ])
  })

  test('can be cancelled', () => {
    expect(types(when(given(), pause(), cancel))).toEqual(['auction.cancelled'])
  })
})

describe('closing now and cancelling', () => {
  test('closing now dates the end', () => {
    const run = when(after(given(), 'A 50'), { type: 'close', at: T0 + MINUTE })
    expect(publicView(run)).toMatchObject({ status: 'closed', closesAt: toWire(T0 + MINUTE), minimumBid: null })
    expect(bidAt(run, T0 + 2 * MINUTE, 'B 90').rejection?.fields).toEqual({
      closesAt: toWire(T0 + MINUTE),
      lateMilliseconds: MINUTE,
    })
  })

  test('closing now after the end is refused, and the end keeps its date', () => {
    const run = when(given(), { type: 'close', at: END + 5 })
    expect(run.rejection?.rejected).toBe('auction_closed')
    expect(run.events.map(({ at }) => at)).toEqual([END])
  })

  test('a draft is not closed', () => {
    expect(when(draft(), { type: 'close' }).rejection?.rejected).toBe('auction_not_open')
  })

  test('cancelling keeps the bids and has no outcome', () => {
    const run = when(after(given(), 'A 50'), cancel)
    expect(publicView(run)).toMatchObject({ status: 'cancelled', statusReason: 'broken', outcome: null, bidCount: 1 })
    expect(publicEvents(run).at(-1)?.data).toEqual({ reason: 'broken' })
    expect(after(run, 'B 90').rejection).toEqual({ rejected: 'auction_cancelled', fields: {} })
  })

  test('cancelling after the end is refused, and it closes', () => {
    const run = when(after(given(), 'A 50'), { type: 'cancel', reason: 'broken', at: END })
    expect([types(run), run.rejection?.rejected]).toEqual([['auction.closed'], 'auction_closed'])
  })

  test('an open auction is not opened again', () => {
    expect(when(given(), { type: 'open' }).rejection?.rejected).toBe('auction_already_open')
  })
})

describe('changes', () => {
  test('before the first bid anything', () => {
    const run = when(
      given(),
      update({
        title: 'A stool',
        description: 'Three legs.',
        images: ['https://example.org/stool.jpg'],
        terms: { startPrice: 500, increments: 'yahoo-jp', reservePrice: 900 },
        closesAt: toWire(T0 + DAY),
      }),
    )
    expect(publicView(run)).toMatchObject({
      title: 'A stool',
      description: 'Three legs.',
      images: ['https://example.org/stool.jpg'],
      status: 'open',
      closesAt: toWire(T0 + DAY),
      minimumBid: 500,
      reserve: 'unmet',
      seq: 3,
    })
    expect(run.auction.terms.increments).toMatchObject({ rows: [{ from: 0, step: 1_000 }, {}, {}, {}, {}] })
  })

  test('another currency until it opens: a bid that is on its way means what it was sent as', () => {
    const yen = update({ currency: 'JPY', terms: { startPrice: 500, increments: 'yahoo-jp' } })
    for (const run of [draft(), scheduled()]) expect(publicView(when(run, yen)).currency).toBe('JPY')
    for (const run of [given(), when(given(), pause()), when(scheduled(), { type: 'tick', at: T0 + MINUTE })]) {
      const refused = when(run, yen)
      expect(refused.rejection).toEqual({ rejected: 'auction_already_open', fields: {} })
      expect(publicView(refused).currency).toBe('EUR')
      expect(publicView(when(run, update({ currency: 'EUR', title: 'A stool' }))).title).toBe('A stool')
    }
  })

  test('what is not named stays', () => {
    const before = given({ reserve: '50', softClose: { windowSeconds: 5, extensionSeconds: 6 } })
    const run = when(before, update({ title: 'A stool' }))
    expect(run.auction).toEqual({ ...before.auction, latestAt: run.auction.latestAt, title: 'A stool', seq: 3 })
  })

  test('a length is counted from the opening', () => {
    expect(when(given(), update({ durationSeconds: 60 })).auction.closesAt).toBe(T0 + MINUTE)
  })

  const impossible: readonly [title: string, changes: Record<string, unknown>, path: string][] = [
    ['an end that has passed', { closesAt: toWire(T0) }, 'closesAt'],
    ['a length that has passed', { durationSeconds: 1 }, 'closesAt'],
    ['an opening time once it is open', { opensAt: toWire(T0 + MINUTE) }, 'opensAt'],
    ['a draft once it is open', { status: 'draft' }, 'status'],
  ]
  for (const [title, changes, path] of impossible)
    test(`${title} is refused`, () => {
      const run = when(given(), update(changes))
      expect(run.rejection).toMatchObject({ rejected: 'invalid_request', fields: { errors: [{ path }] } })
      expect(run.events).toEqual([])
    })

  test('a currency without its terms is refused', () => {
    const { rejection } = when(draft(), update({ currency: 'JPY' }))
    expect(rejection).toMatchObject({ rejected: 'invalid_request', fields: { errors: [{ path: 'terms' }] } })
  })

  test('after the first bid only additions to the description', () => {
    const run = after(given(), 'A 50')
    const added = when(run, update({ description: 'Four legs. One is shorter.' }))
    expect(publicView(added)).toMatchObject({ description: 'Four legs. One is shorter.', price: 1000, leader: 'P1' })
    for (const changes of [
      { description: 'One is shorter.' },
      { description: 'Four leg' },
      { description: '' },
      { title: 'A stool' },
      { title: 'A stool', description: 'Four legs. One is shorter.' },
      { closesAt: toWire(T0 + DAY) },
      { terms: { startPrice: 1 } },
    ])
      expect(when(run, update(changes)).rejection).toEqual({ rejected: 'auction_has_bids', fields: {} })
  })

  test('a void bid is a bid as far as changes go', () => {
    const run = when(after(given(), 'A 50'), {
      type: 'void',
      bidId: after(given(), 'A 50').auction.bids!.bid.bidId,
      reason: 'x',
    })
    expect(standing(run)).toBe('nobody')
    expect(when(run, update({ title: 'A stool' })).rejection?.rejected).toBe('auction_has_bids')
  })

  test('at the end it is too late, and it closes', () => {
    const run = when(given(), update({ closesAt: toWire(T0 + DAY) }, END))
    expect([types(run), run.rejection?.rejected]).toEqual([['auction.closed'], 'auction_closed'])
  })

  test('a change into what stands already is no event', () => {
    for (const run of [given(), after(given(), 'A 50'), draft()]) {
      const { description } = run.auction
      expect(when(run, update({ description })).events).toEqual([])
    }
    expect(when(draft(), update({ title: 'A chair', status: 'draft' })).events).toEqual([])
    expect(types(when(scheduled(), update({ title: 'A chair', status: 'draft' })))).toEqual(['auction.updated'])
  })

  test('an end that is set during a pause is the end after it', () => {
    const later = toWire(END + HOUR)
    const run = when(given(), pause(), update({ closesAt: later }), { type: 'resume', closesAt: null })
    expect(run.rejection).toBeNull()
    expect(publicView(run)).toMatchObject({ status: 'open', closesAt: later })
  })
})
