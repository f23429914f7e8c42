import type { FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'

/** Whether a page of this origin may talk to us. Requests without an Origin do not come from a page elsewhere. */
export type OriginRule = (origin: string | undefined, host: string | undefined) => boolean

/** ALLOWED_ORIGINS, PUBLIC_URL, and, where neither says which address we have, the one the request came to. */
export function originRule({ ALLOWED_ORIGINS, PUBLIC_URL }: Config): OriginRule {
  const allowed = new Set(ALLOWED_ORIGINS)
  if (PUBLIC_URL !== null) allowed.add(new URL(PUBLIC_URL).origin)
  return (origin, host) => {
    if (origin === undefined || allowed.has(origin)) return true
    if (PUBLIC_URL !== null || !URL.canParse(origin)) return false
    const read = new URL(origin)
    return /^https?:$/.test(read.protocol) && read.origin === origin && read.host === host
  }
}

export function comesFromAllowed(request: FastifyRequest, rule: OriginRule): boolean {
  return rule(request.headers.origin, request.headers.host)
}
