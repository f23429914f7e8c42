import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { verify } from '../ledger/support.ts'
import { ask, expectProblem, lot } from './support.ts'

const terms = { startPrice: 350_000, increments: 10_000, reservePrice: 320_000, revealReserve: true }
const SECRET = 300_017

test('[REV-1] [REV-2] a tender from the first bid to the ledger that anybody verifies', async () => {
  const house = await sharedHouse()
  const { id } = await house.admin.create({ ...lot, format: 'reverse', terms })
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  const first = await ana.bid(id, { minimum: SECRET }, 'one')
  expect(first).toMatchObject({
    bid: { paddle: 'P1', amount: 320_000, maximum: null, minimum: SECRET },
    outcome: 'leading',
    price: 320_000,
    minimumBid: null,
    maximumBid: 310_000,
  })
  expectProblem(
    await ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: ben,
      body: { amount: 310_001 },
      headers: { 'idempotency-key': 'high' },
    }),
    'bid_too_high',
    { maximumBid: 310_000, price: 320_000, asOfSeq: 3 },
  )
  expect(await ben.bid(id, { atLeast: 300_000 })).toMatchObject({ outcome: 'outbid', price: 300_017, leader: 'P1' })
  expect(await ben.bid(id, { amount: 290_000 })).toMatchObject({ outcome: 'leading', price: 290_000 })
  expect((await ask(house.url, `GET /v1/auctions/${id}/you`, { as: ana })).json).toMatchObject({
    minimum: SECRET,
    maximum: null,
  })
  expect(await ask(house.url, `GET /v1/me/bids`, { as: ana })).toMatchObject({
    json: { items: [{ minimum: SECRET, standing: 'outbid', auction: { ownMaximum: null, ownMinimum: SECRET } }] },
  })
  const { items } = await house.admin.bids(id)
  expect(items.map(({ paddle, amount }) => [paddle, amount])).toEqual([
    ['P2', 290_000],
    ['P2', 310_000],
    ['P1', SECRET],
  ])
  const why = await ask(house.url, `GET /v1/auctions/${id}/bids/${first.bid.id}/explanation`)
  expect(why.json.sentences.en).toContain('whichever is lower')
  await house.admin.close(id)
  expect((await house.admin.auction(id)).outcome).toMatchObject({ result: 'sold', price: 290_000, winner: 'P2' })

  const ledger = (await ask(house.url, `GET /v1/auctions/${id}/ledger`)).text.trim().split('\n')
  const receipts = [{ name: 'answer', text: JSON.stringify(first) }]
  expect(await verify(ledger, { receipts })).toMatchObject({
    ok: true,
    notes: expect.arrayContaining(['answer is kept']),
  })
  const tampered = ledger.map((line) => line.replace('"price":"290000"', '"price":"289000"'))
  expect(await verify(tampered)).toMatchObject({ ok: false })
})

test('[REV-1] no token is lent for an auction in which prices fall', async () => {
  const house = await sharedHouse()
  const { id } = await house.admin.create({ ...lot, format: 'reverse', terms: { startPrice: 5_000 } })
  const body = { origin: house.url, auction: id, most: 1_000 }
  expectProblem(await ask(house.url, 'POST /v1/me/tokens', { as: await house.person(), body }), 'not_in_this_format')
})
