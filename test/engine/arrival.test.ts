import { randomUUIDv7 } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { LocalBus } from '../../src/adapters/local-bus.ts'
import { SqliteAccounts } from '../../src/adapters/sqlite/accounts.ts'
import { DiskKeys } from '../../src/adapters/disk-keys.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { SqliteStore } from '../../src/adapters/sqlite/store.ts'
import { limits } from '../../src/config/limits.ts'
import { newAuction } from '../../src/domain/schema.ts'
import { Engine, ANYONE_MAY } from '../../src/engine/engine.ts'
import { Sessions } from '../../src/engine/sessions.ts'
import { Metrics } from '../../src/engine/metrics.ts'
import type { User } from '../../src/engine/account-ports.ts'
import { openNotary } from '../../src/main.ts'
import { ManualClock, turn } from '../support/clock.ts'
import { temporaryFolder } from '../support/service.ts'

const log = { error: () => {}, info: () => {} }

/** An engine on a real file, an auction that ends in ten seconds, and somebody who bids in it. */
async function open() {
  const dataDir = temporaryFolder()
  const clock = new ManualClock()
  const sqlite = new Sqlite(dataDir, { as: 'service' })
  sqlite.migrate()
  const [store, accounts] = [clock.attend(new SqliteStore(sqlite)), new SqliteAccounts(sqlite)]
  const notary = await openNotary(store, new DiskKeys(dataDir), clock)
  const sessions = new Sessions(accounts)
  const engine = new Engine({ store, sessions, notary, bus: new LocalBus(), clock, metrics: new Metrics(), log })
  await engine.start()
  onTestFinished(async () => {
    await engine.stop()
    sqlite.close()
  })
  const [seller, ana] = [await addUser(accounts, 'seller'), await addUser(accounts, 'ana')]
  const sessionId = randomUUIDv7()
  await accounts.addSession({ id: sessionId, userId: ana, expiresAt: clock.now() + 3_600_000 }, 'refresh')
  const id = randomUUIDv7()
  const lot = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1_000, increments: 100 }, durationSeconds: 10 }
  await engine.submitCommand(
    id,
    { type: 'create', id, sellerId: seller, auction: newAuction.parse(lot) },
    seller,
    ANYONE_MAY,
  )
  const bid = (key: string, amount: number, arrival?: ReturnType<Engine['received']>) =>
    engine.bid({
      auctionId: id,
      userId: ana,
      sessionId,
      key,
      offer: { maximum: amount as never },
      permit: ANYONE_MAY,
      ...(arrival === undefined ? {} : { arrival }),
    })
  const status = async () => (await engine.stored(id))!.auction.stage.status
  const entries = async () => (await store.entries(id, 0, 9)).map(({ event }) => event)
  return { engine, clock, id, bid, status, entries }
}

async function addUser(accounts: SqliteAccounts, name: string): Promise<string> {
  const user: User = {
    id: randomUUIDv7(),
    email: `${name}@house.example`,
    displayName: name,
    role: 'seller',
    blocked: false,
    createdAt: 0,
  }
  await accounts.addUser(user, '')
  return user.id
}

test('[SC-1] a bid that was received in time and read behind the end is in time, and the close comes behind it', async () => {
  const { engine, clock, id, bid, status } = await open()
  await clock.advance(9_999)
  const arrival = engine.received(id)
  await clock.advance(500)
  expect(await status()).toBe('open')
  const late = bid('late', 2_000)
  const inTime = bid('in time', 1_000, arrival)
  arrival.markRead()
  expect(await inTime).toMatchObject({ ok: true, answer: { price: 1_000, outcome: 'leading' } })
  expect(await late).toMatchObject({ ok: false, rejection: { rejected: 'auction_closed' } })
  await turn()
  expect((await engine.stored(id))!.auction.stage).toMatchObject({ status: 'closed', outcome: { price: 1_000 } })
})

test('what was received earlier and is decided behind a bid that was refused is not dated before the refusal', async () => {
  const { engine, clock, id, bid, entries } = await open()
  const arrival = engine.received(id)
  await clock.advance(100)
  const refusedAt = clock.now()
  const refused = await bid('too low', 900)
  expect(refused).toMatchObject({ ok: false, asOfSeq: 2, receipt: expect.any(String) })
  const taken = bid('earlier', 1_000, arrival)
  arrival.markRead()
  expect(await taken).toMatchObject({ ok: true, answer: { seq: 3 } })
  const [, , placed] = await entries()
  expect(placed).toMatchObject({ type: 'bid.placed', at: new Date(refusedAt).toISOString() })
})

test('[SC-1] what was received behind the end is late, and what is never read holds nothing up for long', async () => {
  const { engine, clock, id, bid, status } = await open()
  await clock.advance(9_999)
  engine.received(id)
  await clock.advance(1)
  const arrival = engine.received(id)
  await clock.advance(limits.arrivalMsMax - 2)
  expect(await status()).toBe('open')
  await clock.advance(1)
  expect(await status()).toBe('closed')
  expect(await bid('k', 1_000, arrival)).toMatchObject({
    ok: false,
    rejection: { rejected: 'auction_closed', fields: { lateMilliseconds: 0 } },
  })
})
