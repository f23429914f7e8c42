import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from './schema.ts'

/** Values by a schema, and values that are nearly so. */

const DAY_MS = 86_400_000

export function valid(schema: Schema): Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map(valid))
  if (schema.allOf !== undefined) return valid(schema.allOf[0]!)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'string':
      return text(schema)
    case 'integer':
      return whole(schema)
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valid(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 8),
      })
    case 'object':
      return record(schema)
    default:
      return fc.jsonValue()
  }
}

function text({ format, pattern, minLength = 0, maxLength = 40 }: Schema): Arbitrary<string> {
  if (format === 'date-time')
    return fc.integer({ min: -DAY_MS, max: 30 * DAY_MS }).map((ms) => new Date(Date.now() + ms).toISOString())
  if (format === 'email') return fc.emailAddress()
  if (format === 'uuid') return fc.uuid({ version: 7 })
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  const length = { minLength, maxLength: Math.min(maxLength, 60) }
  return fc.oneof(
    fc.string(length),
    fc.string({ ...length, unit: 'grapheme' }),
    fc.string({ ...length, unit: 'binary' }),
  )
}

/** Mostly small, as people bid, else anywhere. */
function whole({ minimum = -1_000, maximum = Number.MAX_SAFE_INTEGER }: Schema): Arbitrary<number> {
  const small = { min: Math.max(minimum, 0), max: Math.min(maximum, 200_000) }
  return fc.oneof(
    { weight: 9, arbitrary: fc.integer(small) },
    { weight: 1, arbitrary: fc.integer({ min: minimum, max: maximum }) },
  )
}

function record({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, valid(inner)]))
  return fc.record(fields, { requiredKeys: [...required] })
}

export const junkText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e3',
    'null',
    '\u0000',
    '..',
    '../..',
    '%',
    '%00',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    '🦊',
  ),
  fc.constant('x'.repeat(5_000)),
)

export const junk: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  junkText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e21, 2 ** 53, '12', [], {}, [[[]]], { __proto__: null, toString: 1 }),
)

/** Five in six as the schema has it; else with a field gone, exchanged or too many, or something else altogether. */
export function nearly(schema: Schema): Arbitrary<unknown> {
  const good = valid(schema)
  const broken = fc.tuple(good, fc.nat(), junk, fc.constantFrom('drop', 'exchange', 'add')).map(spoilt)
  return fc.oneof({ weight: 10, arbitrary: good }, { weight: 2, arbitrary: broken }, { weight: 1, arbitrary: junk })
}

function spoilt([value, which, other, how]: [unknown, number, unknown, 'drop' | 'exchange' | 'add']): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return other
  const names = Object.keys(value)
  const name = names[which % Math.max(names.length, 1)] ?? 'field'
  const { [name as never]: _, ...rest } = value
  if (how === 'drop') return rest
  return how === 'exchange' ? { ...rest, [name]: other } : { ...value, [`${name}2`]: other }
}
