import { describe, expect, test } from 'vitest'
import { standingOf, youView } from '../../src/domain/view.ts'
import {
  type Act,
  type Run,
  after,
  amounts,
  bidId,
  given,
  idOf,
  minimum,
  minor,
  publicEvents,
  publicView,
  results,
  standing,
  types,
  voiding,
  when,
} from './support.ts'

function without(run: Run, ...bids: number[]): Run {
  return when(run, ...bids.map(voiding))
}

const lines: readonly { title: string; bids: string; void: number[]; result: string }[] = [
  {
    title: '[VOID-1] all of B',
    bids: 'A =200, B =300, A =400, B =500, A =600, B =700',
    void: [2, 4, 6],
    result: '200 A',
  },
  {
    title: '[VOID-1] all of B, in another order',
    bids: 'A =200, B =300, A =400, B =500, A =600, B =700',
    void: [6, 2, 4],
    result: '200 A',
  },
  {
    title: '[VOID-1] all of C',
    bids: 'A =200, B =300, C =400, A =500, B =600, C =700',
    void: [3, 6],
    result: '600 B',
  },
  { title: '[VOID-1] the beaten one', bids: 'A 100, B 200', void: [1], result: '10 B' },
  { title: '[VOID-1] the leading one', bids: 'A 100, B 200', void: [2], result: '10 A' },
  { title: '[VOID-1] one of three', bids: 'A 100, B 200, C 150', void: [3], result: '101 B' },
  { title: '[VOID-1] a tie', bids: 'A 100, B 100', void: [1], result: '10 B' },
  { title: '[VOID-1] a loser between two', bids: 'A 100, B 50, C 70', void: [3], result: '51 A' },
  { title: '[VOID-1] a jump', bids: 'A 100, B =500', void: [2], result: '10 A' },
  { title: '[VOID-1] every bid', bids: 'A 100, B 200', void: [1, 2], result: 'nobody' },
  { title: '[VOID-1] a raise that cost a step, alone', bids: 'A 215, B 215, A 300', void: [3], result: '215 A' },
  {
    title: '[VOID-1] what a raise stood on, the raise staying',
    bids: 'A 215, B 215, A 300',
    void: [1],
    result: '216 A',
  },
]

describe('a bid made void', () => {
  for (const { title, bids, void: gone, result } of lines)
    test(`${title}: ${bids} without ${gone.join(', ')}`, () => {
      expect(standing(without(after(given(), bids), ...gone))).toBe(result)
    })

  test('[VOID-1] takes the silent raises of it along', () => {
    const run = after(given(), 'A 100, A 300, B 50')
    expect(standing(run)).toBe('51 A')
    const gone = without(run, 1)
    expect(standing(gone)).toBe('10 B')
    expect(standing(after(gone, 'C 60'))).toBe('51 C')
  })

  test('[VOID-1] does not bring them back with a later void', () => {
    expect(standing(without(after(given(), 'A 100, A 300, B 50'), 1, 3))).toBe('nobody')
  })

  test('[VOID-1] leaves a silent raise of another bid', () => {
    const run = without(after(given(), 'A 100, A 300, B 50'), 3)
    expect(standing(run)).toBe('10 A')
    expect(standing(after(run, 'C 200'))).toBe('201 A')
  })

  test('[VOID-1] bidding goes on from there', () => {
    const run = without(after(given(), 'A 100, B 200'), 2)
    expect(minimum(run)).toBe('11')
    expect(standing(after(run, 'C 50'))).toBe('51 A')
    expect(standing(after(run, 'B 150'))).toBe('101 B')
  })

  test('[VOID-1] the event tells the room where it stands', () => {
    const run = without(after(given(), 'A 100, B 200'), 2)
    expect(types(run)).toEqual(['bid.voided'])
    expect(publicEvents(run).at(-1)?.data).toEqual({
      bid: bidId(2),
      amounts: [{ bid: bidId(1), amount: 1_000 }],
      paddle: 'P2',
      reason: 'not paid last time',
      price: 1000,
      leader: 'P1',
      minimumBid: 1100,
      bidCount: 1,
      bidderCount: 2,
      reserve: 'none',
    })
  })

  test('[VOID-1] a bidder cannot retract: there is no such command, and a lower maximum is refused', () => {
    expect(after(given(), 'A 100, A 50').rejection?.rejected).toBe('maximum_not_raised')
  })

  test('[VOID-1] works while paused', () => {
    const run = when(after(given(), 'A 100, B 200'), { type: 'pause', reason: 'a question' }, voiding(2))
    expect(standing(run)).toBe('10 A')
    expect(publicView(run)).toMatchObject({ status: 'paused', minimumBid: null })
  })

  test('[VOID-1] does not move the end back', () => {
    const softClose = { windowSeconds: 3600, extensionSeconds: 3600 }
    const run = after(given({ softClose }), 'A 100')
    expect(types(run)).toEqual(['bid.placed', 'closing.extended'])
    const { closesAt } = run.auction
    expect(without(run, 1).auction.closesAt).toBe(closesAt)
  })

  const refusals: readonly { title: string; run: () => Run; code: string }[] = [
    { title: 'twice', run: () => without(after(given(), 'A 100'), 1, 1), code: 'bid_voided' },
    { title: 'of a bid there is not', run: () => without(after(given(), 'A 100'), 2), code: 'bid_not_found' },
    { title: 'of a refused bid', run: () => without(after(given(), 'A 100, B 5'), 2), code: 'bid_not_found' },
    { title: 'of a silent raise', run: () => without(after(given(), 'A 100, A 200'), 2), code: 'bid_not_found' },
    {
      title: 'after the close',
      run: () => without(when(after(given(), 'A 100'), { type: 'close' }), 1),
      code: 'auction_closed',
    },
    {
      title: 'after cancelling',
      run: () => without(when(after(given(), 'A 100'), { type: 'cancel', reason: 'broken' }), 1),
      code: 'auction_cancelled',
    },
  ]
  for (const { title, run, code } of refusals)
    test(`[VOID-1] is refused ${title}`, () => {
      expect(run().rejection?.rejected).toBe(code)
      expect(run().events).toEqual([])
    })
})

describe('the history of a void bid', () => {
  test('[VOID-2] keeps it, marked, and counts it no more', () => {
    const run = without(after(given(), 'A 100, B 200, C 150'), 2)
    expect(amounts(run)).toEqual(['A 100', 'B 101 void', 'C 101'])
    expect(publicView(run)).toMatchObject({ bidCount: 2, bidderCount: 3, price: 10_100, leader: 'P3' })
  })

  test('[VOID-2] shows it at what it amounted to when it was placed, though it was beaten since', () => {
    expect(amounts(without(after(given(), 'A 100, B 200, C 300'), 2))).toEqual(['A 100', 'B 101 void', 'C 101'])
  })

  test('[VOID-2] does not show the maximum of a leading bid made void', () => {
    expect(amounts(without(after(given(), 'A 100, B 4711, B 5822'), 2))).toEqual(['A 10', 'B 101 void'])
  })

  test('[VOID-2] its bidder sees it, and the standing that is left', () => {
    const run = without(after(given(), 'A 100, B 200, A 400'), 3)
    expect(youView(run.auction, idOf('A'))).toMatchObject({
      standing: 'outbid',
      maximum: 10_000,
      bids: [
        { id: bidId(3), voided: true },
        { id: bidId(1), voided: false },
      ],
    })
    expect(standingOf(without(run, 1, 2).auction, idOf('B'))).toBe('outbid')
  })

  test('[VOID-2] a paddle is kept though every bid of it is void', () => {
    const run = after(without(after(given(), 'A 100'), 1), 'B 20, A 50')
    expect(publicView(run)).toMatchObject({ leader: 'P1', bidderCount: 2 })
  })
})

describe('a maximum that a void lets lead again is known', () => {
  const lowering = (run: Run, who: string, figure: string, bid = run.auction.standing!.bidId) =>
    when(run, {
      type: 'bid',
      bidId: bidId(90 + run.tried),
      bidder: { id: idOf(who), blocked: false },
      offer: { lowerTo: minor(figure), bid },
    })
  /** A leads again at 10, up to 200, which everyone has seen. */
  const again = () => when(after(given(), 'A 200, B 300'), voiding(2))
  const you = ({ auction }: Run, who: string) => youView(auction, idOf(who))

  test('[VOID-3] its owner may lower it once, to the present price at least', () => {
    const run = again()
    expect(standing(run)).toBe('10 A')
    expect(you(run, 'A')).toMatchObject({ maximum: 20_000, lowerable: { bid: bidId(1), least: 1_000 } })
    expect(you(run, 'B').lowerable).toBeNull()
    for (const figure of ['9.99', '200', '201'])
      expect(lowering(run, 'A', figure).rejection).toEqual({ rejected: 'maximum_not_lowered', fields: {} })
    const lowered = lowering(run, 'A', '50')
    expect(types(lowered)).toEqual(['maximum.lowered'])
    expect(you(lowered, 'A')).toMatchObject({ maximum: 5_000, lowerable: null, standing: 'leading' })
    expect(lowering(lowered, 'A', '40').rejection?.rejected).toBe('maximum_not_lowered')
    expect(results(lowered, 'C 40, D 51')).toEqual(['41 A', '51 D'])
  })

  test('[VOID-3] to the price itself: the next bid takes the lead', () => {
    expect(results(lowering(again(), 'A', '10'), 'C 11')).toEqual(['11 C'])
  })

  test('[VOID-3] by nobody else, of no other bid', () => {
    const run = again()
    expect(lowering(run, 'B', '50').rejection?.rejected).toBe('maximum_not_lowered')
    expect(lowering(run, 'A', '50', bidId(2)).rejection?.rejected).toBe('maximum_not_lowered')
    expect(lowering(after(given(), 'A 200'), 'A', '50').rejection?.rejected).toBe('maximum_not_lowered')
  })

  test('[VOID-3] until the next bid is accepted; a refused one changes nothing', () => {
    expect(types(lowering(after(again(), 'C 5'), 'A', '50'))).toEqual(['maximum.lowered'])
    expect(lowering(after(again(), 'C 20'), 'A', '50').rejection?.rejected).toBe('maximum_not_lowered')
    expect(lowering(after(again(), 'A 250'), 'A', '50').rejection?.rejected).toBe('maximum_not_lowered')
  })

  test('[VOID-3] not where the leader stays: what still leads was never beaten', () => {
    const run = when(after(given(), 'A 200, B 100'), voiding(2))
    expect(standing(run)).toBe('10 A')
    expect(lowering(run, 'A', '50').rejection?.rejected).toBe('maximum_not_lowered')
  })

  test.each([
    ['a beaten maximum, after a higher one of the same bidder', 'A 50, B 60, A 70', [2, 3], '10 A', bidId(1)],
    ['an offer beaten when it was made', 'A 50, B 40, B 60', [1, 3], '10 B', bidId(2)],
    ['not one that a raise took the place of', 'A 50, B 49.50, A 70', [3], '50 A', null],
    ['nor where others only bid below the raise', 'A 50, B 49.50, A 70, C 60', [4, 2, 3], '10 A', null],
  ])('[VOID-3] whose own earlier bid leads again: %s', (_, bids, voided, stands, lowerable) => {
    const run = without(after(given(), bids), ...voided)
    expect(standing(run)).toBe(stands)
    expect(you(run, stands.at(-1)!).lowerable?.bid ?? null).toBe(lowerable)
  })

  test('[VOID-3] the void can pause the auction in the same act, and lowering is possible meanwhile', () => {
    const run = when(after(given(), 'A 200, B 300'), { ...(voiding(2) as object), pause: true } as Act)
    expect(types(run)).toEqual(['bid.voided', 'auction.paused'])
    expect(types(lowering(run, 'A', '50'))).toEqual(['maximum.lowered'])
    const paused = when(after(given(), 'A 200, B 300'), { type: 'pause', reason: 'lunch' }, {
      ...(voiding(2) as object),
      pause: true,
    } as Act)
    expect(types(paused)).toEqual(['bid.voided'])
    const closed = when(again(), { type: 'close' })
    expect(lowering(closed, 'A', '50').rejection?.rejected).toBe('auction_closed')
  })

  test('[VOID-1] [VOID-3] what was lowered stays so when another void works it out again, and goes with its bid', () => {
    const lowered = after(lowering(again(), 'A', '50'), 'C 60, D 70')
    const alone = when(lowered, voiding(4), voiding(5))
    expect(standing(alone)).toBe('10 A')
    expect(results(alone, 'E 45, E 55')).toEqual(['46 A', '51 E'])
    expect(standing(when(lowered, voiding(1)))).toBe('61 D')
  })
})
