import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { readConfig } from '../../src/config.ts'
import { type Exchanges, type Service, serve } from '../../src/main.ts'
import type { Store } from '../../src/engine/ports.ts'
import { Client, type NewAuction } from '../../src/sdk/index.ts'
import { afterFile } from './after-file.ts'
import { ManualClock } from './clock.ts'
import { ADMIN, CHEAP_PASSWORDS, signedUp } from './people.ts'

/** When what was opened is closed: after the test, or after the tests of the file. */
type Afterwards = (step: () => void | Promise<void>) => void

/** An empty folder that is gone after the test. */
export function temporaryFolder(afterwards: Afterwards = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'martillo-test-'))
  afterwards(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database with every migration and nothing else: to apply them takes a dozen transactions, and each house has one. */
let migrated: Buffer | null = null

function migratedFolder(afterwards: Afterwards = onTestFinished): string {
  const folder = temporaryFolder(afterwards)
  const file = join(folder, 'martillo.db')
  if (migrated === null) {
    const sqlite = new Sqlite(folder, { as: 'service' })
    sqlite.migrate()
    // Each house makes its own.
    sqlite.run("DELETE FROM service WHERE name = 'epoch'")
    sqlite.close()
    migrated = readFileSync(file)
  } else writeFileSync(file, migrated, { mode: 0o600 })
  return folder
}

export type House = People & { readonly service: Service; readonly dataDir: string }

export type People = {
  readonly url: string
  readonly admin: Client
  /** Somebody new who is signed in. */
  person(name?: string, role?: 'bidder' | 'seller' | 'admin'): Promise<Client>
  /** An open auction of the admin's; its details can be set apart. */
  auction(details?: Partial<NewAuction>): Promise<string>
}

/** A real service on a real file and a free port, with an admin; closed and gone after the test. */
export async function openHouse(
  environment: Record<string, string> = {},
  exchanges: Exchanges = {},
  dataDir = migratedFolder(),
): Promise<House> {
  return open(environment, exchanges, dataDir, onTestFinished)
}

const shared = new Map<string, Promise<House>>()

/**
 * The house of these settings that all tests of a file have in common, closed after them: for those that neither need an
 * empty house nor leave one that others could not use. People and auctions are new in each.
 */
export function sharedHouse(environment: Record<string, string> = {}): Promise<House> {
  const key = JSON.stringify(environment)
  const there = shared.get(key)
  if (there !== undefined) return there
  const house = open(environment, {}, migratedFolder(afterFile), afterFile)
  shared.set(key, house)
  afterFile(() => void shared.delete(key))
  return house
}

/** With TEST_STORAGE=postgres a house is on PostgreSQL, in the database that belongs to its DATA_DIR. */
async function storageOf(dataDir: string): Promise<Record<string, string>> {
  if (process.env['TEST_STORAGE'] !== 'postgres') return {}
  const { databaseOf } = await import('./postgres.ts')
  return { DATABASE_URL: await databaseOf(dataDir), HOUSE_SECRET: 'what opens the keys of all houses of the tests' }
}

async function open(
  environment: Record<string, string>,
  exchanges: Exchanges,
  dataDir: string,
  afterwards: Afterwards,
): Promise<House> {
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
    ...(await storageOf(dataDir)),
    ...environment,
  })
  const { clock, wrapStore = (store: Store) => store } = exchanges
  const attended = clock instanceof ManualClock ? (store: Store) => wrapStore(clock.attend(store)) : wrapStore
  const service = await serve(config, { passwordCost: CHEAP_PASSWORDS, ...exchanges, wrapStore: attended })
  let closing: Promise<void> | null = null
  const close: Service['close'] = (why) => (closing ??= service.close(why))
  afterwards(() => close())
  const { url } = service
  return { ...(await peopleAt(url)), service: { url, close }, dataDir }
}

/** The admin of a service that runs, and all others that it takes for a test. */
export async function peopleAt(url: string): Promise<People> {
  const admin = new Client(url)
  await admin.signIn(ADMIN.email, ADMIN.password)
  const person: People['person'] = async (name = 'somebody', role = 'bidder') => {
    const client = await signedUp(url, name)
    if (role !== 'bidder') await admin.patchUser(client.session.user!.id, { role })
    return client
  }
  const auction: People['auction'] = async (details = {}) => {
    const lot = {
      title: 'A lot',
      currency: 'EUR',
      terms: { startPrice: 1_000, increments: 100 },
      durationSeconds: 3_600,
    }
    return (await admin.create({ ...lot, ...details })).id
  }
  return { url, admin, person, auction }
}
