import { randomUUIDv7 } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { instant, toWire } from '../domain/instant.ts'
import { invalid, reject } from '../domain/rejection.ts'
import { type PublicType, eventData } from '../domain/wire.ts'
import type { Webhook } from '../engine/reach-ports.ts'
import { atHome, atLeast, visitorOf } from './access.ts'
import { deliveryView, showDelivery } from './deliveries.ts'
import { type App, type AppParts, idParam, noQuery, pageOf, paging, wholeOf } from './parts.ts'
import { refuse } from './problem.ts'

const URL_MAX = 2_048
const eventType = z.enum(Object.keys(eventData) as [PublicType, ...PublicType[]])

const webhookView = z
  .object({ id: z.string(), url: z.string(), events: z.array(eventType), createdAt: instant })
  .meta({ id: 'Webhook' })

function showWebhook({ id, url, events, createdAt }: Webhook): z.output<typeof webhookView> {
  return { id, url, events: [...events], createdAt: toWire(createdAt) }
}

/** Where the programs of sellers and admins are told of what happens. */
export function webhookRoutes(app: App, { reach, deliveries, dispatcher, links, clock, mayPost }: AppParts): void {
  const tags = ['notices']
  const onRequest = [atLeast('seller'), atHome]
  const params = z.object({ id: idParam })

  /** One's own; to others it does not exist. */
  const own = async (request: FastifyRequest, id: string): Promise<Webhook | null> => {
    const webhook = await reach.webhook(id)
    return webhook?.userId === visitorOf(request).user.id ? webhook : null
  }

  app.post(
    '/webhooks',
    {
      schema: {
        tags,
        summary: 'Add a webhook',
        operationId: 'createWebhook',
        description: `A seller is told of their own auctions, an admin of all. Each event is a POST of \`{ type, timestamp, data }\` with the event's public data, in the form of Standard Webhooks: \`webhook-id\` (the same at every try), \`webhook-timestamp\` and \`webhook-signature\` under the secret, which is shown once. At least once, in order for each auction; what is not answered with 2xx is tried again for three days. Redirects are followed with 307 and 308. Only public addresses are reached: another is refused here where that is known without looking up a name, else when it is posted to. At most ${limits.webhooksMax} of an account.`,
        refusals: ['forbidden'],
        body: z.strictObject({ url: z.url().max(URL_MAX), events: z.array(eventType).min(1).max(50) }),
        response: { 201: webhookView.extend({ secret: z.string() }) },
      },
      onRequest,
    },
    async (request, reply) => {
      const { url, events } = request.body
      const why = mayPost(url)
      if (why !== null) return refuse(reply, invalid('url', why))
      const { user } = visitorOf(request)
      const webhook: Webhook = {
        id: randomUUIDv7(),
        userId: user.id,
        url,
        events: [...new Set(events)],
        createdAt: clock.now(),
      }
      if (!(await reach.addWebhook(webhook, limits.webhooksMax)))
        return refuse(reply, reject('forbidden', { detail: `An account has at most ${limits.webhooksMax} webhooks` }))
      return reply.code(201).send({ ...showWebhook(webhook), secret: links.webhookSecret(webhook.id) })
    },
  )

  app.get(
    '/webhooks',
    {
      schema: {
        tags,
        summary: 'My webhooks',
        operationId: 'listWebhooks',
        querystring: noQuery,
        response: { 200: wholeOf(webhookView) },
      },
      onRequest,
    },
    async (request) => ({
      items: (await reach.webhooks(visitorOf(request).user.id)).map(showWebhook),
      nextCursor: null,
    }),
  )

  app.delete(
    '/webhooks/:id',
    {
      schema: {
        tags,
        summary: 'Take a webhook away',
        operationId: 'deleteWebhook',
        refusals: ['not_found'],
        params,
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const webhook = await own(request, request.params.id)
      if (webhook === null) return refuse(reply, reject('not_found'))
      await reach.removeWebhook(webhook.id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/webhooks/:id/deliveries',
    {
      schema: {
        tags,
        summary: 'What a webhook was sent',
        operationId: 'listWebhookDeliveries',
        refusals: ['not_found'],
        params,
        querystring: z.strictObject({
          limit: paging.limit,
          cursor: z
            .string()
            .regex(/^\d{1,15}$/, 'is not a cursor of ours')
            .optional(),
        }),
        response: { 200: pageOf(deliveryView) },
      },
      onRequest,
    },
    async (request, reply) => {
      const webhook = await own(request, request.params.id)
      if (webhook === null) return refuse(reply, reject('not_found'))
      const { limit, cursor = null } = request.query
      const page = await deliveries.deliveries({ limit, cursor, state: null, way: 'webhook', webhook: webhook.id })
      return reply.send({ items: page.items.map(showDelivery), nextCursor: page.nextCursor })
    },
  )

  app.post(
    '/webhooks/:id/deliveries/:deliveryId/redeliver',
    {
      schema: {
        tags,
        summary: 'Send one again',
        operationId: 'createWebhookRedelivery',
        description: 'With the same `webhook-id`.',
        refusals: ['not_found'],
        params: params.extend({ deliveryId: idParam }),
        response: { 202: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const webhook = await own(request, request.params.id)
      const delivery = webhook === null ? null : await deliveries.delivery(request.params.deliveryId)
      const isOfIt = delivery?.stream.startsWith(`webhook ${webhook?.id} `) === true
      if (!isOfIt || !(await deliveries.redeliver(delivery.number, clock.now())))
        return refuse(reply, reject('not_found'))
      dispatcher.wake()
      return reply.code(202).send(null)
    },
  )
}
