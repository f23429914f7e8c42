import { expect, test } from 'vitest'
import { problems } from '../../src/codes.ts'
import { closeCodes } from '../../src/codes.ts'
import { clientMessages, serverMessages } from '../../src/protocol.ts'
import { FaultyStore } from '../support/faulty-store.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, lot, metricsToken } from './support.ts'

/** Every call of the contract. */
const calls = [
  'POST /v1/users',
  'POST /v1/sessions',
  'POST /v1/sessions/refresh',
  'DELETE /v1/sessions/current',
  'DELETE /v1/sessions',
  'GET /v1/me',
  'GET /v1/me/bids',
  'GET /v1/me/auctions',
  'POST /v1/me/tokens',
  'GET /v1/users',
  'PATCH /v1/users/{id}',
  'POST /v1/auctions',
  'GET /v1/auctions',
  'GET /v1/auctions/{id}',
  'PATCH /v1/auctions/{id}',
  'DELETE /v1/auctions/{id}',
  'POST /v1/auctions/{id}/open',
  'POST /v1/auctions/{id}/close',
  'POST /v1/auctions/{id}/cancel',
  'POST /v1/auctions/{id}/pause',
  'POST /v1/auctions/{id}/resume',
  'POST /v1/auctions/{id}/extend',
  'POST /v1/auctions/{id}/bids/{bidId}/void',
  'GET /v1/auctions/{id}/bidders',
  'POST /v1/auctions/{id}/bids',
  'GET /v1/auctions/{id}/bids',
  'GET /v1/auctions/{id}/events',
  'GET /v1/auctions/{id}/ledger',
  'POST /v1/images',
  'GET /images/{file}',
  'GET /healthz',
  'GET /readyz',
]

type Operation = {
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}
type Document = {
  openapi: string
  info: object
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, object>>
}

function references(value: unknown): string[] {
  const found: string[] = []
  JSON.stringify(value, (key, inner: unknown) => {
    if (key === '$ref' && typeof inner === 'string') found.push(inner)
    return inner
  })
  return found
}

function resolve(document: object, reference: string): unknown {
  const names = reference
    .replace(/^#\//, '')
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], document)
}

test('openapi.json is OpenAPI 3.1: whole in itself, every call of the contract in it, every parameter declared', async () => {
  const { url } = await sharedHouse()
  const answer = await ask(url, 'GET /openapi.json')
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  const document = answer.json as Document
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d$/),
    info: { title: 'Martillo', version: expect.any(String) },
  })
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  )
  expect(operations.map(({ call }) => call)).toEqual(expect.arrayContaining(calls))
  for (const reference of references(document))
    expect({ reference, found: typeof resolve(document, reference) }).toEqual({ reference, found: 'object' })
  // What was of 3.0 and is gone.
  expect(answer.text).not.toMatch(/"nullable":|"exclusiveMinimum":(true|false)|"exclusiveMaximum":(true|false)/)
  for (const name of Object.values(document.components).flatMap((group) => Object.keys(group)))
    expect(name).toMatch(/^[\w.-]+$/)
  for (const { call, path, operation } of operations) {
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path')
    expect({ call, names: inPath.map(({ name }) => `{${name}}`) }).toEqual({
      call,
      names: path.match(/\{\w+\}/g) ?? [],
    })
    expect(inPath.every(({ required }) => required === true)).toBe(true)
    const named = (operation.parameters ?? []).map((one) => `${one.in} ${one.name}`)
    expect(new Set(named).size).toBe(named.length)
    const statuses = Object.keys(operation.responses)
    expect({ call, fine: statuses.some((status) => status.startsWith('2')) }).toEqual({ call, fine: true })
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^([1-5](\d\d|XX)|default)$/)
      expect(typeof response.description).toBe('string')
    }
  }
  expect((await ask(url, 'GET /openapi.json')).text).toBe(answer.text)
})

test('openapi.json knows every status that a problem has, and the field and the codes of a problem', async () => {
  const { url } = await sharedHouse()
  const document = (await ask(url, 'GET /openapi.json')).json as Document
  const shape = resolve(document, '#/components/schemas/Problem') as {
    properties: Record<string, { enum?: string[] }>
    required: string[]
  }
  expect(shape.required).toEqual(expect.arrayContaining(['type', 'title', 'status', 'detail', 'instance', 'code']))
  expect(shape.properties['code']!.enum!.toSorted()).toEqual(Object.keys(problems).toSorted())
  const always = Object.entries(problems).filter(([code]) =>
    ['unauthenticated', 'internal', 'try_again'].includes(code),
  )
  for (const call of calls) {
    const [method, path] = call.split(' ') as [string, string]
    const { responses } = document.paths[path]![method.toLowerCase()]!
    expect(Object.keys(responses), call).toEqual(expect.arrayContaining(always.map(([, { status }]) => `${status}`)))
  }
  const text = JSON.stringify(document.paths)
  const everywhere = ['headers_too_large', 'method_not_allowed', 'upgrade_required']
  for (const code of Object.keys(problems).filter((one) => !everywhere.includes(one)))
    expect(text).toContain(`#/components/schemas/Problem_${code}`)
})

test('asyncapi.json describes both channels, every message in both directions and every close code', async () => {
  const { url } = await sharedHouse()
  const { json, text } = await ask(url, 'GET /asyncapi.json')
  expect(json).toMatchObject({
    asyncapi: '3.1.0',
    channels: { auction: { address: '/v1/auctions/{id}/live' }, catalogue: { address: '/v1/live' } },
  })
  const described = new Set(
    Object.values(json.channels as Record<string, { messages: object }>).flatMap(({ messages }) =>
      Object.keys(messages),
    ),
  )
  expect([...described].toSorted()).toEqual(
    [...new Set([...Object.keys(clientMessages), ...Object.keys(serverMessages)])].toSorted(),
  )
  for (const { code } of Object.values(closeCodes)) expect(text).toContain(String(code))
  for (const operation of Object.values(json.operations as Record<string, object>))
    for (const reference of references(operation)) expect(typeof resolve(json, reference)).toBe('object')
})

/** Read to the end: a body that nobody reads keeps its connection. */
async function whole(address: URL) {
  const response = await fetch(address)
  const { byteLength } = await response.arrayBuffer()
  return { status: response.status, headers: response.headers, bytes: byteLength }
}

test.each(['/docs', '/docs/codes', '/docs/channel'])(
  '%s loads with all it needs, from here alone, small and without a script',
  async (path) => {
    const { url } = await sharedHouse()
    const answer = await fetch(url + path)
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).not.toContain('<script')
    // Some two kilobytes for each of 87 operations.
    expect(html.length).toBeLessThan(200_000)
    expect(html).not.toMatch(/<style|style="/)
    const assets = [...html.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, address]) => new URL(address!, answer.url))
    expect(assets.length).toBeGreaterThan(2)
    for (const asset of assets) {
      expect(asset.origin).toBe(url)
      const { status, headers, bytes } = await whole(asset)
      expect(bytes).toBeGreaterThan(0)
      expect({ asset: asset.pathname, status }).toEqual({ asset: asset.pathname, status: 200 })
      expect(headers.get('content-type')).toMatch(/css|image/)
    }
    // What it leads to is there.
    for (const [, anchor] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${anchor}"`)
  },
)

test('healthz says the process lives; readyz says whether storage takes writes', async () => {
  const store = new FaultyStore()
  const house = await openHouse({}, { wrapStore: store.wrap })
  expect((await ask(house.url, 'GET /healthz')).json).toEqual({ status: 'ok' })
  expect((await ask(house.url, 'GET /readyz')).json).toEqual({ status: 'ready' })
  store.failRecoveries(1)
  store.intercept(() => Promise.reject(new Error('SQLITE_IOERR: disk I/O error')))
  const failed = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: lot })
  expectProblem(failed, 'try_again', { retryAfterSeconds: 1 })
  expect(failed.headers.get('retry-after')).toBe('1')
  const sick = await ask(house.url, 'GET /readyz')
  expectProblem(sick, 'try_again', { retryAfterSeconds: 1 })
  expect((await ask(house.url, 'GET /healthz')).status).toBe(200)
  await expect.poll(async () => (await ask(house.url, 'GET /readyz')).status).toBe(200)
  expect((await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: lot })).status).toBe(201)
})

test('metrics are for whoever has their token', async () => {
  const house = await sharedHouse()
  const token = metricsToken(house)
  expectProblem(await ask(house.url, 'GET /metrics'), 'unauthenticated')
  expectProblem(await ask(house.url, 'GET /metrics', { as: house.admin }), 'unauthenticated')
  for (const wrong of [token.slice(1), `${token}x`, 'x'.repeat(token.length), token.toUpperCase()])
    expectProblem(await ask(house.url, 'GET /metrics', { token: wrong }), 'unauthenticated')
  const answer = await ask(house.url, 'GET /metrics', { token })
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  for (const line of answer.text.split('\n').filter((text) => text !== ''))
    expect(line).toMatch(
      /^(# (HELP|TYPE) \w+ .*|[a-z_]\w*(\{[^}]*\})? -?[\d.e+-]+|[a-z_]\w*(\{[^}]*\})? (NaN|\+Inf))$/i,
    )
  const own = await openHouse({ METRICS_TOKEN: 'a-token-of-the-operator' })
  expectProblem(await ask(own.url, 'GET /metrics', { token }), 'unauthenticated')
})

test('metrics count the events of each kind, and the commits that wrote them', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 5_000 })
  await ana.bid(id, { maximum: 6_000 })
  const { text } = await ask(house.url, 'GET /metrics', { token: metricsToken(house) })
  const figure = (name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))!
        .split(' ')[1],
    )
  // A raise that nobody sees is in no figure.
  expect(figure('martillo_events_total{type="bid.placed"}')).toBe(1)
  expect(figure('martillo_events_total{type="auction.opened"}')).toBe(1)
  expect(figure('martillo_commit_events_sum')).toBe(3)
  expect(figure('martillo_commit_events_count')).toBe(2)
  expect(figure('martillo_commit_seconds_count')).toBe(2)
})

test('every answer carries a strict policy, and says nothing of what serves it', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  for (const request of [
    'GET /v1/auctions',
    `GET /v1/auctions/${id}`,
    'GET /nowhere',
    'GET /v1/me',
    'POST /v1/sessions',
    'GET /healthz',
    `GET /v1/auctions/${id}/ledger`,
    `GET /v1/auctions/${id}/events`,
    `GET /v1/auctions/${id}/live`,
    'GET /v1/live',
  ]) {
    const { headers } = await ask(house.url, request)
    const policy = headers.get('content-security-policy')!
    expect(policy).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    for (const name of ['opener', 'resource']) expect(headers.get(`cross-origin-${name}-policy`)).toBe('same-origin')
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers.get(name)).toBeNull()
  }
})

test('CORS: a page that is allowed may call with its cookie and read Location, ETag and Retry-After; no other may', async () => {
  const house = await openHouse({ ALLOWED_ORIGINS: 'https://friends.example' })
  const id = await house.auction()
  const preflight = (origin: string) =>
    ask(house.url, `OPTIONS /v1/auctions/${id}/bids`, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    })
  for (const origin of ['https://friends.example', house.url]) {
    const answer = await preflight(origin)
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization,content-type,idempotency-key',
    })
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('access-control-allow-methods')).toMatch(/POST.*PATCH.*DELETE/)
    const got = await ask(house.url, `GET /v1/auctions/${id}`, { headers: { origin } })
    expect(got.headers.get('access-control-allow-origin')).toBe(origin)
    expect(got.headers.get('access-control-expose-headers')).toMatch(/Location.*ETag.*Retry-After/)
  }
  for (const origin of [
    'https://evil.example',
    'null',
    'http://friends.example',
    'https://friends.example.evil.example',
    `${house.url}0`,
  ]) {
    for (const answer of [
      await preflight(origin),
      await ask(house.url, `GET /v1/auctions/${id}`, { headers: { origin } }),
      await ask(house.url, 'GET /v1/me', { headers: { origin } }),
    ])
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  }
  for (const headers of [{}, { origin: 'https://friends.example' }] as Record<string, string>[]) {
    const { headers: got } = await ask(house.url, 'GET /v1/auctions', { headers })
    expect(got.get('access-control-allow-origin')).not.toBe('*')
    expect(got.get('vary')).toContain('Origin')
  }
})

test('each answer names its request, so that it is found in the log; a page elsewhere may read the name', async () => {
  const { url } = await openHouse({ ALLOWED_ORIGINS: 'https://www.example.org' })
  const headers = { origin: 'https://www.example.org' }
  const ids = new Set<string>()
  for (const request of ['GET /v1/auctions', 'GET /v1/nothing', 'GET /healthz', 'GET /']) {
    const answer = await ask(url, request, { headers })
    ids.add(answer.headers.get('x-request-id')!)
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/X-Request-Id/)
  }
  expect(ids.size).toBe(4)
  expect([...ids].every((id) => /^[0-9a-f-]{36}$/.test(id))).toBe(true)
})
