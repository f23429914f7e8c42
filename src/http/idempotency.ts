import type { FastifyRequest } from 'fastify'
import { createHash } from 'node:crypto'
import { invalid, reject, type Rejection } from '../domain/rejection.ts'
import { idempotencyKey } from '../domain/schema.ts'

/** Says of an answer that it was given before: what was asked for had been made. */
export const REPLAYED = 'idempotency-replayed'

/** The one key of a request; null where it has none. */
export function readKey(request: FastifyRequest): { readonly key: string | null } | Rejection {
  const [key, ...others] = request.raw.headersDistinct['idempotency-key'] ?? []
  if (key === undefined) return { key: null }
  if (others.length > 0) return invalid('Idempotency-Key', 'must come once')
  if (key === '') return reject('idempotency_key_required')
  const read = idempotencyKey.safeParse(key)
  return read.success ? { key } : invalid('Idempotency-Key', read.error.issues[0]!.message)
}

/** The same for the same, such as a body with its defaults. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
