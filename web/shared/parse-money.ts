import { exponentOf } from './figures.ts'

const DIGIT = /\p{Nd}/u

/** Digits of other keyboards as ours, a figure that begins with its point, and `1250,-` as it is written on price tags. */
function plain(typed: string): string {
  return typed
    .replace(/[\u0660-\uffff]/g, (sign) => (DIGIT.test(sign) ? String(valueOf(sign)) : sign))
    .replace(/[.,][-–—]+\s*/, '')
    .replace(/^\D*(?=[.,]\d+$)/, '$&0')
    .trim()
}

/** Decimal digits come in runs of ten, zero first (Unicode 4.6). */
function valueOf(digit: string): number {
  let value = 0
  while (value < 9 && DIGIT.test(String.fromCharCode(digit.charCodeAt(0) - value - 1))) value += 1
  return value
}

/** A figure, with at most something that is no digit before or after it. */
const FIGURE = /^([^\d.,'’−-]*)(\d[\d.,'’\s]*?)([^\d.,'’−-]*)$/u
const SPACES = /\s/g

/** What somebody typed, in minor units; null where it is no amount, or could be taken for two. */
export function parseMoney(typed: string, currency: string, from: string): number | null {
  const exponent = exponentOf(currency)
  const [, before = '', figure = '', after = ''] = FIGURE.exec(plain(typed)) ?? []
  if (!isNameOf(before + after, currency, from)) return null
  const split = splitAt(figure.replace(SPACES, ' ').replaceAll("'", '’'), exponent, from)
  if (split === null) return null
  const [whole, fraction] = split
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction) || fraction.length > exponent) return null
  const minor = BigInt(whole + fraction.padEnd(exponent, '0'))
  return minor >= 1n && minor <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(minor) : null
}

/** Nothing, or the currency's code, sign or name: "2 million" and "10 %" are not two and ten. */
function isNameOf(text: string, currency: string, from: string): boolean {
  const given = text.replace(SPACES, '').toLowerCase()
  const names = (['code', 'symbol', 'narrowSymbol', 'name'] as const).map((currencyDisplay) =>
    partOf(new Intl.NumberFormat(from, { style: 'currency', currency, currencyDisplay }), 'currency'),
  )
  return given === '' || names.some((name) => name.replace(SPACES, '').toLowerCase() === given)
}

function partOf(format: Intl.NumberFormat, type: string): string {
  return format.formatToParts(1_234_567.5).find((part) => part.type === type)?.value ?? ''
}

/** Whole and fraction. A lone foreign separator is taken as the decimal one only where it cannot part thousands. */
function splitAt(figure: string, exponent: number, from: string): [string, string] | null {
  const format = new Intl.NumberFormat(from, { minimumFractionDigits: 1, useGrouping: 'always' })
  const decimal = partOf(format, 'decimal')
  const group = partOf(format, 'group').replace("'", '’').replace(SPACES, ' ')
  const marks = figure.match(/[^\d]/g) ?? []
  const tail = marks.length === 0 ? '' : figure.slice(figure.lastIndexOf(marks.at(-1)!) + 1)
  const isForeign =
    marks.length === 1 && ![decimal, ' '].includes(marks[0]) && tail.length !== 3 && tail.length <= exponent
  const [whole = '', fraction = '', ...more] = figure.split(isForeign ? marks[0] : decimal)
  if (more.length > 0) return null
  const groups = isForeign ? [whole] : whole.split(whole.includes(' ') ? ' ' : group)
  return isGrouped(groups, from) ? [groups.join(''), fraction] : null
}

/** Not at all, by threes, or as the locale does it: 1,00,000. */
function isGrouped(groups: readonly string[], from: string): boolean {
  const [first = '', ...rest] = groups
  if (rest.length === 0) return true
  const byThrees = first.length <= 3 && rest.every((three) => three.length === 3)
  const parts = new Intl.NumberFormat(from, { useGrouping: 'always' }).formatToParts(
    BigInt(`0${groups.join('')}`.replace(/\D/g, '')),
  )
  const own = parts.filter(({ type }) => type === 'integer').map(({ value }) => value)
  return !first.startsWith('0') && (byThrees || own.join() === groups.join())
}
