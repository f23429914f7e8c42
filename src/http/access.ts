import fastifyJwt from '@fastify/jwt'
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { lru } from '../engine/lru.ts'
import { z } from 'zod'
import { limits } from '../config/limits.ts'
import type { Actor } from '../domain/access.ts'
import { amount } from '../domain/money-schema.ts'
import { type Instant, SECOND_MS } from '../domain/instant.ts'
import { type Rejection, reject } from '../domain/rejection.ts'
import { type Role, uuid } from '../domain/schema.ts'
import type { Session } from '../engine/account-ports.ts'
import type { Clock } from '../engine/ports.ts'
import type { ApiKey, KeyScope, Reach } from '../engine/reach-ports.ts'
import type { Sessions } from '../engine/sessions.ts'
import type { Authenticate, Delegation, Identity } from '../live/identity.ts'
import type { LentRule } from './origin.ts'
import { Refused } from './problem.ts'
import type { SigningKey } from './secrets.ts'

/**
 * Access tokens (RFC 9068: EdDSA, `typ: at+jwt`) and who may call what. A token names a user and a session and no more:
 * role, block and whether the session still lives are read each time, so a change holds at once.
 */

const ISSUER = 'martillo'
const AUDIENCE = 'martillo-api'
const TYPE = 'at+jwt'
/** Verified tokens kept: a signature costs a hundred times a look into the cache. */
const TOKENS_KEPT_MAX = 10_000

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Identity | null
  }
}

const own = z.object({ sub: uuid, sid: uuid, exp: z.number(), scope: z.undefined().optional() })
const lent = own.extend({ scope: z.literal('bid'), origin: z.string(), auction: uuid, most: amount })

const token = z.object({
  header: z.object({ kid: z.string(), typ: z.literal(TYPE) }),
  payload: z.union([own, lent]),
})

type Claims = z.output<typeof token>['payload']

/** Registers signing and verifying with everything required and pinned. */
export async function registerTokens(app: FastifyInstance, key: SigningKey): Promise<void> {
  await app.register(fastifyJwt, {
    secret: { private: key.privatePem, public: key.publicPem },
    sign: {
      algorithm: 'EdDSA',
      kid: key.kid,
      header: { typ: TYPE, kid: key.kid },
      iss: ISSUER,
      aud: AUDIENCE,
    } as never,
    verify: {
      algorithms: ['EdDSA'],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
      requiredClaims: ['iss', 'aud', 'sub', 'sid', 'exp', 'iat'],
      checkTyp: TYPE,
      complete: true,
      // Looked at by our own clock below: the wall clock may jump, and must sign nobody out (SC-4).
      ignoreExpiration: true,
    } as never,
  })
}

/** What an access token is good for: never longer than its session. */
export function secondsFor(sessionEnd: Instant, at: Instant): number {
  return Math.max(0, Math.min(limits.accessTokenSeconds, Math.floor((sessionEnd - at) / SECOND_MS)))
}

export function issueToken(app: FastifyInstance, { id, userId, expiresAt }: Session, at: Instant): string {
  return signed(app, { sub: userId, sid: id }, expiresAt, at)
}

function signed(app: FastifyInstance, claims: object, sessionEnd: Instant, at: Instant): string {
  const iat = Math.floor(at / SECOND_MS)
  return app.jwt.sign({ ...claims, iat, exp: iat + secondsFor(sessionEnd, at) })
}

/** A token to lend to a page elsewhere: it bids in one auction, up to an amount, and no more. */
export function issueBidToken(
  app: FastifyInstance,
  { user, sessionId }: Identity,
  { lent: { origin, auctionId, most }, sessionEnd }: { readonly lent: Delegation; readonly sessionEnd: Instant },
  at: Instant,
): string {
  const claims = { sub: user.id, sid: sessionId, scope: 'bid', origin, auction: auctionId, most }
  return signed(app, claims, sessionEnd, at)
}

/** Reads access tokens, for requests and for sockets alike. */
export function authenticator(
  app: FastifyInstance,
  key: SigningKey,
  { sessions, reach, clock }: { sessions: Sessions; reach: Pick<Reach, 'keyByHash'>; clock: Clock },
): Authenticate {
  const good = lru<Claims>(TOKENS_KEPT_MAX)
  const verified = (text: string): Claims | null => {
    try {
      const read = token.safeParse(app.jwt.verify(text))
      return read.success && read.data.header.kid === key.kid ? read.data.payload : null
    } catch {
      return null
    }
  }
  const claimsOf = (text: string): Claims | null => {
    const known = good.get(text) ?? verified(text)
    if (known !== null) good.set(text, known)
    return known
  }
  const keys = lru<ApiKey>(TOKENS_KEPT_MAX)
  return async (text) => {
    if (text.startsWith(KEY_PREFIX)) return identityOfKey(text, keys, { sessions, reach, clock })
    const claims = claimsOf(text)
    if (claims === null || claims.exp * SECOND_MS <= clock.now()) return null
    const user = await sessions.user(claims.sid, clock.now())
    if (user === null || user.id !== claims.sub) return null
    const shown = { sessionId: claims.sid, expiresAt: claims.exp * SECOND_MS, scopes: null }
    if (claims.scope === undefined) return { ...shown, user, delegation: null }
    const { origin, auction: auctionId, most } = claims
    return { ...shown, user: { ...user, role: 'bidder', scope: 'bid' }, delegation: { origin, auctionId, most } }
  }
}

/** What the secret of a key begins with. */
export const KEY_PREFIX = 'mk_'

/** By what a key is stored. */
export function hashOfKey(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** A key is that of its session, and makes of its owner no more than it is for. */
async function identityOfKey(
  secret: string,
  known: ReturnType<typeof lru<ApiKey>>,
  { sessions, reach, clock }: { sessions: Sessions; reach: Pick<Reach, 'keyByHash'>; clock: Clock },
): Promise<Identity | null> {
  const hash = hashOfKey(secret)
  const key = known.get(hash) ?? (await reach.keyByHash(hash))
  if (key === null) return null
  known.set(hash, key)
  const now = clock.now()
  const user = await sessions.user(key.id, now)
  if (user === null) return null
  const scopes = new Set(key.scopes)
  const role = scopes.has('admin') ? user.role : scopes.has('sell') && user.role !== 'bidder' ? 'seller' : 'bidder'
  const expiresAt = Math.min(key.expiresAt ?? Infinity, now + limits.keySocketMs)
  return { user: { ...user, role }, sessionId: key.id, expiresAt, delegation: null, scopes }
}

/** What a key with `bid` may do beside bidding. */
const OF_BIDDERS = [
  '/v1/auctions/:id/bids',
  '/v1/auctions/:id/bids/:bidId/lower',
  '/v1/auctions/:id/messages',
  '/v1/auctions/:id/messages/:messageId/report',
  '/v1/conversations/:id/messages',
  '/v1/me/watchlist/:id',
  '/v1/me/notices/read',
]
/** What no key does: whoever finds one must not get hold of the account. */
const OF_PERSONS = /^\/v1\/(me|users\/verification|passwords|sessions)(\/|$)/

/** Whether a key with these scopes is for a request; what its owner may do is looked at besides. */
function isForKey({ method, routeOptions }: FastifyRequest, scopes: ReadonlySet<KeyScope>): boolean {
  const url = routeOptions.url ?? ''
  if (url.startsWith('/v1/me/keys') || url.startsWith('/v1/me/push')) return false
  if (method === 'GET') return scopes.has('read')
  if (OF_BIDDERS.includes(url)) return scopes.has('bid')
  if (url.startsWith('/v1/me/blocks')) return scopes.has('sell')
  return !OF_PERSONS.test(url) && (scopes.has('sell') || scopes.has('admin'))
}

const BEARER = /^Bearer ([\x21-\x7e]+)$/i
const NO_TOKEN = 'not a token'

/**
 * The token in the `Authorization` of a request, null without one; `not a token` where it holds something else, or comes
 * twice: whatever stands before us may have looked at the other one.
 */
export function readBearer(request: FastifyRequest): string | null {
  const [header, ...others] = request.raw.headersDistinct['authorization'] ?? []
  if (header === undefined) return null
  return others.length > 0 ? NO_TOKEN : (BEARER.exec(header)?.[1] ?? NO_TOKEN)
}

/** The token a request shows, null without one. An `Authorization` of another kind is refused. */
export function bearerOf(request: FastifyRequest): string | null {
  const text = readBearer(request)
  if (text === NO_TOKEN) throw new Refused(reject('unauthenticated'))
  return text
}

/** Where one gets a new token: an old one that is shown along must not be in the way. */
const WITHOUT_TOKEN = new Set(['POST /v1/sessions', 'POST /v1/sessions/refresh'])

const NOT_OF_KEY = reject('forbidden', { detail: 'This key is not for that' })

/** Looks at the token of every request in its scope; one that is not good is refused even where none is needed. */
export function identify(app: FastifyInstance, authenticate: Authenticate, isLentFor: LentRule): void {
  app.addHook('onRequest', async (request) => {
    if (request.ws || WITHOUT_TOKEN.has(`${request.method} ${request.routeOptions.url}`)) return
    const text = bearerOf(request)
    if (text === null) return
    const visitor = await authenticate(text)
    if (visitor !== null) {
      if (visitor.delegation !== null && !isLentFor(request, visitor.delegation)) throw new Refused(reject('forbidden'))
      if (visitor.scopes !== null && !isForKey(request, visitor.scopes)) throw new Refused(NOT_OF_KEY)
      request.visitor = visitor
      return
    }
    request.budgets.take(request, 'badTokens')
    throw new Refused(reject('unauthenticated'))
  })
}

/** Whoever asks, signed in or not. */
export function actorOf(request: FastifyRequest): Actor {
  return request.visitor?.user ?? null
}

/** Whoever is signed in. */
export function visitorOf(request: FastifyRequest): Identity {
  if (request.visitor === null) throw new Refused(reject('unauthenticated'))
  return request.visitor
}

const ranks: Readonly<Record<Role, number>> = { bidder: 0, seller: 1, admin: 2 }
const ofRank: Readonly<Record<Role, Rejection>> = {
  bidder: reject('forbidden'),
  seller: reject('forbidden', { detail: 'This is for sellers and admins' }),
  admin: reject('forbidden', { detail: 'This is for admins' }),
}

/** A guard for a route: at least this role. Who is blocked is left a bidder's calls, and bids are refused by the rules. */
export function atLeast(role: Role) {
  return guard(role, async (request) => {
    const { user } = visitorOf(request)
    const silenced = user.blocked && role !== 'bidder'
    if (silenced) throw new Refused(reject('forbidden'))
    if (ranks[user.role] < ranks[role]) throw new Refused(ofRank[role])
  })
}

/** A guard for what the person asks at home only, never a page that a token was lent to. */
export const atHome = guard('bidder', async (request) => {
  if (visitorOf(request).user.scope === 'bid') throw new Refused(reject('forbidden'))
})

/** The documents know by it that a route wants a token, and of whom. */
function guard(guards: Role, look: (request: FastifyRequest) => Promise<void>) {
  return Object.assign(look, { guards })
}
