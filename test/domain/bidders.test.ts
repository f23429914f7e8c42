import { describe, expect, test } from 'vitest'
import { END, SECOND, T0, after, bidAt, given, standing, when } from './support.ts'

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

  test('[WHO-1] anyone else, and each gets a paddle in order of first bid', () => {
    const run = after(given(), 'C 20, A 5, B 30, C 40')
    expect([...run.auction.paddles.values()]).toEqual([1, 2])
    expect(standing(when(run, { type: 'tick' }))).toBe('31 C')
  })
})
