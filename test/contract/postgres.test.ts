import { randomUUIDv7 } from 'node:crypto'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Postgres } from '../../src/adapters/postgres/connections.ts'
import { migrate } from '../../src/adapters/postgres/migrations.ts'
import { SealedKeys, SealedSecrets } from '../../src/adapters/postgres/sealed.ts'
import { openPostgres } from '../../src/adapters/postgres/storage.ts'
import { migrationsOf } from '../../src/adapters/migrate.ts'
import { timeOf } from '../../src/adapters/postgres/time.ts'
import { readConfig } from '../../src/config.ts'
import { changing, create } from './changes.ts'
import { AT, openPostgres as openEngine, user } from './engines.ts'
import { newDatabase, startServer } from '../support/postgres.ts'
import { temporaryFolder } from '../support/service.ts'

/** What only PostgreSQL can get wrong. What every engine must do is in the other files of this folder. */

const HOUSE_SECRET = 'a secret of thirty-two characters or more'

function settings(url: string, more: Record<string, string> = {}) {
  return readConfig({ DATABASE_URL: url, HOUSE_SECRET, DATA_DIR: temporaryFolder(), ...more })
}

async function connected(url: string): Promise<Postgres> {
  const postgres = new Postgres(url)
  onTestFinished(() => postgres.close())
  return postgres
}

test('without a secret, or with one that is short, nothing starts', () => {
  const environment = { DATABASE_URL: 'postgres://db.example.org/martillo' }
  expect(() => readConfig(environment)).toThrow(
    /HOUSE_SECRET is needed with DATABASE_URL: `martillo secret` prints one/,
  )
  expect(() => readConfig({ ...environment, HOUSE_SECRET: 'short' })).toThrow(/give at least 32 characters/)
  expect(() => readConfig({ HOUSE_SECRET, DATABASE_URL: 'mysql://db.example.org/martillo' })).toThrow(/postgres:\/\//)
})

test('a server that cannot be reached is said in one line', async () => {
  const url = 'postgres://martillo@127.0.0.1:1/nowhere'
  await expect(openPostgres(settings(url), { as: 'service' })).rejects.toThrow(
    /^DATABASE_URL: PostgreSQL cannot be used: /,
  )
})

test('a second node on the same database is refused, until the first ends', async () => {
  const url = await newDatabase()
  const first = await openPostgres(settings(url), { as: 'service' })
  await expect(openPostgres(settings(url), { as: 'service' })).rejects.toThrow(/another Martillo runs on this database/)
  const beside = await openPostgres(settings(url), { as: 'command' })
  await beside.close()
  await first.close()
  const second = await openPostgres(settings(url), { as: 'service' })
  await second.close()
})

test('the node whose connection with the lock ends hears of it, and takes the lock again when it recovers', async () => {
  const url = await newDatabase()
  const storage = await openPostgres(settings(url), { as: 'service' })
  onTestFinished(() => storage.close())
  const failed: Error[] = []
  storage.onFailed((error) => failed.push(error))
  const other = await connected(url)
  const holder =
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
  await other.all(holder)
  await expect.poll(() => failed).toHaveLength(1)
  expect(failed[0]).toMatchObject({ statusCode: 503 })
  await storage.store.recover()
  await expect(openPostgres(settings(url), { as: 'service' })).rejects.toThrow(/another Martillo runs/)
})

test('two that migrate at once do it once, and a schema of a newer version is refused', async () => {
  const url = await newDatabase({ isEmpty: true })
  const [one, other] = [await connected(url), await connected(url)]
  const applied = await Promise.all([migrate(one), migrate(other)])
  expect(applied.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([0, migrationsOf('postgres').length])
  expect(await migrate(one)).toEqual([])
  await one.run("INSERT INTO migrations (number, name, checksum) VALUES (9999, '9999_later.sql', 'x')")
  await expect(migrate(one)).rejects.toThrow(/9999_later.sql/)
})

test('secrets are sealed: the same for every node, not to be read in the database, and opened by no other secret', async () => {
  const url = await newDatabase()
  const postgres = await connected(url)
  const secrets = new SealedSecrets(postgres, HOUSE_SECRET)
  const made = await Promise.all(['a', 'b'].map((text) => secrets.kept('token', () => `the secret ${text}`)))
  expect(new Set(made).size).toBe(1)
  const signer = await new SealedKeys(secrets).create()
  expect(await new SealedKeys(secrets).read(signer.kid)).toMatchObject({ kid: signer.kid })
  expect(await new SealedKeys(secrets).read('nobody')).toBeNull()
  const rows = await postgres.all<{ name: string; sealed: Buffer }>('SELECT name, sealed FROM secrets')
  for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toMatch(/the secret|PRIVATE KEY/)
  const stranger = new SealedSecrets(postgres, `${HOUSE_SECRET}?`)
  await expect(stranger.kept('token', () => 'x')).rejects.toThrow(/HOUSE_SECRET does not open token/)
  // One under the name of another is no better than a wrong one.
  await postgres.run(
    "UPDATE secrets SET sealed = $1 WHERE name LIKE 'keys/%'",
    rows.find(({ name }) => name === 'token')!.sealed,
  )
  await expect(new SealedKeys(secrets).read(signer.kid)).rejects.toThrow(/does not open/)
})

test('a warning that the standby was not waited for is no success', async () => {
  const postgres = await connected(await newDatabase())
  const warn = `DO $$ BEGIN RAISE WARNING 'canceling wait for synchronous replication'; END $$`
  await expect(postgres.run(warn)).rejects.toMatchObject({ statusCode: 503 })
  await expect(postgres.transaction((queries) => queries.run(warn))).rejects.toMatchObject({ statusCode: 503 })
  expect(await postgres.get('SELECT 1 AS one')).toEqual({ one: 1 })
})

test('a COMMIT behind an error that was passed over is no success, and a connection that ends leaves the outcome unknown', async () => {
  const postgres = await connected(await newDatabase())
  const passedOver = postgres.transaction(async (queries) => {
    await queries.run('SELECT 1 / 0').catch(() => {})
    return 'done'
  })
  await expect(passedOver).rejects.toThrow(/answered COMMIT with ROLLBACK/)
  const ended = postgres.transaction((queries) => queries.run('SELECT pg_terminate_backend(pg_backend_pid())'))
  await expect(ended).rejects.toMatchObject({ statusCode: 503 })
  await expect(postgres.run('SELECT nonsense')).rejects.not.toHaveProperty('statusCode')
  await expect(postgres.transaction(() => Promise.reject(new Error('ours')))).rejects.toThrow('ours')
  expect(await postgres.get('SELECT 1 AS one')).toEqual({ one: 1 })
})

test('[STORE-7] the journal and the bids cannot be rewritten: the database itself refuses', async () => {
  const postgres = await connected(await newDatabase())
  const id = randomUUIDv7()
  await postgres.run(
    `INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, bid_count, created_at, version, seq, head,
       private_head, reserve_salt, refusals, state, words)
     VALUES ($1, 's', 't', '', 'english', 'open', 0, 0, 1, 1, 1, 'h', 'h', '', 0, '{}', '')`,
    id,
  )
  await postgres.run("INSERT INTO entries VALUES ($1, 1, 'line', 'hash', 'salt')", id)
  await postgres.run(
    `INSERT INTO audit_log (auction_id, number, line, hash, id, user_id, paddle, maximum, exact, amount, price, at, voided)
     VALUES ($1, 1, 'line', 'hash', 'bid', 'u', 1, 5, 1, 5, 5, 1, 0), ($1, 2, 'line', 'hash', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
    id,
  )
  await postgres.run("INSERT INTO answers VALUES ($1, 1, 'u', 'key', 'salt', '{}')", id)
  await postgres.run("INSERT INTO statements VALUES (0, NULL, 'jws')")
  await postgres.run("INSERT INTO log_nodes VALUES (0, 0, 'hash')")
  for (const sql of [
    "UPDATE entries SET line = 'x'",
    'DELETE FROM entries',
    'TRUNCATE entries',
    'TRUNCATE audit_log',
    'UPDATE audit_log SET maximum = 1 WHERE id IS NOT NULL',
    'UPDATE audit_log SET voided = 1, maximum = 1 WHERE id IS NOT NULL',
    'UPDATE audit_log SET voided = 0 WHERE id IS NOT NULL',
    'UPDATE audit_log SET voided = 1 WHERE id IS NULL',
    "UPDATE audit_log SET id = 'x' WHERE id IS NULL",
    "UPDATE audit_log SET line = 'x'",
    'DELETE FROM audit_log',
    "UPDATE answers SET salt = 'x'",
    "UPDATE statements SET jws = 'x'",
    'DELETE FROM statements',
    "UPDATE log_nodes SET hash = 'x'",
    'DELETE FROM log_nodes',
  ])
    await expect(postgres.run(sql), sql).rejects.toThrow(/append-only/)
  await expect(postgres.run('DELETE FROM auctions')).rejects.toThrow(/only a draft is removed/)
  expect(await postgres.run('UPDATE audit_log SET voided = 1 WHERE id IS NOT NULL')).toBe(1)
})

test('[STORE-2] an auction that another transaction holds is a conflict of its own, and nobody waits for it', async () => {
  const url = await newDatabase()
  const { store, accounts } = await openEngine(url)
  const [held, free] = [create((await user(accounts)).id), create((await user(accounts)).id)]
  await store.append([held, free])
  const closed = [held, free].map(({ after }) => changing(after, { type: 'close', at: AT + 10 }))
  const holder = new pg.Client(url)
  await holder.connect()
  onTestFinished(() => holder.end())
  await holder.query('BEGIN')
  await holder.query('SELECT FROM auctions WHERE id = $1 FOR NO KEY UPDATE', [held.after.auction.id])
  expect(await store.append(closed)).toEqual({ conflicts: [held.after.auction.id] })
  await holder.query('ROLLBACK')
  expect(await store.append([closed[0]!])).toEqual({ conflicts: [] })
})

describe('the outbox', () => {
  test('[STORE-11] a commit is not read before those of which the transactions began earlier, so none is passed over', async () => {
    const url = await newDatabase()
    const storage = await openPostgres(settings(url), { as: 'command' })
    onTestFinished(() => storage.close())
    const postgres = await connected(url)
    const slow = new pg.Client(url)
    await slow.connect()
    onTestFinished(() => slow.end())
    const put = (auction: string) => `INSERT INTO outbox (auction_id, from_seq, to_seq) VALUES ('${auction}', 1, 1)`
    const certify = (after: number) => storage.store.certify(after, 10, () => [])
    const start = await certify(0)
    await slow.query('BEGIN')
    await slow.query(put('slow'))
    await postgres.run(put('fast'))
    expect(await certify(start)).toBe(start)
    await slow.query('COMMIT')
    const position = await certify(start)
    expect(position).toBeGreaterThan(start)
    await storage.store.consume('reader', position)
    expect(await postgres.all('SELECT * FROM outbox')).toHaveLength(2)
    await storage.store.consume('notifier', position)
    expect(await postgres.all('SELECT * FROM outbox')).toEqual([])
    expect(await storage.store.consumed('reader')).toBe(position)
    // As behind a dump that was restored on a new server.
    await postgres.run("UPDATE consumers SET position = 4611686018427387000 WHERE name = 'reader'")
    expect(await storage.store.consumed('reader')).toBe(0)
  })
})

test('[SC-4] behind a clock that went back the time of a house goes on from the furthest that a node carried, until nobody lived for long', async () => {
  const url = await newDatabase()
  const postgres = await connected(url)
  const time = timeOf(postgres)
  const aheadMs = async () => (await time.now()) - Date.now()
  const now = Date.now()
  await time.goOnFrom(now + 60_000)
  await time.goOnFrom(now + 90_000)
  await time.goOnFrom(now + 30_000)
  expect(await aheadMs()).toBeGreaterThan(80_000)
  await time.goOnFrom((await time.now()) + 60_000)
  expect(await aheadMs()).toBeGreaterThan(140_000)
  const livedAt = async (at: number) => {
    await postgres.run(
      "INSERT INTO service (name, value) VALUES ('alive_at', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      String(at),
    )
    await (await openPostgres(settings(url), { as: 'service' })).close()
  }
  await livedAt(Date.now() - 500_000)
  expect(await aheadMs()).toBeGreaterThan(80_000)
  await livedAt(Date.now() - 700_000)
  expect(await aheadMs()).toBeLessThan(60_000)
})

test('a server without fsync is refused, and one without a synchronous standby where several hosts are named; unless they are trusted', async () => {
  const server = await startServer({ fsync: 'off' })
  onTestFinished(() => server.stop())
  const url = server.url('postgres')
  await expect(openPostgres(settings(url), { as: 'command' })).rejects.toThrow(/fsync is off on this server/)
  const trusted = await openPostgres(settings(url, { DURABILITY: 'trusted' }), { as: 'command' })
  await trusted.close()
})
