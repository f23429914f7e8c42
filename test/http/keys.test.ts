import { expect, test } from 'vitest'
import type { Client } from '../../src/sdk/index.ts'
import { Channel } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, lot } from './support.ts'

type Made = { readonly id: string; readonly secret: string }

async function keyOf(house: House, as: Client, scopes: readonly string[], more: object = {}): Promise<Made> {
  const answer = await ask(house.url, 'POST /v1/me/keys', { as, body: { name: 'My bot', scopes, ...more } })
  expect(answer.status).toBe(201)
  return answer.json as Made
}

const calling =
  (house: House, { secret }: Made) =>
  (call: string, body?: object, headers: Record<string, string> = {}) =>
    ask(house.url, call, { token: secret, body, headers })

test('a key does what its scopes say, and no more than its owner may', async () => {
  const house = await sharedHouse()
  const [ana, seller, id] = [await house.person(), await house.person('seller', 'seller'), await house.auction()]
  const [reads, bids, sells] = [
    calling(house, await keyOf(house, ana, ['read'])),
    calling(house, await keyOf(house, ana, ['bid'])),
    calling(house, await keyOf(house, ana, ['read', 'sell', 'admin'])),
  ]
  const bid = [`POST /v1/auctions/${id}/bids`, { amount: 1_000 }, { 'idempotency-key': 'k' }] as const
  expectProblem(await reads(...bid), 'forbidden')
  expectProblem(await bids('GET /v1/me'), 'forbidden')
  expect((await bids(...bid)).status).toBe(201)
  expect((await reads('GET /v1/me/bids')).json).toMatchObject({ items: [{ amount: 1_000 }] })
  expectProblem(await sells('POST /v1/auctions', lot), 'forbidden')
  expectProblem(await sells('GET /v1/users'), 'forbidden')

  const own = calling(house, await keyOf(house, seller, ['read', 'sell']))
  expect((await own('POST /v1/auctions', lot)).status).toBe(201)
  const lesser = calling(house, await keyOf(house, seller, ['read', 'bid']))
  expectProblem(await lesser('POST /v1/auctions', lot), 'forbidden')
  const admins = calling(house, await keyOf(house, house.admin, ['read', 'admin']))
  expect((await admins('GET /v1/users')).status).toBe(200)
  const notAdmins = calling(house, await keyOf(house, house.admin, ['read', 'sell']))
  expectProblem(await notAdmins('GET /v1/users'), 'forbidden')
})

test.each([
  ['PATCH /v1/me', { displayName: 'Mallory' }],
  ['GET /v1/me/keys', undefined],
  ['POST /v1/me/keys', { name: 'Another', scopes: ['admin'] }],
  ['DELETE /v1/me/keys/1', undefined],
  ['DELETE /v1/sessions', undefined],
  ['DELETE /v1/me/sessions/1', undefined],
  ['POST /v1/me/push', { endpoint: 'https://push.example/1', keys: { p256dh: 'p'.repeat(20), auth: 'a'.repeat(20) } }],
  ['PUT /v1/me/preferences', { language: 'es' }],
] as const)('no key gets hold of its account: %s', async (call, body) => {
  const house = await sharedHouse()
  const all = calling(house, await keyOf(house, house.admin, ['read', 'bid', 'sell', 'admin']))
  expectProblem(await all(call, body), 'forbidden')
})

test('a key that is taken back is good for nothing at once, its sockets close, and it is no session', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const key = await keyOf(house, ana, ['read', 'bid'])
  const channel = new Channel(house.url, `/v1/auctions/${id}/live`, { token: key.secret })
  await channel.next('you')
  channel.send({ type: 'bid', key: 'k', amount: 1_000 })
  expect(await channel.next('ack')).toMatchObject({ outcome: 'leading' })
  expect((await ana.sessions()).items).toHaveLength(1)
  const list = async () => ((await ask(house.url, 'GET /v1/me/keys', { as: ana })).json as { items: object[] }).items
  expect(await list()).toMatchObject([{ id: key.id, name: 'My bot', scopes: ['read', 'bid'], expiresAt: null }])
  expect(JSON.stringify(await list())).not.toContain(key.secret)
  const eve = await house.person()
  expectProblem(await ask(house.url, `DELETE /v1/me/keys/${key.id}`, { as: eve }), 'not_found')
  expect((await ask(house.url, `DELETE /v1/me/keys/${key.id}`, { as: ana })).status).toBe(204)
  expect(await channel.closed).toMatchObject({ code: 4401 })
  expectProblem(await calling(house, key)('GET /v1/me'), 'unauthenticated')
  expect(await list()).toEqual([])
})

test('a key that was stolen is good for nothing once its owner is blocked, and for less once their role is', async () => {
  const house = await sharedHouse()
  const [ana, seller, id] = [await house.person(), await house.person('seller', 'seller'), await house.auction()]
  const [ofAna, ofSeller] = [await keyOf(house, ana, ['read', 'bid']), await keyOf(house, seller, ['read', 'sell'])]
  const open = async ({ secret }: Made, path: string) => {
    const channel = new Channel(house.url, path, { token: secret })
    await channel.next('hello')
    return channel
  }
  const [auction, prices] = [await open(ofAna, `/v1/auctions/${id}/live`), await open(ofAna, '/v1/live')]
  await auction.next('you')
  const selling = await open(ofSeller, `/v1/auctions/${id}/live`)
  await selling.next('you')
  await house.admin.patchUser(seller.session.user!.id, { role: 'bidder' })
  expect(await selling.closed).toMatchObject({ code: 4401 })
  expectProblem(await calling(house, ofSeller)('POST /v1/auctions', lot), 'forbidden')
  await house.admin.patchUser(ana.session.user!.id, { blocked: true })
  for (const channel of [auction, prices]) expect(await channel.closed).toMatchObject({ code: 4403 })
  const bid = [`POST /v1/auctions/${id}/bids`, { amount: 1_000 }, { 'idempotency-key': 'k' }] as const
  expect((await calling(house, ofAna)(...bid)).status).toBe(403)
  expect(await new Channel(house.url, `/v1/auctions/${id}/live`, { token: ofAna.secret }).closed).toMatchObject({
    code: 4403,
  })
})

test('a key that only reads bids by no socket', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const { secret } = await keyOf(house, ana, ['read'])
  const channel = new Channel(house.url, `/v1/auctions/${id}/live`, { token: secret })
  await channel.next('you')
  channel.send({ type: 'bid', key: 'k', amount: 1_000 })
  expect((await channel.next('reject')).problem.code).toBe('forbidden')
})

test('a key that does not read is shown on a socket what everyone is, and bids', async () => {
  const house = await sharedHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 5_000 })
  const [all, blind] = [await keyOf(house, ana, ['read', 'bid']), await keyOf(house, ana, ['bid'])]
  const [seeing, unseeing] = [all, blind].map(({ secret: token }) => [
    new Channel(house.url, `/v1/auctions/${id}/live`, { token }),
    new Channel(house.url, '/v1/live', { token }),
  ]) as [[Channel, Channel], [Channel, Channel]]
  for (const channel of [...seeing, ...unseeing]) await channel.next('hello')
  await Promise.all([seeing[0].next('you'), unseeing[0].next('snapshot')])
  unseeing[1].send({ type: 'follow', auctions: [{ id }] })
  await unseeing[1].next('snapshot')
  await ask(house.url, `POST /v1/auctions/${id}/messages`, {
    as: ana,
    body: { text: 'a question', to: 'seller' },
    headers: { 'idempotency-key': 'q' },
  })
  await seeing[0].next('message')
  await ben.bid(id, { amount: 9_000 })
  await seeing[1].next('notice')
  unseeing[0].send({ type: 'bid', key: 'k', amount: 9_500 })
  expect(await unseeing[0].next('ack')).toMatchObject({ outcome: 'leading' })
  await unseeing[1].next('events', ({ events }) => events.some(({ data }) => 'price' in data && data.price === 9_500))
  for (const channel of unseeing)
    for (const type of ['you', 'message', 'notice'] as const) expect(channel.all(type)).toEqual([])
})

test('[ROOM-3] an admin speaks as the house, also by a key, or not at all', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const { id } = await seller.create({ ...lot, room: { messages: 'members' } })
  const say = async (...scopes: string[]) =>
    calling(house, await keyOf(house, house.admin, scopes))(
      `POST /v1/auctions/${id}/messages`,
      { text: 'Good evening' },
      { 'idempotency-key': scopes.join() },
    )
  expectProblem(await say('read', 'bid'), 'forbidden')
  const { json: message } = await say('bid', 'admin')
  expect(message).toMatchObject({ from: 'house' })
  // Whoever speaks by a key may report by it.
  const bot = calling(house, await keyOf(house, await house.person(), ['bid']))
  expect((await bot(`POST /v1/auctions/${id}/messages/${message.id}/report`)).status).toBe(204)
})

test('a key lives as long as it says, and longer than signing out everywhere and a new password', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const ana = await house.person()
  const expiresAt = new Date(clock.now() + 60_000).toISOString()
  const short = await keyOf(house, ana, ['read'], { expiresAt })
  const long = await keyOf(house, ana, ['read'], { expiresAt: null })
  const past = { name: 'x', scopes: ['read'], expiresAt: new Date(clock.now()).toISOString() }
  expectProblem(await ask(house.url, 'POST /v1/me/keys', { as: ana, body: past }), 'invalid_request')
  expect((await calling(house, short)('GET /v1/me')).status).toBe(200)
  const id = await house.auction()
  const channel = new Channel(house.url, `/v1/auctions/${id}/live`, { token: short.secret })
  await channel.next('you')
  await ana.changeMe({ password: 'another password', currentPassword: 'password of somebody' })
  await ana.signOutEverywhere()
  await clock.advance(60_000)
  expectProblem(await calling(house, short)('GET /v1/me'), 'unauthenticated')
  expect(await channel.closed).toMatchObject({ code: 4401 })
  const late = new Channel(house.url, `/v1/auctions/${id}/live`, { token: short.secret })
  expect(await late.closed).toMatchObject({ code: 4401 })
  expect((await calling(house, long)('GET /v1/me')).status).toBe(200)
})

test('wrong keys cost what wrong tokens do, and are not told apart', async () => {
  const house = await sharedHouse()
  for (const token of ['mk_', `mk_${'x'.repeat(43)}`])
    expectProblem(await ask(house.url, 'GET /v1/me', { token }), 'unauthenticated')
})
