import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { minorUnits, plus, type Amount, AMOUNT_MAX } from '../../src/domain/amount.ts'
import { amount, incrementsInput } from '../../src/domain/money-schema.ts'
import { exponentOf } from '../../src/domain/currency.ts'
import {
  auctionChanges,
  idempotencyKey,
  isOneOffer,
  keptAuction,
  newAuction,
  offerFields,
  oneOffer,
  readOffer,
  reason,
  uuid,
} from '../../src/domain/schema.ts'

/** As both transports read a bid. */
const offer = z.strictObject(offerFields).refine(isOneOffer, oneOffer).transform(readOffer)

/** As they arrive: JSON text, for what JSON.parse makes of it is part of the trap. */
const noAmounts = [
  '"12"',
  'null',
  'true',
  'false',
  '[5]',
  '{}',
  '1.5',
  '0.1',
  '1e400',
  '-1e400',
  '9007199254740993',
  '9007199254740992',
  '0',
  '-0',
  '-5',
  '1e-7',
  '""',
  '" 12 "',
  '"0x10"',
  '{"valueOf":5}',
]
const someAmounts: readonly [text: string, value: number][] = [
  ['1', 1],
  ['1250', 1250],
  ['1e3', 1000],
  ['5.0', 5],
  ['9007199254740991', AMOUNT_MAX],
]

const minimal = { title: 'A chair', currency: 'EUR', terms: { startPrice: 1 }, durationSeconds: 60 }
const takes = (fields: Record<string, unknown>) => newAuction.safeParse({ ...minimal, ...fields }).success
const takesTerms = (terms: Record<string, unknown>) => takes({ terms: { startPrice: 100, ...terms } })

describe('amounts', () => {
  for (const text of noAmounts)
    test(`${text} is none`, () => {
      const value: unknown = JSON.parse(text)
      expect(amount.safeParse(value).success).toBe(false)
      expect(offer.safeParse({ amount: value }).success).toBe(false)
      expect(offer.safeParse({ maximum: value }).success).toBe(false)
      expect(newAuction.safeParse({ ...minimal, terms: { startPrice: value } }).success).toBe(false)
    })

  for (const [text, value] of someAmounts)
    test(`${text} is one`, () => {
      expect(amount.parse(JSON.parse(text))).toBe(value)
    })

  for (const value of [undefined, Number.NaN, Infinity, 5n, new Number(5), Symbol('5')])
    test(`${String(value)} (${typeof value}) is none`, () => {
      expect(amount.safeParse(value).success).toBe(false)
    })

  test('are held at 2^53 − 1', () => {
    expect(plus(AMOUNT_MAX, 1 as Amount)).toBe(AMOUNT_MAX)
    expect(plus((AMOUNT_MAX - 1) as Amount, 1 as Amount)).toBe(AMOUNT_MAX)
    expect(plus(AMOUNT_MAX, AMOUNT_MAX)).toBe(AMOUNT_MAX)
    expect(plus(1 as Amount, 2 as Amount)).toBe(3)
  })

  test('major units become minor ones, rounded up', () => {
    const in0And2And3 = (major: number) => [0, 2, 3].map((exponent) => minorUnits(major, exponent))
    expect(in0And2And3(0.05)).toEqual([1, 5, 50])
    expect(in0And2And3(0.25)).toEqual([1, 25, 250])
    expect(in0And2And3(2.5)).toEqual([3, 250, 2500])
    expect(in0And2And3(25_000)).toEqual([25_000, 2_500_000, 25_000_000])
  })
})

describe('bids', () => {
  const refused = [
    '{}',
    '[]',
    'null',
    '5',
    '"5"',
    '{"amount":5,"maximum":5}',
    '{"amount":5,"x":1}',
    '{"maximum":5,"key":"a"}',
    '{"amount":5,"maximum":null}',
    '{"Amount":5}',
    '{"amount":5,"__proto__":{"maximum":9}}',
    '{"amount":5,"constructor":1}',
  ]
  for (const text of refused)
    test(`${text} is refused`, () => {
      expect(offer.safeParse(JSON.parse(text)).success).toBe(false)
    })

  test('are exactly one of an amount and a maximum', () => {
    expect([offer.parse({ amount: 5 }), offer.parse({ maximum: 5 })]).toEqual([{ amount: 5 }, { maximum: 5 }])
  })

  test('a key is 1 to 64 printable ASCII characters', () => {
    const good = ['a', ' ', '~', 'a'.repeat(64)]
    const bad = ['', 'a'.repeat(65), 'é', 'a\n', 'a\u0000', '\u007f', '🔑', 5, null, ['a']]
    expect(good.filter((key) => !idempotencyKey.safeParse(key).success)).toEqual([])
    expect(bad.filter((key) => idempotencyKey.safeParse(key).success)).toEqual([])
  })

  test('ids are UUIDv7', () => {
    expect(uuid.safeParse('01930000-0000-7000-8000-000000000001').success).toBe(true)
    for (const id of ['01930000-0000-4000-8000-000000000001', '01930000-0000-7000-0000-000000000001', '1', '', 1, null])
      expect(uuid.safeParse(id).success).toBe(false)
  })
})

describe('a new auction', () => {
  test('has these defaults', () => {
    expect(newAuction.parse(minimal)).toEqual({
      ...minimal,
      description: '',
      images: [],
      format: 'english',
      opensAt: null,
      terms: {
        startPrice: 1,
        increments: 'standard',
        reservePrice: null,
        belowReserve: 'steps',
        revealReserve: false,
        buyNowPrice: null,
        softClose: null,
      },
    })
  })

  const refused: readonly [title: string, fields: Record<string, unknown>][] = [
    ['an unknown field', { colour: 'red' }],
    ['an unknown field in the terms', { terms: { startPrice: 1, colour: 'red' } }],
    [
      'an unknown field in the soft close',
      { terms: { startPrice: 1, softClose: { windowSeconds: 5, extensionSeconds: 5, x: 1 } } },
    ],
    ['a field of the server', { id: '01930000-0000-7000-8000-000000000001' }],
    ['both ends', { closesAt: '2026-11-20T11:00:00.000Z' }],
    ['no end', { durationSeconds: undefined }],
    ['another format', { format: 'dutch' }],
    ['another status', { status: 'open' }],
    ['a status of null', { status: null }],
    ['no terms', { terms: undefined }],
    ['a length of nothing', { durationSeconds: 0 }],
    ['half a second', { durationSeconds: 1.5 }],
    ['more than 1100 days', { durationSeconds: 1100 * 86_400 + 1 }],
    ['a length as text', { durationSeconds: '60' }],
    ['a time without a zone', { opensAt: '2026-11-20T11:00:00' }],
    ['a day there is not', { opensAt: '2026-02-30T11:00:00Z' }],
    ['a time as a number', { opensAt: 1_795_172_400_000 }],
    ['a date', { opensAt: '2026-11-20' }],
    ['an hour there is not', { opensAt: '2026-11-20T24:00:00Z' }],
    ['a year of five digits', { opensAt: '+012026-11-20T11:00:00Z' }],
    ['21 images', { images: Array.from({ length: 21 }, () => 'https://example.org/a.jpg') }],
    ['an image over http', { images: ['http://example.org/a.jpg'] }],
    ['an image that is a script', { images: ['javascript:alert(1)'] }],
    ['an image that is data', { images: ['data:image/png;base64,AAAA'] }],
    ['an image without a host', { images: ['https://'] }],
    ['an image of more than 2048 characters', { images: [`https://example.org/${'a'.repeat(2048)}`] }],
  ]
  for (const [title, fields] of refused)
    test(`${title} is refused`, () => {
      expect(takes(fields)).toBe(false)
    })

  test('takes offsets and fractions of a second', () => {
    for (const opensAt of ['2026-11-20T11:00:00Z', '2026-11-20T11:00:00.5Z', '2026-11-20T12:00:00+01:00', null])
      expect(takes({ opensAt })).toBe(true)
  })

  const currencies: readonly [code: string, exponent: number][] = [
    ['EUR', 2],
    ['USD', 2],
    ['NZD', 2],
    ['CHF', 2],
    ['HUF', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['CLP', 0],
    ['ISK', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['TND', 3],
    ['OMR', 3],
  ]
  for (const [code, exponent] of currencies)
    test(`${code} has ${exponent} decimals`, () => {
      expect(takes({ currency: code })).toBe(true)
      expect(exponentOf(code)).toBe(exponent)
    })

  for (const code of ['eur', 'EU', 'EURO', 'XXX', 'DEM', 'BTC', '', ' EUR', '€', 978, null, ['EUR']])
    test(`${JSON.stringify(code)} is no currency`, () => {
      expect(takes({ currency: code })).toBe(false)
    })
})

describe('texts', () => {
  const bad: readonly [title: string, text: unknown][] = [
    ['nothing', ''],
    ['spaces', '  \u00a0 '],
    ['a Hangul filler', '\u3164'],
    ['blank Braille', '\u2800\u2800'],
    ['Hangul fillers of half a syllable', '\u115f\u1160'],
    ['a half-width filler', '\uffa0'],
    ['a space of no width', '\u200b'],
    ['joiners and selectors', '\u200d\ufe0f\u{e0061}'],
    ['a blank hieroglyph', '\u{13441}'],
    ['direction alone', '\u202a\u202c\u200e'],
    ['201 characters', 'a'.repeat(201)],
    ['half a character', 'a\ud800b'],
    ['the other half', '\udc00'],
    ['NUL', 'a\u0000'],
    ['escape', 'a\u001b[31m'],
    ['delete', 'a\u007f'],
    ['a half behind a whole character', '🪑\ud83e'],
    ['a line break', 'a\nb'],
    ['a tab', 'a\tb'],
    ['a line separator', 'a\u2028b'],
    ['a number', 5],
    ['null', null],
  ]
  for (const [title, text] of bad)
    test(`a title of ${title} is refused`, () => {
      expect(takes({ title: text })).toBe(false)
    })

  test('a title is trimmed and composed', () => {
    expect(newAuction.parse({ ...minimal, title: '  Cafe\u0301 🪑 ' }).title).toBe('Café 🪑')
  })

  test('a title may grow neither by composing nor by trimming', () => {
    expect(takes({ title: 'a'.repeat(200) })).toBe(true)
    expect(takes({ title: '\u0344'.repeat(200) })).toBe(false)
  })

  test('a description has lines, and no control characters', () => {
    expect(newAuction.parse({ ...minimal, description: 'one\n\ttwo\r\nthree' }).description).toBe('one\n\ttwo\r\nthree')
    expect(takes({ description: 'a'.repeat(20_000) })).toBe(true)
    for (const description of ['a'.repeat(20_001), 'a\u0000', 'a\ud800', null])
      expect(takes({ description })).toBe(false)
  })

  test('what comes along unseen when text is copied is taken out of it', () => {
    const read = (title: string, description: string) => {
      const { title: line, description: lines } = newAuction.parse({ ...minimal, title, description })
      return [line, lines]
    }
    expect(read('\u202aA\u2066 ch\u200eair\u2069\u202c\n', 'call \u202a+34 600\u202c, please\u200f')).toEqual([
      'A chair',
      'call +34 600, please',
    ])
    expect(read('one\u000btwo', 'one\u000btwo\u000cthree')).toEqual(['one two', 'one\ntwo\nthree'])
    expect(read('Grandpa\u0092s chair\u0085', '\u0093fine\u0094 \u0096 80 \u0080\u0081')).toEqual([
      'Grandpa’s chair…',
      '“fine” – 80 €',
    ])
    expect(read('\ufeffA chair', '\ufeffa\ufeff\ufff9b')).toEqual(['A chair', 'ab'])
    expect(takes({ title: `\u202a${'a'.repeat(200)}\u202c` })).toBe(true)
  })

  test('marks of direction stay where something is written from the right, and joiners everywhere', () => {
    for (const title of ['שעון קיר (1920)\u200f!', 'کتاب\u200cها\u200e', '👩\u200d🚀', 'क्\u200dष'])
      expect(newAuction.parse({ ...minimal, title }).title).toBe(title.normalize('NFC'))
  })

  test('what is refused of a text is named with its place', () => {
    const told = (fields: Record<string, unknown>) =>
      newAuction.safeParse({ ...minimal, ...fields }).error!.issues.map(({ path, message }) => [path[0], message])
    expect(told({ description: 'one 🪑\u001b[31m' })).toEqual([
      ['description', 'cannot be read: U+001B at character 6'],
    ])
    expect(told({ title: 'a\ud800b' })).toEqual([['title', 'cannot be read: U+D800 at character 2']])
    expect(told({ title: ' one\ntwo' })).toEqual([['title', 'must be one line: U+000A at character 4']])
    expect(told({ title: '\u3164' })).toEqual([['title', expect.stringMatching(/can be seen/)]])
  })

  test('what earlier versions kept is read as it is: ledgers hold it', () => {
    for (const title of ['\u3164', 'A\u200e chair']) expect(keptAuction.parse({ ...minimal, title }).title).toBe(title)
  })

  test('a reason is a line of 1 to 500 characters', () => {
    expect(['x', 'a'.repeat(500)].map((text) => reason.safeParse(text).success)).toEqual([true, true])
    expect(['', ' ', 'a'.repeat(501), 'a\nb', null, 5].filter((text) => reason.safeParse(text).success)).toEqual([])
  })
})

describe('terms', () => {
  const refused: readonly [title: string, terms: Record<string, unknown>][] = [
    ['a start price of nothing', { startPrice: 0 }],
    ['no start price', { startPrice: undefined }],
    ['a reserve below the start price', { reservePrice: 99 }],
    ['a reserve of nothing', { reservePrice: 0 }],
    ['a reserve as text', { reservePrice: '500' }],
    ['buy-now below the start price', { buyNowPrice: 99 }],
    ['buy-now below the reserve', { reservePrice: 500, buyNowPrice: 499 }],
    ['another way below the reserve', { belowReserve: 'half' }],
    ['an empty soft close', { softClose: {} }],
    ['a window of nothing', { softClose: { windowSeconds: 0, extensionSeconds: 5 } }],
    ['an extension of nothing', { softClose: { windowSeconds: 5, extensionSeconds: 0 } }],
    ['a window of more than a day', { softClose: { windowSeconds: 86_401, extensionSeconds: 5 } }],
    ['half a second', { softClose: { windowSeconds: 1.5, extensionSeconds: 5 } }],
    ['fewer than no extensions', { softClose: { windowSeconds: 5, extensionSeconds: 5, maxExtensions: -1 } }],
    ['no soft close by false', { softClose: false }],
  ]
  for (const [title, terms] of refused)
    test(`${title} is refused`, () => {
      expect(takesTerms(terms)).toBe(false)
    })

  test('buy-now may be the start price, and the reserve', () => {
    expect(takesTerms({ buyNowPrice: 100 })).toBe(true)
    expect(takesTerms({ reservePrice: 100 })).toBe(true)
    expect(takesTerms({ reservePrice: 500, buyNowPrice: 500 })).toBe(true)
  })

  test('a soft close extends without end by default', () => {
    const terms = { startPrice: 1, softClose: { windowSeconds: 5, extensionSeconds: 6 } }
    expect(newAuction.parse({ ...minimal, terms }).terms.softClose).toEqual({
      windowSeconds: 5,
      extensionSeconds: 6,
      maxExtensions: null,
    })
  })

  const noIncrements: readonly [title: string, increments: unknown][] = [
    ['an unknown table', 'ebay-de'],
    ['a step of nothing', 0],
    ['half a unit', 1.5],
    ['text', '500'],
    ['null', null],
    ['an empty table', []],
    ['a table that does not begin at zero', [{ from: 1, step: 1 }]],
    [
      'a table out of order',
      [
        { from: 0, step: 1 },
        { from: 20, step: 2 },
        { from: 10, step: 3 },
      ],
    ],
    [
      'a table with a row twice',
      [
        { from: 0, step: 1 },
        { from: 10, step: 2 },
        { from: 10, step: 3 },
      ],
    ],
    ['a row of nothing', [{ from: 0, step: 0 }]],
    ['a row with more', [{ from: 0, step: 1, to: 5 }]],
    ['a row below zero', [{ from: -1, step: 1 }]],
    ['101 rows', Array.from({ length: 101 }, (_, from) => ({ from, step: 1 }))],
    ['no percent', { percent: 0 }],
    ['more than everything', { percent: 100.01 }],
    ['thousandths of a percent', { percent: 0.015 }],
    ['percent as text', { percent: '5' }],
    ['a percentage of nothing at least', { percent: 5, atLeast: 0 }],
    ['a percentage with more', { percent: 5, atMost: 5 }],
  ]
  for (const [title, increments] of noIncrements)
    test(`increments of ${title} are refused`, () => {
      expect(incrementsInput.safeParse(increments).success).toBe(false)
    })

  test('increments may have a hundred rows', () => {
    const rows = Array.from({ length: 100 }, (_, from) => ({ from, step: 1 }))
    expect(incrementsInput.safeParse(rows).success).toBe(true)
  })
})

describe('changes', () => {
  test('are at least one', () => {
    expect(auctionChanges.safeParse({}).success).toBe(false)
  })

  test('are of known fields', () => {
    for (const changes of [{ price: 5 }, { seller: 'x' }, { status: 'open' }, { status: 'closed' }, { title: null }])
      expect(auctionChanges.safeParse(changes).success).toBe(false)
  })

  test('have one end', () => {
    const closesAt = '2026-11-20T11:00:00.000Z'
    expect(auctionChanges.safeParse({ closesAt, durationSeconds: 5 }).success).toBe(false)
    expect(auctionChanges.safeParse({ closesAt }).success).toBe(true)
  })

  test('put nothing in that was not named', () => {
    expect(auctionChanges.parse({ title: 'A stool' })).toEqual({ title: 'A stool' })
  })
})
