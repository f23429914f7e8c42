import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { verify } from '../ledger/support.ts'
import { ask, expectProblem, lot } from './support.ts'

test('a scheduled auction that is put back to draft and cancelled stays public, with its certificate', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const opensAt = new Date(Date.now() + 3_600_000).toISOString()
  const { url } = house
  const { id } = (await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, title: 'Seen', opensAt } })).json
  const ana = await house.person()
  const refused = (
    await ask(url, `POST /v1/auctions/${id}/bids`, {
      as: ana,
      body: { amount: 9_000 },
      headers: { 'idempotency-key': 'k' },
    })
  ).json
  expect(refused).toMatchObject({ code: 'auction_not_open', receipt: expect.any(String) })
  const titles = async () =>
    (await ask(url, `GET /v1/auctions?ids=${id}`)).json.items.map(({ title }: { title: string }) => title)
  // While it is a draft it is hidden, as every draft is.
  await ask(url, `PATCH /v1/auctions/${id}`, { as: seller, body: { status: 'draft' } })
  expectProblem(await ask(url, `GET /v1/auctions/${id}`), 'auction_not_found')
  expect(await titles()).toEqual([])
  const cancelled = await ask(url, `POST /v1/auctions/${id}/cancel`, { as: seller, body: { reason: 'a slip' } })
  expect(cancelled.json).toMatchObject({ status: 'cancelled' })
  expect((await ask(url, `GET /v1/auctions/${id}`)).json).toMatchObject({ status: 'cancelled', statusReason: 'a slip' })
  expect(await titles()).toEqual(['Seen'])
  const ledger = (await ask(url, `GET /v1/auctions/${id}/ledger`)).text.trimEnd().split('\n')
  const receipts = [{ name: 'refused', text: JSON.stringify(refused) }]
  expect(await verify(ledger, { receipts })).toMatchObject({
    ok: true,
    certificate: { status: 'cancelled', outcome: null },
  })
  expect(await ask(url, `GET /v1/log/proof?auction=${id}`)).toMatchObject({ status: 200 })
})

test('a draft that nobody else saw stays hidden when it is cancelled, and its ledger verifies without a certificate', async () => {
  const house = await sharedHouse()
  const { url } = house
  const seller = await house.person('seller', 'seller')
  const { id } = (await ask(url, 'POST /v1/auctions', { as: seller, body: { ...lot, status: 'draft' } })).json
  await ask(url, `POST /v1/auctions/${id}/cancel`, { as: seller, body: { reason: 'a slip' } })
  expectProblem(await ask(url, `GET /v1/auctions/${id}`), 'auction_not_found')
  expectProblem(await ask(url, `GET /v1/auctions/${id}/ledger`), 'auction_not_found')
  expectProblem(await ask(url, `GET /v1/log/proof?auction=${id}`), 'not_found')
  const ledger = (await ask(url, `GET /v1/auctions/${id}/ledger`, { as: seller })).text.trimEnd().split('\n')
  expect(await verify(ledger)).toMatchObject({ ok: true, certificate: null })
})
