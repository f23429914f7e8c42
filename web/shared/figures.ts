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
