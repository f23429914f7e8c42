import diagnostics from 'node:diagnostics_channel'
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { problems } from '../../src/codes.ts'
import type { Client } from '../../src/sdk/index.ts'
import { Channel } from '../support/channel.ts'
import { painted } from '../support/pictures.ts'
import {
  type Expected,
  type Row,
  SPENT,
  STAGES,
  STANDINGS,
  expectedOfLent,
  expectedOfSpent,
  rowsWith,
} from './matrix.ts'
import { FRIENDS, type Furnished, type Staged, furnished, spentTokens } from './stages.ts'
import { type Answer, ask, expectNoInternals } from './support.ts'

const rows = rowsWith(await painted())

type Who = {
  readonly name: string
  readonly as?: Client | null
  readonly token?: string
  /** One for the auction that is asked about. */
  readonly tokenFor?: (auction: string) => Promise<string>
  readonly origin?: string
  readonly expected: Expected
}

function outcome({ status, json }: Answer): Expected {
  return status < 400 ? status : (json?.code ?? `${status} without a code`)
}

/** One row for these people. An auction is used again while nobody was let through to change it. */
async function answersOf({ house, stage }: Furnished, row: Row, people: readonly Who[]) {
  const changes = !row.route.startsWith('GET')
  const seen: Record<string, Expected> = {}
  let staged: Staged | null = null
  for (const { name, as = null, token: known, tokenFor, origin } of people) {
    if (row.stage !== null) staged ??= await stage(row.stage)
    const token = known ?? (staged === null ? undefined : await tokenFor?.(staged.id))
    const answer = await ask(house.url, requestOf(row, staged), {
      as,
      ...(token === undefined ? {} : { token }),
      body: row.body,
      headers: { 'idempotency-key': randomUUID(), ...(origin === undefined ? {} : { origin }) },
    })
    seen[name] = outcome(answer)
    expectWellFormed(row, answer)
    if (changes && answer.status < 400) staged = null
  }
  return seen
}

function requestOf({ route, path = {}, query = '' }: Row, staged: Staged | null): string {
  let request = route + query
  const places = { ...(staged === null ? {} : { '{id}': staged.id, '{bidId}': staged.bidId }), ...path }
  for (const [place, value] of Object.entries(places)) request = request.replace(place, value)
  expect(request).not.toContain('{')
  return request
}

/** A refusal is a problem of the status of its code; nothing shows how we are made. */
function expectWellFormed({ route }: Row, { status, headers, json, text }: Answer): void {
  const isProblem = headers.get('content-type') === 'application/problem+json'
  expect({ route, isProblem }).toEqual({ route, isProblem: status >= 400 })
  if (isProblem) expect(problems[json.code as keyof typeof problems].status).toBe(status)
  expectNoInternals(text.startsWith('{"openapi"') ? '' : text)
}

async function expectRows(world: Furnished, list: readonly Row[], peopleOf: (row: Row) => readonly Who[]) {
  for (const row of list) {
    const people = peopleOf(row)
    const expected = Object.fromEntries(people.map((who) => [who.name, who.expected]))
    const name = `${row.route} of ${row.stage}`
    expect({ name, ...(await answersOf(world, row, people)) }).toEqual({ name, ...expected })
  }
}

/** Every route that the service knows, documented or not, as the documents write them. */
function routesServed(): ReadonlySet<string> {
  const served = new Set<string>()
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) served.add(`${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
    })
  }
  diagnostics.subscribe('fastify.initialization', listen)
  onTestFinished(() => void diagnostics.unsubscribe('fastify.initialization', listen))
  return served
}

/** Pages, what they load and the reader of the documents: the same for everyone. A HEAD goes with its GET. */
const THE_SAME =
  /^(HEAD|OPTIONS) |^GET (\/|\*|\/(account|bids|desk|lend|embed\.js|client\.js|client\.js\.map|push-worker\.js|docs.*|imprint|privacy|terms|terms\/{version}|house\/{file}|assets\/.*|auctions\/{id}(\/film(\.png)?)?))$/

test('every route of the service has its rows, and every row its route', async () => {
  const served = routesServed()
  const { house } = await furnished()
  const { paths } = (await ask(house.url, 'GET /openapi.json')).json as { paths: Record<string, object> }
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const covered = new Set(rows.map(({ route }) => route))
  expect(documented.filter((route) => !covered.has(route))).toEqual([])
  expect([...served].filter((route) => !covered.has(route) && !THE_SAME.test(route))).toEqual([])
  expect([...covered].filter((route) => !served.has(route))).toEqual([])
  for (const route of covered) {
    const staged = new Set(rows.filter((row) => row.route === route).map(({ stage }) => stage))
    expect({ route, staged: staged.size }).toEqual({ route, staged: staged.has(null) ? 1 : STAGES.length })
  }
})

test('every route answers everybody as the matrix says, in every stage of an auction', async () => {
  const world = await furnished()
  const spent = await spentTokens(world)
  await expectRows(world, rows, (row) => [
    // First those who change nothing, so that all of them meet the auction as it was.
    ...SPENT.map((name) => ({ name, token: spent[name], expected: expectedOfSpent(row) })),
    ...STANDINGS.map((name) => ({ name, as: world.people[name], expected: row.who[name] })),
  ])
})

test('a HEAD says what its GET would, and no more', async () => {
  const { house, people, stage } = await furnished()
  for (const row of rows.filter(({ route }) => route.startsWith('GET /v1') && !route.endsWith('/live'))) {
    const staged = row.stage === null ? null : await stage(row.stage)
    const request = requestOf(row, staged)
    for (const name of STANDINGS) {
      const got = await ask(house.url, request, { as: people[name] })
      const head = await ask(house.url, request.replace('GET', 'HEAD'), { as: people[name] })
      const status = row.route.endsWith('/events') ? 405 : got.status
      expect({ request, name, status: head.status, text: head.text }).toEqual({ request, name, status, text: '' })
    }
  }
})

test('a token that an admin lent is answered as a bidder is in its auction, and elsewhere as one who only reads', async () => {
  const world = await furnished()
  const lend = async (auction: string) =>
    (await world.people.admin!.tokenFor({ origin: FRIENDS, auction, most: 10_000 })).accessToken
  const { id: another } = await world.stage('open')
  const token = await lend(another)
  await expectRows(world, rows, (row) => [
    { name: 'lent for another', token, origin: FRIENDS, expected: expectedOfLent(row, false) },
  ])
  const staged = rows.filter(({ route, stage }) => stage !== null && stage !== 'draft' && route.includes('{id}'))
  await expectRows(world, staged, (row) => [
    { name: 'lent for it', tokenFor: lend, origin: FRIENDS, expected: expectedOfLent(row, true) },
  ])
  // Nobody lends what they could not bid in by it.
  await expect(lend((await world.stage('draft')).id)).rejects.toMatchObject({ code: 'auction_not_found' })
})

test('an admin who is blocked is answered as any bidder who is', async () => {
  const world = await furnished()
  const former = await world.house.person('former', 'admin')
  await world.house.admin.patchUser(former.session.user!.id, { blocked: true })
  await expectRows(world, rows, (row) => [{ name: 'blocked admin', as: former, expected: row.who.blocked }])
})

/** What a socket says first, or the number it is closed with; of a closed auction both. */
async function socketOutcome(url: string, path: string, token: string | null, auctions: readonly string[]) {
  const channel = new Channel(url, path, { token })
  const first = path === '/v1/live' ? 'prices' : 'snapshot'
  if (first === 'prices')
    void channel.next('hello').then(() => channel.send({ type: 'watch', auctions: [...auctions] }))
  const said = await Promise.race([channel.next(first), channel.closed])
  if ('code' in said) return said.code
  const sealed = said.type === 'snapshot' && said.auction.status === 'closed'
  const shown = said.type === 'prices' ? said.prices.length : said.type
  const ended = sealed ? [(await channel.closed).code] : []
  channel.ws.close()
  return [shown, ...ended].join(' ')
}

test('every socket answers everybody as the matrix says, in every stage of an auction', async () => {
  const world = await furnished()
  const { house, people, stage } = world
  const staged = await Promise.all(STAGES.map(stage))
  const ids = staged.map(({ id }) => id)
  const spent = await spentTokens(world)
  const seen: Record<string, unknown> = {}
  const expected: Record<string, unknown> = {}
  const look = async (name: string, token: string | null, refused: number | null, owner: boolean) => {
    for (const [i, stage] of STAGES.entries()) {
      seen[`${name}: ${stage}`] = await socketOutcome(house.url, `/v1/auctions/${ids[i]}/live`, token, ids)
      const shown = stage === 'closed' ? 'snapshot 4000' : 'snapshot'
      expected[`${name}: ${stage}`] = refused ?? (stage === 'draft' && !owner ? 4404 : shown)
    }
    seen[`${name}: catalogue`] = await socketOutcome(house.url, '/v1/live', token, ids)
    expected[`${name}: catalogue`] = refused ?? String(owner ? STAGES.length : STAGES.length - 1)
  }
  for (const name of STANDINGS) {
    const token = (await people[name]?.session.token()) ?? null
    await look(name, token, name === 'blocked' ? 4403 : null, name === 'seller' || name === 'admin')
  }
  for (const name of SPENT) await look(name, spent[name], 4401, false)
  expect(seen).toEqual(expected)
})
