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

/** A figure with at most a currency's sign or name around it; a minus or a letter inside is none. */
const FIGURE = /^[^\d.,'’−-]*(\d[\d.,'’\s]*?)[^\d.,'’−-]*$/u

/** What somebody typed, in minor units; null where it is no amount, or could be taken for two. */
export function parseMoney(typed: string, currency: string, from: string): number | null {
  const exponent = exponentOf(currency)
  const figure = FIGURE.exec(typed)?.[1]?.replace(/\s/g, '').replaceAll("'", '’') ?? ''
  const { decimal, group } = separators(from)
  const split = splitAt(figure, decimal, group, exponent)
  if (split === null) return null
  const [whole, fraction] = split
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction) || fraction.length > exponent) return null
  const minor = BigInt(whole + fraction.padEnd(exponent, '0'))
  return minor >= 1n && minor <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(minor) : null
}

function separators(from: string): { decimal: string; group: string } {
  const parts = new Intl.NumberFormat(from, { minimumFractionDigits: 1 }).formatToParts(1_234_567.5)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { decimal: of('decimal'), group: of('group').replace("'", '’') }
}

/** Whole and fraction. A lone foreign separator is taken as the decimal one only where it cannot part thousands. */
function splitAt(figure: string, decimal: string, group: string, exponent: number): [string, string] | null {
  const marks = figure.match(/[^\d]/g) ?? []
  const tail = marks.length === 0 ? '' : figure.slice(figure.lastIndexOf(marks.at(-1)!) + 1)
  const foreign = marks.length === 1 && marks[0] !== decimal && tail.length !== 3 && tail.length <= exponent
  const [whole = '', fraction = '', ...more] = figure.split(foreign ? marks[0] : decimal)
  if (more.length > 0) return null
  // Spaces are gone by now.
  const groups = foreign || group.trim() === '' ? [whole] : whole.split(group)
  const sound = groups.length === 1 || (groups[0]!.length <= 3 && groups.slice(1).every((three) => three.length === 3))
  return sound ? [groups.join(''), fraction] : null
}
