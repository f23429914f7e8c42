import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Client } from '../../src/sdk/index.ts'
import { Channel } from '../support/channel.ts'
import { type House, openHouse } from '../support/service.ts'
import { type Answer, ask, encoded, expectProblem, expectShape, forged, lot, serveAlone } from './support.ts'

const FRIENDS = 'https://friends.example'
const friendly = () => openHouse({ ALLOWED_ORIGINS: `${FRIENDS}, https://more.example` })

const lentShape = z.object({
  accessToken: z.string(),
  expiresInSeconds: z.literal(900),
  user: z.object({ id: z.uuid(), displayName: z.string(), role: z.literal('bidder') }),
})

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>
}

/** A seller with a reserve to hide and a draft, and the token they lent. */
async function selling(house: House) {
  const seller = await house.person('Sally', 'seller')
  const { accessToken: token } = await seller.tokenFor(FRIENDS)
  const open = await seller.create({ ...lot, terms: { ...lot.terms, reservePrice: 7_770 } })
  const draft = await seller.create({ ...lot, status: 'draft' })
  return { seller, token, open: open.id, draft: draft.id }
}

test('a lent token is short-lived, of the same session, and shows nothing of its owner but id and name', async () => {
  const house = await friendly()
  const ana = await house.person('Ana', 'admin')
  const answer = await ask(house.url, 'POST /v1/me/tokens', { as: ana, body: { origin: FRIENDS } })
  expect(answer.status).toBe(201)
  const { accessToken, user } = expectShape(lentShape, answer.json)
  expect(user).toEqual({ id: ana.session.user!.id, displayName: 'Ana', role: 'bidder' })
  const [own, lent] = [claimsOf((await ana.session.token())!), claimsOf(accessToken)]
  expect(lent).toEqual({ ...own, scope: 'bid', iat: expect.any(Number), exp: expect.any(Number) })
  expect((lent['exp'] as number) - (lent['iat'] as number)).toBe(15 * 60)
  expect(answer.headers.getSetCookie()).toEqual([])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const me = await ask(house.url, 'GET /v1/me', { token: accessToken })
  expect({ status: me.status, user: me.json }).toEqual({ status: 200, user })
})

test('it is lent to origins that are allowed and to our own, and to no other', async () => {
  const house = await friendly()
  const ana = await house.person()
  const lend = (origin: unknown) => ask(house.url, 'POST /v1/me/tokens', { as: ana, body: { origin } })
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
  ])
    expectProblem(await lend(origin), 'forbidden')
  for (const origin of [undefined, null, '', 7, [FRIENDS], 'x'.repeat(271)])
    expectProblem(await lend(origin), 'invalid_request')
  expectProblem(
    await ask(house.url, 'POST /v1/me/tokens', { as: ana, body: { origin: FRIENDS, scope: 'all' } }),
    'invalid_request',
  )
})

test('where there is a public address, it is our own and the one of the request is not', async () => {
  const url = await serveAlone({ PUBLIC_URL: 'https://bids.example.org' })
  const account = { email: 'ana@house.example', password: 'correct horse battery', displayName: 'Ana' }
  await ask(url, 'POST /v1/users', { body: account })
  const { email, password } = account
  const token = (await ask(url, 'POST /v1/sessions', { body: { email, password } })).json.accessToken as string
  const lend = (origin: string) => ask(url, 'POST /v1/me/tokens', { token, body: { origin } })
  expect((await lend('https://bids.example.org')).status).toBe(201)
  expectProblem(await lend(url), 'forbidden')
})

test('it bids, once for a key whichever token shows it, and reads the own bids with their maxima', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person('Ana', 'seller'), await house.auction()]
  const { accessToken: token } = await ana.tokenFor(FRIENDS)
  const bid = (asked: { token: string } | { as: Client }, key: string) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      ...asked,
      body: { maximum: 5_000 },
      headers: { 'idempotency-key': key },
    })
  const first = await bid({ token }, 'k')
  expect({ status: first.status, json: first.json }).toMatchObject({ status: 201, json: { outcome: 'leading' } })
  expect((await bid({ as: ana }, 'k')).text).toBe(first.text)
  const mine = await ask(house.url, 'GET /v1/me/bids', { token })
  expect(mine.json.items).toMatchObject([{ id: first.json.bid.id, maximum: 5_000, standing: 'leading' }])
})

test('it owns nothing: neither reserve nor drafts are shown by it, and no bid is taken on the own auction', async () => {
  const house = await friendly()
  const { seller, token, open, draft } = await selling(house)
  const { accessToken: admins } = await house.admin.tokenFor(FRIENDS)
  const shown = (request: string, by: string) => ask(house.url, request, { token: by })
  for (const by of [token, admins]) {
    const answers: Answer[] = []
    for (const request of [
      `GET /v1/auctions/${open}`,
      'GET /v1/auctions',
      `GET /v1/auctions?seller=${seller.session.user!.id}`,
      'GET /v1/me/auctions',
      `GET /v1/auctions/${open}/events`,
      `GET /v1/auctions/${open}/ledger`,
    ])
      answers.push(await shown(request, by))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    for (const { text } of answers) {
      expect(text).not.toMatch(/7770|reservePrice/)
      expect(text).not.toContain(draft)
    }
    for (const path of ['', '/bids', '/events', '/ledger'])
      expectProblem(await shown(`GET /v1/auctions/${draft}${path}`, by), 'auction_not_found')
  }
  // It is there to be hidden: the owner sees both.
  expect((await ask(house.url, 'GET /v1/me/auctions', { as: seller })).text).toMatch(/7770/)
  expect((await ask(house.url, 'GET /v1/me/auctions', { as: seller })).text).toContain(draft)
  const headers = { 'idempotency-key': 'k' }
  const bid = await ask(house.url, `POST /v1/auctions/${open}/bids`, { token, body: { amount: 1_000 }, headers })
  expectProblem(bid, 'own_auction', { asOfSeq: 2 })
})

test('on the live channel it is a bidder as well: it watches and bids, and sees nothing of the seller’s', async () => {
  const house = await friendly()
  const { token: sellers, open, draft } = await selling(house)
  const ana = await house.person('Ana', 'admin')
  const { accessToken: token } = await ana.tokenFor(FRIENDS)
  const path = `/v1/auctions/${open}/live`
  const room = new Channel(house.url, path, { token, origin: FRIENDS })
  expect((await room.next('snapshot')).auction.terms.reservePrice).toBeUndefined()
  expect(await room.next('you')).toMatchObject({ standing: 'none' })
  room.send({ type: 'bid', key: 'k', maximum: 5_000 })
  expect(await room.next('ack')).toMatchObject({ outcome: 'leading', bid: { maximum: 5_000 } })
  const later = new Channel(house.url, path, { origin: FRIENDS })
  await later.opened()
  later.send({ type: 'auth', token })
  expect(await later.next('you')).toMatchObject({ standing: 'leading', maximum: 5_000 })
  const owner = new Channel(house.url, path, { token: sellers, origin: FRIENDS })
  expect((await owner.next('snapshot')).auction.terms.reservePrice).toBeUndefined()
  expect((await new Channel(house.url, `/v1/auctions/${draft}/live`, { token: sellers }).closed).code).toBe(4404)
  const prices = new Channel(house.url, '/v1/live', { token: sellers, origin: FRIENDS })
  await prices.opened()
  prices.send({ type: 'watch', auctions: [open, draft] })
  expect((await prices.next('prices')).prices).toMatchObject([{ auction: open }])
  expect((await new Channel(house.url, path, { token, origin: 'https://evil.example' }).closed).code).toBe(1008)
})

test('it ends with the session it is of, its sockets too, and neither signs out nor lends further itself', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person(), await house.auction()]
  const { accessToken: token } = await ana.tokenFor(FRIENDS)
  const room = new Channel(house.url, `/v1/auctions/${id}/live`, { token, origin: FRIENDS })
  await room.next('you')
  for (const request of ['DELETE /v1/sessions', 'DELETE /v1/sessions/current'])
    expectProblem(await ask(house.url, request, { token }), 'forbidden')
  expectProblem(await ask(house.url, 'POST /v1/me/tokens', { token, body: { origin: FRIENDS } }), 'forbidden')
  expect((await ask(house.url, 'GET /v1/me', { as: ana })).status).toBe(200)
  await ana.signOut()
  expect((await room.closed).code).toBe(4401)
  expectProblem(await ask(house.url, 'GET /v1/me', { token }), 'unauthenticated')
  expect((await new Channel(house.url, `/v1/auctions/${id}/live`, { token }).closed).code).toBe(4401)
})

test('a scope is what was issued: any other value is 401, and taking it out breaks the signature', async () => {
  const house = await friendly()
  const admin = (await house.admin.session.token())!
  const { accessToken: lent } = await house.admin.tokenFor(FRIENDS)
  const { scope: _, ...unscoped } = claimsOf(lent)
  const [header, , signature] = lent.split('.') as [string, string, string]
  const bad: Record<string, string> = {
    'taken out, the signature kept': `${header}.${encoded(unscoped)}.${signature}`,
    'the claims of the own token': `${header}.${admin.split('.')[1]}.${signature}`,
  }
  for (const scope of ['admin', 'all', '', 'BID', 'bid ', 'bid admin', null, true, 1, ['bid'], { bid: true }])
    bad[JSON.stringify(scope)] = forged(house, lent, { payload: { scope } })
  for (const [name, token] of Object.entries(bad))
    for (const request of ['GET /v1/me', 'GET /v1/auctions', 'GET /v1/users']) {
      const answer = await ask(house.url, request, { token })
      expect({ name, request, code: answer.json?.code }).toEqual({ name, request, code: 'unauthenticated' })
    }
  // The harness signs as the house does: with the right value it is good.
  const good = forged(house, admin, { payload: { scope: 'bid' } })
  expect((await ask(house.url, 'GET /v1/me', { token: good })).json).toMatchObject({ role: 'bidder' })
  expectProblem(await ask(house.url, 'GET /v1/users', { token: good }), 'forbidden')
})

test('a page elsewhere that is allowed can do with it what it is for, as a browser asks; no other page can', async () => {
  const house = await friendly()
  const [ana, id] = [await house.person(), await house.auction()]
  const { accessToken: token } = await ana.tokenFor(FRIENDS)
  const asked = (method: string) => ({
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  })
  const as = (origin: string) => ({ origin, 'idempotency-key': `k of ${origin}` })
  for (const [origin, allowed] of [
    [FRIENDS, FRIENDS],
    ['https://evil.example', null],
  ] as const) {
    const path = `/v1/auctions/${id}/bids`
    for (const answer of [
      await ask(house.url, `OPTIONS ${path}`, { headers: { origin, ...asked('POST') } }),
      await ask(house.url, `POST ${path}`, { token, headers: as(origin), body: { amount: 1_000 } }),
      await ask(house.url, 'OPTIONS /v1/me/bids', { headers: { origin, ...asked('GET') } }),
      await ask(house.url, 'GET /v1/me/bids', { token, headers: as(origin) }),
    ])
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowed)
  }
})

test('where only members watch, it is a member’s', async () => {
  const house = await openHouse({ ALLOWED_ORIGINS: FRIENDS, WATCHING: 'members' })
  const [ana, id] = [await house.person(), await house.auction()]
  const { accessToken: token } = await ana.tokenFor(FRIENDS)
  expect((await ask(house.url, `GET /v1/auctions/${id}`, { token })).status).toBe(200)
  await house.admin.patchUser(ana.session.user!.id, { blocked: true })
  expectProblem(await ask(house.url, `GET /v1/auctions/${id}`, { token }), 'forbidden')
})
