import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ordersOf, sumsOf } from '../../src/replay/figures.ts'
import { type Cell, readTable } from '../../src/replay/table.ts'
import { martillo } from '../support/command.ts'
import { ADMIN } from '../support/people.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

const cells = (texts: readonly string[], column = 'maximum'): Cell[] =>
  texts.map((text, i) => ({ text, file: 'f.csv', line: i + 2, column }))

function sums(currency: string, ...texts: string[]): number[] {
  return cells(texts).map(sumsOf(cells(texts), currency))
}

function orders(...texts: string[]): number[] {
  return cells(texts, 'order').map(ordersOf(cells(texts, 'order')))
}

function fileOf(bytes: string | Buffer): string {
  const file = join(temporaryFolder(), 'bids.csv')
  writeFileSync(file, bytes)
  return file
}

/** `latin1` for what an older spreadsheet writes. */
function encoded(text: string, encoding: 'utf8' | 'utf16le' | 'utf16be' | 'latin1', mark = true): Buffer {
  const marked = mark ? `\ufeff${text}` : text
  return encoding === 'utf16be' ? Buffer.from(marked, 'utf16le').swap16() : Buffer.from(marked, encoding)
}

test('a table is read in whichever encoding and with whichever separator it was written', () => {
  const table = 'Auction,order,note\nLámpara,1,"a, b"\n\nSilla,2,\n'
  const files = [
    encoded(table, 'utf8'),
    encoded(table, 'utf8', false),
    encoded(table, 'utf16le'),
    encoded(table, 'utf16be'),
    encoded(table, 'latin1', false),
    encoded(table.replaceAll(',', ';').replace('a; b', 'a, b'), 'utf16le'),
    encoded(table.replaceAll(',', '\t').replace('a\t b', 'a, b').replaceAll('\n', '\r\n'), 'utf8'),
  ]
  for (const bytes of files) {
    const rows = readTable(fileOf(bytes), ['auction', 'order'])
    expect(rows.map(({ auction, order }) => [auction.text, order.text, order.line])).toEqual([
      ['Lámpara', '1', 2],
      ['Silla', '2', 4],
    ])
  }
  const stated = readTable(fileOf('sep=;\nauction;order\nx;1\n'), ['auction'])
  expect(stated[0]!.auction).toMatchObject({ text: 'x', line: 3 })
})

test('sums are read as their file writes them: marks before decimals and between thousands', () => {
  expect(sums('USD', '95', '117.5', '1,250.75', '1,250', '.5')).toEqual([9_500, 11_750, 125_075, 125_000, 50])
  expect(sums('EUR', '95', '117,5', '1.250,75', '1.250')).toEqual([9_500, 11_750, 125_075, 125_000])
  expect(sums('KWD', '1.250.500', '980.000')).toEqual([1_250_500_000, 980_000_000])
  expect(sums('KWD', '1.250', '12')).toEqual([1_250, 12_000])
  expect(sums('KWD', '1,250.500', '1,250')).toEqual([1_250_500, 1_250_000])
  expect(sums('USD', '117.500', '95.25')).toEqual([11_750, 9_525])
  expect(sums('JPY', '1.250', '12,500')).toEqual([1_250, 12_500])
  expect(sums('CHF', "1'250.50", '1’250')).toEqual([125_050, 125_000])
  expect(sums('SEK', '1 250,50', '1\u00a0250', '1\u202f250')).toEqual([125_050, 125_000, 125_000])
})

test('a sum that cannot be read, or may be read in two ways, is refused with its line and column', () => {
  const refused: readonly [currency: string, texts: string[], why: string][] = [
    ['USD', ['5', 'x'], 'line 3, column maximum: "x" is no sum in USD'],
    ['USD', ['1,25,000'], 'line 2, column maximum: "1,25,000" is no sum'],
    ['USD', ['1.5.5'], 'line 2, column maximum: "1.5.5" is no sum'],
    ['USD', ['-5'], 'line 2, column maximum: "-5" is no sum'],
    ['USD', ['1e3'], 'line 2, column maximum: "1e3" is no sum'],
    ['USD', ['1.25', '1,5'], 'line 3, column maximum: "1,5" has another decimal mark than line 2'],
    ['USD', ['1.2345'], 'line 2, column maximum: "1.2345" has more than the 2 decimals of USD'],
    ['JPY', ['12.5'], 'has more than the 0 decimals of JPY'],
    ['KWD', ['1,250'], 'line 2, column maximum: "1,250" may be thousands or thousandths'],
    ['USD', ['99999999999999999'], 'is too large'],
  ]
  for (const [currency, texts, why] of refused) expect(() => sums(currency, ...texts)).toThrow(why)
})

test('an order is a number or a time, and nothing else is taken for one', () => {
  expect(orders('2', '10', '1.5', '0,25')).toEqual([2, 10, 1.5, 0.25])
  const noon = Date.parse('2003-05-31T12:00:00Z')
  expect(orders('2003-05-31 12:00:00', '2003-05-31T12:00Z', '2003-05-31t14:00:00.5+02:00', '31.5.2003 12:00')).toEqual([
    noon,
    noon,
    noon + 500,
    noon,
  ])
  for (const text of ['first', '5/31/2003 12:00', '2003-02-30 12:00', '31.02.2003', '2003-05-31 25:00', '0x10', ''])
    expect(() => orders(text)).toThrow(`line 2, column order: ${JSON.stringify(text)} is neither a number nor a time`)
  expect(() => orders('1', '2003-05-31')).toThrow('line 3, column order: "2003-05-31" is no number, as others')
})

test('replay plays names beyond ASCII, sums with decimal commas and times as they stand in the file', async () => {
  const house = await openHouse()
  const signIn = ['--url', house.url, '--email', ADMIN.email, '--password', ADMIN.password, '--currency', 'EUR']
  // By their times all are taken; as they stand the second would be below the minimum.
  const table = [
    'auction;order;bidder;maximum;start_price',
    'Lámpara Łódź;2003-05-31 12:00:02;a;40,00;9,99',
    'Lámpara Łódź;2003-05-31 12:00:01;b;10,00;9,99',
    'Lámpara Łódź;2003-05-31 12:00:03;c;1.060,50;9,99',
  ].join('\n')
  const bids = fileOf(encoded(table, 'utf16le'))
  const results = fileOf('auction;closing_price;reserve\nLámpara Łódź;41,00;5,00\n')
  const played = await martillo(['replay', bids, '--results', results, ...signIn])
  expect(played).toMatchObject({ code: 0, err: '' })
  expect(played.out).toContain('Lámpara Łódź  41.00\n')
  expect(played.out).toMatch(/^3 bids in .* refused: none$/m)
  expect(played.out).toContain('1 of 1 closing prices match')
  const bad = await martillo(['replay', fileOf(table.replace('40,00', '40,00 €')), ...signIn])
  expect(bad).toMatchObject({ code: 1, out: '' })
  expect(bad.err).toMatch(/^Martillo: .*bids\.csv: line 2, column maximum: "40,00 €" is no sum in EUR\n$/)
  const unknown = await martillo(['replay', bids, ...signIn, '--increments', 'none'])
  expect(unknown).toMatchObject({ code: 1, err: expect.stringMatching(/^Martillo: the service refused: .*\n$/) })
})
