import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import { fromWire, givenInstant, instant, toWire } from '../domain/instant.ts'
import { invalid, reject } from '../domain/rejection.ts'
import { text } from '../domain/schema.ts'
import { type ApiKey, keyScopes } from '../engine/reach-ports.ts'
import { KEY_PREFIX, atHome, hashOfKey, visitorOf } from './access.ts'
import { type App, type AppParts, idParam, noQuery, wholeOf } from './parts.ts'
import { refuse } from './problem.ts'

const NAME_MAX = 60
const SECRET_BYTES = 32

const scope = z.enum(keyScopes)

const keyView = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(scope),
    createdAt: instant,
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'ApiKey' })

function showKey({ id, name, scopes, createdAt, expiresAt }: ApiKey): z.output<typeof keyView> {
  return {
    id,
    name,
    scopes: [...scopes],
    createdAt: toWire(createdAt),
    expiresAt: expiresAt === null ? null : toWire(expiresAt),
  }
}

/** Keys for programs: what their owner may do, or less. */
export function keyRoutes(app: App, { reach, accounts, bus, clock }: AppParts): void {
  const tags = ['accounts']
  const onRequest = atHome

  app.get(
    '/me/keys',
    {
      schema: {
        tags,
        summary: 'My API keys',
        operationId: 'listApiKeys',
        querystring: noQuery,
        response: { 200: wholeOf(keyView) },
      },
      onRequest,
    },
    async (request) => ({
      items: (await reach.keys(visitorOf(request).user.id)).map(showKey),
      nextCursor: null,
    }),
  )

  app.post(
    '/me/keys',
    {
      schema: {
        tags,
        summary: 'Make an API key',
        operationId: 'createApiKey',
        description: `For programs: \`Authorization: Bearer mk_…\` on every call and handshake. \`read\` reads what its owner may; \`bid\` bids, watches lots and writes messages; \`sell\` does what sellers do; \`admin\` what admins do. No key manages the account itself, or other keys. The secret is shown once. At most ${limits.apiKeysMax} of an account.`,
        refusals: ['forbidden'],
        body: z.strictObject({
          name: text(1, NAME_MAX),
          scopes: z.array(scope).min(1).max(keyScopes.length),
          expiresAt: givenInstant.nullable().default(null),
        }),
        response: { 201: keyView.extend({ secret: z.string() }) },
      },
      onRequest,
    },
    async (request, reply) => {
      const { user } = visitorOf(request)
      const { name, scopes, expiresAt } = request.body
      const now = clock.now()
      if (expiresAt !== null && fromWire(expiresAt) <= now)
        return refuse(reply, invalid('expiresAt', 'must be in the future'))
      const secret = `${KEY_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
      const key: ApiKey = {
        id: randomUUIDv7(),
        userId: user.id,
        name,
        scopes: [...new Set(scopes)],
        createdAt: now,
        expiresAt: expiresAt === null ? null : fromWire(expiresAt),
      }
      if (!(await reach.addKey(key, hashOfKey(secret), limits.apiKeysMax)))
        return refuse(reply, reject('forbidden', { detail: `An account has at most ${limits.apiKeysMax} keys` }))
      return reply.code(201).send({ ...showKey(key), secret })
    },
  )

  app.delete(
    '/me/keys/:id',
    {
      schema: {
        tags,
        summary: 'Take an API key back',
        operationId: 'deleteApiKey',
        description: 'Effective at once: its open sockets close with 4401.',
        refusals: ['not_found'],
        params: z.object({ id: idParam }),
        response: { 204: z.null() },
      },
      onRequest,
    },
    async (request, reply) => {
      const { id } = request.params
      const own = await reach.keys(visitorOf(request).user.id)
      if (!own.some((key) => key.id === id)) return refuse(reply, reject('not_found'))
      await accounts.endSession(id)
      bus.publish({ type: 'session-ended', sessionId: id })
      return reply.code(204).send(null)
    },
  )
}
