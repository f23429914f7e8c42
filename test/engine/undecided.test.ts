import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { verifyLedger } from '../../src/ledger/verify.ts'
import { ask, expectProblem } from '../http/support.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

/** A service whose first auction cannot be decided, because what is stored of it is not what this program writes. */
async function withBroken(path: string, value: string) {
  const dataDir = temporaryFolder()
  const before = await openHouse({}, {}, dataDir)
  const terms = { startPrice: 1_000, increments: 100, softClose: { windowSeconds: 7_200, extensionSeconds: 7_200 } }
  const [broken, sound] = [await before.auction({ terms }), await before.auction({ terms })]
  await before.service.close()
  const sqlite = new Sqlite(dataDir, { as: 'command' })
  sqlite.run('UPDATE auctions SET state = json_set(state, ?, json(?)) WHERE id = ?', path, value, broken)
  sqlite.close()
  const house = await openHouse({}, {}, dataDir)
  const ana = await house.person()
  const bid = (id: string) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: ana,
      body: { amount: 1_000 },
      headers: { 'idempotency-key': 'k' },
    })
  return { house, broken, sound, bid }
}

test.each([
  ['cannot be read', '$.terms', 'null'],
  ['cannot be written in the canonical form', '$.extensions', '1e21'],
])('an auction that %s is answered 500 for itself; the others go on', async (_, path, value) => {
  const { house, broken, sound, bid } = await withBroken(path, value)
  const [failed, accepted] = await Promise.all([bid(broken), bid(sound)])
  expectProblem(failed, 'internal')
  expect(accepted.status).toBe(201)
  expect((await fetch(`${house.url}/readyz`)).status).toBe(200)
  expectProblem(await bid(broken), 'internal')
  expect((await bid(sound)).text).toBe(accepted.text)
})

test('what an order wrote before it threw is taken back: the next one stands on what was before', async () => {
  const { house, broken, bid } = await withBroken('$.extensions', '1e21')
  expectProblem(await bid(broken), 'internal')
  // Its bid was written already when the extension behind it threw.
  await house.admin.pause(broken, 'to look into it')
  const ledger = await ask(house.url, `GET /v1/auctions/${broken}/ledger`)
  const types = ledger.text
    .trim()
    .split('\n')
    .map((line) => /"type":"(auction\.\w+|bid\.\w+)"/.exec(line)?.[1])
  expect(types).toEqual([undefined, 'auction.created', 'auction.opened', 'auction.paused'])
  expect(await verifyLedger(Readable.from(ledger.text.trim().split('\n')))).toMatchObject({ ok: true })
})
