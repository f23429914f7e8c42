import type { FastifyReply, FastifyRequest } from 'fastify'
import { reject } from '../domain/rejection.ts'
import type { App } from './parts.ts'
import { refuse } from './problem.ts'

/** Answers 405 where the address is known and the method is not, and says which are; null where the address is unknown. */
export type WrongMethod = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null

/** Learns of the routes that are registered from now on. */
export function watchMethods(app: App): WrongMethod {
  const known = new Map<string, { readonly address: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*' || url === '/*') return
    const route = known.get(url) ?? { address: addressOf(url), methods: new Set() }
    for (const one of [method].flat()) route.methods.add(one)
    known.set(url, route)
  })
  return (request, reply) => {
    const path = request.url.split('?')[0]!
    const found = [...known.values()].filter(({ address }) => address.test(path))
    if (found.length === 0) return null
    const allowed = [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted()
    return refuse(reply.header('allow', allowed.join(', ')), reject('method_not_allowed', { allowed }))
  }
}

function addressOf(url: string): RegExp {
  const pattern = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/:\w+/g, '[^/]+')
    .replaceAll('*', '.*')
  return new RegExp(`^${pattern}$`)
}
