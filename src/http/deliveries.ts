import { z } from 'zod'
import { instant, toWire } from '../domain/instant.ts'
import { reject } from '../domain/rejection.ts'
import type { Delivery } from '../engine/delivery-ports.ts'
import { atLeast } from './access.ts'
import { type App, type AppParts, pageOf, paging } from './parts.ts'
import { refuse } from './problem.ts'

const way = z.enum(['email', 'push', 'webhook'])
const state = z.enum(['waiting', 'sent', 'dropped', 'dead'])

export const deliveryView = z
  .object({
    number: z.int(),
    id: z.string(),
    way,
    kind: z.string(),
    state,
    user: z.string(),
    auction: z.string().nullable(),
    at: instant,
    nextAt: instant.nullable().meta({ description: 'When it is tried next' }),
    tries: z.int(),
    error: z.string().nullable().meta({ description: 'Why the last try failed' }),
  })
  .meta({ id: 'Delivery' })

export function showDelivery(delivery: Delivery): z.output<typeof deliveryView> {
  const { number, id, way: by, kind, state: is, userId, auctionId, at, nextAt, tries, error } = delivery
  return {
    number,
    id,
    way: by,
    kind,
    state: is,
    user: userId,
    auction: auctionId,
    at: toWire(at),
    nextAt: is === 'waiting' ? toWire(nextAt) : null,
    tries,
    error,
  }
}

/** What goes out of the house, for its admins: what waits, what failed and why. */
export function deliveryRoutes(app: App, { deliveries, dispatcher, clock }: AppParts): void {
  const tags = ['notices']
  const onRequest = atLeast('admin')

  app.get(
    '/deliveries',
    {
      schema: {
        tags,
        summary: 'What goes out',
        operationId: 'listDeliveries',
        description: 'Mails, push messages and webhooks, the newest first, for 30 days. What they say is not shown.',
        querystring: z.strictObject({
          limit: paging.limit,
          cursor: z
            .string()
            .regex(/^\d{1,15}$/, 'is not a cursor of ours')
            .optional(),
          state: state.optional(),
          way: way.optional(),
        }),
        response: {
          200: pageOf(deliveryView).extend({ counts: z.array(z.object({ way, state, count: z.int() })) }),
        },
      },
      onRequest,
    },
    async (request) => {
      const { limit, cursor = null, state: is = null, way: by = null } = request.query
      const page = await deliveries.deliveries({ limit, cursor, state: is, way: by })
      const counts = [...(await deliveries.deliveryCounts())]
      return { items: page.items.map(showDelivery), nextCursor: page.nextCursor, counts }
    },
  )

  app.post(
    '/deliveries/:number/redeliver',
    {
      schema: {
        tags,
        summary: 'Send one again',
        operationId: 'createRedelivery',
        refusals: ['not_found'],
        params: z.object({ number: z.string().regex(/^\d{1,15}$/) }),
        response: { 202: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      if (!(await deliveries.redeliver(Number(request.params.number), clock.now())))
        return refuse(reply, reject('not_found'))
      dispatcher.wake()
      return reply.code(202).send(null)
    },
  )
}
