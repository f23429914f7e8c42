import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { LocalBus } from '../../../src/adapters/local-bus.ts'
import { SqliteAccounts } from '../../../src/adapters/sqlite/accounts.ts'
import { DiskKeys } from '../../../src/adapters/disk-keys.ts'
import { Sqlite } from '../../../src/adapters/sqlite/database.ts'
import { SqliteStore } from '../../../src/adapters/sqlite/store.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import { newAuction } from '../../../src/domain/schema.ts'
import { Engine, ANYONE_MAY } from '../../../src/engine/engine.ts'
import { Sessions } from '../../../src/engine/sessions.ts'
import { Metrics } from '../../../src/engine/metrics.ts'
import { openNotary } from '../../../src/main.ts'

const BIDDERS = 4
const AT_ONCE = 512
const DAY_MS = 24 * 3_600_000

type History = { readonly auctions: number; readonly events: number; readonly close?: boolean }

/** A DATA_DIR with a long history, made by the engine itself: only what is read later matters. */
export function fill(dataDir: string, { auctions, events, close = false }: History): Promise<void> {
  return byEngine(dataDir, async ({ engine, bidders }) => {
    const ids = Array.from({ length: auctions }, () => randomUUIDv7())
    const sellerId = bidders.pop()!.userId
    const lot = { currency: 'EUR', terms: { startPrice: 1, increments: 1 }, durationSeconds: 86_400 }
    for (const id of ids) {
      const auction = newAuction.parse({ ...lot, title: id })
      await engine.submitCommand(id, { type: 'create', id, sellerId, auction }, sellerId, ANYONE_MAY)
    }
    const bids = Math.ceil(events / auctions) - (close ? 3 : 2)
    for (const auctionId of ids) {
      for (let from = 0; from < bids; from += AT_ONCE) {
        const wanted = Array.from({ length: Math.min(AT_ONCE, bids - from) }, (_, i) => from + i)
        const asks = wanted.map((i) => ({ auctionId, ...bidders[i % bidders.length]!, key: randomUUID() }))
        await Promise.all(
          asks.map((ask, i) => engine.bid({ ...ask, offer: { amount: 1 + wanted[i]! } as never, permit: ANYONE_MAY })),
        )
      }
      if (close) await engine.submitCommand(auctionId, { type: 'close' }, sellerId, ANYONE_MAY)
    }
  })
}

type Bidder = { readonly userId: string; readonly sessionId: string }

/** Lets an engine write to a DATA_DIR, with no fsync, for people who may bid and sell. */
export async function byEngine(
  dataDir: string,
  write: (parts: { readonly engine: Engine; readonly bidders: Bidder[] }) => Promise<void>,
): Promise<void> {
  const sqlite = new Sqlite(dataDir, { as: 'service' })
  sqlite.migrate()
  sqlite.run('PRAGMA synchronous = OFF')
  sqlite.run('PRAGMA cache_size = -500000')
  const log = { error: (fields: object) => console.error(fields), info: () => {} }
  const [store, clock] = [new SqliteStore(sqlite), systemClock()]
  const notary = await openNotary(store, new DiskKeys(dataDir), clock)
  const accounts = new SqliteAccounts(sqlite)
  const sessions = new Sessions(accounts)
  const engine = new Engine({ store, sessions, notary, bus: new LocalBus(), clock, metrics: new Metrics(), log })
  await engine.start()
  try {
    await write({ engine, bidders: await people(accounts) })
  } finally {
    await engine.stop()
    sqlite.close()
  }
}

async function people(accounts: SqliteAccounts): Promise<Bidder[]> {
  const made: Bidder[] = []
  for (let i = 0; i <= BIDDERS; i += 1) {
    const [userId, sessionId] = [randomUUIDv7(), randomUUIDv7()]
    const user = { id: userId, email: `${userId}@house.example`, displayName: `Bidder ${i}`, role: 'seller' } as const
    await accounts.addUser({ ...user, blocked: false, createdAt: Date.now() }, 'none')
    await accounts.addSession({ id: sessionId, userId, expiresAt: Date.now() + DAY_MS }, randomUUID())
    made.push({ userId, sessionId })
  }
  return made
}
