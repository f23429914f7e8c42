import { describe, expect, test } from 'vitest'
import type { Client, NewAuction } from '../../src/sdk/index.ts'
import { painted } from '../support/pictures.ts'
import { openHouse } from '../support/service.ts'
import { MISSING, ask, expectNoInternals, expectProblem, forged, lot } from './support.ts'

const ACTORS = ['anonymous', 'bidder', 'blocked', 'seller', 'other', 'admin'] as const
type Actor = (typeof ACTORS)[number]

/** What is asked, of which auction of the seller's, and the status for each of ACTORS in their order. */
type Row = readonly [
  request: string,
  auction: 'open' | 'scheduled' | 'draft' | 'bidden' | 'closed',
  statuses: readonly [number, number, number, number, number, number],
  body?: object,
]

const later = new Date(Date.now() + 86_400_000).toISOString()
const kinds: Record<Row[1], Partial<NewAuction>> = {
  open: {},
  scheduled: { opensAt: later, durationSeconds: 3_600 },
  draft: { status: 'draft' },
  bidden: {},
  closed: {},
}
const why = { reason: 'because' }
const more = { closesAt: new Date(Date.now() + 2 * 86_400_000).toISOString(), ...why }
const A = '/v1/auctions/:id'
const FRIENDS = 'https://friends.example'

const table: readonly Row[] = [
  ['GET /v1/auctions', 'open', [200, 200, 200, 200, 200, 200]],
  ['POST /v1/auctions', 'open', [401, 403, 403, 201, 201, 201], lot],
  [`GET ${A}`, 'open', [200, 200, 200, 200, 200, 200]],
  [`GET ${A}/bids`, 'open', [200, 200, 200, 200, 200, 200]],
  [`GET ${A}/events`, 'open', [200, 200, 200, 200, 200, 200]],
  [`GET ${A}/ledger`, 'open', [200, 200, 200, 200, 200, 200]],
  [`POST ${A}/bids`, 'open', [401, 201, 403, 403, 201, 201], { amount: 1_000 }],
  [`PATCH ${A}`, 'open', [401, 403, 403, 200, 403, 200], { title: 'Another' }],
  [`POST ${A}/open`, 'scheduled', [401, 403, 403, 200, 403, 200]],
  [`POST ${A}/close`, 'open', [401, 403, 403, 200, 403, 200]],
  [`POST ${A}/cancel`, 'open', [401, 403, 403, 200, 403, 200], why],
  [`POST ${A}/pause`, 'open', [401, 403, 403, 200, 403, 200], why],
  [`POST ${A}/resume`, 'open', [401, 403, 403, 409, 403, 409]],
  [`POST ${A}/extend`, 'open', [401, 403, 403, 200, 403, 200], more],
  [`POST ${A}/extend`, 'scheduled', [401, 403, 403, 409, 403, 409], more],
  // With the first bid the hammer passes to the admins.
  [`PATCH ${A}`, 'bidden', [401, 403, 403, 409, 403, 409], { title: 'Another' }],
  [`PATCH ${A}`, 'bidden', [401, 403, 403, 200, 403, 200], { description: 'With its case.' }],
  [`POST ${A}/open`, 'bidden', [401, 403, 403, 403, 403, 409]],
  [`POST ${A}/close`, 'bidden', [401, 403, 403, 403, 403, 200]],
  [`POST ${A}/cancel`, 'bidden', [401, 403, 403, 403, 403, 200], why],
  [`POST ${A}/pause`, 'bidden', [401, 403, 403, 403, 403, 200], why],
  [`POST ${A}/resume`, 'bidden', [401, 403, 403, 403, 403, 409]],
  [`POST ${A}/extend`, 'bidden', [401, 403, 403, 403, 403, 200], more],
  [`POST ${A}/extend`, 'closed', [401, 403, 403, 403, 403, 409], more],
  [`POST ${A}/bids/${MISSING}/void`, 'bidden', [401, 403, 403, 403, 403, 404], why],
  // Who the paddles are.
  [`GET ${A}/bidders`, 'bidden', [401, 403, 403, 403, 403, 200]],
  [`GET ${A}/bidders`, 'closed', [401, 403, 403, 200, 403, 200]],
  // To others a draft does not exist.
  [`GET ${A}`, 'draft', [404, 404, 404, 200, 404, 200]],
  [`GET ${A}/bids`, 'draft', [404, 404, 404, 200, 404, 200]],
  [`GET ${A}/events`, 'draft', [404, 404, 404, 200, 404, 200]],
  [`GET ${A}/events?after=0&waitSeconds=1`, 'draft', [404, 404, 404, 200, 404, 200]],
  [`GET ${A}/ledger`, 'draft', [404, 404, 404, 200, 404, 200]],
  [`GET ${A}/bidders`, 'draft', [401, 403, 403, 403, 404, 200]],
  [`POST ${A}/bids`, 'draft', [401, 404, 404, 403, 404, 409], { amount: 1_000 }],
  [`PATCH ${A}`, 'draft', [401, 403, 403, 200, 404, 200], { title: 'Another' }],
  [`POST ${A}/open`, 'draft', [401, 403, 403, 200, 404, 200]],
  [`POST ${A}/close`, 'draft', [401, 403, 403, 409, 404, 409]],
  [`POST ${A}/pause`, 'draft', [401, 403, 403, 409, 404, 409], why],
  [`POST ${A}/extend`, 'draft', [401, 403, 403, 409, 404, 409], more],
  // Accounts.
  ['GET /v1/me', 'open', [401, 200, 200, 200, 200, 200]],
  ['GET /v1/me/bids', 'open', [401, 200, 200, 200, 200, 200]],
  ['GET /v1/me/auctions', 'open', [401, 200, 200, 200, 200, 200]],
  ['POST /v1/me/tokens', 'open', [401, 201, 201, 201, 201, 201], { origin: FRIENDS }],
  ['GET /v1/me/blocks', 'open', [401, 403, 403, 200, 200, 200]],
  [`PUT /v1/me/blocks/${MISSING}`, 'open', [401, 403, 403, 404, 404, 404]],
  [`DELETE /v1/me/blocks/${MISSING}`, 'open', [401, 403, 403, 404, 404, 404]],
  ['GET /v1/users', 'open', [401, 403, 403, 403, 403, 200]],
  [`PATCH /v1/users/${MISSING}`, 'open', [401, 403, 403, 403, 403, 404], { role: 'admin' }],
  ['POST /v1/sessions/refresh', 'open', [401, 401, 401, 401, 401, 401]],
  // Pictures: named by a hash, so whoever knows the name may see it.
  ['POST /v1/images', 'open', [401, 403, 403, 201, 201, 201], await painted()],
  [`GET /images/${'0'.repeat(64)}.webp`, 'open', [404, 404, 404, 404, 404, 404]],
  ['GET /metrics', 'open', [401, 401, 401, 401, 401, 401]],
  ['GET /healthz', 'open', [200, 200, 200, 200, 200, 200]],
  ['GET /readyz', 'open', [200, 200, 200, 200, 200, 200]],
  // The last: nobody is signed in after them.
  ['DELETE /v1/sessions', 'open', [401, 204, 204, 204, 204, 204]],
  ['DELETE /v1/sessions/current', 'open', [401, 401, 401, 401, 401, 401]],
]

/** One house for the whole table: `openHouse` ends with the test that opens it, so it is opened by each block. */
async function furnished(environment: Record<string, string> = {}) {
  const house = await openHouse({ ALLOWED_ORIGINS: FRIENDS, ...environment })
  const [bidder, blocked, seller, other, admin] = await Promise.all([
    house.person('bidder'),
    house.person('blocked'),
    house.person('seller', 'seller'),
    house.person('other', 'seller'),
    house.person('admin', 'admin'),
  ])
  await house.admin.patchUser(blocked.session.user!.id, { blocked: true })
  const people: Record<Actor, Client | null> = { anonymous: null, bidder, blocked, seller, other, admin }
  const auction = async (kind: Row[1]): Promise<string> => {
    const { id } = await seller.create({ ...lot, ...kinds[kind] })
    if (kind === 'bidden' || kind === 'closed') await bidder.bid(id, { maximum: 5_000 })
    if (kind === 'closed') await house.admin.close(id)
    return id
  }
  return { house, people, auction }
}

test('every route answers everybody as the table says', async () => {
  const { house, people, auction } = await furnished()
  const answers = []
  const expected = []
  for (const [request, kind, statuses, body] of table) {
    // Who only reads may share what is read; a call about no auction needs none.
    const shared = request.includes(':id') ? (request.startsWith('GET') ? await auction(kind) : null) : ''
    for (const [i, actor] of ACTORS.entries()) {
      const id = shared ?? (await auction(kind))
      const headers = { 'idempotency-key': 'a key' }
      const answer = await ask(house.url, request.replace(':id', id), { as: people[actor], body, headers })
      answers.push(`${request} of ${kind} by ${actor}: ${answer.status}`)
      expected.push(`${request} of ${kind} by ${actor}: ${statuses[i]}`)
      const isProblem = answer.headers.get('content-type') === 'application/problem+json'
      expect({ request, isProblem }).toEqual({ request, isProblem: answer.status >= 400 })
      expectNoInternals(answer.text)
    }
  }
  expect(answers).toEqual(expected)
})

test('a token that an admin lent is answered as a bidder is, but for what is asked at home only', async () => {
  const { house, people, auction } = await furnished()
  const { accessToken: token } = await people.admin!.tokenFor(FRIENDS)
  const bidder = ACTORS.indexOf('bidder')
  const atHome = new Set(['POST /v1/me/tokens', 'DELETE /v1/sessions', 'DELETE /v1/sessions/current'])
  const answers = []
  const expected = []
  for (const [request, kind, statuses, body] of table) {
    const id = request.includes(':id') ? await auction(kind) : ''
    const headers = { 'idempotency-key': 'a key' }
    const answer = await ask(house.url, request.replace(':id', id), { token, body, headers })
    answers.push(`${request} of ${kind}: ${answer.status}`)
    expected.push(`${request} of ${kind}: ${atHome.has(request) ? 403 : statuses[bidder]}`)
  }
  expect(answers).toEqual(expected)
})

test('a session that was signed out, a token that ran out and one that is none are 401 everywhere', async () => {
  const { house, people, auction } = await furnished()
  const admin = people.admin!
  const good = (await admin.session.token())!
  const lapsed = forged(house, good, { payload: { exp: Math.floor(Date.now() / 1_000) - 1 } })
  const leaver = await house.person('leaver', 'admin')
  const left = (await leaver.session.token())!
  await leaver.signOut()
  const id = await auction('open')
  for (const token of [lapsed, left, 'nonsense'])
    for (const [request, , , body] of table) {
      if (!request.includes('/v1/') || request.endsWith('/refresh')) continue
      const headers = { 'idempotency-key': 'a key' }
      expectProblem(await ask(house.url, request.replace(':id', id), { token, body, headers }), 'unauthenticated')
    }
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).json).toMatchObject({ status: 'open', seq: 2, bidCount: 0 })
})

test('what is not there is 404 whoever asks: an id that is none, an unknown one, one of something else', async () => {
  const { house, people } = await furnished()
  const userId = people.seller!.session.user!.id
  for (const id of [
    MISSING,
    userId,
    'nonsense',
    '0',
    '-1',
    '%00',
    '%27',
    "'--",
    '..%2f..',
    '%F0%9F%A6%8A',
    MISSING.toUpperCase(),
  ])
    for (const path of ['', '/bids', '/events', '/ledger']) {
      const answer = await ask(house.url, `GET /v1/auctions/${id}${path}`, { as: people.admin })
      expectProblem(answer, 'auction_not_found')
    }
  for (const [request, body] of [
    ['PATCH', { title: 'x' }],
    ['POST /open', undefined],
    ['POST /close', undefined],
    ['POST /cancel', why],
    ['POST /pause', why],
    ['POST /resume', undefined],
    ['POST /extend', more],
    [`POST /bids/${MISSING}/void`, why],
    ['GET /bidders', undefined],
    ['POST /bids', { amount: 1 }],
  ] as const) {
    const [method, path = ''] = request.split(' ')
    const headers = { 'idempotency-key': 'k' }
    const answer = await ask(house.url, `${method} /v1/auctions/${MISSING}${path}`, { as: people.admin, body, headers })
    expectProblem(answer, 'auction_not_found')
  }
  for (const path of [
    '/v1',
    '/v1/',
    '/v1/auction',
    '/v2/auctions',
    '/V1/auctions',
    '/v1//auctions',
    '/v1/me/',
    '/.env',
    '/v1/auctions/x/y/z',
  ])
    expectProblem(await ask(house.url, `GET ${path}`), 'not_found')
})

describe('where only members watch', () => {
  test('nothing about an auction is shown without a token, and everything with one', async () => {
    const { house, people, auction } = await furnished({ WATCHING: 'members' })
    const id = await auction('bidden')
    const paths = [
      '/v1/auctions',
      `/v1/auctions/${id}`,
      `/v1/auctions/${id}/bids`,
      `/v1/auctions/${id}/events`,
      `/v1/auctions/${id}/ledger`,
    ]
    for (const path of paths)
      for (const headers of [
        {},
        { accept: 'text/event-stream' },
        { 'if-none-match': '*' },
        { 'x-forwarded-for': '127.0.0.1' },
      ] as Record<string, string>[]) {
        expectProblem(await ask(house.url, `GET ${path}`, { headers }), 'unauthenticated')
        const headStatus = path.endsWith('/events') ? 404 : 401
        expect((await ask(house.url, `HEAD ${path}`, { headers })).status).toBe(headStatus)
      }
    for (const path of paths) expect((await ask(house.url, `GET ${path}`, { as: people.bidder })).status).toBe(200)
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/asyncapi.json', '/docs'])
      expect((await ask(house.url, `GET ${path}`)).status).toBeLessThan(400)
  })

  test('the doors stay open: signing up, signing in and renewing need no token', async () => {
    const { house } = await furnished({ WATCHING: 'members' })
    const account = { email: 'new@house.example', password: 'a new password', displayName: 'New' }
    expect((await ask(house.url, 'POST /v1/users', { body: account })).status).toBe(201)
    const { email, password } = account
    const session = await ask(house.url, 'POST /v1/sessions', { body: { email, password } })
    expect(session.status).toBe(201)
    const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
    expect((await ask(house.url, 'POST /v1/sessions/refresh', { headers: { cookie } })).status).toBe(200)
    expectProblem(await ask(house.url, 'GET /v1/users'), 'unauthenticated')
  })
})

test('a change of role or block holds with the very next request, under the same token', async () => {
  const house = await openHouse()
  const ana = await house.person()
  const token = (await ana.session.token())!
  const id = ana.session.user!.id
  const auction = await house.auction()
  const create = async () => (await ask(house.url, 'POST /v1/auctions', { token, body: lot })).status
  const list = async () => (await ask(house.url, 'GET /v1/users', { token })).status
  const bid = async (amount: number) => {
    const headers = { 'idempotency-key': `k${amount}` }
    return ask(house.url, `POST /v1/auctions/${auction}/bids`, { token, body: { maximum: amount }, headers })
  }
  expect([await create(), await list()]).toEqual([403, 403])
  await house.admin.patchUser(id, { role: 'seller' })
  expect([await create(), await list()]).toEqual([201, 403])
  await house.admin.patchUser(id, { role: 'admin' })
  expect([await create(), await list()]).toEqual([201, 200])
  await house.admin.patchUser(id, { role: 'bidder' })
  expect([await create(), await list()]).toEqual([403, 403])
  expect((await bid(1_000)).status).toBe(201)
  await house.admin.patchUser(id, { blocked: true })
  expectProblem(await bid(2_000), 'bidder_blocked', { asOfSeq: 3 })
  await house.admin.patchUser(id, { blocked: false })
  expect((await bid(2_000)).json).toMatchObject({ outcome: 'raised' })
})

test('a seller keeps a bidder out of the own auctions, and of no others', async () => {
  const house = await openHouse()
  const [seller, other, ana] = [
    await house.person('s', 'seller'),
    await house.person('o', 'seller'),
    await house.person(),
  ]
  const [mine, theirs] = [(await seller.create(lot)).id, (await other.create(lot)).id]
  const userId = ana.session.user!.id
  const bid = (id: string, amount: number) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: ana,
      body: { maximum: amount },
      headers: { 'idempotency-key': `k${amount}` },
    })
  expect((await ask(house.url, `PUT /v1/me/blocks/${userId}`, { as: seller })).status).toBe(204)
  expect((await ask(house.url, `PUT /v1/me/blocks/${userId}`, { as: seller })).status).toBe(204)
  expect((await ask(house.url, 'GET /v1/me/blocks', { as: seller })).json).toEqual({
    items: [userId],
    nextCursor: null,
  })
  expect((await ask(house.url, 'GET /v1/me/blocks', { as: other })).json.items).toEqual([])
  expectProblem(await bid(mine, 1_000), 'bidder_blocked', { asOfSeq: 2 })
  expect((await bid(theirs, 1_000)).status).toBe(201)
  expect((await ask(house.url, `DELETE /v1/me/blocks/${userId}`, { as: seller })).status).toBe(204)
  expect((await bid(mine, 1_000)).status).toBe(201)
  expectProblem(await ask(house.url, `PUT /v1/me/blocks/${MISSING}`, { as: seller }), 'user_not_found')
})
