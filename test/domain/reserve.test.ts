import { describe, expect, test } from 'vitest'
import { type Setting, after, given, minimum, publicView, results, types, voiding, when } from './support.ts'

const lines: readonly { title: string; given: Setting; bids: string; result: readonly string[]; reserve: string }[] = [
  {
    title: '[RES-1] ordinary steps below the reserve',
    given: { reserve: '200', step: '5' },
    bids: 'A 100, B 60, C 150',
    result: ['10 A', '65 A', '105 C'],
    reserve: 'unmet',
  },
  {
    title: '[RES-1] full: a maximum below the reserve is shown whole',
    given: { reserve: '200', step: '5', belowReserve: 'full' },
    bids: 'A 100, B 104.99, B 120, C 130, C 199.99',
    result: ['100 A', 'refused: needs 105', '120 B', '130 C', '199.99 C'],
    reserve: 'unmet',
  },
  {
    title: '[RES-1] one unit below the reserve does not meet it',
    given: { reserve: '20' },
    bids: 'A 19.99',
    result: ['10 A'],
    reserve: 'unmet',
  },
  {
    title: '[RES-2] exactly the reserve meets it',
    given: { reserve: '20' },
    bids: 'A 20',
    result: ['20 A'],
    reserve: 'met',
  },
  {
    title: '[RES-2] a maximum above the reserve makes it the price at once',
    given: { reserve: '20' },
    bids: 'A 40, B 25, B 50',
    result: ['20 A', '26 A', '41 B'],
    reserve: 'met',
  },
  {
    title: '[RES-2] a rival that meets it pays the reserve, or the step above the beaten one',
    given: { reserve: '20' },
    bids: 'A 15, B 40, C 30',
    result: ['10 A', '20 B', '31 B'],
    reserve: 'met',
  },
  {
    title: '[RES-2] a beaten maximum above the reserve counts more',
    given: { reserve: '20' },
    bids: 'A 30, B 40',
    result: ['20 A', '31 B'],
    reserve: 'met',
  },
  {
    title: '[RES-2] [PX-5] a raise that meets the reserve moves the price',
    given: { reserve: '20' },
    bids: 'A 15, A 19.99, A 40, A 60',
    result: ['10 A', '10 A', '20 A', '20 A'],
    reserve: 'met',
  },
  {
    title: '[RES-2] an exact bid above the reserve stands as bid',
    given: { reserve: '20' },
    bids: 'A =15, B =30',
    result: ['15 A', '30 B'],
    reserve: 'met',
  },
  {
    title: '[RES-2] full: the price is the reserve once it is met',
    given: { reserve: '20', belowReserve: 'full' },
    bids: 'A 15, B 40',
    result: ['15 A', '20 B'],
    reserve: 'met',
  },
  {
    title: '[RES-2] a reserve below the start price is met by any bid',
    given: { reserve: '5' },
    bids: 'A 40',
    result: ['10 A'],
    reserve: 'met',
  },
  {
    title: '[RES-1] no reserve is none',
    given: {},
    bids: 'A 40',
    result: ['10 A'],
    reserve: 'none',
  },
]

describe('the price and the reserve', () => {
  for (const { title, given: setting, bids, result, reserve } of lines)
    test(`${title}: ${bids}`, () => {
      expect(results(given(setting), bids)).toEqual(result)
      expect(publicView(after(given(setting), bids)).reserve).toBe(reserve)
    })

  test('[RES-1] is unmet before the first bid, and steps is the default', () => {
    expect(publicView(given({ reserve: '20' }))).toMatchObject({ reserve: 'unmet', price: null })
    expect(given({ fields: { terms: { startPrice: 1 } } }).auction.terms).toMatchObject({ belowReserve: 'steps' })
  })

  test('[RES-2] a raise that meets the reserve is a public bid', () => {
    expect(types(after(given({ reserve: '20' }), 'A 15, A 40'))).toEqual(['bid.placed'])
    expect(types(after(given({ reserve: '20' }), 'A 15, A 19'))).toEqual(['maximum.raised'])
  })

  test('[RES-2] the next minimum counts from the reserve', () => {
    expect(minimum(after(given({ reserve: '20', step: '3' }), 'A 40'))).toBe('23')
  })

  test('[RES-2] is unmet again when the bid that met it is void', () => {
    const run = when(after(given({ reserve: '20' }), 'A 15, B 40'), voiding(2))
    expect(publicView(run)).toMatchObject({ reserve: 'unmet', price: 1000, leader: 'P1' })
  })
})

describe('the close and the reserve', () => {
  const closes: readonly { title: string; bids: string | null; outcome: object }[] = [
    {
      title: 'a reserve not met leaves it unsold',
      bids: 'A 19.99',
      outcome: { result: 'unsold', price: null, winner: null, reason: 'reserve_unmet' },
    },
    {
      title: 'a reserve met sells it',
      bids: 'A 15, B 20',
      outcome: { result: 'sold', price: 2000, winner: 'P2', reason: null },
    },
    {
      title: 'no bids is a reason of its own',
      bids: null,
      outcome: { result: 'unsold', price: null, winner: null, reason: 'no_bids' },
    },
  ]
  for (const { title, bids, outcome } of closes)
    test(`[RES-3] ${title}`, () => {
      const open = given({ reserve: '20' })
      const closed = when(bids === null ? open : after(open, bids), { type: 'close' })
      expect(publicView(closed)).toMatchObject({ status: 'closed', outcome })
    })
})
