import fastifySwagger from '@fastify/swagger'
import type { FastifyReply, RouteOptions } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Code, problems } from '../codes.ts'
import { asyncApi } from './asyncapi.ts'
import { codeTexts } from '../protocol/code-texts.ts'
import { type Document, finished, jsonSchema } from './openapi-document.ts'
import type { Role } from '../domain/schema.ts'
import { type App, noQuery, sendPublic, sendPublicText, wholeOf } from './parts.ts'
import { version } from '../config/version.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** The codes that this route refuses by, beside those that every route has. */
    refusals?: readonly Code[]
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'
/** Who asks again within this time need not be told again. */
const CACHE = 'public, max-age=300'

const TAGS = {
  auctions: 'Creating, finding, changing and ending auctions.',
  bids: 'Bidding, and the public history.',
  room: 'What people say in the room of an auction, and ask its seller in private. Everybody goes by a paddle or a number of that auction alone.',
  live: 'The events of an auction for those who cannot use WebSocket; the live channel itself is in /asyncapi.json.',
  proof: 'What anybody needs to check a result without trusting the house.',
  accounts: "Accounts, sessions, and what is one's own.",
  notices: 'What people watch, what they are told, and how.',
  pictures: 'Pictures of lots.',
  house: 'What the house shows of itself: its name, its colours, its terms.',
  service: 'What machines of the operator ask, and what is told of the service.',
}

/** OpenAPI 3.1 from the routes' own shapes, AsyncAPI from the channel's, and pages to read both. */
export async function registerOpenApi(app: App, publicUrl: string | null): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Martillo',
        version,
        description:
          'Live auctions. A new account is a bidder; admins make sellers and admins of them (`PATCH /v1/users/{id}`), and each may do what those before may. Amounts are integers in minor units, times RFC 3339 in UTC. Errors are RFC 9457 problems with a `code`. A 4xx is definite: nothing was recorded. After a 5xx or no answer at all, repeat with the same Idempotency-Key. The live channel is described at /asyncapi.json.',
        contact: { name: 'Whoever runs this house', ...(publicUrl === null ? {} : { url: publicUrl }) },
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl ?? '/', description: 'This house' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'The `accessToken` of a session: 15 minutes, renewed by the refresh cookie.',
          },
          refreshCookie: {
            type: 'apiKey',
            in: 'cookie',
            name: publicUrl?.startsWith('https:') === true ? '__Secure-martillo_refresh' : 'martillo_refresh',
            description: 'httpOnly, SameSite=Strict: set by signing in, replaced by each refresh.',
          },
        },
      },
    },
    transform: ({ schema, route, ...rest }) => {
      const { refusals = [], ...described } = schema
      const stated = described.hide === true ? described : { ...described, 'x-route': routeFacts(route, refusals) }
      return jsonSchemaTransform({ ...rest, route, schema: stated })
    },
    transformObject: (document) => finished(jsonSchemaTransformObject(document) as Document) as never,
  })

  const written = new Map<string, string>()
  /** Written once: who asks for it thousands of times must not make us write it as often. */
  const once = (name: string, write: () => object): string => {
    const text = written.get(name) ?? JSON.stringify(write())
    written.set(name, text)
    return text
  }
  const send = (reply: FastifyReply, text: string) =>
    sendPublicText(reply.header('cache-control', CACHE).type(JSON_TYPE), text)
  const schema = { hide: true }
  app.get('/openapi.json', { schema }, (_request, reply) => {
    const text = once('openapi', () => app.swagger())
    return send(reply, text)
  })
  app.get('/asyncapi.json', { schema }, ({ host }, reply) => {
    const text = once('asyncapi', () => asyncApi(publicUrl ?? `http://${ANY_HOST}`))
    return send(reply, text.replaceAll(ANY_HOST, JSON.stringify(host).slice(1, -1)))
  })
}

/** Stands for our own address, as long as nobody has told it: it is the one that is asked for. */
const ANY_HOST = 'house.invalid'

/** What machines read of the codes. */
export function codeRoutes(app: App): void {
  app.get(
    '/codes',
    {
      schema: {
        tags: ['service'],
        summary: 'All codes of refusals',
        operationId: 'listCodes',
        description: 'Each with its status, when it comes, and the JSON Schema of the fields that it has of its own.',
        querystring: noQuery,
        response: { 200: wholeOf(codeView) },
      },
    },
    async (_request, reply) => {
      void reply.header('cache-control', CACHE)
      return sendPublic(reply, { items: codeItems, nextCursor: null })
    },
  )
}

const codeView = z
  .object({
    code: z.string(),
    status: z.int(),
    title: z.string(),
    when: z.string(),
    fields: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schemas by name' }),
  })
  .meta({ id: 'Code' })

const codeItems: z.output<typeof codeView>[] = Object.entries(codeTexts).map(([code, { when, fields = {} }]) => {
  const { status, title } = problems[code as Code]
  return { code, status, title, when, fields: jsonSchema(z.object(fields))['properties'] as Record<string, unknown> }
})

export type RouteFacts = {
  readonly refusals: readonly Code[]
  /** The least role that is let through, null where anyone is. */
  readonly role: Role | null
  readonly limited: boolean
  /** Whether its query is read, if only to be refused. */
  readonly readsQuery: boolean
}

function routeFacts({ onRequest = [], config, schema }: RouteOptions, refusals: readonly Code[]): RouteFacts {
  const roles = [onRequest].flat().flatMap((hook) => ('guards' in hook ? [hook.guards as Role] : []))
  const role = roles.find((one) => one !== 'bidder') ?? roles[0] ?? null
  return { refusals, role, limited: config?.budget !== 'none', readsQuery: schema?.querystring !== undefined }
}
