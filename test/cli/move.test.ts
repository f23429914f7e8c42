import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import pg from 'pg'
import { expect, test } from 'vitest'
import { markMoved, readMoved } from '../../src/adapters/sqlite/database-file.ts'
import { isConsistent } from '../../src/ledger/merkle.ts'
import { type AuctionView, Client } from '../../src/sdk/index.ts'
import { verify } from '../ledger/support.ts'
import { ManualClock } from '../support/clock.ts'
import { martillo } from '../support/command.ts'
import { painted } from '../support/pictures.ts'
import { newDatabase } from '../support/postgres.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

const timeout = 120_000
const HOUSE_SECRET = 'what opens the keys of the house of this test'

/** Left by a service of migration 0017: sold, unsold, withdrawn, paused, open, a void bid, a draft. */
const fixture = new URL('../contract/fixtures/house-of-0017.db.gz', import.meta.url)
const OPEN = '01a22b8a-7321-7adc-8d83-62dc4cce820e'
const ANA = '5877f94e-a2c2-4487-b78b-cfa497b4c123@house.example'
/** A minute after it was left. */
const LATER = Date.parse('2026-11-30T08:21:30.000Z')

function houseOfEverything(): string {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'martillo.db'), gunzipSync(readFileSync(fixture)))
  return dataDir
}

/** A line of a journal that is not what was hashed. */
function breakChain(dataDir: string): void {
  const db = new Database(join(dataDir, 'martillo.db'))
  type Named = { readonly name: string }
  for (const { name } of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as Named[])
    db.exec(`DROP TRIGGER ${name}`)
  db.exec("UPDATE entries SET line = replace(line, 'P1', 'P2') WHERE line LIKE '%\"P1\"%'")
  db.close()
}

async function signedInAt(url: string): Promise<{ accessToken: string }> {
  const body = JSON.stringify({ email: ANA, password: 'password of ana' })
  const answer = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return (await answer.json()) as { accessToken: string }
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

/** What anybody reads of a house, with the answers of its people. */
async function readingOf(url: string) {
  const text = async (path: string) => (await fetch(`${url}/v1${path}`)).text()
  const { items } = JSON.parse(await text('/auctions?limit=50')) as { items: AuctionView[] }
  const ledgers = await Promise.all(items.map(({ id }) => text(`/auctions/${id}/ledger`)))
  const found = JSON.parse(await text('/auctions?q=pau')) as { items: AuctionView[] }
  return {
    auctions: items.map(({ serverTime: _, ...auction }) => auction),
    ledgers: ledgers.map(linesOf),
    found: found.items.map(({ title }) => title),
    keys: await text('/keys'),
    checkpoint: JSON.parse(await text('/log/checkpoint')) as { size: number; root: string },
  }
}

test('a house moves to PostgreSQL with all that it is, and goes on there', { timeout }, async () => {
  const dataDir = houseOfEverything()
  const before = await openHouse({}, { clock: new ManualClock(LATER) }, dataDir)
  const ana = new Client(before.url)
  await ana.signIn(ANA, 'password of ana')
  const bid = await ana.bid(OPEN, { maximum: 9_000 }, 'a key of mine')
  const { accessToken } = await signedInAt(before.url)
  const { url: path } = await before.admin.upload(new Blob([await painted()], { type: 'image/png' }))
  const picture = await (await fetch(before.url + path)).arrayBuffer()
  await before.admin.update(OPEN, { room: { messages: 'members' } })
  const said = await ana.say(OPEN, 'Does it run?', 'room', 'a word of mine')
  await ana.say(OPEN, 'May I see it?', 'seller')
  const [asked] = (await ana.conversations()).items
  const read = await readingOf(before.url)
  await before.service.close()

  const to = await newDatabase()
  const moved = await martillo(['move', '--to', to], { DATA_DIR: dataDir, HOUSE_SECRET })
  expect(moved).toMatchObject({ code: 0, out: expect.stringContaining('The house is moved') })
  expect(moved.out).toMatch(/^7 rows of auctions$/m)

  const after = await openHouse(
    { DATABASE_URL: to, HOUSE_SECRET },
    { clock: new ManualClock(LATER) },
    temporaryFolder(),
  )
  expect(await readingOf(after.url)).toEqual(read)
  expect(read.found).toEqual(['Paused'])
  for (const ledger of read.ledgers) expect(await verify(ledger)).toMatchObject({ ok: true })
  expect(await (await fetch(after.url + path)).arrayBuffer()).toEqual(picture)

  // Her session, the answer to her key and her bids are the same; what she bids now goes behind them.
  const me = await fetch(`${after.url}/v1/me`, { headers: { authorization: `Bearer ${accessToken}` } })
  expect(await me.json()).toMatchObject({ email: ANA })
  const anaThere = new Client(after.url)
  await anaThere.signIn(ANA, 'password of ana')
  expect(await anaThere.bid(OPEN, { maximum: 9_000 }, 'a key of mine')).toEqual(bid)
  expect(await anaThere.bid(OPEN, { maximum: 12_000 }, 'another')).toMatchObject({ outcome: 'raised' })
  expect((await anaThere.messages(OPEN)).items).toEqual([{ ...said, key: undefined }])
  expect(await anaThere.say(OPEN, 'Does it run?', 'room', 'a word of mine')).toEqual(said)
  expect((await anaThere.conversations()).items).toEqual([asked])
  expect(await anaThere.say(OPEN, 'Well?')).toMatchObject({ from: said.from })
  await after.admin.close(OPEN)
  const id = await after.auction()
  await anaThere.bid(id, { amount: 1_000 })
  const now = JSON.parse(await (await fetch(`${after.url}/v1/log/checkpoint`)).text()) as typeof read.checkpoint
  const proof = await fetch(`${after.url}/v1/log/consistency?from=${read.checkpoint.size}&to=${now.size}`)
  const { hashes } = (await proof.json()) as { hashes: string[] }
  expect(isConsistent(read.checkpoint, now, hashes)).toBe(true)
  const audited = await martillo(['audit', OPEN], { DATABASE_URL: to, HOUSE_SECRET, DATA_DIR: temporaryFolder() })
  expect(audited).toMatchObject({ code: 0 })
})

test('there are never two houses with one history', { timeout }, async () => {
  const dataDir = houseOfEverything()
  const env = { DATA_DIR: dataDir, HOUSE_SECRET }
  const to = await newDatabase()
  const move = (...args: string[]) => martillo(['move', '--to', to, ...args], env)
  const refuses = (why: string) => ({ code: 1, err: expect.stringContaining(why) })

  expect(await move('--undo')).toMatchObject(refuses('was not moved'))
  expect(await martillo(['move', '--to', to], { DATA_DIR: dataDir })).toMatchObject(refuses('HOUSE_SECRET is needed'))
  const house = await openHouse({}, {}, dataDir)
  expect(await move()).toMatchObject(refuses('another Martillo runs'))
  await house.service.close()

  expect(await move()).toMatchObject({ code: 0 })
  for (const command of [['user', 'list'], ['migrate'], ['backup', join(temporaryFolder(), 'file')], ['serve']])
    expect(await martillo(command, env)).toMatchObject(refuses('was moved to postgres://martillo@127.0.0.1'))
  expect(await move()).toMatchObject({ code: 0, out: expect.stringContaining('moved already') })
  expect(await move('--undo')).toMatchObject(refuses('the database has the house'))
  expect(await martillo(['move', '--to', await newDatabase()], env)).toMatchObject(refuses('another database'))
  expect(await martillo(['move', '--to', to], { ...env, DATA_DIR: houseOfEverything() })).toMatchObject(
    refuses('holds a house already'),
  )
})

test('a move that was cut off before its commit is done again, or undone', { timeout }, async () => {
  const dataDir = houseOfEverything()
  const env = { DATA_DIR: dataDir, HOUSE_SECRET }
  const to = await newDatabase()
  const move = (...args: string[]) => martillo(['move', '--to', to, ...args], env)
  // What a crash between the mark and the commit leaves.
  const client = new pg.Client(to)
  await client.connect()
  await martillo(['migrate'], { DATABASE_URL: to, ...env })
  const { rows } = await client.query<{ value: string }>("SELECT value FROM service WHERE name = 'epoch'")
  const cutOff = () => markMoved(dataDir, { to, epoch: 'the epoch of the house', emptyEpoch: rows[0]!.value })

  cutOff()
  expect(await move('--undo')).toMatchObject({ code: 0, out: expect.stringContaining('goes on') })
  expect(readMoved(dataDir)).toBeNull()
  expect(await martillo(['user', 'list'], env)).toMatchObject({ code: 0 })
  cutOff()
  expect(await move()).toMatchObject({ code: 0, out: expect.stringContaining('The house is moved') })

  // A failure while it copies leaves both sides as they were.
  const broken = houseOfEverything()
  const other = await newDatabase()
  const away = { DATA_DIR: broken, HOUSE_SECRET }
  await martillo(['migrate'], away)
  breakChain(broken)
  expect(await martillo(['move', '--to', other], away)).toMatchObject({
    code: 1,
    err: expect.stringContaining('chain of auction'),
  })
  expect(readMoved(broken)).toBeNull()
  expect(await martillo(['user', 'list'], away)).toMatchObject({ code: 0 })
  expect(await martillo(['user', 'list'], { ...away, DATABASE_URL: other })).toMatchObject({ code: 0, out: '' })
  await client.end()
})
