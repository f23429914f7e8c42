import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { reject } from '../domain/rejection.ts'
import { bearerOf } from './access.ts'
import type { App, AppParts } from './parts.ts'
import { refuse } from './problem.ts'

const fine = z.object({ status: z.string() })

/** What an operator's machines ask. */
export function opsRoutes(app: App, { engine, metrics, metricsToken }: AppParts): void {
  const tags = ['service']
  const config = { budget: 'none' } as const

  app.get(
    '/healthz',
    { schema: { tags, summary: 'The process lives', operationId: 'getHealth', response: { 200: fine } }, config },
    async () => ({ status: 'ok' }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'It can take bids: storage is writable, and the time is known',
        operationId: 'getReadiness',
        response: { 200: fine },
      },
      config,
    },
    async (_request, reply) =>
      engine.ready
        ? reply.send({ status: 'ready' })
        : refuse(reply, reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds })),
  )

  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const token = bearerOf(request)
    if (token === null || !same(token, metricsToken)) return refuse(reply, reject('unauthenticated'))
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

function same(one: string, other: string): boolean {
  const a = Buffer.from(one)
  const b = Buffer.from(other)
  return a.length === b.length && timingSafeEqual(a, b)
}
