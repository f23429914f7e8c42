import { describe, expect, test } from 'vitest'
import { latestOf } from '../../src/domain/auction.ts'
import { history } from '../../src/domain/view.ts'
import {
  END,
  SECOND,
  T0,
  after,
  bidAt,
  bidId,
  given,
  idOf,
  minor,
  publicEvents,
  seller,
  standing,
  when,
} from './support.ts'

let bids = 1

/** By an admin in an auction of an admin. */
function staffBid(text: string, staff: 'allowed' | 'refused') {
  const [who, figure] = text.split(' ') as [string, string]
  bids += 1
  const bidder = { id: idOf(who), blocked: false, staff }
  return { type: 'bid', bidId: bidId(bids), bidder, offer: { maximum: minor(figure) } } as const
}

describe('who may bid', () => {
  test('[WHO-1] not the seller of the auction', () => {
    const run = after(given(), 'A 50, seller 100')
    expect(run.rejection).toEqual({ rejected: 'own_auction', fields: {} })
    expect(run.events).toEqual([])
    expect(standing(run)).toBe('10 A')
  })

  test('[WHO-1] nobody who is blocked', () => {
    const run = bidAt(given(), T0 + SECOND, 'A 50', true)
    expect(run.rejection).toEqual({ rejected: 'bidder_blocked', fields: {} })
    expect(run.events).toEqual([])
  })

  test('[WHO-1] a leader who was blocked may not raise', () => {
    expect(bidAt(after(given(), 'A 50'), T0 + 5 * SECOND, 'A 60', true).rejection?.rejected).toBe('bidder_blocked')
  })

  test('[WHO-1] the close is caught up with even so', () => {
    expect(bidAt(given(), END, 'seller 50').events.map(({ type }) => type)).toEqual(['auction.closed'])
  })

  test('[WHO-1] is asked before the state of the auction', () => {
    const refused = [after(when(given(), { type: 'close' }), 'seller 50'), bidAt(given(), END, 'A 50', true)]
    expect(refused.map(({ rejection }) => rejection?.rejected)).toEqual(['own_auction', 'bidder_blocked'])
  })

  test('[WHO-2] not staff in a lot of the house', () => {
    const run = when(given(), staffBid('A 50', 'refused'))
    expect(run.rejection).toEqual({ rejected: 'staff_may_not_bid', fields: {} })
    expect(run.events).toEqual([])
  })

  test('[WHO-2] where the house lets them, the bid is marked for everyone, and no other is', () => {
    const first = staffBid('B 80', 'allowed')
    const run = when(after(given(), 'A 50'), first, staffBid('B 90', 'allowed'), 'C 200', {
      type: 'void',
      bidId: first.bidId,
      reason: 'not paid last time',
    })
    expect(publicEvents(run).flatMap((event) => (event?.type.startsWith('bid.') ? [event.data] : []))).toEqual([
      expect.not.objectContaining({ house: expect.anything() }),
      expect.objectContaining({ paddle: 'P2', house: true }),
      expect.not.objectContaining({ house: expect.anything() }),
      expect.objectContaining({ paddle: 'P2', house: true, reason: expect.anything() }),
    ])
    expect(history(run.auction).map(({ paddle, house }) => [paddle, house])).toEqual([
      ['P3', undefined],
      ['P2', true],
      ['P1', undefined],
    ])
    expect(latestOf(run.auction, idOf('B'))!.bid).toMatchObject({ seq: null, house: true })
  })

  test('[WHO-2] the rules above come first', () => {
    const refused = [
      { id: seller.id, blocked: false },
      { id: idOf('A'), blocked: true },
    ].map((bidder) => when(given(), { ...staffBid('A 50', 'refused'), bidder: { ...bidder, staff: 'refused' } }))
    expect(refused.map(({ rejection }) => rejection?.rejected)).toEqual(['own_auction', 'bidder_blocked'])
  })

  test('[WHO-1] anyone else, and each gets a paddle in order of first bid', () => {
    const run = after(given(), 'C 20, A 5, B 30, C 40')
    expect([...run.auction.paddles.values()]).toEqual([1, 2])
    expect(standing(when(run, { type: 'tick' }))).toBe('31 C')
  })
})
