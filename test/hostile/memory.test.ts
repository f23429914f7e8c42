import diagnostics from 'node:diagnostics_channel'
import { Agent, type IncomingMessage, get } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { freePort, runService, type Running } from '../support/process.ts'
import { signedUp } from '../support/people.ts'
import { count } from './kit/form.ts'
import { type Furnished, furnish } from './kit/furnish.ts'
import { SMALL_NURSERY, SPARING } from './kit/house.ts'
import { report, residentMiB } from './kit/meter.ts'

/** What everyone may ask for, again and again, as readers of many languages do: the service holds no more for it. */
const REQUESTS = count(100, 5_000)
const AT_ONCE = 8
const RSS_MORE_MIB_MAX = 150
const AUCTIONS = 300

const LOCALES = (
  'en-GB en-IN en-ZA es-MX es-AR es-CL es-419 en-US en-AU en-CA es-ES es-PE en-NZ en-IE es-CO en-SG ' +
  'en-HK es-UY en-NG es-EC de-DE fr-FR ja-JP ar-EG'
).split(' ')

type Asked = { readonly paths: (places: Places) => readonly string[]; readonly status: number }
type Places = Furnished & { readonly bid: string }

const at = (status: number, ...paths: string[]): Asked => ({ paths: () => paths, status })
const of = (...paths: ((places: Places) => string)[]): Asked => ({
  paths: (places) => paths.map((path) => path(places)),
  status: 200,
})

/** Every GET that needs no account, by its route. */
const asked: Readonly<Record<string, Asked>> = {
  '/': at(200, '/', '/?sort=price', '/?status=open', '/?q=lot'),
  '/auctions/:id': of(
    ({ long }) => `/auctions/${long}`,
    ({ plain }) => `/auctions/${plain}`,
  ),
  '/account': at(200, '/account'),
  '/bids': at(200, '/bids'),
  '/desk': at(200, '/desk'),
  '/lend': at(404, '/lend?origin=https://elsewhere.example'),
  '/embed.js': at(200, '/embed.js'),
  '/client.js': at(200, '/client.js'),
  '/client.js.map': at(200, '/client.js.map'),
  '/assets/*': at(404, '/assets/nothing.js'),
  '/images/:file': at(404, '/images/nothing.webp'),
  '/images/copy': at(404, '/images/copy?of=https://elsewhere.example/a.png'),
  '/v1/auctions': at(200, '/v1/auctions?limit=50', '/v1/auctions?q=lot', '/v1/auctions?include=increments&sort=bids'),
  '/v1/auctions/:id': of(({ long }) => `/v1/auctions/${long}`),
  '/v1/auctions/:id/bids': of(({ plain }) => `/v1/auctions/${plain}/bids`),
  '/v1/auctions/:id/events': of(({ long }) => `/v1/auctions/${long}/events?after=0`),
  '/v1/auctions/:id/ledger': of(({ long }) => `/v1/auctions/${long}/ledger`),
  '/v1/auctions/:id/bids/:bidId/explanation': of(({ plain, bid }) => `/v1/auctions/${plain}/bids/${bid}/explanation`),
  '/v1/auctions/:id/film': at(404, '/v1/auctions/nothing/film'),
  '/auctions/:id/film': at(404, '/auctions/nothing/film'),
  '/auctions/:id/film.png': at(404, '/auctions/nothing/film.png'),
  '/v1/house': at(200, '/v1/house'),
  '/v1/unsubscribe': at(200, '/v1/unsubscribe?user=u&kind=won&token=t'),
  '/push-worker.js': at(200, '/push-worker.js'),
  '/imprint': at(404, '/imprint'),
  '/privacy': at(404, '/privacy'),
  '/terms': at(404, '/terms'),
  '/terms/:version': at(404, '/terms/1', '/terms/nothing'),
  '/house/:file': at(404, '/house/nothing.css'),
  '/v1/auctions/:id/live': at(426, '/v1/auctions/nothing/live'),
  '/v1/live': at(426, '/v1/live'),
  '/v1/keys': at(200, '/v1/keys'),
  '/v1/codes': at(200, '/v1/codes'),
  '/v1/log/checkpoint': at(200, '/v1/log/checkpoint'),
  '/v1/log/proof': at(404, '/v1/log/proof?auction=nothing'),
  '/v1/log/consistency': at(200, '/v1/log/consistency?from=0&to=1'),
  '/openapi.json': at(200, '/openapi.json'),
  '/asyncapi.json': at(200, '/asyncapi.json'),
  '/docs': at(200, '/docs', '/docs/codes', '/docs/channel'),
  '/healthz': at(200, '/healthz'),
  '/readyz': at(200, '/readyz'),
  nothing: at(404, '/nothing', '/v1/nothing'),
}
/** What needs an account or a token, and what goes with `/docs`. */
const NOT_PUBLIC =
  /^\/(v1\/(me|users|images|conversations|webhooks|deliveries|auctions\/:id\/(bidders|you|messages|room|mutes))\b|metrics$|docs\/|\*$)/

const folder = mkdtempSync(join(tmpdir(), 'martillo-test-'))
let service: Running
let places: Places
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

beforeAll(async () => {
  const dataDir = join(folder, 'asked')
  const furnished = await furnish(dataDir, { auctions: AUCTIONS, edits: 2 })
  service = await runService(dataDir, await freePort(), { ...SPARING, NODE_OPTIONS: SMALL_NURSERY })
  const { bid } = await (await signedUp(service.url)).bid(furnished.plain, { amount: 100_000 })
  places = { ...furnished, bid: bid.id }
})
afterAll(async () => {
  agent.destroy()
  await service?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function statusOf(path: string, i: number): Promise<number> {
  const headers = { 'accept-language': LOCALES[i % LOCALES.length]!, accept: 'text/html,application/json' }
  return new Promise((resolve, reject) => {
    get(service.url + path, { agent, headers }, (answer: IncomingMessage) =>
      answer.resume().on('end', () => resolve(answer.statusCode!)),
    ).on('error', reject)
  })
}

/** Asks for a route again and again, some at a time; gives the statuses that were met. */
async function statusesOf({ paths }: Asked, number: number): Promise<ReadonlySet<number>> {
  const all = paths(places)
  const met = new Set<number>()
  let next = 0
  const worker = async () => {
    for (let i = (next += 1); i <= number; i = next += 1) met.add(await statusOf(all[i % all.length]!, i))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return met
}

test('every GET of the service that needs no account is asked for', async () => {
  const served = new Set<string>()
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      if ([method].flat().includes('GET')) served.add(url)
    })
  }
  diagnostics.subscribe('fastify.initialization', listen)
  onTestFinished(() => void diagnostics.unsubscribe('fastify.initialization', listen))
  await openHouse()
  expect([...served].filter((url) => !NOT_PUBLIC.test(url) && asked[url] === undefined)).toEqual([])
})

test(
  `after ${REQUESTS} requests of each the service has at most ${RSS_MORE_MIB_MAX} MiB more than before`,
  { timeout: 600_000 },
  async () => {
    // What every first request loads is no growth.
    for (const route of Object.values(asked)) await statusesOf(route, AT_ONCE)
    const before = residentMiB(service)
    const more: Record<string, number> = {}
    for (const [name, route] of Object.entries(asked)) {
      expect({ name, met: [...(await statusesOf(route, REQUESTS))] }).toEqual({ name, met: [route.status] })
      more[name] = residentMiB(service) - before
      expect(more[name], name).toBeLessThan(RSS_MORE_MIB_MAX)
    }
    report({ requests: REQUESTS, beforeMiB: before, moreMiB: more })
  },
)
