import { exponentOf } from '../domain/currency.ts'
import { type Cell, refuse } from './table.ts'

/** Sums and orders of a file, wholly read or refused with their place. */

type Mark = '.' | ','

/** Marks between thousands that are nothing else. */
const SPACED = /^\d{1,3}(?:[ '\u2019\u00a0\u2009\u202f]\d{3})+(?![\d])/
const SPACES = /[ '\u2019\u00a0\u2009\u202f]/g
const PLAIN = /^(?:\d+[.,]?\d*|[.,]\d+|\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d{1,3}(?:,\d{3})+(?:\.\d*)?)$/
/** One mark with three digits behind it stands before thousandths, or between thousands. */
const EITHER = /^\d{1,3}([.,])\d{3}$/

function bare({ text }: Cell): string {
  const [spaced] = SPACED.exec(text) ?? []
  return spaced === undefined ? text : spaced.replace(SPACES, '') + text.slice(spaced.length)
}

/** The mark that stands before the decimals, as far as one figure shows it by itself. */
function shownBy(figure: string): Mark | null {
  const marks = figure.match(/[.,]/g) as Mark[] | null
  if (marks === null || EITHER.test(figure)) return null
  const last = marks.at(-1)!
  if (marks.length === 1) return last
  const other = last === '.' ? ',' : '.'
  return marks.every((mark) => mark === last) ? other : last
}

/** Reads sums of a currency as a file writes them, into minor units. Throws where its figures contradict each other. */
export function sumsOf(cells: readonly Cell[], currency: string): (cell: Cell) => number {
  const exponent = exponentOf(currency)
  let shown: { readonly mark: Mark; readonly line: number } | null = null
  for (const cell of cells) {
    const figure = bare(cell)
    if (!PLAIN.test(figure)) refuse(cell, `is no sum in ${currency}`)
    const mark = shownBy(figure)
    if (mark === null) continue
    if (shown !== null && shown.mark !== mark)
      refuse(cell, `has another decimal mark than line ${shown.line}: write all of them alike`)
    shown ??= { mark, line: cell.line }
  }
  return (cell) => minorUnits(cell, { currency, exponent, shown: shown?.mark ?? null })
}

type Reading = { readonly currency: string; readonly exponent: number; readonly shown: Mark | null }

/** Without ever going through a fraction. */
function minorUnits(cell: Cell, { currency, exponent, shown }: Reading): number {
  const figure = bare(cell)
  const mark = shown ?? markByCurrency(cell, figure, exponent)
  const [whole = '', fraction = ''] = mark === null ? [figure] : figure.split(mark)
  const decimals = fraction.replace(/0+$/, '')
  if (decimals.length > exponent) refuse(cell, `has more than the ${exponent} decimals of ${currency}`)
  const minor = Number((whole.replace(/[.,]/g, '') || '0') + decimals.padEnd(exponent, '0'))
  if (!Number.isSafeInteger(minor)) refuse(cell, 'is too large')
  return minor
}

/** Where no figure of the file shows which mark it is: three digits are no decimals of most currencies. */
function markByCurrency(cell: Cell, figure: string, exponent: number): Mark | null {
  const either = EITHER.exec(figure)
  if (either === null) return null
  if (exponent < 3) return either[1] === '.' ? ',' : '.'
  if (either[1] === ',') refuse(cell, 'may be thousands or thousandths: write it without a mark between thousands')
  return '.'
}

const NUMBER = /^\d+(?:[.,]\d+)?$/
const DATE = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)([Zz]|[+-]\d\d:?\d\d)?)?$/
/** With dots the day comes first everywhere; with slashes it does not. */
const DAY_FIRST = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}:\d\d(?::\d\d)?))?$/

/** What rows are sorted by: numbers, or instants, and not some of each. */
export function ordersOf(cells: readonly Cell[]): (cell: Cell) => number {
  const numbers = cells.filter(({ text }) => NUMBER.test(text)).length
  return (cell) => {
    if (numbers > 0 && !NUMBER.test(cell.text)) refuse(cell, 'is no number, as others in this column are')
    const order = numbers > 0 ? Number(cell.text.replace(',', '.')) : instantOf(cell.text)
    if (Number.isNaN(order)) refuse(cell, 'is neither a number nor a time such as 2026-11-21 20:00:00')
    return order
  }
}

/** Where no zone is named all are of one. */
function instantOf(text: string): number {
  const [, date, time = '00:00', zone = 'Z'] = DATE.exec(text) ?? []
  if (date !== undefined) return checkedInstant(date, time.replace(',', '.'), zone)
  const [, day = '', month = '', year, clock = '00:00'] = DAY_FIRST.exec(text) ?? []
  if (year === undefined) return Number.NaN
  return checkedInstant(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`, clock.padStart(5, '0'), 'Z')
}

/** `Date.parse` takes 31 February for a day of March. */
function checkedInstant(date: string, time: string, zone: string): number {
  const day = new Date(`${date}T00:00:00Z`)
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)
  return isDay ? Date.parse(`${date}T${time}${zone.toUpperCase()}`) : Number.NaN
}
