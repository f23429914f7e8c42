import { expect, test } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { SqliteStore } from '../../src/adapters/sqlite/store.ts'
import { auditedIn } from '../../src/engine/audited.ts'
import { audit } from '../../src/ledger/audit.ts'
import { watch } from '../support/channel.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { verify } from '../ledger/support.ts'
import { ask, expectProblem } from './support.ts'

const SECRET = 77_777

/** Ana leads again, up to 200,000, which everyone has seen: Ben's bid is void. */
async function voided(house: House, pause = false) {
  const [ana, ben, cleo] = [await house.person('Ana'), await house.person('Ben'), await house.person('Cleo')]
  const id = await house.auction()
  const first = await ana.bid(id, { maximum: 200_000 })
  const { bid } = await ben.bid(id, { maximum: 300_000 })
  const channel = watch(house.url, id, '', await ana.session.token())
  await channel.next('you')
  await house.admin.void(id, bid.id, 'not paid last time', { pause })
  return { id, ana, ben, cleo, first, channel }
}

test('[VOID-3] whoever leads again is told at once, lowers the maximum once, and nobody learns to what', async () => {
  const dataDir = temporaryFolder()
  const house = await openHouse({}, {}, dataDir)
  const { id, ana, ben, cleo, first, channel } = await voided(house)
  expect(await channel.next('you')).toMatchObject({
    standing: 'leading',
    maximum: 200_000,
    lowerable: { bid: first.bid.id, least: 1_000 },
  })
  const lower = (maximum: unknown, as = ana, bid = first.bid.id) =>
    ask(house.url, `POST /v1/auctions/${id}/bids/${bid}/lower`, { as, body: { maximum } })
  for (const maximum of [999, 200_000, 200_001])
    expectProblem(await lower(maximum), 'maximum_not_lowered', { asOfSeq: 5 })
  expectProblem(await lower(5_000, ben), 'maximum_not_lowered', { asOfSeq: 5 })
  expectProblem(await lower(5_000, ana, id), 'maximum_not_lowered', { asOfSeq: 5 })
  expectProblem(await lower(5_000, ana, '7'), 'maximum_not_lowered', { asOfSeq: 5 })
  expectProblem(await lower('5000'), 'invalid_request')
  for (const named of ['\u{e000}\u0958', 'cafe\u0301', 'caf\u00e9'])
    expectProblem(await lower(5_000, ana, encodeURIComponent(named)), 'invalid_request')
  const lowered = await lower(SECRET)
  expect(lowered.status).toBe(200)
  expect(lowered.json).toMatchObject({
    bid: { paddle: 'P1', amount: 1_000, maximum: SECRET },
    outcome: 'lowered',
    seq: null,
    price: 1_000,
    leader: 'P1',
  })
  expect(await channel.next('you')).toMatchObject({ standing: 'leading', maximum: SECRET, lowerable: null })
  expectProblem(await lower(60_000), 'maximum_not_lowered', { asOfSeq: 5 })
  for (const path of ['', '/bids', '/events', '/ledger'])
    for (const as of [null, ben, house.admin])
      expect((await ask(house.url, `GET /v1/auctions/${id}${path}`, { as })).text).not.toContain(String(SECRET))

  await house.service.close()
  const again = await openHouse({}, {}, dataDir)
  expect(await ask(again.url, `GET /v1/me/bids`, { as: ana })).toMatchObject({
    json: { items: [{ maximum: SECRET, standing: 'leading' }, { maximum: 200_000 }] },
  })
  const over = await ask(again.url, `POST /v1/auctions/${id}/bids`, {
    as: cleo,
    body: { maximum: 90_000 },
    headers: { 'idempotency-key': 'over' },
  })
  expect(over.json).toMatchObject({ outcome: 'leading', leader: 'P3', price: SECRET + 100 })
  await again.admin.close(id)

  const ledger = (await ask(again.url, `GET /v1/auctions/${id}/ledger`)).text.trim().split('\n')
  const receipts = [first, lowered.json, over.json].map((kept, i) => ({
    name: `answer ${i}`,
    text: JSON.stringify(kept),
  }))
  expect(await verify(ledger, { receipts })).toMatchObject({ ok: true })
  const sqlite = new Sqlite(dataDir, { as: 'command' })
  expect(audit((await auditedIn(new SqliteStore(sqlite), id))!)).toBeNull()
  sqlite.close()
})

test('[VOID-3] the void may pause the auction in the same act, and a maximum is lowered meanwhile', async () => {
  const house = await sharedHouse()
  const { id, ana, first } = await voided(house, true)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'paused', statusReason: 'not paid last time', seq: 6 })
  expect(await ana.lower(id, first.bid.id, 5_000, 'once')).toMatchObject({ outcome: 'lowered', minimumBid: null })
  // The same again, as after an answer that was lost.
  expect(await ana.lower(id, first.bid.id, 5_000, 'once')).toMatchObject({
    outcome: 'lowered',
    bid: { maximum: 5_000 },
  })
  await house.admin.resume(id)
  expect(await house.admin.auction(id)).toMatchObject({ status: 'open', leader: 'P1', price: 1_000 })
})
