import fastifyStatic from '@fastify/static'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { App } from './parts.ts'

const dist = fileURLToPath(new URL('../../web/dist/', import.meta.url))
const YEAR_MS = 365 * 24 * 3_600 * 1_000

/** The pages, each at its own address; what they load has a hash in its name and is kept for good. */
const pages = { '/': 'index.html', '/auctions/:id': 'auction.html', '/account': 'account.html', '/desk': 'desk.html' }

/** Does nothing where the pages are not built, as in tests of the service alone. */
export async function registerPages(app: App): Promise<void> {
  if (!existsSync(dist)) return
  await app.register(fastifyStatic, { root: dist, wildcard: false, index: false, serve: false, cacheControl: false })
  for (const [path, file] of Object.entries(pages))
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file, { cacheControl: false }),
    )
  app.get<{ Params: { '*': string } }>(
    '/assets/*',
    { schema: { hide: true }, config: { rateLimit: false } },
    (request, reply) =>
      reply.sendFile(`assets/${request.params['*']}`, { cacheControl: true, maxAge: YEAR_MS, immutable: true }),
  )
}
