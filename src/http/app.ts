import fastifyCompress from '@fastify/compress'
import fastifyCookie from '@fastify/cookie'
import fastifyCors from '@fastify/cors'
import fastifyWebsocket from '@fastify/websocket'
import Fastify, { type FastifyError, type FastifyRequest, LogController } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { problems } from '../codes.ts'
import { limits } from '../config/limits.ts'
import { invalid, reject } from '../domain/rejection.ts'
import { SUBPROTOCOL, problemOf } from '../protocol.ts'
import { authenticator, identify, registerTokens } from './access.ts'
import { auctionRoutes } from './auctions.ts'
import { hammerRoutes } from './hammer.ts'
import { houseRoutes } from './house.ts'
import { ShownAuctions } from './shown-auctions.ts'
import { bidRoutes } from './bids.ts'
import { conversationRoutes } from './conversations.ts'
import { roomRoutes } from './room.ts'
import { Budgets, chargeRequests, registerBudgets } from './budgets.ts'
import { deliveryRoutes } from './deliveries.ts'
import { drainRefused } from './draining.ts'
import { emailRoutes } from './emails.ts'
import { Films, filmPictures, filmRoutes } from './film.ts'
import { imageRoutes, pictureFiles } from './images.ts'
import { keyRoutes } from './keys.ts'
import { ledgerRoutes } from './ledger.ts'
import { isPeers, liveRoutes } from './live.ts'
import { codeRoutes, registerOpenApi } from './openapi.ts'
import { opsRoutes } from './ops.ts'
import { watchMethods } from './methods.ts'
import { lentRule, originRule } from './origin.ts'
import { ownAccountRoutes } from './own-account.ts'
import { registerPages } from './pages.ts'
import { limitPipelining } from './pipelining.ts'
import type { App, AppParts } from './parts.ts'
import { logRequests } from './request-log.ts'
import { trustedProxies, warnOfProxies } from './proxies.ts'
import { Refused, answerError, refuse } from './problem.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { tokenRoutes } from './tokens.ts'
import { toldRoutes } from './told.ts'
import { pushRoutes } from './push.ts'
import { userRoutes } from './users.ts'
import { webhookRoutes } from './webhooks.ts'

/** HTTP as a whole. Bids are not logged, and no log line holds a token, an address or a body. */
export async function buildApp(parts: AppParts): Promise<App> {
  const { config } = parts
  const app: App = Fastify({
    loggerInstance: parts.log,
    // Not counted: others would learn from their own how much is asked beside them.
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.idleConnectionMs,
    http: {
      headersTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.slowRequestsLookMs,
      // Other protocols that a client offers, HTTP/2 above all, are passed over, as RFC 9110 has it (7.8).
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    trustProxy: trustedProxies(config),
    forceCloseConnections: true,
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => void answerError(error, reply.request, reply),
    clientErrorHandler: answerUnreadable,
  }).withTypeProvider()
  app.setValidatorCompiler(validatorCompiler)
  // Answers are built from typed views: shaping them a second time would cost more than it could catch.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler((error: FastifyError | Refused, request, reply) => answerError(error, request, reply))
  app.removeContentTypeParser('text/plain')
  takeEmptyBodies(app)

  logRequests(app, parts.metrics)
  // Behind a proxy all connections are the proxy's.
  app.decorate('queue', parts.queue)
  limitPipelining(app, parts, config.RATE_LIMITS === 'on' && config.TRUST_PROXY === false)
  if (config.TRUST_PROXY === false) warnOfProxies(app)
  const originAllowed = originRule(config)
  await setSecurityHeaders(app, config.PUBLIC_URL)
  drainRefused(app)
  await app.register(fastifyCors, {
    delegator: (request, done) => {
      const allowed = originAllowed(request.headers.origin, request.headers.host)
      done(null, {
        origin: allowed,
        strictPreflight: false,
        exposedHeaders: [
          'Location',
          'ETag',
          'Retry-After',
          'X-Request-Id',
          'RateLimit',
          'RateLimit-Policy',
          'Idempotency-Replayed',
        ],
        // As long as browsers take it; what may be asked changes with the settings only.
        maxAge: limits.preflightSeconds,
        methods: METHODS,
      })
    },
  })
  // Nothing is compressed by itself: see `sendPublic`.
  await app.register(fastifyCompress, { global: false, encodings: ['br', 'gzip'] })
  await app.register(fastifyCookie)
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: limits.frameBytesMax,
      perMessageDeflate: false,
      closeTimeout: limits.closeTimeoutMs,
      clientTracking: false,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    } as never,
    preClose: (done) => done(),
    errorHandler: (error, socket, request) => {
      if (!isPeers(error)) request.log.error({ err: error }, 'a socket failed')
      socket.terminate()
    },
  })
  await registerTokens(app, parts.accessKey)
  app.decorateRequest('visitor', null)
  registerBudgets(app, new Budgets(parts.clock, config.RATE_LIMITS === 'on', parts.charges))
  // Who asks below /v1 is looked at first: whoever is signed in pays for themselves.
  chargeRequests(app, ({ routeOptions }) => routeOptions.url?.startsWith('/v1/') !== true)
  const wrongMethod = watchMethods(app)
  app.setNotFoundHandler((request, reply) => {
    if (missing !== null && wantsPage(request)) return missing(request, reply)
    return wrongMethod(request, reply) ?? refuse(reply, reject('not_found'))
  })
  await registerOpenApi(app, config.PUBLIC_URL)

  const films = new Films(parts)
  const authenticate = authenticator(app, parts.accessKey, parts)
  await app.register(
    async (v1: App) => {
      identify(v1, authenticate, lentRule(config))
      chargeRequests(v1)
      v1.addHook('onSend', async (_request, reply) => {
        if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
      })
      if (config.WATCHING === 'members') membersOnly(v1)
      const shown = new ShownAuctions(parts)
      auctionRoutes(v1, parts, shown)
      hammerRoutes(v1, parts, shown)
      bidRoutes(v1, parts)
      roomRoutes(v1, parts)
      conversationRoutes(v1, parts)
      ledgerRoutes(v1, parts)
      filmRoutes(v1, parts, films)
      codeRoutes(v1)
      houseRoutes(v1, parts)
      userRoutes(v1, parts)
      ownAccountRoutes(v1, parts)
      toldRoutes(v1, parts)
      emailRoutes(v1, parts)
      deliveryRoutes(v1, parts)
      keyRoutes(v1, parts)
      webhookRoutes(v1, parts)
      pushRoutes(v1, parts)
      tokenRoutes(v1, parts, originAllowed)
      await v1.register(async (scope: App) => imageRoutes(scope, parts))
      liveRoutes(v1, parts, { authenticate, originAllowed })
    },
    { prefix: '/v1' },
  )
  pictureFiles(app, parts)
  filmPictures(app, parts, films)
  opsRoutes(app, parts)
  const missing = await registerPages(app, { ...parts, films }, originAllowed)
  return app
}

/** Many clients call whatever they send JSON, also nothing. */
function takeEmptyBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parse(request, String(body), done),
  )
  // What curl calls a form where nothing is sent.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) =>
    body === '' || isUnsubscribe(request) ? done(null, undefined) : done(new Refused(noForm)),
  )
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request, _body, done) =>
    isUnsubscribe(request) ? done(null, undefined) : done(new Refused(noForm)),
  )
}

const noForm = reject('unsupported_media_type', { detail: 'Send JSON' })

/** A mail program unsubscribes with a form of either kind (RFC 8058, 3.2), in which nothing is to be read. */
function isUnsubscribe({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === '/v1/unsubscribe'
}

/** A person with a browser, not a program that reads problems. */
function wantsPage({ method, url, headers: { accept = '' } }: FastifyRequest): boolean {
  return method === 'GET' && accept.includes('text/html') && !url.startsWith('/v1/')
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What one may do before one is signed in where only members watch. */
const DOORS = new Set([
  '/v1/house',
  '/v1/users',
  '/v1/users/verification',
  '/v1/passwords',
  '/v1/passwords/reset',
  '/v1/unsubscribe',
  '/v1/sessions',
  '/v1/sessions/refresh',
])

function membersOnly(v1: App): void {
  v1.addHook('onRequest', async (request) => {
    if (request.ws || DOORS.has(request.routeOptions.url ?? '')) return
    if (request.visitor === null) throw new Refused(reject('unauthenticated'))
    if (request.visitor.user.blocked) throw new Refused(reject('forbidden'))
  })
}

/** What is not even HTTP, or came too slowly. */
function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy()
  const rejection =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? reject('request_timeout')
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? reject('headers_too_large')
        : invalid('', 'could not be read')
  const { status } = problems[rejection.rejected]
  const body = JSON.stringify(problemOf(rejection, ''))
  socket.end(
    `HTTP/1.1 ${status} ${rejection.rejected}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
