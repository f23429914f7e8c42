import { describe, expect, test } from 'vitest'
import { auctionView, history } from '../../src/domain/view.ts'
import {
  type Setting,
  T0,
  after,
  amounts,
  given,
  idOf,
  latestBid,
  minimum,
  publicEvents,
  publicView,
  results,
  seller,
  standing,
  types,
  when,
} from './support.ts'

/** The worked examples of the rule book: `A 110` is a maximum, `A =110` an exact bid, `A <110` the minimum bid up to that. */
const examples: readonly {
  title: string
  given: Setting
  earlier?: string
  bids: string
  result: readonly string[]
  /** The minimum bid after the last. */
  next: string
}[] = [
  {
    title: '[PX-1] [PX-2] [PX-3] [PX-4] a rising room',
    given: { start: '100', step: '10' },
    bids: 'A 110, B 160, C 130, D 160, E 170',
    result: ['100 A', '120 B', '140 B', '160 B', '170 E'],
    next: '180',
  },
  {
    title: '[PX-2] [PX-3] a step above the beaten maximum, in eBay steps',
    given: { start: '127.50', increments: 'ebay-us' },
    earlier: 'A 150',
    bids: 'B 130, B 200',
    result: ['132.50 A', '152.50 B'],
    next: '155',
  },
  {
    title: '[INC-4] [PX-3] a cent below the minimum bid',
    given: { start: '127.50', increments: 'ebay-us' },
    earlier: 'A 150',
    bids: 'B 129.99, B 130',
    result: ['refused: needs 130', '132.50 A'],
    next: '135',
  },
  {
    title: '[PX-3] the leader pays at most the own maximum',
    given: { start: '9.99', increments: 'ebay-us' },
    bids: 'A 12, B 11.75',
    result: ['9.99 A', '12 A'],
    next: '12.50',
  },
  {
    title: '[PX-2] won by less than a step',
    given: { start: '250', increments: 'ebay-us' },
    bids: 'A 400, J 401.16',
    result: ['250 A', '401.16 J'],
    next: '406.16',
  },
  {
    title: '[PX-8] two maxima two cents apart',
    given: { start: '10', step: '1' },
    bids: 'A 11, B 11.02',
    result: ['10 A', '11.02 B'],
    next: '12.02',
  },
  {
    title: '[PX-4] the first keeps it',
    given: { start: '1', step: '1' },
    bids: 'A 100, B 35, B 75, B 100',
    result: ['1 A', '36 A', '76 A', '100 A'],
    next: '101',
  },
  {
    title: '[PX-2] [PX-3] yen',
    given: { currency: 'JPY', start: '1000', increments: 'yahoo-jp' },
    earlier: 'C 1000',
    bids: 'A 2000, B 1500, B 2100',
    result: ['1100 A', '1600 A', '2100 B'],
    next: '2200',
  },
  {
    title: '[PX-5] a silent raise',
    given: { start: '9.99', increments: 'ebay-us' },
    bids: 'A 40, B 15, A 60',
    result: ['9.99 A', '15.50 A', '15.50 A'],
    next: '16',
  },
  {
    title: '[PX-6] a tied leader pays the step on raising',
    given: { start: '100', increments: 'ebay-us' },
    bids: 'A 215, B 215, A 300',
    result: ['100 A', '215 A', '217.50 A'],
    next: '220',
  },
  {
    title: '[PX-10] at most: the minimum bid of its instant, and nothing beyond',
    given: { start: '100', step: '10' },
    bids: 'A <150, B <150, C <150, A 200, B <150, C <159.99, B <160',
    result: ['100 A', '110 B', '120 C', '130 A', '150 A', 'refused: needs 160', '170 A'],
    next: '180',
  },
]

describe('the worked examples', () => {
  for (const { title, given: setting, earlier, bids, result, next } of examples)
    test(`${title}: ${bids}`, () => {
      const start = earlier === undefined ? given(setting) : after(given(setting), earlier)
      expect(results(start, bids)).toEqual(result)
      expect(minimum(after(start, bids))).toBe(next)
    })
})

describe('taking the lead', () => {
  for (const maximum of ['10', '10.01', '500', '90000000'])
    test(`[PX-1] the first maximum of ${maximum} leads at the start price`, () => {
      expect(results(given({ start: '10' }), `A ${maximum}`)).toEqual(['10 A'])
    })

  test('[PX-1] the first maximum must reach the start price', () => {
    expect(results(given({ start: '10' }), 'A 9.99')).toEqual(['refused: needs 10'])
  })

  const rivals: readonly [maximum: string, price: string][] = [
    ['100.01', '100.01'],
    ['104.99', '104.99'],
    ['105', '105'],
    ['105.01', '105'],
    ['9000', '105'],
  ]
  for (const [maximum, price] of rivals)
    test(`[PX-2] ${maximum} beats 100 at ${price}, the step being 5`, () => {
      expect(results(given({ step: '5' }), `A 100, B ${maximum}`)).toEqual(['10 A', `${price} B`])
    })

  test('[PX-2] the leader that lost may take it back', () => {
    expect(results(given({ step: '5' }), 'A 100, B 200, A 300')).toEqual(['10 A', '105 B', '205 A'])
  })
})

describe('staying in the lead', () => {
  const rivals: readonly [maximum: string, price: string][] = [
    ['15', '20'],
    ['94.99', '99.99'],
    ['95', '100'],
    ['95.01', '100'],
    ['99.99', '100'],
    ['100', '100'],
  ]
  for (const [maximum, price] of rivals)
    test(`[PX-3] [PX-4] ${maximum} against 100 makes the price ${price}, the step being 5`, () => {
      expect(results(given({ step: '5' }), `A 100, B ${maximum}`)).toEqual(['10 A', `${price} A`])
    })

  test('[PX-3] a rival below the minimum bid is refused, and told it and the price', () => {
    const run = after(given({ step: '5' }), 'A 100, B 14.99')
    expect(run.rejection).toEqual({ rejected: 'bid_too_low', fields: { minimumBid: 1500, price: 1000 } })
    expect(run.events).toEqual([])
    expect(after(given(), 'A 9').rejection?.fields).toEqual({ minimumBid: 1000, price: null })
  })

  test('[PX-4] of three alike the first leads', () => {
    expect(results(given(), 'A 50, B 50, C 50, C 51')).toEqual(['10 A', '50 A', 'refused: needs 51', '51 C'])
  })
})

describe('raising the own maximum', () => {
  test('[PX-5] must be higher than the old one', () => {
    expect(results(given(), 'A 50, A 50, A 49, A 10, A 51')).toEqual([
      '10 A',
      'refused: maximum_not_raised',
      'refused: maximum_not_raised',
      'refused: maximum_not_raised',
      '10 A',
    ])
  })

  test('[PX-5] that nobody sees is by one step at least, of the own maximum', () => {
    expect(results(given({ step: '5' }), 'A 10.50, A 15.49, A 15.50')).toEqual([
      '10 A',
      'refused: maximum_not_raised',
      '10 A',
    ])
    const highest = '90071992547409.91'
    expect(results(given({ step: '5' }), `A 90071992547409.90, A ${highest}, A ${highest}`)).toEqual([
      '10 A',
      '10 A',
      'refused: maximum_not_raised',
    ])
  })

  test('[PX-5] holds against the next rival', () => {
    expect(results(given(), 'A 50, A 80, B 70, B 80, B 81')).toEqual(['10 A', '10 A', '71 A', '80 A', '81 B'])
  })

  test('[PX-5] an exact bid is raised by a maximum as well', () => {
    expect(results(given(), 'A =50, A 80, B 60')).toEqual(['50 A', '50 A', '61 A'])
  })

  test('[PX-5] of somebody who does not lead is a bid like any other', () => {
    expect(results(given(), 'A 50, B 60, A 51.99, A 55')).toEqual(['10 A', '51 B', 'refused: needs 52', '56 B'])
  })

  const stopped: readonly [bids: string, raised: string, price: string][] = [
    ['A 215, B 215', '300', '217.50'],
    ['A 215, B 215', '217.50', '217.50'],
    ['A 215, B 215', '216', '216'],
    ['A 215, B 214', '300', '216.50'],
    ['A 215, B 212.50', '300', '215'],
    ['A 215, B 212.49', '300', '214.99'],
  ]
  for (const [bids, raised, price] of stopped)
    test(`[PX-6] after ${bids} raising to ${raised} costs ${price}`, () => {
      const run = after(given({ start: '100', increments: 'ebay-us' }), bids)
      expect(results(run, `A ${raised}`)).toEqual([`${price} A`])
    })

  test('[PX-6] a new leader who won by less than a step pays it on raising', () => {
    const run = after(given({ start: '250', increments: 'ebay-us' }), 'A 400, J 401.16')
    expect(results(run, 'J 402, J 500, J 600')).toEqual(['402 J', '405 J', '405 J'])
  })

  test('[PX-6] a raise that moves the price is a public bid', () => {
    const run = after(given({ step: '5' }), 'A 100, B 100, A 300')
    expect(types(run)).toEqual(['bid.placed'])
    expect(latestBid(run)).toMatchObject({ seq: 5, raises: null, amount: 10_500, price: 10_500 })
    expect(publicView(run)).toMatchObject({ price: 10_500, leader: 'P1', bidCount: 3, bidderCount: 2 })
  })
})

describe('exact bids', () => {
  const jumps: readonly { title: string; bids: string; result: readonly string[] }[] = [
    { title: 'leads at its own amount', bids: 'A =60', result: ['60 A'] },
    { title: 'jumps above a beaten maximum', bids: 'A 30, B =60', result: ['10 A', '60 B'] },
    { title: 'is answered by a higher maximum', bids: 'A 90, B =60', result: ['10 A', '61 A'] },
    { title: 'is answered up to the maximum', bids: 'A 60.50, B =60', result: ['10 A', '60.50 A'] },
    { title: 'ties behind an equal maximum', bids: 'A 60, B =60', result: ['10 A', '60 A'] },
    { title: 'stands against an equal maximum', bids: 'A =60, B 61, C =62', result: ['60 A', '61 B', '62 C'] },
    { title: 'has nothing left to answer with', bids: 'A =60, B 90', result: ['60 A', '61 B'] },
    { title: 'must reach the minimum bid', bids: 'A =60, B =60.99', result: ['60 A', 'refused: needs 61'] },
  ]
  for (const { title, bids, result } of jumps)
    test(`[PX-7] ${title}: ${bids}`, () => {
      expect(results(given(), bids)).toEqual(result)
    })

  for (const amount of ['20', '10', '50', '9', '500'])
    test(`[PX-7] a leader's exact bid of ${amount} is refused`, () => {
      expect(results(after(given(), 'A 50'), `A =${amount}`)).toEqual(['refused: already_leading'])
    })

  test('[PX-7] the price never falls behind a jump', () => {
    expect(results(given(), 'A =60, B 70, C 65, D =90')).toEqual(['60 A', '61 B', '66 B', '90 D'])
  })
})

describe('steps above what was beaten', () => {
  test('[PX-8] the step is that of the beaten amount, in the row it falls into', () => {
    const setting = { start: '90', increments: 'ebay-us' }
    expect(results(given(setting), 'A 99.99, B 500')).toEqual(['90 A', '100.99 B'])
    expect(results(given(setting), 'A 100, B 500')).toEqual(['90 A', '102.50 B'])
    expect(results(given(setting), 'A 500, B 99.99')).toEqual(['90 A', '100.99 A'])
  })

  test('[PX-8] the next minimum is counted from the price', () => {
    expect(minimum(after(given({ start: '90', increments: 'ebay-us' }), 'A 99.99, B 500'))).toBe('103.49')
  })
})

describe('secrets', () => {
  const silent = after(given({ start: '10', step: '1' }), 'A 4711, B 20, A 5822')

  test('[PX-9] a silent raise has no number and no public event', () => {
    expect(silent.rejection).toBeNull()
    expect(types(silent)).toEqual(['maximum.raised'])
    expect(latestBid(silent)).toMatchObject({ seq: null, raises: latestBid(after(given(), 'A 4711')).bidId })
    expect(publicEvents(silent).at(-1)).toBeNull()
  })

  test('[PX-9] a silent raise changes nothing that is public', () => {
    const before = after(given({ start: '10', step: '1' }), 'A 4711, B 20')
    expect(publicView(silent)).toEqual(publicView(before))
    expect(history(silent.auction)).toEqual(history(before.auction))
  })

  test('[PX-9] not even the seller sees a standing maximum', () => {
    const shown = auctionView(silent.auction, { seller, head: '', serverTime: T0, viewer: 'owner' })
    expect(JSON.stringify([shown, history(silent.auction), publicEvents(silent)])).not.toMatch(/471100|582200/)
  })

  test('[PX-9] a maximum is public once it is beaten, raises and all', () => {
    const beaten = after(silent, 'C 6000')
    expect(standing(beaten)).toBe('5823 C')
    expect(amounts(beaten)).toEqual(['A 5822', 'B 20', 'C 5823'])
    expect(JSON.stringify([history(beaten.auction), publicEvents(beaten)])).not.toMatch(/471100|600000/)
  })

  test('[PX-9] a maximum that won stays secret after the close', () => {
    const closed = when(silent, { type: 'close' })
    expect(publicView(closed).outcome).toEqual({ result: 'sold', price: 2100, winner: 'P1', reason: null })
    expect(JSON.stringify([publicView(closed), history(closed.auction), publicEvents(closed)])).not.toMatch(/4711|5822/)
  })

  test('[PX-9] the bidder behind the paddle is not named', () => {
    const shown = JSON.stringify([publicView(silent), history(silent.auction), publicEvents(silent)])
    expect(shown).not.toContain(idOf('A'))
    expect(shown).not.toContain(idOf('B'))
  })
})
