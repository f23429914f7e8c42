import { z } from 'zod'
import type { Amount } from './amount.ts'
import { TABLE_NAMES } from './increments.ts'

/** Amounts and tables of increments as they travel. */

export const INCREMENT_ROWS_MAX = 100

/** An amount as it comes in: an integer from 1 to 2^53 − 1, never coerced. */
export const amount = z
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .brand<'Amount'>()
  .meta({ id: 'Amount', description: 'Money in minor units of the currency' })

/** An amount as it is shown. */
export const money = z.int().meta({ description: 'Minor units of the currency' })

export const tableName = z.enum(TABLE_NAMES)

const row = z.strictObject({ from: z.int().min(0), step: amount })

const table = z
  .array(row)
  .min(1)
  .max(INCREMENT_ROWS_MAX)
  .refine((rows) => rows[0]?.from === 0, 'the first row must be from 0')
  .refine((rows) => rows.every((r, i) => i === 0 || r.from > rows[i - 1]!.from), 'rows must rise by from')

const percentage = z.strictObject({
  percent: z.number().min(0.01).max(100).multipleOf(0.01),
  atLeast: amount.default(1 as Amount),
})

/** As a seller writes them: a named table, a single step, a percentage, or a table. */
export const incrementsInput = z.union([tableName, amount, percentage, table])

/** As everyone reads them. */
export const incrementsView = z
  .union([z.array(z.object({ from: z.int(), step: z.int() })), z.object({ percent: z.number(), atLeast: z.int() })])
  .meta({ id: 'Increments' })

export type IncrementsInput = z.output<typeof incrementsInput>
export type IncrementsView = z.output<typeof incrementsView>
