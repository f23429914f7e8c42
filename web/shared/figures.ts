/** ISO 4217: what is not named here has two decimals. The domain's own list brings zod along; a test holds them together. */
const WITHOUT_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
const WITH_THREE = 'BHD IQD JOD KWD LYD OMR TND'

export function exponentOf(currency: string): number {
  if (WITHOUT_DECIMALS.includes(currency)) return 0
  return WITH_THREE.includes(currency) ? 3 : 2
}

/** `1250` with exponent 2 is `12.50`: digits only, never a float. */
export function toDecimal(minor: number, exponent: number): string {
  const digits = String(minor).padStart(exponent + 1, '0')
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** Signs that are one currency's only: no reader takes them for another, whatever their country writes. */
const UNMISTAKABLE = new Set(['EUR', 'GBP'])

export function formatMoney(
  minor: number,
  currency: string,
  into: string,
  options: Intl.NumberFormatOptions = {},
): string {
  const currencyDisplay = UNMISTAKABLE.has(currency) ? 'narrowSymbol' : 'symbol'
  return format(minor, currency, into, { style: 'currency', currency, currencyDisplay, ...options })
}

/** A figure for a field: no sign of the currency. */
export function formatFigure(minor: number, currency: string, into: string): string {
  return format(minor, currency, into, {})
}

function format(minor: number, currency: string, into: string, options: Intl.NumberFormatOptions): string {
  const decimals = exponentOf(currency)
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: 'always' } as const
  const decimal = toDecimal(minor, decimals) as Intl.StringNumericLiteral
  return new Intl.NumberFormat(into, { ...options, ...digits }).format(decimal)
}

/** A figure, with at most something that is no digit before or after it. */
const FIGURE = /^([^\d.,'’−-]*)(\d[\d.,'’\s]*?)([^\d.,'’−-]*)$/u
const SPACES = /\s/g

/** What somebody typed, in minor units; null where it is no amount, or could be taken for two. */
export function parseMoney(typed: string, currency: string, from: string): number | null {
  const exponent = exponentOf(currency)
  const [, before = '', figure = '', after = ''] = FIGURE.exec(typed.trim()) ?? []
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
