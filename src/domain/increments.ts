import { type Amount, highest, minorUnits, plus, share } from './amount.ts'
import type { IncrementsInput, IncrementsView } from './money-schema.ts'

export const TABLE_NAMES = ['standard', 'ebay-us', 'trademe-nz', 'yahoo-jp', 'copart-eu'] as const
export type TableName = (typeof TABLE_NAMES)[number]

type Row = { readonly from: number; readonly step: Amount }

/** Rows ordered by `from`, the first from 0; or a percentage of the price in hundredths of a percent (INC-1, INC-3). */
export type Increments =
  | { readonly rows: readonly Row[] }
  | { readonly hundredthsPercent: number; readonly atLeast: Amount }

/** INC-2, `from: step` in major units. */
const fromTables = {
  'ebay-us': [
    [0, 0.05],
    [1, 0.25],
    [5, 0.5],
    [25, 1],
    [100, 2.5],
    [250, 5],
    [500, 10],
    [1_000, 25],
    [2_500, 50],
    [5_000, 100],
  ],
  'yahoo-jp': [
    [0, 10],
    [1_000, 100],
    [5_000, 250],
    [10_000, 500],
    [50_000, 1_000],
  ],
} as const

/** INC-2, `up to and including: step` in major units. */
const upToTables = {
  'trademe-nz': [
    [20, 0.5],
    [200, 1],
    [1_000, 5],
    [5_000, 10],
    [25_000, 50],
    [Infinity, 100],
  ],
  'copart-eu': [
    [10, 1],
    [50, 5],
    [100, 10],
    [1_000, 25],
    [5_000, 50],
    [25_000, 100],
    [Infinity, 250],
  ],
} as const

/** INC-2 `standard`: 1–2–5 steps in minor units, each from twenty times itself: 2 to 5 % of the price from 20 minor units on. */
const standard: readonly Row[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].flatMap((power) =>
  [1, 2, 5].map((digit) => {
    const step = (digit * 10 ** power) as Amount
    return { from: step === 1 ? 0 : step * 20, step }
  }),
)

export function readIncrements(input: IncrementsInput, exponent: number): Increments {
  if (typeof input === 'string') return { rows: namedRows(input, exponent) }
  if (typeof input === 'number') return { rows: [{ from: 0, step: input }] }
  if ('percent' in input) return { hundredthsPercent: Math.round(input.percent * 100), atLeast: input.atLeast }
  return { rows: input }
}

export function showIncrements(increments: Increments): IncrementsView {
  if ('rows' in increments) return [...increments.rows]
  return { percent: increments.hundredthsPercent / 100, atLeast: increments.atLeast }
}

/** The named table that has just these rows, null where none has. */
export function nameOf(increments: Increments, exponent: number): TableName | null {
  if (!('rows' in increments)) return null
  const { rows } = increments
  const isSame = (named: readonly Row[]) =>
    named.length === rows.length && named.every(({ from, step }, i) => from === rows[i]!.from && step === rows[i]!.step)
  return TABLE_NAMES.find((name) => isSame(namedRows(name, exponent))) ?? null
}

function namedRows(name: TableName, exponent: number): readonly Row[] {
  switch (name) {
    case 'standard':
      return standard
    case 'ebay-us':
    case 'yahoo-jp':
      return fromTables[name].map(([from, step]) => ({
        from: from === 0 ? 0 : minorUnits(from, exponent),
        step: minorUnits(step, exponent),
      }))
    case 'trademe-nz':
    case 'copart-eu': {
      const rows = upToTables[name]
      return rows.map(([, step], i) => ({
        from: i === 0 ? 0 : minorUnits(rows[i - 1]![0], exponent) + 1,
        step: minorUnits(step, exponent),
      }))
    }
  }
}

/** The step at a price: of the row whose `from` is the greatest not above it (INC-1), or the percentage (INC-3). */
export function stepAt(increments: Increments, price: Amount): Amount {
  if (!('rows' in increments)) return highest(increments.atLeast, share(price, increments.hundredthsPercent))
  let step = increments.rows[0]!.step
  for (const r of increments.rows) if (r.from <= price) step = r.step
  return step
}

/** One full step above an amount (PX-8: of the amount that was beaten, never of a hidden maximum). */
export function stepAbove(increments: Increments, price: Amount): Amount {
  return plus(price, stepAt(increments, price))
}

/** One full step below an amount (REV-1), and never below one minor unit: a price down there can only be tied. */
export function stepBelow(increments: Increments, price: Amount): Amount {
  return highest(1 as Amount, (price - stepAt(increments, price)) as Amount)
}
