import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Amount, AMOUNT_MAX } from '../../src/domain/amount.ts'
import { exponentOf as ruled } from '../../src/domain/currency.ts'
import { readIncrements, showIncrements, stepAt as ruledStep } from '../../src/domain/increments.ts'
import { stepAt } from '../../web/shared/steps.ts'
import { exponentOf, formatFigure, formatMoney, toDecimal } from '../../web/shared/figures.ts'
import { parseMoney } from '../../web/shared/parse-money.ts'

const ISO = Intl.supportedValuesOf('currency')
const LOCALES = ['en-GB', 'en-US', 'es-ES', 'es-MX', 'de-CH', 'fr-FR', 'en-IN']

test('the pages know the same decimals as the domain', () => {
  expect(ISO.length).toBeGreaterThan(100)
  expect(ISO.map((code) => [code, exponentOf(code)])).toEqual(ISO.map((code) => [code, ruled(code)]))
})

test('what a field shows is read back as the same amount, up to the largest', () => {
  const amount = fc.oneof(
    fc.integer({ min: 1, max: 10_000_000 }),
    fc.maxSafeNat().map((n) => n + 1 - (n === AMOUNT_MAX ? 1 : 0)),
  )
  fc.assert(
    fc.property(
      amount,
      fc.constantFrom('EUR', 'JPY', 'KWD'),
      fc.constantFrom(...LOCALES),
      (minor, currency, locale) => {
        expect(parseMoney(formatFigure(minor, currency, locale), currency, locale)).toBe(minor)
        expect(parseMoney(formatMoney(minor, currency, locale), currency, locale)).toBe(minor)
      },
    ),
  )
})

describe('what people type', () => {
  test.each([
    ['en-GB', 'EUR', '1250', 125_000],
    ['en-GB', 'EUR', '1,250', 125_000],
    ['en-GB', 'EUR', '1,250.5', 125_050],
    ['en-GB', 'EUR', '12,50', 1_250],
    ['en-GB', 'EUR', '€ 12.5', 1_250],
    ['es-ES', 'EUR', '1.250', 125_000],
    ['es-ES', 'EUR', '1.250,50 €', 125_050],
    ['es-ES', 'EUR', '12.50', 1_250],
    ['es-ES', 'JPY', '12.000', 12_000],
    ['fr-FR', 'EUR', '1 250,50', 125_050],
    ['de-CH', 'CHF', "1'250.50", 125_050],
    ['en-GB', 'KWD', '1.250', 1_250],
    ['en-IN', 'EUR', '1,00,000', 10_000_000],
    ['en-GB', 'EUR', '1 250.50', 125_050],
    ['en-GB', 'EUR', '1250 euros', 125_000],
    ['es-ES', 'EUR', 'EUR 12,5', 1_250],
    ['en-GB', 'EUR', '90071992547409.91', 9_007_199_254_740_991],
    ['en-GB', 'EUR', '１２５０', 125_000],
    ['es-ES', 'EUR', '١٢٥٠', 125_000],
    ['en-GB', 'EUR', '१२५०', 125_000],
    ['es-ES', 'EUR', '1250,-', 125_000],
    ['es-ES', 'EUR', '1.250,— €', 125_000],
    ['en-GB', 'EUR', '.5', 50],
    ['es-ES', 'EUR', ',5', 50],
    ['en-GB', 'EUR', '€.50', 50],
  ])('%s %s %s', (locale, currency, typed, minor) => {
    expect(parseMoney(typed, currency, locale)).toBe(minor)
  })

  test.each([
    ['en-GB', 'EUR', ''],
    ['en-GB', 'EUR', '0'],
    ['en-GB', 'EUR', '-5'],
    ['en-GB', 'EUR', '1e5'],
    ['en-GB', 'EUR', '12.505'],
    ['en-GB', 'EUR', '1,25,000'],
    ['en-GB', 'EUR', '1.250,50'],
    ['es-ES', 'EUR', '1,250.50'],
    ['en-GB', 'EUR', '90071992547409.92'],
    ['en-GB', 'JPY', '12.5'],
    ['en-GB', 'EUR', 'ten'],
    ['en-GB', 'EUR', '12 50'],
    ['en-GB', 'EUR', '0,500'],
    ['en-GB', 'EUR', '5k'],
    ['en-GB', 'EUR', '2 million'],
    ['en-GB', 'EUR', '10%'],
    ['en-GB', 'EUR', '(5)'],
    ['en-GB', 'EUR', '$5'],
    ['en-GB', 'EUR', '1,00,000'],
    ['en-GB', 'EUR', '.505'],
    ['en-GB', 'EUR', '5²'],
    ['en-GB', 'EUR', '\u{1d7d9}0'],
    ['en-GB', 'EUR', ',-'],
  ])('%s %s %s is no amount', (locale, currency, typed) => {
    expect(parseMoney(typed, currency, locale)).toBeNull()
  })
})

test('every decimal digit of a keyboard is its own value', () => {
  const digits = Array.from({ length: 0x1_00_00 }, (_, code) => String.fromCharCode(code)).filter((sign) =>
    /\p{Nd}/u.test(sign),
  )
  const values = digits.map((digit) => parseMoney(`1${digit}`, 'JPY', 'en'))
  expect(values).toEqual(digits.map((_, place) => 10 + (place % 10)))
})

test('an amount is written digit by digit', () => {
  expect([toDecimal(5, 2), toDecimal(1_250, 0), toDecimal(1_250, 3), toDecimal(AMOUNT_MAX, 2)]).toEqual([
    '0.05',
    '1250',
    '1.250',
    '90071992547409.91',
  ])
})

test('[INC-1] the steps of the pages are those of the rules', () => {
  const input = fc.constantFrom('standard', 'ebay-us', 'copart-eu', 500 as Amount, {
    percent: 3.33,
    atLeast: 7 as Amount,
  })
  fc.assert(
    fc.property(input, fc.integer({ min: 1, max: 100_000_000 }), (increments, price) => {
      const ruledOnes = readIncrements(increments as 'standard', 2)
      expect(stepAt(showIncrements(ruledOnes), price)).toBe(ruledStep(ruledOnes, price as Amount))
    }),
  )
})
