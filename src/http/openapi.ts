import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { closeCodes } from '../codes.ts'
import { SUBPROTOCOL, clientMessages, problem, serverMessages } from '../protocol.ts'
import type { App } from './parts.ts'
import { version } from './version.ts'

const refused = { description: 'Why not', content: { 'application/problem+json': { schema: problem } } }
const JSON_TYPE = 'application/json; charset=utf-8'

/** OpenAPI 3.1 from the routes' own shapes, with a page to read it. */
export async function registerOpenApi(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Martillo',
        version,
        description:
          'Live auctions. Amounts are integers in minor units, times RFC 3339 in UTC. Errors are RFC 9457 problems with a `code`. The live channel is described at /asyncapi.json.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{}, { bearer: [] }],
    },
    transform: (document) => {
      const { schema } = document
      if (schema.hide === true) return jsonSchemaTransform(document)
      const response = { ...(schema.response as object), '4XX': refused, '5XX': refused }
      return jsonSchemaTransform({ ...document, schema: { ...schema, response } })
    },
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      'connect-src': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
    theme: { title: 'Martillo', css: [{ filename: 'martillo.css', content: '.swagger-ui .topbar { display: none }' }] },
  })
  // Written once: who asks for it thousands of times must not make us write it as often.
  let openApi: Buffer | null = null
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type(JSON_TYPE).send((openApi ??= Buffer.from(JSON.stringify(app.swagger())))),
  )
  const described = Buffer.from(JSON.stringify(asyncApi()))
  app.get('/asyncapi.json', { schema: { hide: true } }, (_request, reply) => reply.type(JSON_TYPE).send(described))
}

type Messages = Readonly<Record<string, z.ZodType>>

/** The live channels as AsyncAPI 3.0, from the shapes in protocol.ts. */
function asyncApi(): object {
  const messages = (shapes: Messages, io: 'input' | 'output') =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { name, payload: schemaOf(shape, io) }]))
  const { bid, auth, ping, watch } = clientMessages
  const { prices, hello, pong, problem, ...others } = serverMessages
  const channels = {
    auction: {
      address: '/v1/auctions/{id}/live',
      parameters: { id: { description: 'The auction' } },
      messages: {
        ...messages({ auth, bid, ping }, 'input'),
        ...messages({ hello, pong, problem, ...others }, 'output'),
      },
    },
    catalogue: {
      address: '/v1/live',
      messages: {
        ...messages({ auth, watch, ping }, 'input'),
        ...messages({ hello, pong, problem, prices }, 'output'),
      },
    },
  }
  const operation = (channel: keyof typeof channels, action: 'send' | 'receive', shapes: Messages) => ({
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: Object.keys(shapes).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  })
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Martillo, the live channel',
      version,
      description: `Subprotocol ${SUBPROTOCOL}; text frames, one JSON object each. Resume with ?after=SEQ&epoch=E. Close codes: ${closing()}; 1002, 1007 and 1009 for frames that WebSocket itself does not allow or that are too big.`,
    },
    channels,
    operations: {
      hearAuction: operation('auction', 'receive', { auth, bid, ping }),
      tellAuction: operation('auction', 'send', { hello, pong, problem, ...others }),
      hearCatalogue: operation('catalogue', 'receive', { auth, watch, ping }),
      tellCatalogue: operation('catalogue', 'send', { hello, pong, problem, prices }),
    },
  }
}

function closing(): string {
  return Object.values(closeCodes)
    .map(({ code, reason }) => `${code} ${reason}`)
    .join(', ')
}

/** References are written out: a message's schema is whole by itself. */
function schemaOf(shape: z.ZodType, io: 'input' | 'output'): object {
  return z.toJSONSchema(shape, { io, unrepresentable: 'any', target: 'draft-7' })
}
