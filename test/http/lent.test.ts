import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Client } from '../../src/sdk/index.ts'
import { Channel } from '../support/channel.ts'
import { type House, openHouse } from '../support/service.ts'
import { type Answer, ask, encoded, expectProblem, expectShape, forged, lot, serveAlone, MISSING } from './support.ts'

const FRIENDS = 'https://friends.example'
const from = { origin: FRIENDS }
const friendly = () => openHouse({ ALLOWED_ORIGINS: `${FRIENDS}, https://more.example` })

const lentShape = z.object({
  accessToken: z.string(),
  expiresInSeconds: z.literal(900),
  user: z.object({ id: z.uuid(), displayName: z.string(), role: z.literal('bidder') }),
})

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>
}

async function lent(by: Client, auction: string, most = 10_000, origin = FRIENDS): Promise<string> {
  return (await by.tokenFor({ origin, auction, most })).accessToken
}

/** A seller with a reserve to hide and a draft, and the token they lent for the one. */
async function selling(house: House) {
  const seller = await house.person('Sally', 'seller')
  const open = await seller.create({ ...lot, terms: { ...lot.terms, reservePrice: 7_770 } })
  const draft = await seller.create({ ...lot, status: 'draft' })
  return { seller, token: await lent(seller, open.id), open: open.id, draft: draft.id }
}

/** Bids as a page elsewhere does. */
function bidder(house: House, id: string, token: string) {
  let key = 0
  return (body: object, headers: Record<string, string> = {}) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      token,
      body,
      headers: { ...from, 'idempotency-key': `k${(key += 1)}`, ...headers },
    })
}

test('a lent token is short-lived, of the same session, and shows nothing of its owner but id and name', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person('Ana', 'admin'), await house.auction()]
  const body = { origin: FRIENDS, auction: id, most: 5_000 }
  const answer = await ask(house.url, 'POST /v1/me/tokens', { as: ana, body })
  expect(answer.status).toBe(201)
  const { accessToken, user } = expectShape(lentShape, answer.json)
  expect(user).toEqual({ id: ana.session.user!.id, displayName: 'Ana', role: 'bidder' })
  const [own, claims] = [claimsOf((await ana.session.token())!), claimsOf(accessToken)]
  expect(claims).toEqual({ ...own, scope: 'bid', ...body, iat: expect.any(Number), exp: expect.any(Number) })
  expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(15 * 60)
  expect(answer.headers.getSetCookie()).toEqual([])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const me = await ask(house.url, 'GET /v1/me', { token: accessToken, headers: from })
  expect({ status: me.status, user: me.json }).toEqual({ status: 200, user })
})

test('a lent token shows the name that its owner has by then', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person('Ana'), await house.auction()]
  const token = await lent(ana, id)
  const nameShown = async () => (await ask(house.url, 'GET /v1/me', { token, headers: from })).json.displayName
  expect(await nameShown()).toBe('Ana')
  await ask(house.url, 'PATCH /v1/me', { as: ana, body: { displayName: 'Ana María' } })
  expect(await nameShown()).toBe('Ana María')
})

test('it is lent to origins that are allowed and to our own, and to no other', async () => {
  const house = await friendly()
  const [ana, auction] = [await house.person(), await house.auction()]
  const lend = (origin: unknown, more: object = {}) =>
    ask(house.url, 'POST /v1/me/tokens', { as: ana, body: { origin, auction, most: 1, ...more } })
  for (const origin of [FRIENDS, 'https://more.example', house.url]) expect((await lend(origin)).status).toBe(201)
  for (const origin of [
    'https://evil.example',
    'null',
    '*',
    `${FRIENDS}/`,
    `${FRIENDS}.evil.example`,
    'http://friends.example',
    `${FRIENDS}:8443`,
    `${house.url}/page`,
    `${house.url}0`,
    house.url.replace('http', 'ws'),
    'HTTPS://FRIENDS.EXAMPLE',
    'self',
  ])
    expectProblem(await lend(origin), 'forbidden')
  for (const origin of [undefined, null, '', 7, [FRIENDS], 'x'.repeat(271)])
    expectProblem(await lend(origin), 'invalid_request')
  for (const more of [
    { scope: 'all' },
    { auction: undefined },
    { auction: 'x' },
    { most: undefined },
    { most: 0 },
    { most: 1.5 },
    { most: '100' },
    { most: Number.MAX_SAFE_INTEGER + 1 },
  ])
    expectProblem(await lend(FRIENDS, more), 'invalid_request')
  expectProblem(await lend(FRIENDS, { auction: MISSING }), 'auction_not_found')
})

test('where there is a public address, it is our own and the one of the request is not', async () => {
  const url = await serveAlone({ PUBLIC_URL: 'https://bids.example.org' })
  const account = { email: 'ana@house.example', password: 'correct horse battery', displayName: 'Ana' }
  await ask(url, 'POST /v1/users', { body: account })
  const { email, password } = account
  const token = (await ask(url, 'POST /v1/sessions', { body: { email, password } })).json.accessToken as string
  const lend = (origin: string) =>
    ask(url, 'POST /v1/me/tokens', { token, body: { origin, auction: MISSING, most: 1 } })
  expectProblem(await lend('https://bids.example.org'), 'auction_not_found')
  expectProblem(await lend(url), 'forbidden')
})

test('it is good on pages of its origin only; our own need not say where they are', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person(), await house.auction()]
  const path = `/v1/auctions/${id}`
  const seen = async (token: string, origin: string | undefined) => {
    const headers = origin === undefined ? {} : { origin }
    const { status } = await ask(house.url, `GET ${path}`, { token, headers })
    const channel = new Channel(house.url, `${path}/live`, { token, ...headers })
    const first = await Promise.race([channel.next('you').then(() => 'told'), channel.closed.then(({ code }) => code)])
    const late = new Channel(house.url, `${path}/live`, headers)
    // Where the page itself is not let in it is not heard either.
    late.ws.once('open', () => late.send({ type: 'auth', token }))
    const second = await Promise.race([late.next('you').then(() => 'told'), late.closed.then(({ code }) => code)])
    for (const one of [channel, late]) one.ws.close()
    return [status, first, second]
  }
  const [theirs, ours] = [await lent(ana, id), await lent(ana, id, 10_000, house.url)]
  expect(await seen(theirs, FRIENDS)).toEqual([200, 'told', 'told'])
  for (const origin of [undefined, 'https://more.example', house.url])
    expect({ origin, seen: await seen(theirs, origin) }).toEqual({ origin, seen: [403, 4403, 4403] })
  expect(await seen(theirs, 'https://evil.example')).toEqual([403, 1008, 1008])
  for (const origin of [undefined, house.url])
    expect({ origin, seen: await seen(ours, origin) }).toEqual({ origin, seen: [200, 'told', 'told'] })
  expect(await seen(ours, FRIENDS)).toEqual([403, 4403, 4403])
})

test('it bids in one auction, up to what its owner allowed, on both transports', async () => {
  const house = await friendly()
  const [ana, id, other] = [await house.person(), await house.auction(), await house.auction()]
  const token = await lent(ana, id, 5_000)
  const bid = bidder(house, id, token)
  for (const body of [{ amount: 5_001 }, { maximum: 5_001 }, { maximum: Number.MAX_SAFE_INTEGER }]) {
    expectProblem(await bid(body), 'above_lent_limit', { most: 5_000 })
    const room = new Channel(house.url, `/v1/auctions/${id}/live`, { token, ...from })
    await room.next('you')
    room.send({ type: 'bid', key: 'above', ...body })
    expect((await room.next('reject')).problem).toMatchObject({ code: 'above_lent_limit', most: 5_000 })
    room.ws.close()
  }
  expect((await house.admin.auction(id)).bidCount).toBe(0)
  expectProblem(await bidder(house, other, token)({ amount: 1_000 }), 'forbidden')
  for (const path of [`/v1/auctions/${other}/live`, '/v1/live'])
    expect((await new Channel(house.url, path, { token, ...from }).closed).code).toBe(4403)
  expect((await bid({ amount: 5_000 })).status).toBe(201)
})

test('it gets no maximum and no salt: in answers, acks, what one is told of oneself and repeated keys', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person('Ana'), await house.auction()]
  const token = await lent(ana, id)
  const bid = bidder(house, id, token)
  const room = new Channel(house.url, `/v1/auctions/${id}/live`, { token, ...from })
  await room.next('you')
  const first = await bid({ maximum: 5_003 }, { 'idempotency-key': 'k' })
  expect({ status: first.status, json: first.json }).toMatchObject({
    status: 201,
    json: { outcome: 'leading', bid: { amount: 1_000, maximum: null, commitment: expect.any(String) } },
  })
  expect(await room.next('you')).toMatchObject({ standing: 'leading', maximum: null, bids: [{ maximum: null }] })
  // At home the same key is answered with both.
  const headers = { 'idempotency-key': 'k' }
  const home = await ask(house.url, `POST /v1/auctions/${id}/bids`, { as: ana, headers, body: { maximum: 5_003 } })
  expect(home.json.bid).toMatchObject({
    id: first.json.bid.id,
    maximum: 5_003,
    salt: expect.stringMatching(/^\w{64}$/),
  })
  const { bid: own, ...rest } = home.json as { bid: object }
  expect(first.json).toEqual({ ...rest, bid: { ...own, maximum: null, salt: undefined } })
  expect((await bid({ maximum: 5_003 }, headers)).text).toBe(first.text)
  // What is raised at home is not told elsewhere.
  await ana.bid(id, { maximum: 6_007 })
  await house.admin.extend(id, { closesAt: new Date(Date.now() + 86_400_000).toISOString(), reason: 'more time' })
  await (await house.person('rival')).bid(id, { amount: 2_000 })
  const socketBid = { type: 'bid', key: 's', maximum: 7_001 } as const
  room.send(socketBid)
  expect((await room.next('reject')).problem).toMatchObject({ code: 'forbidden' })
  const texts = JSON.stringify(room.received) + first.text
  expect(texts).not.toMatch(/\b(5003|6007|salt)\b/)
  for (const request of ['GET /v1/me/bids', 'GET /v1/me/auctions', 'GET /v1/me/blocks'])
    expectProblem(await ask(house.url, request, { token, headers: from }), 'forbidden')
})

test('it cannot find out a maximum that leads by raising it, and a repeated bid of its own is answered all the same', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person('Ana'), await house.auction()]
  await ana.bid(id, { maximum: 5_000 })
  const bid = bidder(house, id, await lent(ana, id))
  const answers = []
  for (const maximum of [1_000, 4_900, 5_000, 5_100, 10_000]) answers.push(await bid({ maximum }))
  for (const answer of answers) expectProblem(answer, 'forbidden', { asOfSeq: 3 })
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expectProblem(await bid({ amount: 9_000 }), 'already_leading', { asOfSeq: 3 })
  expect((await ask(house.url, 'GET /v1/me/bids', { as: ana })).json.items).toHaveLength(1)
  const other = await house.auction()
  const again = bidder(house, other, await lent(ana, other))
  const headers = { 'idempotency-key': 'once' }
  const first = await again({ maximum: 3_000 }, headers)
  expect(first.status).toBe(201)
  expect((await again({ maximum: 3_000 }, headers)).text).toBe(first.text)
})

test('a socket on which both tokens are shown tells each what it may know', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person('Ana'), await house.auction()]
  await ana.bid(id, { maximum: 5_003 })
  const [own, token] = [(await ana.session.token())!, await lent(ana, id)]
  const room = new Channel(house.url, `/v1/auctions/${id}/live`, { token: own, ...from })
  expect(await room.next('you')).toMatchObject({ maximum: 5_003, bids: [{ maximum: 5_003 }] })
  room.send({ type: 'auth', token })
  expect(await room.next('you')).toMatchObject({ maximum: null, bids: [{ maximum: null }] })
  room.send({ type: 'auth', token: own })
  expect(await room.next('you')).toMatchObject({ maximum: 5_003, bids: [{ maximum: 5_003 }] })
})

test('it owns nothing: neither reserve nor drafts are shown by it, and no bid is taken on the own auction', async () => {
  const house = await friendly()
  const { seller, token, open, draft } = await selling(house)
  const admins = await lent(house.admin, open)
  const shown = (request: string, by: string) => ask(house.url, request, { token: by, headers: from })
  for (const by of [token, admins]) {
    const answers: Answer[] = []
    for (const request of [
      `GET /v1/auctions/${open}`,
      'GET /v1/auctions',
      `GET /v1/auctions?seller=${seller.session.user!.id}`,
      `GET /v1/auctions/${open}/events`,
      `GET /v1/auctions/${open}/ledger`,
    ])
      answers.push(await shown(request, by))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    for (const { text } of answers) {
      expect(text).not.toMatch(/\b(7770|reservePrice)\b/)
      expect(text).not.toContain(draft)
    }
    for (const path of ['', '/bids', '/events', '/ledger'])
      expectProblem(await shown(`GET /v1/auctions/${draft}${path}`, by), 'auction_not_found')
  }
  // It is there to be hidden: the owner sees both.
  expect((await ask(house.url, 'GET /v1/me/auctions', { as: seller })).text).toMatch(/7770/)
  expect((await ask(house.url, 'GET /v1/me/auctions', { as: seller })).text).toContain(draft)
  expectProblem(await bidder(house, open, token)({ amount: 1_000 }), 'own_auction', { asOfSeq: 2 })
})

test('on the live channel it is a bidder as well: it watches and bids, and sees nothing of the seller’s', async () => {
  const house = await friendly()
  const { token: sellers, open } = await selling(house)
  const ana = await house.person('Ana', 'admin')
  const token = await lent(ana, open)
  const path = `/v1/auctions/${open}/live`
  const room = new Channel(house.url, path, { token, origin: FRIENDS })
  expect((await room.next('snapshot')).auction.terms.reservePrice).toBeUndefined()
  expect(await room.next('you')).toMatchObject({ standing: 'none' })
  room.send({ type: 'bid', key: 'k', maximum: 5_000 })
  const { bid } = await room.next('ack')
  expect(bid).toMatchObject({ amount: 1_000, maximum: null })
  expect(Object.keys(bid)).not.toContain('salt')
  const later = new Channel(house.url, path, { origin: FRIENDS })
  await later.opened()
  later.send({ type: 'auth', token })
  expect(await later.next('you')).toMatchObject({ standing: 'leading', maximum: null })
  const owner = new Channel(house.url, path, { token: sellers, origin: FRIENDS })
  expect((await owner.next('snapshot')).auction.terms.reservePrice).toBeUndefined()
  expect((await new Channel(house.url, path, { token, origin: 'https://evil.example' }).closed).code).toBe(1008)
})

test('it ends with the session it is of, its sockets too, and neither signs out nor lends further itself', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await lent(ana, id)
  const room = new Channel(house.url, `/v1/auctions/${id}/live`, { token, origin: FRIENDS })
  await room.next('you')
  for (const request of ['DELETE /v1/sessions', 'DELETE /v1/sessions/current'])
    expectProblem(await ask(house.url, request, { token, headers: from }), 'forbidden')
  const body = { origin: FRIENDS, auction: id, most: 1 }
  expectProblem(await ask(house.url, 'POST /v1/me/tokens', { token, headers: from, body }), 'forbidden')
  expect((await ask(house.url, 'GET /v1/me', { as: ana })).status).toBe(200)
  await ana.signOut()
  expect((await room.closed).code).toBe(4401)
  expectProblem(await ask(house.url, 'GET /v1/me', { token, headers: from }), 'unauthenticated')
  expect((await new Channel(house.url, `/v1/auctions/${id}/live`, { token, ...from }).closed).code).toBe(4401)
})

test('a scope is what was issued: any other value is 401, and taking it out breaks the signature', async () => {
  const house = await friendly()
  const id = await house.auction()
  const admin = (await house.admin.session.token())!
  const token = await lent(house.admin, id)
  const { scope: _, ...unscoped } = claimsOf(token)
  const [header, , signature] = token.split('.') as [string, string, string]
  const bad: Record<string, string> = {
    'taken out, the signature kept': `${header}.${encoded(unscoped)}.${signature}`,
    'the claims of the own token': `${header}.${admin.split('.')[1]}.${signature}`,
    'a scope without what it is for': forged(house, admin, { payload: { scope: 'bid' } }),
  }
  for (const scope of ['admin', 'all', '', 'BID', 'bid ', 'bid admin', null, true, 1, ['bid'], { bid: true }])
    bad[JSON.stringify(scope)] = forged(house, token, { payload: { scope } })
  for (const [claim, value] of [
    ['origin', undefined],
    ['auction', undefined],
    ['most', undefined],
    ['most', -1],
    ['most', '5'],
  ] as const)
    bad[`${claim}: ${value}`] = forged(house, token, { payload: { [claim]: value } })
  for (const [name, token] of Object.entries(bad))
    for (const request of ['GET /v1/me', 'GET /v1/auctions', 'GET /v1/users']) {
      const answer = await ask(house.url, request, { token, headers: from })
      expect({ name, request, code: answer.json?.code }).toEqual({ name, request, code: 'unauthenticated' })
    }
  // The harness signs as the house does: with the right values it is good.
  const good = forged(house, admin, { payload: { scope: 'bid', origin: FRIENDS, auction: id, most: 1 } })
  expect((await ask(house.url, 'GET /v1/me', { token: good, headers: from })).json).toMatchObject({ role: 'bidder' })
  expectProblem(await ask(house.url, 'GET /v1/users', { token: good, headers: from }), 'forbidden')
})

test('a page elsewhere that is allowed can do with it what it is for, as a browser asks; no other page can', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await lent(ana, id)
  const asked = (method: string) => ({
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  })
  const as = (origin: string) => ({ origin, 'idempotency-key': `k of ${origin}` })
  for (const [origin, allowed, status] of [
    [FRIENDS, FRIENDS, 201],
    ['https://more.example', 'https://more.example', 403],
    ['https://evil.example', null, 403],
  ] as const) {
    const path = `/v1/auctions/${id}/bids`
    const preflight = await ask(house.url, `OPTIONS ${path}`, { headers: { origin, ...asked('POST') } })
    const bid = await ask(house.url, `POST ${path}`, { token, headers: as(origin), body: { amount: 1_000 } })
    expect({ origin, status: bid.status }).toEqual({ origin, status })
    for (const answer of [preflight, bid]) expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
  }
})

test('where only members watch, it is a member’s, and shows its auction alone', async () => {
  const house = await openHouse({ ALLOWED_ORIGINS: FRIENDS, WATCHING: 'members' })
  const [ana, id, other] = [await house.person(), await house.auction(), await house.auction()]
  const token = await lent(ana, id)
  const get = (path: string) => ask(house.url, `GET /v1/${path}`, { token, headers: from })
  expect((await get(`auctions/${id}`)).status).toBe(200)
  for (const path of ['auctions', `auctions/${other}`, `auctions/${other}/events`, 'log/checkpoint'])
    expectProblem(await get(path), 'forbidden')
  await house.admin.patchUser(ana.session.user!.id, { blocked: true })
  expectProblem(await get(`auctions/${id}`), 'forbidden')
})
