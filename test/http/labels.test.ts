import { expect, test } from 'vitest'
import { Connection } from '../../src/sdk/index.ts'
import { type House, openHouse } from '../support/service.ts'
import { MISSING, ask, expectProblem, lot } from './support.ts'

const labels = { externalId: 'LOT-17', metadata: { consignor: 'Ñ. Pérez', 'shelf no.': 'B 3', empty: '' } }

async function withSeller(settings: Record<string, string> = {}) {
  const house = await openHouse(settings)
  const person = (name?: string, role?: 'seller') => house.person(name, role)
  return { url: house.url, admin: house.admin, person, seller: await person('seller', 'seller') }
}

type Kept = { externalId?: string | null; metadata?: Record<string, string> }
const shownOf = async ({ url }: Pick<House, 'url'>, id: string, as?: House['admin']) => {
  const { externalId, metadata }: Kept = (await ask(url, `GET /v1/auctions/${id}`, as === undefined ? {} : { as })).json
  return { externalId, metadata }
}

test("a seller's labels are shown to them and admins in every answer, and to nobody else anywhere", async () => {
  const { url, admin, seller, person } = await withSeller()
  const made = await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, ...labels } })
  expect(made.json).toMatchObject(labels)
  const { id } = made.json
  for (const as of [seller, admin]) {
    expect(await shownOf({ url }, id, as)).toEqual(labels)
    const { items } = (await ask(url, 'GET /v1/auctions', { as })).json
    expect(items).toEqual([expect.objectContaining({ id, ...labels })])
  }
  const channel = new Connection(seller, id)
  const ana = await person()
  for (const as of [undefined, ana, await person('rival', 'seller')]) {
    expect(await shownOf({ url }, id, as)).toEqual({})
    const options = as === undefined ? {} : { as }
    for (const path of ['', `/${id}`, `/${id}/ledger`, `/${id}/events`, '?q=LOT-17', '?externalId=LOT-17'])
      expect((await ask(url, `GET /v1/auctions${path}`, options)).text).not.toMatch(/LOT-17|Pérez|consignor/)
  }
  for await (const { auction } of channel) {
    expect(auction.metadata).toBeUndefined()
    channel.close()
  }
})

test('an external id finds the auction of its seller, and admins find that of all', async () => {
  const { url, admin, seller, person } = await withSeller()
  const rival = await person('rival', 'seller')
  const create = async (as: typeof seller) =>
    (await ask(url, 'POST /v1/auctions', { as, body: { ...lot, externalId: 'A/1', status: 'draft' } })).json
      .id as string
  const [own, other] = [await create(seller), await create(rival)]
  const found = async (as: typeof seller, query = '') =>
    (await ask(url, `GET /v1/auctions?externalId=A/1${query}`, { as })).json.items.map(({ id }: { id: string }) => id)
  expect(await found(seller)).toEqual([own])
  expect(await found(rival)).toEqual([other])
  expect((await found(admin)).toSorted()).toEqual([own, other].toSorted())
  expect(await found(admin, `&seller=${rival.session.user!.id}`)).toEqual([other])
})

test('no two auctions of a seller have one external id: the second is refused and says which has it', async () => {
  const { url, seller } = await withSeller()
  const body = { ...lot, externalId: 'A1' }
  const first = (await ask(url, 'POST /v1/auctions', { as: seller, body })).json.id
  const taken = await ask(url, 'POST /v1/auctions', { as: seller, body })
  expectProblem(taken, 'external_id_taken', { auction: first })
  expect(taken.headers.get('location')).toBeNull()
  const second = (await ask(url, 'POST /v1/auctions', { as: seller, body: lot })).json.id
  const change = { title: 'Another title', externalId: 'A1' }
  const refused = await ask(url, `PATCH /v1/auctions/${second}`, { as: seller, body: change })
  expectProblem(refused, 'external_id_taken', { auction: first, asOfSeq: 2 })
  expect((await ask(url, `GET /v1/auctions/${second}`)).json.title).toBe(lot.title)
  const all = await Promise.all(
    [1, 2, 3, 4].map(() => ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, externalId: 'B' } })),
  )
  expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
})

test('an external id of what was refused is free, and so is one that was given up', async () => {
  const { url, seller } = await withSeller()
  const create = (body: object) => ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, ...body } })
  expect(
    (await create({ externalId: 'A1', closesAt: '2020-01-01T00:00:00Z', durationSeconds: undefined })).status,
  ).toBe(400)
  const { id } = (await create({ externalId: 'A1' })).json
  await ask(url, `PATCH /v1/auctions/${id}`, { as: seller, body: { externalId: null } })
  expect((await create({ externalId: 'A1' })).status).toBe(201)
})

test('labels change without an event, also when the auction is over, and each field by itself', async () => {
  const { url, admin, seller } = await withSeller()
  const { id } = (await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, ...labels } })).json
  const { seq } = await admin.close(id)
  const change = (body: object) => ask(url, `PATCH /v1/auctions/${id}`, { as: seller, body })
  expect((await change({ metadata: { invoiced: 'yes' } })).json).toMatchObject({ seq, externalId: 'LOT-17' })
  expect((await change({ externalId: 'LOT-18' })).json.metadata).toEqual({ invoiced: 'yes' })
  expect((await change({ metadata: {} })).json).toMatchObject({ seq, externalId: 'LOT-18', metadata: {} })
  expect((await change({ title: 'Too late', metadata: { a: 'b' } })).json.code).toBe('auction_closed')
  expect(await shownOf({ url }, id, seller)).toEqual({ externalId: 'LOT-18', metadata: {} })
  const stranger = await ask(url, `PATCH /v1/auctions/${MISSING}`, { as: seller, body: { metadata: {} } })
  expectProblem(stranger, 'auction_not_found')
})

test('whoever names the labels they saw overwrites no other ones', async () => {
  const { url, seller } = await withSeller()
  const { id } = (await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, ...labels } })).json
  const read = async () => (await ask(url, `GET /v1/auctions/${id}`, { as: seller })).headers.get('etag')!
  const seen = await read()
  const change = (tag: string, metadata: object) =>
    ask(url, `PATCH /v1/auctions/${id}`, { as: seller, headers: { 'if-match': tag }, body: { metadata } })
  expect((await change(seen, { a: '1' })).status).toBe(200)
  expectProblem(await change(seen, { a: '2' }), 'precondition_failed', { asOfSeq: 2 })
  expect((await change(await read(), { a: '2' })).status).toBe(200)
})

test.each([
  ['21 pairs', { metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, 'v'])) }],
  ['a value that is no string', { metadata: { a: 1 } }],
  ['a name of 41 characters', { metadata: { ['x'.repeat(41)]: '' } }],
  ['a name with a line break', { metadata: { 'a\nb': '' } }],
  ['a value of 501 characters', { metadata: { a: 'x'.repeat(501) } }],
  ['an external id of 101 characters', { externalId: 'x'.repeat(101) }],
  ['an external id of nothing', { externalId: ' ' }],
])('%s is refused', async (_, wrong) => {
  const { url, seller } = await withSeller()
  expectProblem(await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, ...wrong } }), 'invalid_request')
})

test('a draft that was never anything else is deleted, and nothing of it stays', async () => {
  const { url, admin, seller, person } = await withSeller()
  const body = { ...lot, ...labels, title: 'Nobody saw this', status: 'draft' }
  const headers = { 'idempotency-key': 'k' }
  const { id } = (await ask(url, 'POST /v1/auctions', { as: seller, body, headers })).json
  const remove = (as: typeof seller) => ask(url, `DELETE /v1/auctions/${id}`, { as })
  expectProblem(await remove(await person('rival', 'seller')), 'auction_not_found')
  expectProblem(await remove(await person()), 'forbidden')
  const gone = await remove(seller)
  expect({ status: gone.status, text: gone.text }).toEqual({ status: 204, text: '' })
  for (const as of [seller, admin]) {
    expectProblem(await ask(url, `GET /v1/auctions/${id}`, { as }), 'auction_not_found')
    for (const query of ['', '?q=nobody', '?externalId=LOT-17', `?ids=${id}`])
      expect((await ask(url, `GET /v1/auctions${query}`, { as })).json.items).toEqual([])
  }
  expectProblem(await remove(seller), 'auction_not_found')
  const again = await ask(url, 'POST /v1/auctions', { as: seller, body, headers })
  expect(again.json.id).not.toBe(id)
})

test('what others could see is not deleted, though it is a draft again', async () => {
  const { url, seller } = await withSeller()
  const opensAt = new Date(Date.now() + 3_600_000).toISOString()
  const { id } = (await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, opensAt } })).json
  expect((await ask(url, `PATCH /v1/auctions/${id}`, { as: seller, body: { status: 'draft' } })).json.status).toBe(
    'draft',
  )
  expectProblem(await ask(url, `DELETE /v1/auctions/${id}`, { as: seller }), 'auction_not_draft')
})

test('whoever watches a draft that is deleted hears that it is gone', async () => {
  const { seller } = await withSeller()
  const { id } = await seller.create({ ...lot, status: 'draft' })
  const channel = new Connection(seller, id)
  const watching = (async () => {
    for await (const { auction } of channel) if (auction.status === 'draft') await seller.delete(id)
  })()
  await expect(watching).rejects.toThrow(/4404|no such|not found/i)
})

test('a draft that opens while it is deleted is either, and never half', async () => {
  const { url, seller } = await withSeller()
  for (let round = 0; round < 10; round += 1) {
    const { id } = await seller.create({ ...lot, status: 'draft' })
    const [opened, deleted] = await Promise.all([
      ask(url, `POST /v1/auctions/${id}/open`, { as: seller }),
      ask(url, `DELETE /v1/auctions/${id}`, { as: seller }),
    ])
    const { status } = await ask(url, `GET /v1/auctions/${id}`, { as: seller })
    expect([
      [200, 409, 200],
      [404, 204, 404],
    ]).toContainEqual([opened.status, deleted.status, status])
  }
})
