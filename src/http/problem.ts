import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { limits } from '../config/limits.ts'
import { invalid, reject, type Rejection } from '../domain/rejection.ts'
import { TooBusy } from '../engine/password-hash-queue.ts'
import { type Backing, problemOf } from '../protocol.ts'

const tryAgain = reject('try_again', { retryAfterSeconds: limits.retryAfterSeconds })

/** Answers with a rejection as RFC 9457 `application/problem+json`. */
export function refuse(reply: FastifyReply, rejection: Rejection, backing: Backing = {}): FastifyReply {
  const path = reply.request.url.split('?')[0]!
  const problem = problemOf(rejection, path, backing)
  const { retryAfterSeconds } = rejection.fields
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds)
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer')
  // Sent as text, so that no serializer of the route's own answer looks at it.
  return reply.code(problem.status).type('application/problem+json').serializer(String).send(JSON.stringify(problem))
}

/** Thrown by guards before a handler runs; the error handler answers with it. */
export class Refused extends Error {
  readonly rejection: Rejection
  readonly headers: Readonly<Record<string, string>>
  constructor(rejection: Rejection, headers: Readonly<Record<string, string>> = {}) {
    super(rejection.rejected)
    this.rejection = rejection
    this.headers = headers
  }
}

export function answerError(error: FastifyError | Refused, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Refused) return refuse(reply.headers(error.headers), error.rejection)
  if (error instanceof TooBusy) return refuse(reply, tryAgain)
  const rejection = rejectionOf(error)
  if (rejection.rejected === 'internal' || rejection.rejected === 'try_again')
    request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed')
  return refuse(reply, rejection)
}

function rejectionOf(error: FastifyError): Rejection {
  if (hasZodFastifySchemaValidationErrors(error))
    return reject('invalid_request', {
      errors: error.validation.map(({ instancePath, message }) => ({
        path: instancePath.slice(1).replaceAll('/', '.'),
        message: message ?? 'is not valid',
      })),
    })
  switch (error.statusCode) {
    case 400:
      return reject('invalid_request', { errors: [{ path: '', message: readable(error) }] })
    case 404:
      return reject('not_found')
    case 408:
      return reject('request_timeout')
    case 413:
      return reject('payload_too_large')
    case 414:
      return reject('uri_too_long')
    case 415:
      return reject('unsupported_media_type', { detail: 'Send JSON' })
    case 429:
      return reject('rate_limited', retryAfter(error))
    case 503:
      return tryAgain
    case 403:
      return reject('not_found')
    default: {
      const { statusCode = 500 } = error
      return statusCode < 500 ? invalid('', 'cannot be answered') : reject('internal')
    }
  }
}

/** Fastify's own 4xx messages are meant for clients; any other stays inside. */
function readable(error: FastifyError): string {
  return error.code?.startsWith('FST_') ? error.message : 'could not be read'
}

function retryAfter(error: object) {
  return 'retryAfterSeconds' in error ? { retryAfterSeconds: error.retryAfterSeconds } : {}
}
