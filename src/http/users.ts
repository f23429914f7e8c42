import type { FastifyReply, FastifyRequest } from 'fastify'
import { createHash, createHmac, randomBytes, randomUUIDv7 } from 'node:crypto'
import { z } from 'zod'
import { email } from '../config/email.ts'
import { PASSWORD_MIN, passwordOf } from '../config.ts'
import { limits } from '../config/limits.ts'
import { type Instant, SECOND_MS, instant, toWire } from '../domain/instant.ts'
import { DEFAULT_PREFERENCES } from '../domain/notices.ts'
import { isRejection, reject } from '../domain/rejection.ts'
import { isAdmin } from '../domain/access.ts'
import { role, text } from '../domain/schema.ts'
import type { Session, User } from '../engine/account-ports.ts'
import { actorOf, atHome, atLeast, issueToken, secondsFor, visitorOf } from './access.ts'
import { REPLAYED, readKey } from './idempotency.ts'
import { deviceOf, knownDevice } from './device.ts'
import { comesFromHere, ownOriginRule } from './origin.ts'
import { readerOf } from './page-texts.ts'
import { type App, type AppParts, idParam, inLine, pageOf, paging } from './parts.ts'
import { Refused, refuse } from './problem.ts'

export const DISPLAY_NAME_MAX = 60

const displayName = text(1, DISPLAY_NAME_MAX)

/** As the list of all users gives it: when its last user was made, and their id. */
const userCursor = z.string().regex(/^\d{1,16}\.[\da-z-]{1,36}$/, 'is not a cursor of ours')

const SHA256 = /^[\da-f]{64}$/

export const newUser = z.strictObject({
  email,
  password: passwordOf(PASSWORD_MIN),
  displayName,
  terms: z.string().regex(SHA256, 'is no SHA-256').optional().meta({
    description:
      'SHA-256 of the terms of the house that are accepted, as `GET /v1/house` says it; needed where it has terms',
  }),
})

export const userView = z
  .object({
    id: z.string(),
    email: z.string(),
    displayName: z.string(),
    role,
    blocked: z.boolean(),
    createdAt: instant,
    terms: z
      .object({ version: z.int(), acceptedAt: instant })
      .nullable()
      .meta({ description: 'The terms of the house that were accepted at sign-up' }),
  })
  .meta({ id: 'User' })

const sessionView = z
  .object({ accessToken: z.string(), expiresInSeconds: z.int(), user: userView })
  .meta({ id: 'Session' })

const notFromElsewhere = reject('forbidden', {
  detail: 'Nobody signs in from a page of another origin: lend it a token (POST /v1/me/tokens)',
})
const COOKIE = 'martillo_refresh'
/** Where the address is https: no page over http, of whichever host, can set a cookie of this name. */
const SECURE_COOKIE = `__Secure-${COOKIE}`
const REFRESH_BYTES = 32

export function showUser({ id, email, displayName, role, blocked, createdAt, terms }: User) {
  const accepted = terms === undefined ? null : { version: terms.version, acceptedAt: toWire(terms.at) }
  return { id, email, displayName, role, blocked, createdAt: toWire(createdAt), terms: accepted }
}

export function userRoutes(app: App, parts: AppParts): void {
  const { config, accounts, house, passwords, told, emails, mails, clock, bus, metrics } = parts
  const tags = ['accounts']
  const secure = config.PUBLIC_URL?.startsWith('https:') ?? false

  const isOwn = ownOriginRule(config)
  const path = '/v1/sessions'
  const name = secure ? SECURE_COOKIE : COOKIE

  /** The cookie goes by its own name; one of an older version, or of before https, is replaced by it. */
  const setCookie = (request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number) => {
    void reply.setCookie(name, value, { path, httpOnly: true, sameSite: 'strict', secure, maxAge })
    if (secure && request.cookies[COOKIE] !== undefined) void reply.clearCookie(COOKIE, { path })
  }

  const sendSession = (
    request: FastifyRequest,
    reply: FastifyReply,
    { user, session, refresh }: { user: User; session: Session; refresh: string },
    at: Instant,
  ) => {
    setCookie(request, reply, refresh, Math.floor((session.expiresAt - at) / SECOND_MS))
    return reply.send({
      accessToken: issueToken(app, session, at),
      expiresInSeconds: secondsFor(session.expiresAt, at),
      user: showUser(user),
    })
  }

  /** Whoever repeats a sign-up that had been answered to nobody: they know the password, as at a sign-in. */
  const sameAccount = async (request: FastifyRequest, email: string, password: string): Promise<User | null> => {
    const known = await accounts.userByEmail(email)
    if (known === null) return null
    const isRight = await request.budgets.guess(request, email, () =>
      passwords.verify(password, known.password, { for: 'sign-in', address: request.ip }),
    )
    return isRight ? known.user : null
  }

  /** The refresh cookie comes by itself: no page but ours makes use of it, neither one that may show our auctions. */
  const fromOurPages = async (request: FastifyRequest) => {
    if (!comesFromHere(request, isOwn)) throw new Refused(notFromElsewhere)
  }

  app.post(
    '/users',
    {
      schema: {
        tags,
        summary: 'Sign up',
        operationId: 'createUser',
        description:
          'Where the house has terms, `terms` names the version that is accepted, and the account keeps which it was and when; an admin who makes an account accepts none for its owner. With an Idempotency-Key it may be repeated where no answer came: with the same address and password the answer is the account, with `Idempotency-Replayed: true`.',
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        refusals: ['email_taken', 'forbidden', 'idempotency_key_required', 'terms_not_accepted'],
        body: newUser,
        response: { 201: z.object({ user: userView }) },
      },
      config: { budget: 'signUp' },
    },
    async (request, reply) => {
      const byAdmin = isAdmin(actorOf(request))
      if (config.REGISTRATION === 'invite' && !byAdmin) return refuse(reply, reject('forbidden'))
      const named = readKey(request)
      if (isRejection(named)) return refuse(reply, named)
      const { email, password, displayName, terms: accepted } = request.body
      const { terms } = await house.house()
      if (terms !== null && terms.sha256 !== accepted && !byAdmin)
        return refuse(reply, reject('terms_not_accepted', { terms: terms.sha256, version: terms.version }))
      const at = clock.now()
      const user: User = {
        id: randomUUIDv7(),
        email,
        displayName,
        role: 'bidder',
        blocked: false,
        createdAt: at,
        ...(terms === null || byAdmin ? {} : { terms: { version: terms.version, at } }),
      }
      const added = await accounts.addUser(
        user,
        await passwords.hash(password, { for: 'sign-up', address: request.ip }),
      )
      if (added) {
        const { language } = readerOf(request)
        if (!byAdmin) await told.changePreferences(user.id, { language }, DEFAULT_PREFERENCES)
        await mails.verification(user, email)
        return reply.code(201).send({ user: showUser(user) })
      }
      const own = named.key === null ? null : await sameAccount(request, email, password)
      return own === null
        ? refuse(reply, reject('email_taken'))
        : reply
            .code(201)
            .header(REPLAYED, 'true')
            .send({ user: showUser(own) })
    },
  )

  app.post(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'Sign in',
        operationId: 'createSession',
        refusals: ['invalid_credentials', 'forbidden'],
        body: z.strictObject({ email, password: passwordOf(0) }),
        response: { 201: sessionView },
      },
      onRequest: fromOurPages,
      config: { budget: 'signIn' },
    },
    async (request, reply) => {
      const { email, password } = request.body
      const known = await accounts.userByEmail(email)
      const right = await request.budgets.guess(request, email, () =>
        passwords.verify(password, known?.password ?? null, { for: 'sign-in', address: request.ip }),
      )
      if (known === null || !right) {
        metrics.signIns.inc({ result: 'refused' })
        request.log.warn({ address: request.ip }, 'a sign-in failed')
        return refuse(reply, reject('invalid_credentials'))
      }
      metrics.signIns.inc({ result: 'accepted' })
      const at = clock.now()
      const session = {
        id: randomUUIDv7(),
        userId: known.user.id,
        expiresAt: at + limits.sessionSeconds * SECOND_MS,
        endsAt: at + limits.sessionWholeSeconds * SECOND_MS,
      }
      const refresh = randomBytes(REFRESH_BYTES).toString('base64url')
      await accounts.addSession(session, hashOf(refresh))
      const device = deviceOf(request.headers['user-agent'])
      const hash = knownDevice(request, reply, secure)
      const seen = { sessionId: session.id, userId: known.user.id, device, hash, at }
      if (await emails.noteDevice(seen)) await mails.tell(known.user.id, 'new_device', { device })
      return sendSession(request, reply.code(201), { user: known.user, session, refresh }, at)
    },
  )

  app.post(
    '/sessions/refresh',
    {
      schema: {
        tags,
        summary: 'A new access token',
        operationId: 'refreshSession',
        refusals: ['unauthenticated', 'forbidden'],
        description: `By the refresh cookie, which is replaced; a used one ends the whole session. Where the answer was lost it is given again for ${limits.refreshGraceMs / SECOND_MS} s, with the same new cookie, as long as that one was not used.`,
        body: z.strictObject({}).nullish(),
        response: { 200: sessionView },
      },
      onRequest: fromOurPages,
    },
    async (request, reply) => {
      const used = request.cookies[name] ?? request.cookies[COOKIE]
      if (used === undefined) return refuse(reply, reject('unauthenticated'))
      const followedBy = request.budgets.refresh(request, hashOf(used))
      const nonce = randomBytes(REFRESH_BYTES).toString('base64url')
      const at = clock.now()
      const next = { hash: hashOf(successorOf(used, nonce)), nonce }
      const rotated = await accounts.rotate(hashOf(used), next, at, at + limits.sessionSeconds * SECOND_MS)
      if (rotated.result === 'reused') {
        bus.publish({ type: 'session-ended', sessionId: rotated.sessionId })
      }
      const user = rotated.result === 'rotated' ? await accounts.user(rotated.session.userId) : null
      if (rotated.result !== 'rotated' || user === null) {
        setCookie(request, reply, '', 0)
        return refuse(reply, reject('unauthenticated'))
      }
      await emails.noteUse(rotated.session.id, at)
      const refresh = successorOf(used, rotated.nonce)
      followedBy(hashOf(refresh))
      return sendSession(request, reply, { user, session: rotated.session, refresh }, at)
    },
  )

  app.delete(
    '/sessions/current',
    {
      schema: { tags, summary: 'Sign out', operationId: 'deleteCurrentSession', response: { 204: z.null() } },
      onRequest: [atHome, fromOurPages],
    },
    async (request, reply) => {
      const { sessionId } = visitorOf(request)
      await accounts.endSession(sessionId)
      bus.publish({ type: 'session-ended', sessionId })
      setCookie(request, reply, '', 0)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/sessions',
    {
      schema: {
        tags,
        summary: 'Sign out everywhere',
        operationId: 'deleteSessions',
        description: 'Ends every session of the account, on every device; their open sockets close with 4401.',
        response: { 204: z.null() },
      },
      onRequest: [atHome, fromOurPages],
    },
    async (request, reply) => {
      const ended = await accounts.endSessions(visitorOf(request).user.id)
      for (const sessionId of ended) bus.publish({ type: 'session-ended', sessionId })
      setCookie(request, reply, '', 0)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/users',
    {
      schema: {
        tags,
        summary: 'All users',
        operationId: 'listUsers',
        querystring: z.strictObject({
          limit: paging.limit,
          cursor: userCursor.optional(),
          q: z.string().max(200).optional(),
        }),
        response: { 200: pageOf(userView) },
      },
      onRequest: atLeast('admin'),
      preHandler: inLine,
    },
    async (request) => {
      const { limit, cursor = null, q = null } = request.query
      const page = await accounts.users({ limit, cursor, q })
      return { items: page.items.map(showUser), nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/users/:id',
    {
      schema: {
        tags,
        summary: 'One user',
        operationId: 'getUser',
        refusals: ['user_not_found'],
        params: z.object({ id: idParam }),
        response: { 200: userView },
      },
      onRequest: atLeast('admin'),
    },
    async (request, reply) => {
      const user = await accounts.user(request.params.id)
      return user === null ? refuse(reply, reject('user_not_found')) : reply.send(showUser(user))
    },
  )

  app.patch(
    '/users/:id',
    {
      schema: {
        tags,
        summary: 'Change role or block',
        operationId: 'updateUser',
        refusals: ['user_not_found', 'last_admin'],
        params: z.object({ id: idParam }),
        body: z
          .strictObject({ role, blocked: z.boolean() })
          .partial()
          .refine((changes) => Object.keys(changes).length > 0, 'change something'),
        response: { 200: userView },
      },
      onRequest: atLeast('admin'),
    },
    async (request, reply) => {
      const { role, blocked } = request.body
      const changes = { ...(role === undefined ? {} : { role }), ...(blocked === undefined ? {} : { blocked }) }
      const user = await accounts.changeUser(request.params.id, changes)
      if (user === null) return refuse(reply, reject('user_not_found'))
      if (user === 'last_admin') return refuse(reply, reject('last_admin'))
      if (user.blocked) bus.publish({ type: 'user-blocked', userId: user.id })
      if (role !== undefined) bus.publish({ type: 'role-changed', userId: user.id })
      return reply.send(showUser(user))
    },
  )
}

/**
 * The token that follows a used one. It can be made again for whoever shows the used one, and neither from that alone nor
 * from what the database holds.
 */
function successorOf(used: string, nonce: string): string {
  return createHmac('sha256', used).update(nonce).digest('base64url')
}

/** Refresh tokens are 32 random bytes: a plain hash keeps them out of the database. */
function hashOf(refresh: string): string {
  return createHash('sha256').update(refresh).digest('base64url')
}
