import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { invalid } from '../domain/rejection.ts'
import { atHome, visitorOf } from './access.ts'
import type { App, AppParts } from './parts.ts'
import { refuse } from './problem.ts'

const ENDPOINT_MAX = 2_048
/** RFC 8291: a point of P-256, uncompressed, and 16 random bytes. */
const POINT_BYTES = 65
const UNCOMPRESSED = 4
const AUTH_BYTES = 16
const base64url = z.string().regex(/^[\w-]{10,200}=*$/, 'is not base64url')
const bytesOf = (text: string) => Buffer.from(text, 'base64url')
const p256dh = base64url.refine((text) => {
  const point = bytesOf(text)
  return point.length === POINT_BYTES && point[0] === UNCOMPRESSED
}, 'is no key of P-256')
const auth = base64url.refine((text) => bytesOf(text).length === AUTH_BYTES, `does not hold ${AUTH_BYTES} bytes`)
const endpoint = z.url().max(ENDPOINT_MAX)

/** Browsers that take push messages. */
export function pushRoutes(app: App, { reach, clock, mayPost, pushKey }: AppParts): void {
  const tags = ['notices']
  const onRequest = atHome

  app.get(
    '/me/push',
    {
      schema: {
        tags,
        summary: 'The key for push messages',
        operationId: 'getPushKey',
        description: 'The `applicationServerKey` for `PushManager.subscribe` (VAPID, RFC 8292), in base64url.',
        response: { 200: z.object({ key: z.string() }) },
      },
      onRequest,
    },
    async () => ({ key: pushKey }),
  )

  app.post(
    '/me/push',
    {
      schema: {
        tags,
        summary: 'Take push messages here',
        operationId: 'createPushSubscription',
        description: `What \`PushSubscription.toJSON()\` gives. At most ${limits.pushSubscriptionsMax} browsers of an account: of more the oldest go.`,
        body: z.strictObject({
          endpoint,
          keys: z.strictObject({ p256dh, auth }),
          expirationTime: z.number().nullish(),
        }),
        response: { 201: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const { endpoint: to, keys } = request.body
      const why = mayPost(to)
      if (why !== null) return refuse(reply, invalid('endpoint', why))
      const { user } = visitorOf(request)
      await reach.addPushSubscription(
        { endpoint: to, userId: user.id, ...keys },
        clock.now(),
        limits.pushSubscriptionsMax,
      )
      return reply.code(201).send(null)
    },
  )

  app.delete(
    '/me/push',
    {
      schema: {
        tags,
        summary: 'Take no push messages here',
        operationId: 'deletePushSubscription',
        body: z.strictObject({ endpoint }),
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const own = await reach.pushSubscriptions(visitorOf(request).user.id)
      const known = own.some((one) => one.endpoint === request.body.endpoint)
      if (known) await reach.removePushSubscription(request.body.endpoint)
      return reply.code(204).send(null)
    },
  )
}
