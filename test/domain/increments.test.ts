import { describe, expect, test } from 'vitest'
import { AMOUNT_MAX, type Amount } from '../../src/domain/amount.ts'
import { exponentOf } from '../../src/domain/currency.ts'
import { readIncrements, showIncrements, stepAbove, stepAt } from '../../src/domain/increments.ts'
import { incrementsInput } from '../../src/domain/money-schema.ts'
import { after, given, major, minimum, minor, results, voiding, when } from './support.ts'

function increments(input: unknown, currency = 'EUR') {
  return readIncrements(incrementsInput.parse(input), exponentOf(currency))
}

function stepIn(input: unknown, price: string, currency = 'EUR'): string {
  const exponent = exponentOf(currency)
  return major(stepAt(increments(input, currency), minor(price, exponent)), exponent)
}

describe('the minimum bid', () => {
  test('[INC-1] is the start price while there is no bid', () => {
    expect(minimum(given({ start: '9.99', increments: 'ebay-us' }))).toBe('9.99')
  })

  test('[INC-1] is the start price again once every bid is void', () => {
    expect(minimum(when(after(given(), 'A 20, B 30'), voiding(1), voiding(2)))).toBe('10')
  })

  test('[INC-1] is the price and its step afterwards, by the row whose from is the greatest not above the price', () => {
    const table = [
      { from: 0, step: 5 },
      { from: 1_000, step: 25 },
      { from: 5_000, step: 100 },
    ]
    const minimumAfterBidAt = (price: string) => minimum(after(given({ start: price, increments: table }), 'A 100'))
    expect(minimumAfterBidAt('9.99')).toBe('10.04')
    expect(minimumAfterBidAt('10')).toBe('10.25')
    expect(minimumAfterBidAt('49.99')).toBe('50.24')
    expect(minimumAfterBidAt('50')).toBe('51')
  })

  test('[INC-4] is enough when it is reached, on the grid of steps or off it', () => {
    expect(results(given({ start: '10', step: '5' }), 'A 9.99, A =10.03, B 15.02, B 15.03, C 20.02, C 23.01')).toEqual([
      'refused: needs 10',
      '10.03 A',
      'refused: needs 15.03',
      '15.03 B',
      'refused: needs 20.03',
      '20.03 C',
    ])
  })
})

type Line = readonly [price: string, step: string]

/** Each row at its lowest and its highest price. */
const tables: readonly { name: string; currency: string; lines: readonly Line[] }[] = [
  {
    name: 'ebay-us',
    currency: 'USD',
    lines: [
      ['0.01', '0.05'],
      ['0.99', '0.05'],
      ['1', '0.25'],
      ['4.99', '0.25'],
      ['5', '0.50'],
      ['24.99', '0.50'],
      ['25', '1'],
      ['99.99', '1'],
      ['100', '2.50'],
      ['249.99', '2.50'],
      ['250', '5'],
      ['499.99', '5'],
      ['500', '10'],
      ['999.99', '10'],
      ['1000', '25'],
      ['2499.99', '25'],
      ['2500', '50'],
      ['4999.99', '50'],
      ['5000', '100'],
      ['9000000', '100'],
    ],
  },
  {
    name: 'trademe-nz',
    currency: 'NZD',
    lines: [
      ['0.01', '0.50'],
      ['20', '0.50'],
      ['20.01', '1'],
      ['200', '1'],
      ['200.01', '5'],
      ['1000', '5'],
      ['1000.01', '10'],
      ['5000', '10'],
      ['5000.01', '50'],
      ['25000', '50'],
      ['25000.01', '100'],
      ['9000000', '100'],
    ],
  },
  {
    name: 'yahoo-jp',
    currency: 'JPY',
    lines: [
      ['1', '10'],
      ['999', '10'],
      ['1000', '100'],
      ['4999', '100'],
      ['5000', '250'],
      ['9999', '250'],
      ['10000', '500'],
      ['49999', '500'],
      ['50000', '1000'],
      ['9000000', '1000'],
    ],
  },
  {
    name: 'copart-eu',
    currency: 'EUR',
    lines: [
      ['1', '1'],
      ['10', '1'],
      ['10.01', '5'],
      ['50', '5'],
      ['50.01', '10'],
      ['100', '10'],
      ['100.01', '25'],
      ['1000', '25'],
      ['1000.01', '50'],
      ['5000', '50'],
      ['5000.01', '100'],
      ['25000', '100'],
      ['25000.01', '250'],
      ['9000000', '250'],
    ],
  },
  {
    name: 'standard',
    currency: 'EUR',
    lines: [
      ['0.01', '0.01'],
      ['0.39', '0.01'],
      ['0.40', '0.02'],
      ['0.99', '0.02'],
      ['1', '0.05'],
      ['1.99', '0.05'],
      ['2', '0.10'],
      ['3.99', '0.10'],
      ['4', '0.20'],
      ['9.99', '0.20'],
      ['10', '0.50'],
      ['19.99', '0.50'],
      ['20', '1'],
      ['39.99', '1'],
      ['40', '2'],
      ['99.99', '2'],
      ['100', '5'],
      ['199.99', '5'],
      ['200', '10'],
      ['399.99', '10'],
    ],
  },
  {
    name: 'ebay-us',
    currency: 'JPY',
    lines: [
      ['1', '1'],
      ['24', '1'],
      ['25', '1'],
      ['99', '1'],
      ['100', '3'],
      ['249', '3'],
      ['250', '5'],
      ['5000', '100'],
    ],
  },
  {
    name: 'ebay-us',
    currency: 'KWD',
    lines: [
      ['0.001', '0.050'],
      ['0.999', '0.050'],
      ['1', '0.250'],
      ['99.999', '1'],
      ['100', '2.500'],
      ['4999.999', '50'],
    ],
  },
  {
    name: 'trademe-nz',
    currency: 'JPY',
    lines: [
      ['20', '1'],
      ['21', '1'],
      ['200', '1'],
      ['201', '5'],
      ['1000', '5'],
      ['1001', '10'],
    ],
  },
  {
    name: 'copart-eu',
    currency: 'BHD',
    lines: [
      ['10', '1'],
      ['10.001', '5'],
      ['25000', '100'],
      ['25000.001', '250'],
    ],
  },
  {
    name: 'yahoo-jp',
    currency: 'KWD',
    lines: [
      ['999.999', '10'],
      ['1000', '100'],
    ],
  },
  {
    name: 'standard',
    currency: 'JPY',
    lines: [
      ['1', '1'],
      ['39', '1'],
      ['40', '2'],
      ['1000', '50'],
      ['50000', '2000'],
    ],
  },
  {
    name: 'standard',
    currency: 'KWD',
    lines: [
      ['0.001', '0.001'],
      ['0.040', '0.002'],
      ['1', '0.050'],
    ],
  },
]

describe('named tables', () => {
  for (const { name, currency, lines } of tables)
    test(`[INC-2] ${name} in ${currency}`, () => {
      expect(lines.map(([price]) => [price, stepIn(name, price, currency)])).toEqual(lines)
    })

  test('[INC-2] standard goes on in ones, twos and fives, each from twenty times itself', () => {
    const { rows } = increments('standard') as { rows: readonly { from: number; step: number }[] }
    expect(rows.slice(0, 4)).toEqual([
      { from: 0, step: 1 },
      { from: 40, step: 2 },
      { from: 100, step: 5 },
      { from: 200, step: 10 },
    ])
    for (const [i, { from, step }] of rows.slice(4).entries()) {
      expect(step).toBe(rows[i + 1]!.step * 10)
      expect(from).toBe(step * 20)
    }
    expect(rows.at(-1)).toEqual({ from: 100_000_000_000_000, step: 5_000_000_000_000 })
  })

  test('[INC-2] every table has one row a price, from zero upwards', () => {
    for (const name of ['standard', 'ebay-us', 'trademe-nz', 'yahoo-jp', 'copart-eu'])
      for (const currency of ['JPY', 'EUR', 'KWD']) {
        const { rows } = increments(name, currency) as { rows: readonly { from: number; step: number }[] }
        const froms = rows.map(({ from }) => from)
        expect(froms[0]).toBe(0)
        expect(froms).toEqual([...new Set(froms)].toSorted((a, b) => a - b))
        expect(rows.every(({ step }) => Number.isSafeInteger(step) && step >= 1)).toBe(true)
      }
  })

  test("[INC-2] a table of the seller's own is taken as it is", () => {
    const table = [
      { from: 0, step: 5 },
      { from: 100, step: 25 },
    ]
    expect(showIncrements(increments(table))).toEqual(table)
    expect([0, 99, 100, 101].map((price) => stepAt(increments(table), price as Amount))).toEqual([5, 5, 25, 25])
  })

  test('[INC-2] a single step holds at every price', () => {
    expect(['0.01', '10', '90000000'].map((price) => stepIn(500, price))).toEqual(['5', '5', '5'])
  })
})

describe('percentages', () => {
  const lines: readonly [percent: number, price: string, step: string][] = [
    [5, '20', '1'],
    [5, '20.01', '1.01'],
    [5, '20.20', '1.01'],
    [5, '20.21', '1.02'],
    [5, '0.01', '0.01'],
    [0.01, '0.01', '0.01'],
    [0.01, '100', '0.01'],
    [0.01, '100.01', '0.02'],
    [33.33, '100', '33.33'],
    [33.33, '0.03', '0.01'],
    [100, '12.34', '12.34'],
    [0.07, '100', '0.07'],
    [0.29, '100', '0.29'],
    [16.1, '1000', '161'],
  ]
  for (const [percent, price, step] of lines)
    test(`[INC-3] ${percent} % of ${price} is ${step}`, () => {
      expect(stepIn({ percent }, price)).toBe(step)
    })

  test('[INC-3] is never below atLeast', () => {
    const terms = { percent: 5, atLeast: 100 }
    expect(['0.01', '19.99', '20', '20.01'].map((price) => stepIn(terms, price))).toEqual(['1', '1', '1', '1.01'])
  })

  test('[INC-3] takes every hundredth of a percent from 0.01 to 100', () => {
    const taken = Array.from({ length: 10_000 }, (_, i) => (i + 1) / 100)
    const steps = taken.map((percent) => stepAt(increments({ percent }), 10_000 as Amount))
    expect(steps).toEqual(taken.map((_, i) => i + 1))
  })

  test('[INC-3] is exact at the largest amount', () => {
    expect(stepAt(increments({ percent: 100 }), AMOUNT_MAX)).toBe(AMOUNT_MAX)
    expect(stepAt(increments({ percent: 0.01 }), AMOUNT_MAX)).toBe(900_719_925_475)
    expect(stepAt(increments({ percent: 50 }), AMOUNT_MAX)).toBe(4_503_599_627_370_496)
  })

  test('[INC-3] is shown as it was set', () => {
    expect(showIncrements(increments({ percent: 16.1 }))).toEqual({ percent: 16.1, atLeast: 1 })
  })
})

describe('the largest amount', () => {
  test('[INC-1] a step never leads beyond it', () => {
    for (const input of ['standard', 500, { percent: 5 }] as const)
      expect(stepAbove(increments(input), AMOUNT_MAX)).toBe(AMOUNT_MAX)
  })

  test('[INC-1] a price that stands there can only be tied, and a tie takes nothing', () => {
    const most = major(AMOUNT_MAX)
    expect(results(given({ step: '5' }), `A =${most}, B ${most}, C =${most}, A ${most}`)).toEqual([
      `${most} A`,
      `${most} A`,
      `${most} A`,
      'refused: maximum_not_raised',
    ])
  })
})
