import { z } from 'zod'
import { fromWire, instant, toWire } from '../domain/instant.ts'
import { uuid } from '../domain/schema.ts'
import { shown } from './canonical.ts'

/** Values as ledgers and statements write them: one text for one value. */

export const hash = z.string().regex(/^[0-9a-f]{64}$/)

export const count = z.int().min(0)

export const id = uuid.refine((text) => text === text.toLowerCase(), 'is not in lower case')

/** UTC with milliseconds. The wire takes every form of RFC 3339. */
export const time = instant.refine(isTime, 'is not in UTC with milliseconds')

function isTime(text: string): boolean {
  const at = fromWire(text)
  return Number.isFinite(at) && toWire(at) === text
}

/** Whether a value holds nothing but what its shape read of it, in nested objects as well. */
export function isExactly(read: object, value: unknown): boolean {
  return shown('value', read) === shown('value', value)
}

/** The first field that is wrong, missing or unknown. */
export function fieldIn({ issues }: z.ZodError): string {
  const [issue] = issues
  if (issue === undefined) return ''
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path
  return path.join('.')
}
