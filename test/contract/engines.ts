import { randomUUIDv7 } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import { PostgresAccounts } from '../../src/adapters/postgres/accounts.ts'
import { Postgres } from '../../src/adapters/postgres/connections.ts'
import { readOutbox } from '../../src/adapters/postgres/outbox.ts'
import { ToldRecords } from '../../src/adapters/told.ts'
import { PostgresHouse } from '../../src/adapters/postgres/house.ts'
import { PostgresPictures } from '../../src/adapters/postgres/pictures.ts'
import { PostgresRooms } from '../../src/adapters/postgres/room.ts'
import { PostgresStore } from '../../src/adapters/postgres/store.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { WritingThread } from '../../src/adapters/sqlite/thread.ts'
import type { Accounts, User } from '../../src/engine/account-ports.ts'
import type { Store } from '../../src/engine/ports.ts'
import type { HouseRecords, PictureRecords } from '../../src/engine/house-ports.ts'
import type { Deliveries } from '../../src/engine/delivery-ports.ts'
import type { Emails } from '../../src/engine/email-ports.ts'
import { DeliveryRecords } from '../../src/adapters/deliveries.ts'
import { EmailRecords } from '../../src/adapters/emails.ts'
import type { Reach } from '../../src/engine/reach-ports.ts'
import { ReachRecords } from '../../src/adapters/reach.ts'
import type { Told } from '../../src/engine/told-ports.ts'
import type { RoomRecords } from '../../src/engine/room-ports.ts'
import { newDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/service.ts'

/** One connection to a database. */
export type Opened = {
  readonly store: Store
  readonly accounts: Accounts
  readonly pictures: PictureRecords
  readonly house: HouseRecords
  readonly told: Told
  readonly deliveries: Deliveries
  readonly emails: Emails
  readonly reach: Reach
  readonly rooms: RoomRecords
  /** Statements that both engines understand, of what no port tells: how many rows one changed, and the first it found. */
  readonly run: (sql: string) => Promise<number>
  readonly get: (sql: string) => Promise<object | undefined>
  /** Another connection to the same database. */
  readonly again: () => Promise<Opened>
}

/** The engines of storage, as the service composes them. Each gives a fresh database. */
export const engines: Readonly<Record<string, () => Promise<Opened>>> = {
  sqlite: async () => openSqlite(temporaryFolder()),
  postgres: async () => openPostgres(await newDatabase()),
}

/** Writes happen in a thread of their own. */
function openSqlite(folder: string): Opened {
  const sqlite = new Sqlite(folder, { as: 'command' })
  sqlite.migrate()
  const thread = new WritingThread(folder, sqlite)
  onTestFinished(async () => {
    await thread.close()
    sqlite.close()
  })
  return {
    store: thread.store,
    accounts: thread.accounts,
    pictures: thread.pictures,
    house: thread.house,
    told: thread.told,
    deliveries: thread.deliveries,
    emails: thread.emails,
    reach: thread.reach,
    rooms: thread.rooms,
    run: async (sql) => sqlite.run(sql),
    get: async (sql) => sqlite.get(sql),
    again: async () => openSqlite(folder),
  }
}

/** Closed when the test is over. */
export function connected(url: string): Postgres {
  const postgres = new Postgres(url)
  onTestFinished(() => postgres.close())
  return postgres
}

export async function openPostgres(url: string): Promise<Opened> {
  const postgres = connected(url)
  return {
    store: await PostgresStore.open(postgres, { isShared: false, recovered: async () => {} }),
    accounts: new PostgresAccounts(postgres),
    pictures: new PostgresPictures(postgres),
    house: new PostgresHouse(postgres),
    told: new ToldRecords(postgres, readOutbox),
    deliveries: new DeliveryRecords(postgres),
    emails: new EmailRecords(postgres),
    reach: new ReachRecords(postgres),
    rooms: new PostgresRooms(postgres),
    run: (sql) => postgres.run(sql),
    get: (sql) => postgres.get(sql),
    again: async () => openPostgres(url),
  }
}

export const AT = Date.parse('2026-11-20T12:00:00.000Z')

/** Somebody new, who is signed in. */
export async function user(accounts: Accounts, displayName = 'Somebody'): Promise<User> {
  const id = randomUUIDv7()
  const made: User = { id, email: `${id}@house.example`, displayName, role: 'bidder', blocked: false, createdAt: AT }
  expect(await accounts.addUser(made, 'hash')).toBe(true)
  await accounts.addSession({ id, userId: id, expiresAt: AT + 3_600_000 }, `refresh of ${id}`)
  return made
}
