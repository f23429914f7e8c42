import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { migrationsOf } from '../../src/adapters/migrate.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { ownBids } from '../../src/adapters/sqlite/own-bids.ts'
import type { Client } from '../../src/sdk/index.ts'
import { martillo } from '../support/command.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

/** All of somebody's bids, three at a time. */
async function amounts(person: Client): Promise<number[]> {
  const found: number[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<Client['myBids']>> = await person.myBids({
      limit: 3,
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(...page.items.map(({ amount }) => amount))
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

const thousands = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => (to - i) * 1_000)

test('everybody finds all of their own bids in order', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const ids = [await house.auction(), await house.auction()]
  const rally = async (from: number, to: number) => {
    for (let n = from; n <= to; n += 1)
      for (const person of [ana, ben])
        for (const id of ids) await person.bid(id, { amount: n * 1_000 + (person === ben ? 500 : 0) })
  }
  const twice = (all: readonly number[]) => all.flatMap((amount) => [amount, amount])
  await rally(1, 8)
  expect(await amounts(ana)).toEqual(twice(thousands(1, 8)))
  expect((await amounts(ben))[0]).toBe(8_500)
})

test('after somebody was erased everybody else still finds theirs', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const [first, second] = [await house.auction(), await house.auction()]
  await ben.bid(first, { amount: 1_000 })
  for (let n = 2; n <= 6; n += 1) await ana.bid(first, { maximum: n * 1_000 })
  await house.admin.close(first)
  const { email } = await ana.me()
  expect(await martillo(['user', 'erase', email], { DATA_DIR: house.dataDir })).toMatchObject({ code: 0 })
  for (let n = 2; n <= 5; n += 1) await ben.bid(second, { maximum: n * 1_000 })
  expect(await amounts(ben)).toHaveLength(5)
})

test('a house of before keeps every bid with its answer, and what was erased stays so', () => {
  const folder = temporaryFolder()
  const db = new Database(join(folder, 'martillo.db'))
  onTestFinished(() => void db.close())
  db.exec('CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT')
  for (const { number, name, checksum, sql } of migrationsOf('sqlite').slice(0, 2)) {
    db.exec(sql)
    db.prepare('INSERT INTO migrations VALUES (?, ?, ?)').run(number, name, checksum)
  }
  db.exec(`INSERT INTO users (id, email, display_name, role, blocked, password, created_at)
      VALUES ('ana', 'a', 'Ana', 'bidder', 0, 'p', 1), ('ben', 'b', 'Ben', 'seller', 0, 'p', 1);
    INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, bid_count, created_at, version, seq, head, state)
      VALUES ('one', 'ben', 't', '', 'english', 'open', 0, 0, 1, 1, 1, 'h', '{}'),
        ('two', 'ben', 't', '', 'english', 'open', 0, 0, 1, 1, 1, 'h', '{}')`)
  const old =
    db.prepare(`INSERT INTO bids (auction_id, number, id, user_id, paddle, maximum, exact, amount, price, at, seq, key, answer, salt)
    VALUES (?, ?, ?, ?, 1, 500, 1, 500, 500, 1, 1, ?, ?, ?)`)
  const record = db.prepare('INSERT INTO private_entries (auction_id, number, line, hash) VALUES (?, ?, ?, ?)')
  for (const [auction, number] of [
    ['two', 1],
    ['two', 2],
    ['one', 2],
    ['one', 3],
  ] as const)
    record.run(auction, number, `${auction} ${number}`, 'h')
  db.exec("INSERT INTO entries (auction_id, seq, line, hash) VALUES ('two', 1, 'two: public', 'h')")
  old.run('two', 2, 'bid 1', 'ana', 'key 1', '"answer 1"', 'salt 1')
  old.run('one', 2, 'bid 2', 'ben', 'bid 2', '', '')
  old.run('one', 3, 'bid 3', 'ana', 'key 3', '"answer 3"', 'salt 3')

  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  const answered = sqlite.all(
    `SELECT d.line, d.id, a.key, a.salt, a.text, a.user_id, a.row_key = d.row_key AS own
     FROM audit_log d LEFT JOIN answers a ON a.number = d.answer ORDER BY d.id`,
  )
  expect(answered).toEqual([
    { line: 'two 1', id: null, key: null, salt: null, text: null, user_id: null, own: null },
    { line: 'two 2', id: 'bid 1', key: 'key 1', salt: 'salt 1', text: '"answer 1"', user_id: 'ana', own: 1 },
    { line: 'one 2', id: 'bid 2', key: null, salt: null, text: null, user_id: null, own: null },
    { line: 'one 3', id: 'bid 3', key: 'key 3', salt: 'salt 3', text: '"answer 3"', user_id: 'ana', own: 1 },
  ])
  const { items } = ownBids(sqlite, 'ana', { limit: 10, cursor: null })
  expect(items.map(({ bid }) => bid.bidId)).toEqual(['bid 3', 'bid 1'])
})
