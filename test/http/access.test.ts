import { describe, expect, test } from 'vitest'
import { openHouse, sharedHouse } from '../support/service.ts'
import { furnished } from './stages.ts'
import { MISSING, ask, expectProblem, lot } from './support.ts'

const why = { reason: 'because' }
const more = { closesAt: new Date(Date.now() + 2 * 86_400_000).toISOString(), ...why }

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
    const { house, people, stage } = await furnished({ WATCHING: 'members' })
    const { id } = await stage('bidden')
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
        const headStatus = path.endsWith('/events') ? 405 : 401
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
  const house = await sharedHouse()
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

test('where one is invited, it is by an admin who is not blocked', async () => {
  const house = await openHouse({ REGISTRATION: 'open' })
  const guest = { email: 'guest@house.example', password: 'a new password', displayName: 'Guest' }
  const former = await house.person('former', 'admin')
  await house.service.close()
  const again = await openHouse({ REGISTRATION: 'invite' }, {}, house.dataDir)
  const token = (await former.session.token())!
  const invite = () => ask(again.url, 'POST /v1/users', { token, body: guest })
  await again.admin.patchUser(former.session.user!.id, { blocked: true })
  expectProblem(await invite(), 'forbidden')
  await again.admin.patchUser(former.session.user!.id, { blocked: false })
  expect((await invite()).status).toBe(201)
})

test('a seller keeps a bidder out of the own auctions, and of no others', async () => {
  const house = await sharedHouse()
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
