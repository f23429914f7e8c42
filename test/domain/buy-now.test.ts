import { describe, expect, test } from 'vitest'
import { answerFacts, history } from '../../src/domain/view.ts'
import {
  END,
  SECOND,
  after,
  bidAt,
  given,
  latestBid,
  publicEvents,
  publicView,
  results,
  types,
  voiding,
  when,
} from './support.ts'

const shop = () => given({ start: '10', buyNow: '100', reserve: '50' })

describe('buy-now', () => {
  for (const amount of ['100', '100.01', '5000'])
    test(`[BIN-1] an exact bid of ${amount} takes it at 100 and closes the auction`, () => {
      const run = after(shop(), `A =${amount}`)
      expect(types(run)).toEqual(['bid.placed', 'auction.closed'])
      expect(publicView(run)).toMatchObject({
        status: 'closed',
        price: 10_000,
        leader: 'P1',
        minimumBid: null,
        reserve: 'met',
        outcome: { result: 'sold', price: 10_000, winner: 'P1', reason: 'buy_now' },
      })
    })

  test('[BIN-1] is answered as won', () => {
    const run = after(shop(), 'A =120')
    expect(answerFacts(latestBid(run), run.before, run.auction)).toMatchObject({
      outcome: 'won',
      price: 10_000,
      minimumBid: null,
      bid: { amount: 10_000 },
    })
  })

  test('[BIN-1] nobody learns that more was offered', () => {
    const run = after(shop(), 'A =4711')
    expect(JSON.stringify([publicView(run), history(run.auction), publicEvents(run)])).not.toContain('4711')
  })

  test('[BIN-1] a smaller exact bid is a bid, and buy-now is gone', () => {
    expect(results(shop(), 'A =99.99, B =100, B =200')).toEqual(['99.99 A', 'refused: needs 100.99', '200 B'])
    expect(publicView(after(shop(), 'A =99.99, B =200')).status).toBe('open')
  })

  test('[BIN-1] a maximum does not take it, and it is gone', () => {
    expect(results(shop(), 'A 100, B =300')).toEqual(['50 A', '300 B'])
    expect(publicView(after(shop(), 'A 100, B =300')).status).toBe('open')
  })

  test('[BIN-1] a refused bid leaves it there', () => {
    expect(types(after(shop(), 'A 9, seller =100, B =100'))).toEqual(['bid.placed', 'auction.closed'])
  })

  test('[BIN-1] does not come back when the only bid is void', () => {
    const run = after(when(after(shop(), 'A =20'), voiding(1)), 'B =300')
    expect(publicView(run)).toMatchObject({ status: 'open', price: 30_000, leader: 'P2' })
  })

  test('[BIN-1] [SC-2] in the last seconds it closes and extends nothing', () => {
    const softClose = { windowSeconds: 120, extensionSeconds: 120 }
    const run = bidAt(given({ buyNow: '100', softClose }), END - SECOND, 'A =100')
    expect(types(run)).toEqual(['bid.placed', 'auction.closed'])
    expect(run.auction.closesAt).toBe(END - SECOND)
  })

  test('[BIN-1] without one a large exact bid is a jump', () => {
    expect(publicView(after(given(), 'A =5000'))).toMatchObject({ status: 'open', price: 500_000 })
  })
})
