import type { FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import type { Delegation } from '../live/identity.ts'

/** Whether a page of this origin may talk to us. Requests without an Origin do not come from a page elsewhere. */
export type OriginRule = (origin: string | undefined, host: string | undefined) => boolean

/** Our own origin: PUBLIC_URL, or, where that does not say which address we have, the one the request came to. */
export function ownOriginRule({ PUBLIC_URL }: Config): OriginRule {
  const own = PUBLIC_URL === null ? null : new URL(PUBLIC_URL).origin
  return (origin, host) => {
    if (origin === undefined) return true
    if (own !== null) return origin === own
    if (!URL.canParse(origin)) return false
    const read = new URL(origin)
    return /^https?:$/.test(read.protocol) && read.origin === origin && read.host === host
  }
}

/** Our own origin, and those of ALLOWED_ORIGINS. */
export function originRule(config: Config): OriginRule {
  const isOwn = ownOriginRule(config)
  const allowed = new Set(config.ALLOWED_ORIGINS)
  return (origin, host) => isOwn(origin, host) || allowed.has(origin!)
}

export function comesFromAllowed(request: FastifyRequest, rule: OriginRule): boolean {
  return rule(request.headers.origin, request.headers.host)
}

/** What a browser says of a request by a page of the same origin, or by nobody's page; other programs say nothing. */
const FROM_HERE: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none'])

/** Whether a page of our own asks, and none of a neighbouring host: to a browser that one is of the same site. */
export function comesFromHere(request: FastifyRequest, isOwn: OriginRule): boolean {
  return FROM_HERE.has(request.headers['sec-fetch-site']) && comesFromAllowed(request, isOwn)
}

/** The origin of our own pages, by whatever address they are asked for. */
const OUR_OWN = 'self'

/** Where a token is lent to, or is shown: our own pages need not say where they are. */
export function originOfLent(origin: string | undefined, host: string | undefined, isOwn: OriginRule): string {
  return isOwn(origin, host) ? OUR_OWN : origin!
}

/** Whether a request is within what a token was lent for. */
export type LentRule = (request: FastifyRequest, lent: Delegation) => boolean

/** The page it was lent to, the auction it was lent for, who that is, and otherwise what anybody may read. */
export function lentRule(config: Config): LentRule {
  const isOwn = ownOriginRule(config)
  return ({ method, headers, routeOptions: { url = '' }, params }, lent) => {
    if (originOfLent(headers.origin, headers.host, isOwn) !== lent.origin) return false
    if (url.startsWith('/v1/auctions/:id') && (params as { id: string }).id === lent.auctionId) return true
    if (method !== 'GET' && method !== 'HEAD') return false
    return url === '/v1/me' || (config.WATCHING === 'public' && !url.startsWith('/v1/me/'))
  }
}
