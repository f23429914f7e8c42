import { describe, expect, test } from 'vitest'
import { toWire } from '../../src/domain/instant.ts'
import { answerFacts, auctionView, history, priceView, standingOf, youView } from '../../src/domain/view.ts'
import * as wire from '../../src/domain/wire.ts'
import {
  END,
  MINUTE,
  type Run,
  SECOND,
  T0,
  after,
  amounts,
  bidAt,
  bidId,
  given,
  idOf,
  latestBid,
  publicEvents,
  publicView,
  seller,
  voiding,
  when,
} from './support.ts'

function answer(run: Run) {
  return answerFacts(latestBid(run), run.before, run.auction)
}

function shownTo(run: Run, viewer: 'public' | 'owner') {
  return auctionView(run.auction, { seller, head: 'abc', serverTime: T0 + 5, viewer })
}

describe('the public view', () => {
  test('of an open auction', () => {
    const softClose = { windowSeconds: 120, extensionSeconds: 60, maxExtensions: 3 }
    const run = after(given({ step: '5', reserve: '90', buyNow: '500', softClose }), 'A 50, B 30')
    expect(shownTo(run, 'public')).toEqual({
      id: idOf('chair'),
      title: 'A chair',
      description: 'Four legs.',
      images: [],
      currency: 'EUR',
      format: 'english',
      terms: {
        startPrice: 1000,
        increments: [{ from: 0, step: 500 }],
        buyNowPrice: 50_000,
        softClose,
        belowReserve: 'steps',
        revealReserve: false,
      },
      seller,
      status: 'open',
      leftMs: null,
      statusReason: null,
      reserve: 'unmet',
      price: 3500,
      minimumBid: 4000,
      leader: 'P1',
      bidCount: 2,
      bidderCount: 2,
      opensAt: toWire(T0),
      closesAt: toWire(END),
      extensions: 0,
      outcome: null,
      seq: 4,
      head: 'abc',
      serverTime: '2026-11-20T10:00:00.005Z',
    })
  })

  test('[RES-1] the reserve itself is for the owner only', () => {
    const run = given({ reserve: '90' })
    expect(shownTo(run, 'owner').terms.reservePrice).toBe(9000)
    expect(shownTo(given(), 'owner').terms.reservePrice).toBeNull()
    expect('reservePrice' in shownTo(run, 'public').terms).toBe(false)
    expect(JSON.stringify([shownTo(run, 'public'), publicEvents(run), priceView(run.auction)])).not.toContain('9000')
  })

  test('of the catalogue', () => {
    expect(priceView(after(given(), 'A 50, B 30').auction)).toEqual({
      auction: idOf('chair'),
      seq: 4,
      status: 'open',
      price: 3100,
      minimumBid: 3200,
      bidCount: 2,
      closesAt: toWire(END),
      outcome: null,
    })
    const sold = when(after(given(), 'A 50, B 30'), { type: 'close' })
    const outcome = { result: 'sold', price: 3100, winner: 'P1', reason: null }
    expect(priceView(sold.auction)).toMatchObject({ status: 'closed', outcome })
    expect(wire.priceView.strict().parse(priceView(sold.auction))).toEqual(priceView(sold.auction))
    const unsold = when(after(given({ reserve: '90' }), 'A 50'), { type: 'close' })
    expect(priceView(unsold.auction)).toMatchObject({ outcome: { result: 'unsold', reason: 'reserve_unmet' } })
    expect(priceView(when(given(), { type: 'cancel', reason: 'broken' }).auction)).toMatchObject({ outcome: null })
  })

  test('the views have the shapes that the documents describe', () => {
    const run = when(after(given({ reserve: '20', increments: { percent: 5 } }), 'A 50, B 30, A 70, C 60'), voiding(2))
    // The settings of its room are beside an auction.
    const shape = wire.auctionView.omit({ room: true }).strict()
    expect(shape.parse(shownTo(run, 'public'))).toEqual(shownTo(run, 'public'))
    expect(shape.parse(shownTo(run, 'owner'))).toEqual(shownTo(run, 'owner'))
    expect(wire.priceView.strict().parse(priceView(run.auction))).toEqual(priceView(run.auction))
    for (const bid of history(run.auction)) expect(wire.bidView.strict().parse(bid)).toEqual(bid)
    const you = youView(run.auction, idOf('A'))
    expect(wire.youView.strict().parse(you)).toEqual(you)
    const answered = answer(after(run, 'D 90'))
    expect(wire.answerFacts.strict().parse(answered)).toEqual(answered)
  })
})

const histories: readonly { title: string; bids: string; result: string[] }[] = [
  { title: 'the first leads with its share of the price', bids: 'A 50', result: ['A 10'] },
  { title: 'the leading one is the price, the loser whole', bids: 'A 50, B 30', result: ['A 31', 'B 30'] },
  { title: 'a beaten maximum is shown whole', bids: 'A 50, B 90', result: ['A 50', 'B 51'] },
  { title: 'beaten after having stood', bids: 'A 50, B 30, C 90', result: ['A 50', 'B 30', 'C 51'] },
  { title: 'a tie shows both', bids: 'A 50, B 50', result: ['A 50', 'B 50'] },
  { title: 'a silent raise adds no line', bids: 'A 50, A 70, B 30', result: ['A 31', 'B 30'] },
  { title: 'a raised maximum is beaten as raised', bids: 'A 50, A 70, B 90', result: ['A 70', 'B 71'] },
  {
    title: 'a raise that moved the price takes the lead over',
    bids: 'A 50, B 50, A 70',
    result: ['A 50', 'B 50', 'A 51'],
  },
  { title: 'and is the one that is beaten', bids: 'A 50, B 50, A 70, C 90', result: ['A 50', 'B 50', 'A 70', 'C 71'] },
  { title: 'exact bids are what they are', bids: 'A =50, B =60, C =70', result: ['A 50', 'B 60', 'C 70'] },
  { title: 'a jump that leads stands at its price', bids: 'A =50, B 90, C =60', result: ['A 50', 'B 61', 'C 60'] },
  { title: 'back in the lead', bids: 'A 50, B 90, A 200', result: ['A 50', 'B 90', 'A 91'] },
]

describe('the public history', () => {
  for (const { title, bids, result } of histories)
    test(`[PX-9] ${title}: ${bids}`, () => {
      expect(amounts(after(given(), bids))).toEqual(result)
    })

  test('[PX-9] a bid that met the reserve by a raise', () => {
    expect(amounts(after(given({ reserve: '40' }), 'A 30, A 60'))).toEqual(['A 10', 'A 40'])
    expect(amounts(after(given({ reserve: '40' }), 'A 30, A 60, B 80'))).toEqual(['A 10', 'A 60', 'B 61'])
  })

  test('is newest first, each with the price it led to', () => {
    const run = after(given(), 'A 50, B 30, C 90')
    expect(history(run.auction)).toEqual([
      { id: bidId(3), paddle: 'P3', amount: 5100, price: 5100, at: toWire(T0 + 3 * SECOND), seq: 5, voided: false },
      { id: bidId(2), paddle: 'P2', amount: 3000, price: 3100, at: toWire(T0 + 2 * SECOND), seq: 4, voided: false },
      { id: bidId(1), paddle: 'P1', amount: 5000, price: 1000, at: toWire(T0 + SECOND), seq: 3, voided: false },
    ])
  })

  test('[VOID-1] a bid that leads again stands at the price', () => {
    expect(amounts(when(after(given(), 'A 50, B 90'), voiding(2)))).toEqual(['A 10', 'B 51 void'])
  })
})

describe('what a bidder sees', () => {
  test('a stranger is nobody', () => {
    expect(youView(after(given(), 'A 50').auction, idOf('B'))).toEqual({
      paddle: null,
      standing: 'none',
      maximum: null,
      lowerable: null,
      bids: [],
    })
  })

  test('the own maxima, also the silent ones, newest first', () => {
    const { auction } = after(given(), 'A 50, B 30, A 70')
    expect(youView(auction, idOf('A'))).toEqual({
      paddle: 'P1',
      standing: 'leading',
      maximum: 7000,
      lowerable: null,
      bids: [
        { id: bidId(3), amount: 3100, maximum: 7000, at: toWire(T0 + 3 * SECOND), seq: null, voided: false },
        { id: bidId(1), amount: 1000, maximum: 5000, at: toWire(T0 + SECOND), seq: 3, voided: false },
      ],
    })
  })

  test("[PX-9] nobody else's", () => {
    const { auction } = after(given(), 'A 4711, B 30, A 5822')
    expect(JSON.stringify(youView(auction, idOf('B')))).not.toMatch(/4711|5822/)
    expect(youView(auction, idOf('B'))).toMatchObject({ standing: 'outbid', maximum: 3000 })
  })

  test('an exact bid has no maximum of its own', () => {
    const { auction } = after(given(), 'A =50')
    expect(youView(auction, idOf('A'))).toMatchObject({ maximum: 5000, bids: [{ amount: 5000, maximum: null }] })
  })

  test('the last 20 bids', () => {
    const bids = Array.from({ length: 25 }, (_, i) => `A ${50 + i}`).join(', ')
    const { bids: shown } = youView(after(given(), bids).auction, idOf('A'))
    expect([shown.length, shown[0]?.maximum, shown.at(-1)?.maximum]).toEqual([20, 7400, 5500])
  })

  const standings: readonly { title: string; run: Run; result: [a: string, b: string, c: string] }[] = [
    { title: 'open', run: after(given(), 'A 50, B 30'), result: ['leading', 'outbid', 'none'] },
    {
      title: 'paused',
      run: when(after(given(), 'A 50, B 30'), { type: 'pause', reason: 'x' }),
      result: ['leading', 'outbid', 'none'],
    },
    { title: 'sold', run: when(after(given(), 'A 50, B 30'), { type: 'close' }), result: ['won', 'lost', 'none'] },
    {
      title: 'unsold',
      run: when(after(given({ reserve: '90' }), 'A 50, B 30'), { type: 'close' }),
      result: ['lost', 'lost', 'none'],
    },
    {
      title: 'cancelled',
      run: when(after(given(), 'A 50, B 30'), { type: 'cancel', reason: 'x' }),
      result: ['lost', 'lost', 'none'],
    },
  ]
  for (const { title, run, result } of standings)
    test(`where they stand: ${title}`, () => {
      expect(['A', 'B', 'C'].map((name) => standingOf(run.auction, idOf(name)))).toEqual(result)
      expect(['A', 'B', 'C'].map((name) => youView(run.auction, idOf(name)).standing)).toEqual(result)
    })
})

describe('the answer to a bid', () => {
  const answers: readonly { bids: string; result: object }[] = [
    {
      bids: 'A 50',
      result: {
        outcome: 'leading',
        seq: 3,
        price: 1000,
        minimumBid: 1100,
        leader: 'P1',
        bid: { amount: 1000, maximum: 5000 },
      },
    },
    {
      bids: 'A 50, B 30',
      result: {
        outcome: 'outbid',
        seq: 4,
        price: 3100,
        minimumBid: 3200,
        leader: 'P1',
        bid: { amount: 3000, maximum: 3000 },
      },
    },
    {
      bids: 'A 50, B =30',
      result: {
        outcome: 'outbid',
        seq: 4,
        price: 3100,
        minimumBid: 3200,
        leader: 'P1',
        bid: { amount: 3000, maximum: null },
      },
    },
    {
      bids: 'A 50, B 90',
      result: {
        outcome: 'leading',
        seq: 4,
        price: 5100,
        minimumBid: 5200,
        leader: 'P2',
        bid: { amount: 5100, maximum: 9000 },
      },
    },
    {
      bids: 'A 50, B =90',
      result: {
        outcome: 'leading',
        seq: 4,
        price: 9000,
        minimumBid: 9100,
        leader: 'P2',
        bid: { amount: 9000, maximum: null },
      },
    },
    { bids: 'A 50, B 50', result: { outcome: 'outbid', price: 5000, leader: 'P1' } },
    {
      bids: 'A 50, B 30, A 90',
      result: {
        outcome: 'raised',
        seq: null,
        price: 3100,
        minimumBid: 3200,
        leader: 'P1',
        bid: { amount: 3100, maximum: 9000 },
      },
    },
    {
      bids: 'A 50, B 50, A 90',
      result: { outcome: 'raised', seq: 5, price: 5100, bid: { amount: 5100, maximum: 9000 } },
    },
  ]
  for (const { bids, result } of answers)
    test(`to the last of ${bids}`, () => {
      const run = after(given(), bids)
      expect(answer(run)).toMatchObject(result)
      expect(answer(run)).toMatchObject({
        closesAt: toWire(END),
        bid: { id: bidId(run.tried), at: toWire(run.at), paddle: `P${latestBid(run).paddle}` },
      })
    })

  test('[SC-2] says when it closes now', () => {
    const run = bidAt(given({ softClose: { windowSeconds: 120, extensionSeconds: 120 } }), END - SECOND, 'A 50')
    expect(answer(run).closesAt).toBe(toWire(END + 119 * SECOND))
  })
})

describe('public events', () => {
  test('of a whole life', () => {
    const created = given({ reserve: '90', softClose: { windowSeconds: 120, extensionSeconds: 120 } })
    const bidding = bidAt(
      when(created, { type: 'pause', reason: 'x' }, { type: 'resume', closesAt: END }),
      END - MINUTE,
      'A 95',
    )
    const run = when(bidAt(bidding, END - SECOND, 'A 99'), voiding(1), { type: 'close' })
    const events = publicEvents(run)
    expect(events.map((event) => event?.type)).toEqual([
      'auction.created',
      'auction.opened',
      'auction.paused',
      'auction.resumed',
      'bid.placed',
      'closing.extended',
      undefined,
      'bid.voided',
      'auction.closed',
    ])
    const { terms, title, description, images, currency, format, opensAt, closesAt } = publicView(created)
    expect(events[0]).toEqual({
      type: 'auction.created',
      at: toWire(T0),
      data: {
        terms,
        title,
        description,
        images,
        currency,
        format,
        opensAt,
        closesAt,
        seller: seller.id,
        status: 'scheduled',
      },
    })
    const shown = events.filter((event) => event !== null)
    expect(shown).toHaveLength(8)
    for (const { type, data } of shown) expect(wire.eventData[type].strict().parse(data)).toEqual(data)
  })

  test('[PX-9] a bid tells the price, who leads, and the maximum that lost the lead', () => {
    expect(publicEvents(after(given({ reserve: '90' }), 'A 50, B 70')).at(-1)?.data).toEqual({
      bid: bidId(2),
      paddle: 'P2',
      amount: 5100,
      price: 5100,
      leader: 'P2',
      minimumBid: 5200,
      bidCount: 2,
      bidderCount: 2,
      reserve: 'unmet',
      beaten: { bid: bidId(1), amount: 5000, exact: false },
    })
    expect(publicEvents(after(given(), 'A 50, B 30')).at(-1)?.data).toMatchObject({
      paddle: 'P2',
      amount: 3000,
      exact: false,
      beaten: null,
    })
  })

  test('a history kept up by events is the history', () => {
    const run = after(given({ increments: 'ebay-us' }), 'A 50, B 30, A 60, B 90, C =95, B 95, B 120')
    const rows = new Map<string, number>()
    for (const event of publicEvents(run))
      if (event?.type === 'bid.placed') {
        if (event.data.beaten !== null) rows.set(event.data.beaten.bid, event.data.beaten.amount)
        rows.set(event.data.bid, event.data.amount)
      }
    const shown = history(run.auction)
    expect(shown.slice(1).map(({ id }) => rows.get(id))).toEqual(shown.slice(1).map(({ amount }) => amount))
  })
})
