import fastifyHelmet from '@fastify/helmet'
import Fastify from 'fastify'
import type { OutgoingHttpHeaders } from 'node:http'
import type { App } from './parts.ts'

/** What any answer of Fastify says. */
const PLAIN = new Set(['connection', 'content-length', 'content-type', 'date'])

/** Every answer carries them, unless its route says otherwise. Browsers are held to https where that is our address. */
export async function setSecurityHeaders(app: App, publicUrl: string | null): Promise<void> {
  const headers = await securityHeaders(publicUrl)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done()
  })
}

/** helmet works out the same for every answer, which costs more than deciding a bid: it is asked once. */
async function securityHeaders(publicUrl: string | null): Promise<OutgoingHttpHeaders> {
  const asked = Fastify()
  await asked.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Other hosts of the domain are not ours to hold to https.
    strictTransportSecurity: (publicUrl?.startsWith('https:') ?? false) && { includeSubDomains: false },
    crossOriginEmbedderPolicy: false,
  })
  asked.get('/', () => '')
  const { headers } = await asked.inject('/')
  await asked.close()
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PLAIN.has(name)))
}
