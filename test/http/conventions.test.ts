import { describe, expect, test } from 'vitest'
import { Connection } from '../../src/sdk/index.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { MISSING, ask, expectProblem, lot } from './support.ts'

test.each([
  ['PUT /v1/auctions', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  [`DELETE /v1/auctions/${MISSING}/bids`, ['GET', 'HEAD', 'OPTIONS', 'POST']],
  ['POST /v1/me', ['GET', 'HEAD', 'OPTIONS']],
  ['POST /healthz', ['GET', 'HEAD', 'OPTIONS']],
])('%s: the address is known and the method is not, so it is 405, and Allow says which are', async (request, some) => {
  const answer = await ask((await sharedHouse()).url, request)
  const allowed = answer.headers.get('allow')!.split(', ')
  expect(allowed).toEqual(expect.arrayContaining(some.filter((one) => one !== 'OPTIONS')))
  expect(allowed).not.toContain(request.split(' ')[0])
  expectProblem(answer, 'method_not_allowed', { allowed })
})

test('a live channel asked for without an upgrade is 426, and says to what', async () => {
  const { url } = await sharedHouse()
  for (const path of ['/v1/live', `/v1/auctions/${MISSING}/live`]) {
    const answer = await ask(url, `GET ${path}`)
    expectProblem(answer, 'upgrade_required')
    expect(answer.json.detail).toBe('Connect with a WebSocket, subprotocol auction.v1')
    expect(answer.headers.get('upgrade')).toBe('websocket')
  }
})

test('a body that is empty is none, whatever it is called; where one is needed that is said', async () => {
  const { url, admin } = await sharedHouse()
  const as = admin
  const { id } = (await ask(url, 'POST /v1/auctions', { as, body: { ...lot, status: 'draft' } })).json
  expect((await ask(url, `POST /v1/auctions/${id}/open`, { as, body: '' })).status).toBe(200)
  expectProblem(await ask(url, 'POST /v1/auctions', { as, body: '' }), 'invalid_request')
})

/** The first text of a stream that comes within a moment, and its status. */
async function streamOf({ url }: House, path: string, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const response = await fetch(url + path, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: gone.signal,
  })
  const { status } = response
  let text = ''
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const next = await Promise.race([
      reader?.read(),
      new Promise<null>((resolve) => setTimeout(() => resolve(null), 300)),
    ])
    if (next === null || next === undefined || next.done) break
    text += next.value
  }
  gone.abort()
  return { status, text }
}

const ids = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)

test('a stream says when to come back, and 204 to who has all of an auction that is over', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const path = `/v1/auctions/${id}/events`
  expect((await streamOf(house, path)).text).toMatch(/^retry: 2000$/m)
  await house.admin.close(id)
  const { seq } = await house.admin.auction(id)
  const before = await streamOf(house, path, { 'last-event-id': String(seq - 1) })
  expect({ status: before.status, ids: ids(before.text) }).toEqual({ status: 200, ids: [String(seq)] })
  expect(await streamOf(house, path, { 'last-event-id': String(seq) })).toEqual({ status: 204, text: '' })
})

test('a seq of another history counts as none, as JSON and as a stream, whose ids then name the history', async () => {
  const house = await sharedHouse()
  const path = `/v1/auctions/${await house.auction()}/events`
  const { epoch, seq } = (await ask(house.url, `GET ${path}`)).json as { epoch: string; seq: number }
  const asJson = async (query: string) => (await ask(house.url, `GET ${path}?${query}`)).json.events.length as number
  expect(await asJson(`after=${seq}&epoch=${epoch}`)).toBe(0)
  expect(await asJson(`after=${seq}&epoch=anotherone`)).toBe(seq)
  const all = Array.from({ length: seq }, (_, i) => `${i + 1}.${epoch}`)
  expect(ids((await streamOf(house, `${path}?after=${seq}&epoch=anotherone`)).text)).toEqual(all)
  // An EventSource keeps the address it was made with: the id it gives counts.
  const resumed = await streamOf(house, `${path}?epoch=anotherone`, { 'last-event-id': `1.${epoch}` })
  expect(ids(resumed.text)).toEqual(all.slice(1))
  const lost = await streamOf(house, `${path}?epoch=${epoch}`, { 'last-event-id': '1.anotherone' })
  expect(ids(lost.text)).toEqual(all)
  // Who names no history is given numbers alone.
  expect(ids((await streamOf(house, path)).text)).toEqual(all.map((one) => one.split('.')[0]))
})

test('the catalogue by several stages, by ids, and by when auctions end or have ended', async () => {
  const house = await openHouse()
  const [one, two, long] = [
    await house.auction(),
    await house.auction(),
    await house.auction({ durationSeconds: 86_400 }),
  ]
  const later = await house.auction({ opensAt: new Date(Date.now() + 600_000).toISOString() })
  const before = new Date().toISOString()
  await house.admin.close(one)
  const found = async (query: string) => {
    const answer = await ask(house.url, `GET /v1/auctions?${query}`)
    expect(answer.status).toBe(200)
    return (answer.json.items as { id: string }[]).map(({ id }) => id).toSorted()
  }
  expect(await found('status=open')).toEqual([two, long].toSorted())
  for (const query of ['status=closed&status=scheduled', 'status=closed,scheduled'])
    expect(await found(query)).toEqual([one, later].toSorted())
  expect(await found(`ids=${two},${later}&ids=${MISSING}`)).toEqual([two, later].toSorted())
  const soon = new Date(Date.now() + 7_200_000).toISOString()
  expect(await found(`status=open&closesBefore=${soon}`)).toEqual([two])
  expect(await found(`closedAfter=${before}`)).toEqual([one])
  expect(await found(`closedAfter=${soon}`)).toEqual([])
  for (const query of [
    'status=open,',
    'status=gone',
    'ids=x',
    `ids=${Array(201).fill(MISSING).join(',')}`,
    'closesBefore=soon',
  ])
    expectProblem(await ask(house.url, `GET /v1/auctions?${query}`), 'invalid_request')
})

test('a cursor is good in the order that it is of, and in no other', async () => {
  const house = await openHouse()
  for (let n = 0; n < 3; n += 1) await house.auction()
  for (const sort of ['closing', 'newest', 'price', 'bids']) {
    const page = await ask(house.url, `GET /v1/auctions?limit=2&sort=${sort}`)
    const { nextCursor } = page.json
    const next = await ask(house.url, `GET /v1/auctions?limit=2&sort=${sort}&cursor=${nextCursor}`)
    expect(next.json).toMatchObject({ items: [{ status: 'open' }], nextCursor: null })
    const other = sort === 'price' ? 'bids' : 'price'
    expectProblem(await ask(house.url, `GET /v1/auctions?sort=${other}&cursor=${nextCursor}`), 'invalid_request')
  }
})

test('If-Match: of two who change what they have read, one does; the other reads it again', async () => {
  const house = await sharedHouse()
  const path = `/v1/auctions/${await house.auction()}`
  const read = async () => (await ask(house.url, `GET ${path}`, { as: house.admin })).headers.get('etag')!
  const change = (title: string, tag: string) =>
    ask(house.url, `PATCH ${path}`, { as: house.admin, body: { title }, headers: { 'if-match': tag } })
  const tag = await read()
  const answers = await Promise.all([change('One', tag), change('Two', tag), change('Three', tag)])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(2)
  expectProblem(await change('Four', tag), 'precondition_failed', { asOfSeq: 3 })
  expect((await change('Four', `"other", ${await read()}`)).status).toBe(200)
  expect((await change('Five', '*')).status).toBe(200)
  expect((await ask(house.url, `GET ${path}`)).json.title).toBe('Five')
})

describe('what is asked for again under its key is made once', () => {
  const post = (house: House, path: string, body: object, key: string, as = house.admin) =>
    ask(house.url, `POST ${path}`, { as, body, headers: { 'idempotency-key': key } })

  test('an auction: one after the other, at once, and after a restart', async () => {
    const house = await openHouse()
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(house, '/v1/auctions', lot, 'mine')))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201))
    const [id, ...others] = new Set(answers.map(({ json }) => json.id as string))
    expect(others).toEqual([])
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(4)
    await house.service.close()
    const again = await openHouse({}, {}, house.dataDir)
    const replayed = await post(again, '/v1/auctions', lot, 'mine')
    expect(replayed.json).toMatchObject({ id, seq: 2 })
    expect(replayed.headers.get('location')).toBe(`/v1/auctions/${id}`)
    expect((await ask(again.url, 'GET /v1/auctions')).json.items).toHaveLength(1)
  })

  test('a key is of one body and of one person', async () => {
    const house = await sharedHouse()
    const seller = await house.person('seller', 'seller')
    const first = await post(house, '/v1/auctions', lot, 'k')
    expectProblem(await post(house, '/v1/auctions', { ...lot, title: 'Another' }, 'k'), 'idempotency_key_reused')
    const other = await post(house, '/v1/auctions', lot, 'k', seller)
    expect(other.status).toBe(201)
    expect(other.json.id).not.toBe(first.json.id)
    expectProblem(await post(house, '/v1/auctions', lot, 'é'), 'invalid_request')
    expectProblem(await post(house, '/v1/auctions', lot, ''), 'idempotency_key_required')
  })

  test('an account: by whoever knows its password', async () => {
    const house = await sharedHouse()
    const account = { email: 'ana@people.example', password: 'the first password', displayName: 'Ana' }
    const first = await post(house, '/v1/users', account, 'k')
    const again = await post(house, '/v1/users', account, 'k')
    expect([again.status, again.json, again.headers.get('idempotency-replayed')]).toEqual([201, first.json, 'true'])
    expectProblem(await post(house, '/v1/users', { ...account, password: 'another one' }, 'k'), 'email_taken')
    expectProblem(await ask(house.url, 'POST /v1/users', { body: account }), 'email_taken')
  })
})

test('whoever bid is told how it ended for them: by REST, and on the channel though they come after the close', async () => {
  const house = await sharedHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 5_000 })
  await ben.bid(id, { maximum: 2_000 })
  await house.admin.close(id)
  for (const [one, standing, maximum] of [
    [ana, 'won', 5_000],
    [ben, 'lost', 2_000],
  ] as const) {
    expect(await one.you(id)).toMatchObject({ standing, maximum })
    const channel = new Connection(one, id)
    for await (const _ of channel);
    expect(channel.room!.you).toMatchObject({ standing, maximum })
  }
  expect(await (await house.person()).you(id)).toMatchObject({ standing: 'none', paddle: null, bids: [] })
  expectProblem(await ask(house.url, `GET /v1/auctions/${id}/you`), 'unauthenticated')
})

test('If-Match holds for every act, and the answer to a change names the state that it made', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const act = (request: string, tag: string, body: object = { reason: 'because' }) =>
    ask(house.url, request.replace('{id}', id), { as: house.admin, body, headers: { 'if-match': tag } })
  const tag = (await ask(house.url, `GET /v1/auctions/${id}`, { as: house.admin })).headers.get('etag')!
  const changed = await act('PATCH /v1/auctions/{id}', tag, { title: 'Another' })
  expectProblem(await act('POST /v1/auctions/{id}/pause', tag), 'precondition_failed', { asOfSeq: 3 })
  const paused = await act('POST /v1/auctions/{id}/pause', changed.headers.get('etag')!)
  expect(paused.status).toBe(200)
  // As a strong one, too: it names one state, whoever copies it without its mark.
  const strong = paused.headers.get('etag')!.replace('W/', '')
  expect((await act('POST /v1/auctions/{id}/resume', strong, {})).status).toBe(200)
  const draft = await house.auction({ status: 'draft' })
  const remove = { as: house.admin, headers: { 'if-match': tag } }
  expectProblem(await ask(house.url, `DELETE /v1/auctions/${draft}`, remove), 'precondition_failed')
  const { paths } = (await ask(house.url, 'GET /openapi.json')).json
  for (const verb of ['open', 'close', 'cancel', 'pause', 'resume', 'extend', 'bids/{bidId}/void']) {
    const { responses, parameters } = paths[`/v1/auctions/{id}/${verb}`].post
    expect(responses, verb).toHaveProperty('412')
    expect(parameters).toContainEqual(expect.objectContaining({ name: 'If-Match' }))
  }
})

test('a form of nothing is no body, as curl sends it', async () => {
  const { url, admin } = await sharedHouse()
  const { id } = (await ask(url, 'POST /v1/auctions', { as: admin, body: { ...lot, status: 'draft' } })).json
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await ask(url, `POST /v1/auctions/${id}/open`, { as: admin, body: '', headers: form })).status).toBe(200)
  expectProblem(
    await ask(url, `POST /v1/auctions/${id}/pause`, { as: admin, body: 'reason=x', headers: form }),
    'unsupported_media_type',
  )
})

test('a bid that is repeated says so', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const bid = () =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: ana,
      body: { amount: 1_000 },
      headers: { 'idempotency-key': 'k' },
    })
  expect((await bid()).headers.get('idempotency-replayed')).toBeNull()
  expect((await bid()).headers.get('idempotency-replayed')).toBe('true')
})

test('documents give the address that they were asked for, and say whom each call is for', async () => {
  const { url } = await sharedHouse()
  const page = (await ask(url, 'GET /docs')).text
  expect(page).toContain(`${url}/client.js`)
  expect(page).toContain(`api=${url}/v1`)
  expect(page).not.toContain('{house}')
  expect(page).toMatch(/\/v1\/auctions<\/code> <span class="who">seller, admin/)
  expect(JSON.stringify((await ask(url, 'GET /asyncapi.json')).json.servers)).toContain(new URL(url).host)
  for (const path of ['/docs/rules', '/docs/ledger']) expect((await ask(url, `GET ${path}`)).text).toContain('<h2')
  const channel = (await ask(url, 'GET /docs/channel')).text
  expect(channel).toContain('href="/docs/rules"')
})

type Shape = { readonly $ref?: string; readonly properties?: object }

type Operation = {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Shape }> }>
}

test('every list takes the limit that it is described with, or refuses it: none ignores what its query asks', async () => {
  const house = await sharedHouse()
  const { paths, components } = (await ask(house.url, 'GET /openapi.json')).json
  const isList = ({ responses }: Operation) => {
    const schema = responses['200']?.content?.['application/json']?.schema ?? {}
    const named = components.schemas[(schema.$ref ?? '').split('/').at(-1)!] ?? schema
    return 'nextCursor' in (named.properties ?? {})
  }
  const lists = Object.entries(paths as Record<string, { get?: Operation }>).flatMap(([path, { get }]) =>
    get !== undefined && isList(get) ? [{ path, names: get.parameters?.map(({ name }) => name) ?? [] }] : [],
  )
  const whole = lists.filter(({ names }) => !names.includes('limit')).map(({ path }) => path)
  expect(whole.toSorted()).toEqual(WHOLE)
  const id = await house.auction()
  for (const { path } of lists) {
    const asked = (query: string) =>
      ask(house.url, `GET ${path.replaceAll(/\{\w+\}/g, id)}?${query}`, { as: house.admin })
    for (const query of ['limit=0', 'lmit=1', ...(whole.includes(path) ? ['limit=1', 'cursor=x'] : [])])
      expectProblem(await asked(query), 'invalid_request')
  }
})

/** Lists that are short, and given whole. */
const WHOLE = [
  '/v1/auctions/{id}/bidders',
  '/v1/auctions/{id}/mutes',
  '/v1/codes',
  '/v1/me/blocks',
  '/v1/me/keys',
  '/v1/me/sessions',
  '/v1/me/watchlist',
  '/v1/webhooks',
]
