import { expect, onTestFinished, test } from 'vitest'
import { SqliteStore } from '../../src/adapters/sqlite/store.ts'
import { auditedIn } from '../../src/engine/audited.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { audit } from '../../src/ledger/audit.ts'
import { verify } from '../ledger/support.ts'
import { watch } from '../support/channel.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, lot } from './support.ts'

const eventsOf = async ({ url }: House, id: string) => (await ask(url, `GET /v1/auctions/${id}/events`)).json.events
const ledgerOf = async ({ url }: House, id: string) =>
  (await ask(url, `GET /v1/auctions/${id}/ledger`)).text.trimEnd().split('\n')

async function audited({ dataDir }: House, id: string) {
  const sqlite = new Sqlite(dataDir, { as: 'command' })
  onTestFinished(() => sqlite.close())
  return (await auditedIn(new SqliteStore(sqlite), id))!
}

test('[WHO-2] staff are refused in lots of the house over both transports, signed, and that is kept', async () => {
  const house = await sharedHouse()
  const [staff, ana] = [await house.person('staff', 'admin'), await house.person('Ana')]
  const seller = await house.person('seller', 'seller')
  const [own, { id: other }] = [await house.auction(), await seller.create(lot)]
  const bid = (id: string) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: staff,
      body: { amount: 1_000 },
      headers: { 'idempotency-key': 'k' },
    })
  const refused = await bid(own)
  expectProblem(refused, 'staff_may_not_bid', { asOfSeq: 2 })
  const channel = watch(house.url, own, '', await staff.session.token())
  await channel.next('you')
  channel.send({ type: 'bid', key: 's', maximum: 2_000 })
  const { problem } = await channel.next('reject')
  expect(problem).toMatchObject({ code: 'staff_may_not_bid', status: 403, receipt: expect.any(String) })
  // A token that is lent to a page elsewhere has a bidder's rights, and its owner's role all the same.
  const lent = await staff.tokenFor({ origin: house.url, auction: own, most: 1_000 })
  const byLent = await ask(house.url, `POST /v1/auctions/${own}/bids`, {
    token: lent.accessToken,
    body: { amount: 1_000 },
    headers: { 'idempotency-key': 'l' },
  })
  expectProblem(byLent, 'staff_may_not_bid', { asOfSeq: 2 })
  expect(await ana.bid(own, { amount: 1_000 })).toMatchObject({ outcome: 'leading' })
  expect((await bid(other)).status).toBe(201)
  await house.admin.patchUser(staff.session.user!.id, { role: 'seller' })
  expect(await staff.bid(own, { amount: 2_000 })).toMatchObject({ outcome: 'leading' })
  const receipts = [refused.json, problem].map((kept, i) => ({ name: `receipt ${i}`, text: JSON.stringify(kept) }))
  expect(await verify(await ledgerOf(house, own), { receipts })).toMatchObject({ ok: true })
  expect(JSON.stringify([await eventsOf(house, own), await eventsOf(house, other)])).not.toContain('"house"')
  const { privateEntries, ...rest } = await audited(house, own)
  expect(privateEntries.filter(({ line }) => line.includes('staff_may_not_bid'))).toHaveLength(3)
  expect(audit({ privateEntries, ...rest })).toBeNull()
})

test('[WHO-2] where the house lets its staff bid, everyone sees it beside the bid, and the ledger holds', async () => {
  const house = await openHouse({ STAFF_BIDS: 'on' })
  const [staff, ana] = [await house.person('staff', 'admin'), await house.person('Ana')]
  const id = await house.auction()
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  await ana.bid(id, { maximum: 3_000 })
  const { bid } = await staff.bid(id, { maximum: 5_000 })
  await staff.bid(id, { maximum: 6_000 })
  await ana.bid(id, { amount: 5_500 })
  const marks = (bids: { paddle: string; house?: true | undefined }[]) =>
    bids.map(({ paddle, house }) => [paddle, house])
  const marked = [
    ['P1', undefined],
    ['P2', true],
    ['P1', undefined],
  ]
  expect(marks((await ask(house.url, `GET /v1/auctions/${id}/bids`)).json.items)).toEqual(marked)
  const late = watch(house.url, id)
  expect(marks((await late.next('snapshot')).bids)).toEqual(marked)
  await house.admin.void(id, bid.id, 'a slip')
  await house.admin.close(id)
  await channel.closed
  const events = channel.all('events').flatMap((message) => message.events)
  const ofBids = events.flatMap((event) => (event.type === 'bid.placed' || event.type === 'bid.voided' ? [event] : []))
  expect(ofBids.map(({ type, data: { paddle, house } }) => [type, paddle, house])).toEqual([
    ['bid.placed', 'P1', undefined],
    ['bid.placed', 'P2', true],
    ['bid.placed', 'P1', undefined],
    ['bid.voided', 'P2', true],
  ])
  const lines = await ledgerOf(house, id)
  expect(await verify(lines)).toMatchObject({ ok: true })
  expect(audit(await audited(house, id))).toBeNull()
})

test('[WHO-2] whoever bid before they were staff raises that bid only where everyone sees it', async () => {
  const house = await openHouse({ STAFF_BIDS: 'on' })
  const [staff, ana] = [await house.person('staff'), await house.person('Ana')]
  const id = await house.auction()
  await ana.bid(id, { maximum: 3_000 })
  await staff.bid(id, { maximum: 5_000 })
  await house.admin.patchUser(staff.session.user!.id, { role: 'admin' })
  const raise = (key: string) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: staff,
      body: { maximum: 9_000 },
      headers: { 'idempotency-key': key },
    })
  const refused = await raise('unseen')
  expectProblem(refused, 'staff_may_not_bid', { asOfSeq: 4 })
  // Ana ties, so the next raise moves the price: everyone sees it, and that it is the house's; so may those behind it be silent.
  expect(await ana.bid(id, { maximum: 5_000 })).toMatchObject({ outcome: 'outbid' })
  expect((await raise('seen')).json).toMatchObject({ outcome: 'raised', seq: 6 })
  expect(await staff.bid(id, { maximum: 12_000 })).toMatchObject({ outcome: 'raised' })
  const { items } = (await ask(house.url, `GET /v1/auctions/${id}/bids`)).json
  expect(items.map((bid: { house?: true }) => bid.house)).toEqual([true, undefined, undefined, undefined])
  const receipts = [{ name: 'refusal', text: JSON.stringify(refused.json) }]
  expect(await verify(await ledgerOf(house, id), { receipts })).toMatchObject({ ok: true })
  expect(audit(await audited(house, id))).toBeNull()
})
