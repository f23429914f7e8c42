import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { SqliteAccounts } from '../../src/adapters/sqlite/accounts.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { AUDIT_COLUMNS, type Row, type Rows } from '../../src/adapters/rows.ts'
import { StoreWriter } from '../../src/adapters/sqlite/store-writer.ts'
import { temporaryFolder } from '../support/service.ts'

const AUCTIONS = 30
const BATCHES = 500
const PEOPLE = ['ana', 'ben', 'cem', 'dia', 'eva', 'fay', 'gus']

const SECRET_DIGITS = 32
const secret = () => randomBytes(SECRET_DIGITS / 2).toString('hex')

/** Every secret that is somewhere in a text, found in one pass: to look for each in turn takes half a minute. */
function secretsIn(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [digits] of text.matchAll(/[0-9a-f]{32,}/g))
    for (let at = 0; at + SECRET_DIGITS <= digits.length; at += 1) found.add(digits.slice(at, at + SECRET_DIGITS))
  return found
}

/** A bid of somebody in the form in which the writing thread is sent it, and what is secret of it. */
function bidOf(who: string, number: number): { record: Row; answer: Row; secrets: string[] } {
  const [key, salt, answer] = [secret(), secret(), secret()]
  const line = 'x'.repeat(randomInt(200, 1_100))
  const bid = [randomUUID(), who, 1, 5, 0, 5, 5, 1, number, null, 0, 0, 0, null]
  expect(bid.length + 4).toBe(AUDIT_COLUMNS.length)
  const text = JSON.stringify({ answer, rest: 'y'.repeat(900) })
  return {
    record: [number, line, 'hash', ...bid],
    answer: [number, who, key, salt, text],
    secrets: [key, salt, answer],
  }
}

/** A house in which many auctions take turns, so that rows come between others all the time. */
async function busyHouse() {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'service' })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  const store = new StoreWriter(sqlite)
  const accounts = new SqliteAccounts(sqlite)
  for (const id of [...PEOPLE, 'seller'])
    await accounts.addUser({ id, email: id, displayName: id, role: 'bidder', blocked: false, createdAt: 1 }, 'password')
  const versions = new Map<string, number>()
  const secrets = new Map<string, string[]>(PEOPLE.map((who) => [who, []]))
  const change = (auctionId: string): Rows => {
    const before = versions.get(auctionId) ?? 0
    const bids = Array.from({ length: before === 0 ? 0 : randomInt(1, 4) }, (_, i) => {
      const who = PEOPLE[randomInt(PEOPLE.length)]!
      const bid = bidOf(who, before + 1 + i)
      secrets.get(who)!.push(...bid.secrets)
      return bid
    })
    const version = before + Math.max(bids.length, 1)
    versions.set(auctionId, version)
    return {
      auctionId,
      expectedVersion: before,
      perBid: [1, 0, version, version, 'head', 'head', 0, '{}'],
      indexed: before === 0 ? ['A lot', '', 'closed', 0, 1, null, ''] : null,
      immutable: [auctionId, 'seller', 'english', 1],
      entries: bids.map(({ record }) => [record[0]!, 'z'.repeat(600), 'hash', 'salt']),
      records: bids.map(({ record }) => record),
      authors: [],
      answers: bids.map(({ answer }) => answer),
      bidders: [],
      voided: [],
    }
  }
  for (let i = 0; i < AUCTIONS; i += 1) await store.write([change(`auction ${i}`)])
  for (let i = 0; i < BATCHES; i += 1) {
    const turns = new Set(Array.from({ length: randomInt(1, 6) }, () => `auction ${randomInt(AUCTIONS)}`))
    expect(await store.write([...turns].map(change))).toEqual({ conflicts: [] })
  }
  const bytes = () =>
    ['', '-wal']
      .map((end) => join(folder, `martillo.db${end}`))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'latin1'))
      .join('')
  const left = (who: string) => {
    const found = secretsIn(bytes())
    return secrets.get(who)!.filter((one) => found.has(one)).length
  }
  return { folder, sqlite, accounts, left, count: (who: string) => secrets.get(who)!.length }
}

test('what was secret of an erased person is in no corner of the file, however many auctions took turns', async () => {
  const { accounts, left, count } = await busyHouse()
  for (const who of PEOPLE.slice(0, 5)) {
    expect(left(who)).toBe(count(who))
    expect(await accounts.eraseUser(who, 5)).toEqual({ result: 'erased' })
    expect(left(who), who).toBe(0)
  }
  expect(left('gus')).toBe(count('gus'))
})

test('what was secret of a person who was erased beside a backup is gone as soon as the writer is idle after it', async () => {
  const { folder, sqlite, accounts, left } = await busyHouse()
  const backup = new Database(join(folder, 'martillo.db'), { readonly: true })
  onTestFinished(() => void backup.close())
  backup.exec('BEGIN')
  backup.prepare('SELECT count(*) FROM users').get()
  const started = performance.now()
  expect(await accounts.eraseUser('ana', 5)).toEqual({ result: 'erased' })
  sqlite.checkpointWhenIdle()
  expect(performance.now() - started, 'nobody waits for the backup').toBeLessThan(2_000)
  expect(left('ana')).toBeGreaterThan(0)
  backup.exec('COMMIT')
  sqlite.checkpointWhenIdle()
  expect(left('ana')).toBe(0)
})
