import { expect, test } from 'vitest'
import { isPublic, postOutward } from '../../src/adapters/outward.ts'
import type { Client } from '../../src/sdk/index.ts'
import { CERTIFICATE, openOtherSite } from '../support/other-site.ts'
import { Receiver } from '../support/webhook-receiver.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { CLOSED_ADDRESSES, resolving } from './closed-addresses.ts'
import { ask, expectProblem } from './support.ts'

type Hook = { readonly id: string; readonly secret: string }

const PRIVATE = { WEBHOOKS_PRIVATE: 'on' }

async function hook(house: House, as: Client, url: string, events = ['bid.placed', 'auction.closed']): Promise<Hook> {
  const answer = await ask(house.url, 'POST /v1/webhooks', { as, body: { url, events } })
  expect(answer.status).toBe(201)
  return answer.json as Hook
}

test('a receiver that fails at random, hangs up and is away gets every event, in order, again only with the same id', async () => {
  const house = await sharedHouse(PRIVATE)
  const receiver = await Receiver.open()
  const seller = await house.person('seller', 'seller')
  receiver.secret = (await hook(house, seller, receiver.url)).secret
  let asked = 0
  receiver.answer = () => {
    asked += 1
    if (asked > 60) return 200
    return asked % 11 === 0 ? 503 : asked % 17 === 0 ? null : 200
  }
  const [ana, ben] = [await house.person(), await house.person()]
  const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 100, increments: 1 }, durationSeconds: 3_600 }
  const ids = await Promise.all([1, 2].map(async () => (await seller.create(lot)).id))
  for (let n = 0; n < 40; n += 1) {
    if (n === 20) await receiver.stop()
    for (const id of ids) await [ana, ben][n % 2]!.bid(id, { amount: 100 + n })
    if (n === 30) await receiver.start()
  }
  for (const id of ids) await house.admin.close(id)
  const seqsOf = (id: string) => receiver.arrived.filter(({ data }) => data.auction === id).map(({ data }) => data.seq)
  const expected = Array.from({ length: 41 }, (_, i) => i + 3)
  for (const id of ids) await expect.poll(() => [...new Set(seqsOf(id))], { timeout: 120_000 }).toEqual(expected)
  const first = new Map<string, string>()
  for (const { id, data } of receiver.arrived) {
    const place = `${data.auction} ${data.seq}`
    expect(first.get(place) ?? id).toBe(id)
    first.set(place, id)
  }
  for (const id of ids) expect(seqsOf(id)).toEqual(seqsOf(id).toSorted((a, b) => a - b))
  expect(receiver.arrived.length).toBeGreaterThan(82)
})

test('a seller is told of their own auctions alone, an admin of all that are public; nothing in it is a secret', async () => {
  const house = await sharedHouse(PRIVATE)
  const [own, all] = [await Receiver.open(), await Receiver.open()]
  const [seller, admin, ana] = [
    await house.person('s', 'seller'),
    await house.person('a', 'admin'),
    await house.person(),
  ]
  const [ofSeller, ofAdmin] = [await hook(house, seller, own.url), await hook(house, admin, all.url)]
  own.secret = ofSeller.secret
  all.secret = ofAdmin.secret
  const [theirs, mine] = [await house.auction(), await house.auction()]
  const { id } = await seller.create({
    title: 'A lot',
    currency: 'EUR',
    terms: { startPrice: 1_000, increments: 100, reservePrice: 888_800 },
    durationSeconds: 3_600,
  })
  for (const one of [theirs, mine, id]) await ana.bid(one, { maximum: 777_700 })
  await expect.poll(() => all.arrived.map(({ data }) => data.auction).toSorted()).toEqual([theirs, mine, id].toSorted())
  await expect.poll(() => own.arrived.map(({ data }) => data.auction)).toEqual([id])
  const said = JSON.stringify([own.arrived, all.arrived])
  for (const secret of ['777700', '888800', ana.session.user!.id, ana.session.user!.email])
    expect(said).not.toContain(secret)
  await ask(house.url, `DELETE /v1/webhooks/${ofAdmin.id}`, { as: admin })
  await house.admin.close(id)
  await expect.poll(() => own.arrived.map(({ type }) => type)).toEqual(['bid.placed', 'auction.closed'])
  expect(all.arrived).toHaveLength(3)
})

test('what was given up or sent is looked at and sent again by its owner alone, with the same id', async () => {
  const house = await sharedHouse(PRIVATE)
  const receiver = await Receiver.open()
  const [seller, eve] = [await house.person('s', 'seller'), await house.person('e', 'seller')]
  const made = await hook(house, seller, receiver.url, ['auction.closed'])
  receiver.secret = made.secret
  receiver.answer = () => 410
  const { id } = await seller.create({
    title: 'A lot',
    currency: 'EUR',
    terms: { startPrice: 1, increments: 1 },
    durationSeconds: 3_600,
  })
  await seller.close(id)
  type List = { items: { id: string; state: string; error: string | null }[] }
  const list = async (as = seller) => ask(house.url, `GET /v1/webhooks/${made.id}/deliveries`, { as })
  await expect
    .poll(async () => ((await list()).json as List).items)
    .toMatchObject([{ state: 'dead', error: expect.stringContaining('410') }])
  const [dead] = ((await list()).json as List).items
  receiver.answer = () => 200
  const again = (as: Client) => ask(house.url, `POST /v1/webhooks/${made.id}/deliveries/${dead!.id}/redeliver`, { as })
  for (const answer of [await again(eve), await list(eve)]) expectProblem(answer, 'not_found')
  for (const times of [2, 3]) {
    expect((await again(seller)).status).toBe(202)
    await expect.poll(() => receiver.arrived.length).toBe(times)
    await expect.poll(async () => ((await list()).json as List).items).toMatchObject([{ state: 'sent' }])
  }
  expect(new Set(receiver.arrived.map((one) => one.id))).toEqual(new Set([dead!.id]))
})

test.each([
  'http://93.184.215.14/',
  ...CLOSED_ADDRESSES.map((address) => `https://${address}/`),
  'https://user:password@93.184.215.14/',
  'ftp://93.184.215.14/',
  'nothing',
])('%s is refused', async (url) => {
  const house = await sharedHouse()
  const body = { url, events: ['auction.closed'] }
  expectProblem(await ask(house.url, 'POST /v1/webhooks', { as: house.admin, body }), 'invalid_request')
})

test.each([
  'https://localhost/',
  'https://LOCALHOST.:8443/',
  'https://shop.localhost/',
  'https://10.0.0.1/',
  'https://[fd00::1]/',
])(
  '%s is refused when it is registered, and it is said why; a house that posts to its own network takes it',
  async (url) => {
    const body = { url, events: ['auction.closed'] }
    const [house, own] = [await sharedHouse(), await sharedHouse(PRIVATE)]
    const answer = await ask(house.url, 'POST /v1/webhooks', { as: house.admin, body })
    expectProblem(answer, 'invalid_request')
    expect(answer.json.errors).toEqual([{ path: 'url', message: 'is at no public address' }])
    const { id } = await hook(own, own.admin, url)
    expect((await ask(own.url, `DELETE /v1/webhooks/${id}`, { as: own.admin })).status).toBe(204)
  },
)

test('a name that leads to a private address, or a redirect there, is not followed', async () => {
  const looked: string[] = []
  const mayReach = (address: string) => {
    looked.push(address)
    return isPublic(address)
  }
  const house = await openHouse({}, { outward: { mayReach, resolve: resolving(['10.0.0.1']).resolve } })
  await hook(house, house.admin, 'https://shop.example:1/', ['auction.closed'])
  const id = await house.auction()
  await house.admin.close(id)
  type List = { items: { error: string | null }[] }
  const errors = async () =>
    ((await ask(house.url, 'GET /v1/deliveries?way=webhook', { as: house.admin })).json as List).items.map(
      ({ error }) => error,
    )
  await expect.poll(errors).toEqual(['is at no public address'])
  expect(looked.length).toBeGreaterThan(0)
})

const LOOPBACK = { mayReach: (address: string) => address === '127.0.0.1', ca: CERTIFICATE }
const posting = { headers: {}, body: '{}', gone: new AbortController().signal }

test('where an endpoint sends on to is looked at like the first address, and followed where it keeps the method', async () => {
  const site = await openOtherSite(({ url = '' }, reply) => {
    const to: Record<string, [number, string]> = {
      '/here': [307, '/end'],
      '/loop': [308, '/loop'],
      '/closed': [307, 'https://127.0.0.2/x'],
      '/mapped': [308, 'https://[::ffff:127.0.0.1]/x'],
      '/plain': [307, 'http://127.0.0.1/x'],
      '/other-method': [302, '/end'],
    }
    const [status, location] = to[url] ?? [204, '']
    reply.writeHead(status, { location }).end()
  })
  const at = (path: string) => postOutward(site.url + path, { ...posting, outward: LOOPBACK })
  expect(await at('/here')).toBe(204)
  expect(await at('/other-method')).toBe(302)
  await expect(at('/loop')).rejects.toThrow('sends on too often')
  for (const path of ['/closed', '/mapped']) await expect(at(path)).rejects.toThrow('is at no public address')
  await expect(at('/plain')).rejects.toThrow('is not https')
})

test('a name is looked up once for each connection, and not reached if any of its addresses is closed', async () => {
  const site = await openOtherSite((_, reply) => reply.writeHead(204).end())
  const named = site.url.replace('127.0.0.1', 'localhost')
  const to = ({ resolve }: ReturnType<typeof resolving>) =>
    postOutward(named, { ...posting, outward: { ...LOOPBACK, resolve } })
  for (const addresses of [['127.0.0.1', '10.0.0.1'], ['::1', '127.0.0.1'], ['::ffff:127.0.0.1'], []])
    await expect(to(resolving(addresses))).rejects.toThrow('is at no public address')
  expect(site.asked).toEqual([])
  // One that is open when it is looked at, and closed from then on.
  const rebound = resolving(['127.0.0.1'], ['127.0.0.2'])
  expect(await to(rebound)).toBe(204)
  expect(rebound.asked).toEqual(['localhost'])
  await expect(to(rebound)).rejects.toThrow('is at no public address')
  expect(site.asked).toEqual(['/'])
})

test('webhooks are for sellers and admins, and bounded', async () => {
  const house = await sharedHouse(PRIVATE)
  const [ana, seller] = [await house.person(), await house.person('s', 'seller')]
  const body = { url: 'http://127.0.0.1:1/', events: ['auction.closed'] }
  expectProblem(await ask(house.url, 'POST /v1/webhooks', { as: ana, body }), 'forbidden')
  for (let n = 0; n < 10; n += 1) await hook(house, seller, body.url)
  expectProblem(await ask(house.url, 'POST /v1/webhooks', { as: seller, body }), 'forbidden')
  expectProblem(
    await ask(house.url, 'POST /v1/webhooks', { as: seller, body: { ...body, events: ['nothing'] } }),
    'invalid_request',
  )
})
