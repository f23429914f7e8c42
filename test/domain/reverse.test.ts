import { describe, expect, test } from 'vitest'
import type { Amount } from '../../src/domain/amount.ts'
import { stepBelow, readIncrements } from '../../src/domain/increments.ts'
import { newAuction } from '../../src/domain/schema.ts'
import { youView } from '../../src/domain/view.ts'
import {
  type Run,
  type Setting,
  END,
  SECOND,
  after,
  amounts,
  bidAt,
  given,
  idOf,
  major,
  minor,
  publicView,
  standing,
  types,
  voiding,
  when,
} from './support.ts'

/** Prices fall: `start` is the ceiling, `A 110` a minimum. */
function tender({ start = '3500', step = '100', reserve, softClose = null }: Setting = {}): Run {
  const terms = {
    startPrice: minor(start),
    increments: minor(step),
    reservePrice: reserve === undefined ? null : minor(reserve),
    softClose,
  }
  return given({ fields: { format: 'reverse', terms } })
}

/** What each bid led to: the standing, or the refusal with the amount it asks for. */
function results(run: Run, script: string): string[] {
  let now = run
  return script.split(', ').map((text) => {
    now = after(now, text)
    if (now.rejection === null) return standing(now)
    const { rejected, fields } = now.rejection
    const most = fields['maximumBid'] as number | undefined
    return most === undefined ? `refused: ${rejected}` : `refused: at most ${major(most)}`
  })
}

describe('prices fall (REV)', () => {
  const scripts: readonly (readonly [Setting, string, readonly string[]])[] = [
    [{}, 'A 3000, B =3400', ['3500 A', '3300 A']],
    [{}, 'A 3600, A 3500', ['refused: at most 3500', '3500 A']],
    [{}, 'A =3500, B =3450, B =3400', ['3500 A', 'refused: at most 3400', '3400 B']],
    // The mirror of the table of maximum bids.
    [{ start: '200', step: '10' }, 'A 190, B 140, C 170, D 140, E 130', ['200 A', '180 B', '160 B', '140 B', '130 E']],
    [{ start: '100', step: '1' }, 'A 1, B 65, B 25, B 1', ['100 A', '64 A', '24 A', '1 A']],
    [
      { step: '100' },
      'A 3000, A =2900, A 3000, A 2950, A 2900',
      ['3500 A', 'refused: already_leading', 'refused: minimum_not_lowered', 'refused: minimum_not_lowered', '3500 A'],
    ],
  ]
  for (const [setting, script, expected] of scripts)
    test(`[REV-1] ${script}`, () => expect(results(tender(setting), script)).toEqual(expected))

  test('[REV-1] steps are taken of the amount that was beaten, and a percentage of the price that it lowers', () => {
    const percent = readIncrements({ percent: 2, atLeast: 1 as Amount }, 2)
    expect(stepBelow(percent, minor('1000'))).toBe(minor('980'))
    expect(stepBelow(percent, minor('800'))).toBe(minor('784'))
    expect(stepBelow(readIncrements(minor('100'), 2), minor('50'))).toBe(1)
  })

  test('[REV-1] the next bid at the instant, where it is no less than asked for', () => {
    const run = after(tender(), 'A =3400')
    const ask = (atLeast: string) =>
      when(run, {
        type: 'bid',
        bidId: idOf('next'),
        bidder: { id: idOf('B'), blocked: false },
        offer: { atLeast: minor(atLeast) },
      })
    expect(standing(ask('3100'))).toBe('3300 B')
    expect(ask('3350').rejection).toMatchObject({ rejected: 'bid_too_high', fields: { maximumBid: minor('3300') } })
  })

  test('[REV-1] shows what may be bid at most, and a minimum to its owner alone', () => {
    const run = after(tender(), 'A 3000, B =3400')
    expect(publicView(run)).toMatchObject({ price: minor('3300'), minimumBid: null, maximumBid: minor('3200') })
    expect(youView(run.auction, idOf('A'))).toMatchObject({
      maximum: null,
      minimum: minor('3000'),
      standing: 'leading',
    })
    expect(JSON.stringify([publicView(run), youView(run.auction, idOf('B'))])).not.toContain(String(minor('3000')))
    expect(amounts(run)).toEqual(['A 3300', 'B 3400'])
  })

  test('[REV-1] a late bid moves the end', () => {
    const run = tender({ softClose: { windowSeconds: 60, extensionSeconds: 120 } })
    expect(types(bidAt(run, END - 30 * SECOND, 'A 3000'))).toEqual(['bid.placed', 'closing.extended'])
  })

  test('[REV-1] a void works the price out again, and whoever leads again may raise the minimum once', () => {
    const run = when(after(tender(), 'A 3000, B 2900'), voiding(2))
    expect(standing(run)).toBe('3500 A')
    const { lowerable } = youView(run.auction, idOf('A'))
    expect(lowerable?.least).toBe(minor('3500'))
    const lower = (to: string) =>
      when(run, {
        type: 'bid',
        bidId: idOf('lower'),
        bidder: { id: idOf('A'), blocked: false },
        offer: { lowerTo: minor(to), bid: lowerable!.bid },
      })
    expect(youView(lower('3200').auction, idOf('A')).minimum).toBe(minor('3200'))
    for (const to of ['2999', '3000', '3501']) expect(lower(to).rejection?.rejected).toBe('minimum_not_raised')
  })

  test('[REV-2] nothing is awarded above the reserve', () => {
    const run = tender({ reserve: '3000' })
    expect(publicView(after(run, 'A 3100')).reserve).toBe('unmet')
    expect(when(after(run, 'A 3100'), { type: 'close' }).events.at(-1)).toMatchObject({
      outcome: { result: 'unsold', reason: 'reserve_unmet' },
    })
    expect(results(run, 'A 3100, B 2900')).toEqual(['3500 A', '3000 B'])
    expect(when(after(run, 'A 3100, B 2900'), { type: 'close' }).events.at(-1)).toMatchObject({
      outcome: { result: 'sold', price: minor('3000'), winner: 2 },
    })
  })

  test('[REV-2] a reserve above the ceiling is refused', () => {
    const asked = { title: 'Gravel', currency: 'EUR', format: 'reverse', durationSeconds: 60 }
    const { error } = newAuction.safeParse({ ...asked, terms: { startPrice: 100, reservePrice: 101 } })
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['terms.reservePrice'])
  })

  test('[REV-1] takes no offers of the other side, and a new format needs its terms', () => {
    const offer = { type: 'bid', bidId: idOf('other'), bidder: { id: idOf('A'), blocked: false } } as const
    for (const of of [{ maximum: minor('9') }, { atMost: minor('9') }])
      expect(when(tender(), { ...offer, offer: of }).rejection?.rejected).toBe('not_in_this_format')
    expect(when(given(), { ...offer, offer: { minimum: minor('9') } }).rejection?.rejected).toBe('not_in_this_format')
    const upcoming = given({ fields: { opensAt: '2026-11-20T10:30:00.000Z' } })
    const change = (changes: object) => when(upcoming, { type: 'update', changes })
    expect(change({ format: 'reverse' }).rejection?.fields).toMatchObject({ errors: [{ path: 'terms' }] })
    expect(change({ format: 'reverse', terms: { startPrice: 5, belowReserve: 'full' } }).rejection?.rejected).toBe(
      'invalid_request',
    )
    expect(publicView(change({ format: 'reverse', terms: { startPrice: 5 } }))).toMatchObject({ maximumBid: null })
  })

  test('[REV-1] the format of an auction that has opened stays: a bid on its way would mean something else', () => {
    const changes = { format: 'reverse', terms: { startPrice: 5 } } as const
    expect(when(given(), { type: 'update', changes }).rejection?.rejected).toBe('auction_already_open')
  })
})
