import Database from 'better-sqlite3'
import { randomUUIDv7 } from 'node:crypto'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { MigrationError, migrationsOf, pendingOf } from '../../src/adapters/migrate.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { DatabaseError } from '../../src/adapters/sqlite/files.ts'
import { Catalogue, catalogueQuery } from '../../src/http/catalogue.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import type { Actor } from '../../src/domain/access.ts'
import { LoopScheduler } from '../../src/live/loop-scheduler.ts'
import { fill } from '../crash/kit/fill.ts'
import { SqliteStore } from '../../src/adapters/sqlite/store.ts'
import { WHOLE_CATALOGUE } from '../support/catalogue-query.ts'
import { martillo } from '../support/command.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

test('a second service on the same folder is refused, in words that help', () => {
  const folder = temporaryFolder()
  const first = new Sqlite(folder, { as: 'service' })
  onTestFinished(() => first.close())
  expect(() => new Sqlite(folder, { as: 'service' })).toThrow(DatabaseError)
  expect(() => new Sqlite(folder, { as: 'service' })).toThrow(/another Martillo runs on .*DATA_DIR/)
})

test('the lock goes with its holder', () => {
  const folder = temporaryFolder()
  new Sqlite(folder, { as: 'service' }).close()
  const second = new Sqlite(folder, { as: 'service' })
  second.close()
  expect(second).toBeDefined()
})

test('every open writes through: WAL with synchronous = FULL, also after recovery', async () => {
  const sqlite = new Sqlite(temporaryFolder(), { as: 'command' })
  onTestFinished(() => sqlite.close())
  const settings = () => [sqlite.get('PRAGMA journal_mode'), sqlite.get('PRAGMA synchronous')]
  expect(settings()).toEqual([{ journal_mode: 'wal' }, { synchronous: 2 }])
  await sqlite.recover()
  expect(settings()).toEqual([{ journal_mode: 'wal' }, { synchronous: 2 }])
})

test('a newer schema is refused, and so is a migration that changed after it was applied', () => {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  expect(sqlite.migrate()).toEqual([
    '0001_house.sql',
    '0002_proof.sql',
    '0003_fewer_pages.sql',
    '0004_who_is_signed_in.sql',
    '0005_places.sql',
    '0006_lean_state.sql',
    '0007_staff_pictures_sessions.sql',
    '0008_lowered_maxima.sql',
    '0009_lists.sql',
    '0010_renewals.sql',
    '0011_search.sql',
    '0012_copies.sql',
    '0013_creations.sql',
    '0014_labels.sql',
    '0015_at_most.sql',
    '0016_house.sql',
    '0017_shown.sql',
    '0018_outbox.sql',
    '0019_outages.sql',
    '0020_summaries.sql',
    '0021_rights.sql',
    '0022_audit_log.sql',
    '0023_told.sql',
    '0024_deliveries.sql',
    '0025_room.sql',
    '0026_reach.sql',
  ])
  expect(sqlite.migrate()).toEqual([])
  sqlite.run("INSERT INTO migrations (number, name, checksum) VALUES (9999, '9999_later.sql', 'x')")
  expect(() => sqlite.migrate()).toThrow(MigrationError)
  const one = { number: 1, name: '0001_a.sql', sql: '', checksum: 'a' }
  expect(() => pendingOf([one], [{ ...one, checksum: 'b' }])).toThrow(/differs/)
  expect(pendingOf([one], [])).toEqual([one])
})

test('a bid does not write the description again, and what older versions wrote with it is taken out', async () => {
  const house = await openHouse()
  const description = 'A walnut chair. '.repeat(1_000).trim()
  const [lean, older] = [await house.auction({ description }), await house.auction({ description })]
  await (await house.person()).bid(lean, { amount: 1_000 })
  const db = new Database(join(house.dataDir, 'martillo.db'))
  onTestFinished(() => void db.close())
  const { state } = db.prepare('SELECT state FROM auctions WHERE id = ?').get(lean) as { state: string }
  expect(state.length).toBeLessThan(2_000)
  db.prepare(
    "UPDATE auctions SET state = json_set(state, '$.title', title, '$.description', description) WHERE id = ?",
  ).run(older)
  db.prepare('DELETE FROM migrations WHERE number = 6').run()
  const sqlite = new Sqlite(house.dataDir, { as: 'command' })
  onTestFinished(() => sqlite.close())
  expect(sqlite.migrate()).toEqual(['0006_lean_state.sql'])
  expect(db.prepare('SELECT max(length(state)) AS most FROM auctions').get()).toEqual({ most: state.length })
  const store = new SqliteStore(sqlite)
  expect((await store.read([{ auctionId: lean, known: null }]))[0]?.auction).toMatchObject({ description, bidCount: 1 })
  expect((await store.read([{ auctionId: older, known: null }]))[0]?.auction).toMatchObject({
    description,
    bidCount: 0,
  })
})

test('[STORE-7] the journal and the bids cannot be rewritten: the database itself refuses', async () => {
  const house = await openHouse()
  const id = await house.auction()
  await (await house.person()).bid(id, { maximum: 5_000 })
  const db = new Database(join(house.dataDir, 'martillo.db'))
  onTestFinished(() => void db.close())
  for (const sql of [
    "UPDATE entries SET line = 'x'",
    'DELETE FROM entries',
    'UPDATE audit_log SET maximum = 1 WHERE id IS NOT NULL',
    'UPDATE audit_log SET voided = 1, maximum = 1 WHERE id IS NOT NULL',
    'UPDATE audit_log SET voided = 0 WHERE id IS NOT NULL',
    'UPDATE audit_log SET answer = 0 WHERE id IS NOT NULL',
    'UPDATE audit_log SET answer = NULL, voided = 1 WHERE id IS NOT NULL',
    "UPDATE answers SET salt = 'x'",
    'UPDATE audit_log SET voided = 1 WHERE id IS NULL',
    "UPDATE audit_log SET id = 'x' WHERE id IS NULL",
    "UPDATE answers SET text = ''",
    "UPDATE audit_log SET line = 'x'",
    'DELETE FROM audit_log',
    "UPDATE statements SET jws = 'x'",
    'DELETE FROM statements',
    "UPDATE log_nodes SET hash = 'x'",
    'DELETE FROM log_nodes',
  ])
    expect(() => db.prepare(sql).run(), sql).toThrow(/append-only/)
})

test('a folder with ledgers of before the first release is refused in one line, and nothing in it is touched', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'martillo.db')
  const db = new Database(file)
  const [first] = migrationsOf('sqlite')
  db.exec('CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT')
  db.prepare('INSERT INTO migrations VALUES (?, ?, ?)').run(first!.number, first!.name, first!.checksum)
  db.exec(first!.sql)
  db.exec(`INSERT INTO users VALUES ('u', 'e', 'd', 'seller', 0, 'p', 1);
    INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, bid_count, created_at, version, seq, head, state)
      VALUES ('a', 'u', 't', '', 'english', 'open', 0, 0, 1, 1, 1, 'h', '{}');
    INSERT INTO entries VALUES ('a', 1, '{}', 'h')`)
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => {
    sqlite.close()
    db.close()
  })
  expect(() => sqlite.migrate()).toThrow(
    /0002_proof.sql: .*a version before the first release: give this one a DATA_DIR of its own/,
  )
  expect(db.prepare('SELECT count(*) AS applied FROM migrations').get()).toEqual({ applied: 1 })
})

test('a command beside an older service that runs does not change its tables under it', async () => {
  const folder = temporaryFolder()
  const old = new Sqlite(folder, { as: 'service' })
  onTestFinished(() => old.close())
  expect(old.isBehind).toBe(true)
  const add = ['user', 'add', 'ana@house.example', '--role', 'bidder', '--password', 'a long password']
  const beside = await martillo(add, { DATA_DIR: folder })
  expect(beside).toMatchObject({ code: 1, err: expect.stringMatching(/another Martillo runs on .*stop it first/) })
  expect(old.isBehind).toBe(true)
  old.migrate()
  expect(old.isBehind).toBe(false)
  expect(await martillo(add, { DATA_DIR: folder })).toMatchObject({ code: 0 })
})

function migrateBefore(db: Database.Database, before: number): void {
  db.function('search_text', { deterministic: true }, (text) => text)
  db.exec('CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT')
  for (const { number, name, checksum, sql } of migrationsOf('sqlite').filter((one) => one.number < before)) {
    db.exec(sql)
    db.prepare('INSERT INTO migrations VALUES (?, ?, ?)').run(number, name, checksum)
  }
}

test('what a house of before holds is found in the folded form after the migration', async () => {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  const db = new Database(join(folder, 'martillo.db'))
  migrateBefore(db, 11)
  db.exec(`INSERT INTO users (id, email, display_name, role, blocked, password, created_at) VALUES ('u', 'e', 'd', 'seller', 0, 'p', 1);
    INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, bid_count, created_at, version, seq, head, state)
      VALUES ('a', 'u', 'Kunstdruck Łódź', '大きな花瓶', 'english', 'open', 0, 0, 1, 1, 1, 'h', '{}')`)
  db.close()
  expect(sqlite.migrate()).toContain('0011_search.sql')
  const store = new SqliteStore(sqlite)
  const asked = { ...WHOLE_CATALOGUE, limit: 9, sort: 'newest', draftsOf: 'all' } as const
  for (const q of ['lodz', '花瓶'])
    expect((await store.catalogue({ ...asked, q })).items).toMatchObject([{ auction: { title: 'Kunstdruck Łódź' } }])
})

test('the first page of a list walks an index, however many auctions there are', () => {
  const sqlite = new Sqlite(temporaryFolder(), { as: 'command' })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  const plans: string[] = []
  const store = new SqliteStore(sqlite)
  const all = sqlite.all.bind(sqlite)
  sqlite.all = <Row>(sql: string, ...values: unknown[]): Row[] => {
    plans.push(JSON.stringify(all(`EXPLAIN QUERY PLAN ${sql}`, ...values)))
    return all(sql, ...values)
  }
  const query = WHOLE_CATALOGUE
  for (const sort of ['closing', 'newest'] as const) void store.catalogue({ ...query, sort, draftsOf: 'nobody' })
  expect(plans).toEqual([
    expect.stringContaining('USING INDEX auctions_closing'),
    expect.stringContaining('USING INDEX auctions_newest'),
  ])
  expect(plans.join()).not.toContain('TEMP B-TREE')
})

test('of the drafts of before it is known which ones others saw', () => {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  const db = new Database(join(folder, 'martillo.db'))
  onTestFinished(() => void db.close())
  migrateBefore(db, 17)
  db.exec(`INSERT INTO users (id, email, display_name, role, blocked, password, created_at)
    VALUES ('u', 'e', 'd', 'seller', 0, 'p', 1)`)
  const put = (number: number, status: string, state: object, ...statuses: string[]) => {
    db.prepare(
      `INSERT INTO auctions (number, id, seller_id, title, description, format, status, hidden, bid_count, created_at, version, seq, head, state)
       VALUES (?, ?, 'u', 't', '', 'english', ?, 1, 0, 1, 1, 1, 'h', ?)`,
    ).run(number, `a${number}`, status, JSON.stringify(state))
    for (const [i, shown] of statuses.entries()) {
      const line = JSON.stringify({ data: { status: shown, title: '"status":"scheduled"' } })
      db.prepare('INSERT INTO entries (place, line, hash, private_salt) VALUES (?, ?, ?, ?)').run(
        number * 2 ** 28 + i + 1,
        line,
        'h',
        's',
      )
    }
  }
  put(1, 'draft', {}, 'draft', 'draft')
  put(2, 'draft', {}, 'draft', 'scheduled', 'draft')
  put(3, 'draft', { wasShown: false }, 'scheduled')
  put(4, 'open', {}, 'draft')
  expect(sqlite.migrate()).toContain('0017_shown.sql')
  const states = sqlite.all<{ state: string }>('SELECT state FROM auctions ORDER BY number')
  expect(states.map(({ state }) => JSON.parse(state))).toMatchObject([
    { wasShown: false },
    { wasShown: true },
    { wasShown: false },
    expect.not.objectContaining({ wasShown: expect.anything() }),
  ])
})

test('[STORE-12] a page of 200 auctions in a house of thousands is read in three statements, whatever was bid', async () => {
  const folder = temporaryFolder()
  await fill(folder, { auctions: 300, events: 3_000 })
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  const admin = { id: randomUUIDv7(), role: 'admin', displayName: 'Admin' } as unknown as Actor
  const clock = systemClock()
  const lists = new Catalogue({ store: new SqliteStore(sqlite), clock, queue: new LoopScheduler(clock) })
  const asked = [vi.spyOn(sqlite, 'get'), vi.spyOn(sqlite, 'all'), vi.spyOn(sqlite, 'each')]
  const page = await lists.page(catalogueQuery.parse({ limit: '200' }), admin)
  expect(page.items).toHaveLength(200)
  expect(page.items.every(({ bidCount }) => bidCount === 8)).toBe(true)
  expect(asked.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBeLessThanOrEqual(3)
})
