import { z } from 'zod'

/** A JSON schema, as far as our documents use it. */
export type Schema = {
  readonly type?: string
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

export type Definitions = Readonly<Record<string, Schema>>

/** With every reference written out. */
export function inlined<Value>(value: Value, definitions: Definitions): Value {
  if (Array.isArray(value)) return value.map((one) => inlined(one as unknown, definitions)) as Value
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value as Schema
  if (typeof $ref === 'string') return inlined(definitions[$ref.split('/').at(-1)!] as Value, definitions)
  const entries = Object.entries(value).filter(([name]) => name !== 'definitions' && name !== '$schema')
  return Object.fromEntries(entries.map(([name, inner]) => [name, inlined(inner as unknown, definitions)])) as Value
}

/** What is wrong with a value by its schema, null where nothing is. */
export type Check = (value: unknown) => string | null

export function checkOf(schema: Schema): Check {
  const shape = z.fromJSONSchema(schema as never)
  return (value) => {
    const read = shape.safeParse(value)
    return read.success ? null : z.prettifyError(read.error)
  }
}
