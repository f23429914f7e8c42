import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Metrics } from '../engine/metrics.ts'
import type { App } from './parts.ts'

/** Bids are neither logged nor counted: a raise that nobody sees would show (PX-9). */
const BIDS = /\/bids$|\/lower$/
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Each request by its route, never by its address, body or token: what changes something as `info`, what failed here as
 * `warn`, and what only reads as `debug`, for a crowd that looks would fill a disk.
 */
export function logRequests(app: App, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const { method } = request
    if (!(method === 'POST' && BIDS.test(route))) note(request, reply, { method, route, metrics })
    done()
  })
}

function note(
  request: FastifyRequest,
  reply: FastifyReply,
  { method, route, metrics }: { method: string; route: string; metrics: Metrics },
): void {
  const { statusCode: status, elapsedTime } = reply
  metrics.requests.inc({ method, route, status })
  const level = status >= 500 ? 'warn' : READS.has(method) ? 'debug' : 'info'
  const userId = request.visitor?.user.id
  const line = {
    method,
    route,
    status,
    durationMs: Math.round(elapsedTime),
    ...(userId === undefined ? {} : { userId }),
  }
  request.log[level](line, 'request')
}
