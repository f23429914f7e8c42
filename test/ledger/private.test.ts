import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { canonical, isCanonical, readCanonical } from '../../src/ledger/canonical.ts'
import { GENESIS, hashOf } from '../../src/ledger/chain.ts'
import { commitKey, commitPerson, commitPrivateHead } from '../../src/ledger/commitment.ts'
import { audit } from '../../src/ledger/audit.ts'
import { SqliteStore } from '../../src/adapters/sqlite/store.ts'
import { auditedIn } from '../../src/engine/audited.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { type House, openHouse } from '../support/service.ts'

type AuditRecord = {
  number: number
  seq: number
  act: string
  previous: string
  by?: string
  bid?: string
  key?: string
  times?: number
  [field: string]: unknown
}

test('who floods an auction with bids of no use does not fill its private chain', async () => {
  const known = limits.refusalsKeptMax
  Object.assign(limits, { refusalsKeptMax: 3 })
  onTestFinished(() => void Object.assign(limits, { refusalsKeptMax: known }))
  const house = await openHouse()
  const id = await house.auction()
  for (let i = 0; i < 5; i += 1)
    await expect(house.admin.bid(id, { amount: 9_000 + i })).rejects.toMatchObject({ problem: { code: 'own_auction' } })
  expect(read(house, id).records.map(({ act }) => act)).toEqual('create refused refused refused'.split(' '))
  const ana = await house.person()
  expect(await ana.bid(id, { amount: 9_000 })).toMatchObject({ outcome: 'leading' })
  // Who comes late may dispute that, however much was refused before.
  await house.admin.close(id)
  await expect(ana.bid(id, { amount: 9_999 })).rejects.toMatchObject({ problem: { code: 'auction_closed' } })
  expect(read(house, id).records.at(-1)).toMatchObject({ act: 'refused', code: 'auction_closed' })
})

test('refusals of one person for the same have ten entries, then one whenever their number has doubled', async () => {
  const house = await openHouse()
  const [sally, id] = [await house.person('Sally', 'seller'), await house.auction()]
  const own = (await sally.create({ title: 'A', currency: 'EUR', terms: { startPrice: 1 }, durationSeconds: 60 })).id
  for (let i = 0; i < 45; i += 1)
    await expect(sally.bid(own, { amount: 9_000 + i })).rejects.toMatchObject({ problem: { code: 'own_auction' } })
  const refused = (auction: string) => read(house, auction).records.filter(({ act }) => act === 'refused')
  expect(refused(own).map(({ times }) => times)).toEqual([...Array(10).fill(undefined), 20, 40])
  await expect(house.admin.bid(id, { amount: 9_000 })).rejects.toMatchObject({ problem: { code: 'own_auction' } })
  expect(refused(id)).toHaveLength(1)
})

test('the private chain holds what happened unseen, and every public entry commits to its head of that moment', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const { id } = await house.admin.create({
    title: 'A',
    currency: 'EUR',
    terms: { startPrice: 1_000, increments: 100, reservePrice: 7_777 },
    durationSeconds: 3_600,
  })
  const { bid } = await ana.bid(id, { maximum: 5_000 }, 'key of the first')
  await ana.bid(id, { maximum: 6_000 })
  await ana.bid(id, { maximum: 8_000 })
  await ben.bid(id, { amount: 7_900 })
  await expect(house.admin.bid(id, { amount: 9_000 })).rejects.toMatchObject({ problem: { code: 'own_auction' } })
  await expect(ben.bid(id, { amount: 8_050 })).rejects.toMatchObject({ problem: { code: 'bid_too_low' } })
  await house.admin.pause(id, 'lunch')
  await house.admin.close(id)
  await expect(ben.bid(id, { amount: 9_999 })).rejects.toMatchObject({ problem: { code: 'auction_closed' } })

  const { records, entries, authors, salts } = read(house, id)
  expect(records.map(({ act }) => act)).toEqual('create bid bid bid bid refused pause close refused'.split(' '))
  expect(records[0]).toMatchObject({ reservePrice: 7_777, seq: 2 })
  expect(records[1]).toMatchObject({
    offer: { maximum: 5_000 },
    paddle: 'P1',
    seq: 3,
    bid: bid.id,
    commitment: bid.commitment,
  })
  expect(records[2]).toMatchObject({ offer: { maximum: 6_000 }, paddle: 'P1', seq: 3 })
  expect(records[3]).toMatchObject({ offer: { maximum: 8_000 }, paddle: 'P1', seq: 4 })
  expect(records[5]).toMatchObject({ code: 'own_auction', offer: { amount: 9_000 } })
  expect(records[8]).toMatchObject({ code: 'auction_closed', seq: records[7]!.seq })
  expect(records[1]!.key).toBe(commitKey(salts.get(bid.id)!, bid.id, 'key of the first'))
  for (const { number, user_id, salt } of authors) expect(records[number - 1]!.by).toBe(commitPerson(salt, id, user_id))
  expect(authors.map(({ number }) => number)).toEqual([1, 6, 7, 8, 9])
  for (const { seq, salt, line } of entries) {
    const record = records.find((one) => one.seq >= seq)!
    expect(readCanonical(line)).toMatchObject({ private: commitPrivateHead(salt, id, record.hash) })
  }
  const text = records.map(({ line }) => line).join('\n')
  for (const person of [ana, ben, house.admin]) expect(text).not.toContain(person.session.user!.id)
})

/** Both chains as they are stored, linked and in the very text that was hashed. */
function read(house: House, id: string) {
  const db = new Database(join(house.dataDir, 'martillo.db'), { readonly: true })
  onTestFinished(() => void db.close())
  const rows = <Row>(columns: string, table: string) =>
    db
      .prepare(
        `SELECT ${columns}, row_key % ${2 ** 28} AS number FROM ${table}
         WHERE row_key / ${2 ** 28} = (SELECT number FROM auctions WHERE id = ?) ORDER BY row_key`,
      )
      .all(id) as (Row & { number: number })[]
  let previous = GENESIS
  const stored = rows<{ id: string | null; line: string; hash: string }>('id, line, hash', 'audit_log')
  const records = stored.map(({ number, line, hash }, i) => {
    const record = readCanonical(line) as AuditRecord
    expect({ number, stated: record.number, previous: record.previous, hash }).toEqual({
      number: i + 1,
      stated: i + 1,
      previous,
      hash: hashOf(line, 'private'),
    })
    expect(isCanonical(line) && canonical(record) === line).toBe(true)
    previous = hash
    return { ...record, line, hash }
  })
  const entries = rows<{ line: string; salt: string }>('line, private_salt AS salt', 'entries').map(
    ({ number: seq, ...entry }) => ({ seq, ...entry }),
  )
  const authors = rows<{ user_id: string; salt: string }>('user_id, salt', 'authors')
  const opened = new Map(rows<{ salt: string }>('salt', 'answers').map(({ number, salt }) => [number, salt]))
  const salts = new Map(
    stored.flatMap(({ id: bid, number }) => (bid === null ? [] : [[bid, opened.get(number)!] as const])),
  )
  return { records, entries, authors, salts }
}

test('an audit follows every price from the true maxima, and finds a maximum, a reserve or an audit record that is not the one', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const softClose = { windowSeconds: 3_000, extensionSeconds: 3_000, maxExtensions: null }
  const terms = { startPrice: 1_000, increments: 100, reservePrice: 4_000, softClose }
  const { id } = await house.admin.create({
    title: 'A',
    currency: 'EUR',
    terms: { ...terms, reservePrice: 9_000 },
    durationSeconds: 2_000,
  })
  await house.admin.update(id, { terms })
  await ana.bid(id, { amount: 2_000 })
  await ana.bid(id, { maximum: 3_000 })
  const { bid } = await ben.bid(id, { maximum: 5_000 })
  await ben.bid(id, { maximum: 6_000 })
  await ana.bid(id, { amount: 4_500 })
  await house.admin.void(id, bid.id, 'not paid')
  await house.admin.close(id)
  const sqlite = new Sqlite(house.dataDir, { as: 'command' })
  onTestFinished(() => sqlite.close())
  const audited = (await auditedIn(new SqliteStore(sqlite), id))!
  expect(audit(audited)).toBeNull()
  expect(audit({ ...audited, salts: new Map() })).toBeNull()

  const relinked = (change: (line: string) => string, from = GENESIS) => {
    let previous = from
    return audited.privateEntries.map(({ number, line }) => {
      const record = { ...(readCanonical(change(line)) as AuditRecord), previous }
      const text = canonical(record)
      previous = hashOf(text, 'private')
      return { number, line: text, hash: previous }
    })
  }
  const spaced = audited.privateEntries.map((one) => ({ ...one, line: one.line.replace('{', '{ ') }))
  const swap = (from: string, to: string) => (line: string) => line.replace(from, to)
  /** With the head that belongs to it, so that only the content is wrong. */
  const found = ({ privateEntries = audited.privateEntries, ...changes }: Partial<typeof audited>) =>
    audit({ ...audited, privateEntries, privateHead: privateEntries.at(-1)!.hash, ...changes })
  expect(audit({ ...audited, privateHead: GENESIS })).toMatchObject({
    chain: 'private',
    why: 'is not the head of the auction',
  })
  expect(audit({ ...audited, head: GENESIS })).toMatchObject({ chain: 'public', why: 'is not the head of the auction' })
  const titled = audited.entries.map((one) => ({ ...one, line: one.line.replace('"title":"A"', '"title":"B"') }))
  expect(audit({ ...audited, entries: titled })).toMatchObject({ chain: 'public', number: 1 })
  const salts = (salt: string) => new Map([...audited.salts].map(([id]) => [id, salt]))
  expect(found({ salts: salts('00'.repeat(32)) })).toMatchObject({ chain: 'private', number: 3 })
  const spacedAnew = spaced.map((one) => ({ ...one, hash: hashOf(one.line, 'private') }))
  expect(found({ privateEntries: spacedAnew })).toMatchObject({
    chain: 'private',
    number: 1,
    why: 'is no audit record',
  })
  expect(found({ privateEntries: audited.privateEntries.slice(0, -1) })).toMatchObject({ chain: 'public' })
  expect(
    found({
      privateEntries: audited.privateEntries.map((one) => ({ ...one, line: one.line.replace('"3000"', '"3100"') })),
    }),
  ).toMatchObject({ chain: 'private', number: 4 })
  expect(found({ privateEntries: relinked(swap('"maximum":"3000"', '"maximum":"3100"')) })).toMatchObject({
    why: expect.stringMatching(/commits to another/),
  })
  expect(found({ privateEntries: relinked(swap('"reservePrice":"4000"', '"reservePrice":"4100"')) })).toMatchObject({
    why: expect.stringMatching(/commits to another/),
  })
  const unlinked = [
    relinked(swap('"number":"3"', '"number":"4"')),
    relinked(
      swap(
        id,
        id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      ),
    ),
    relinked((line) => line, 'f'.repeat(64)),
    [...audited.privateEntries.slice(0, -1), { ...audited.privateEntries.at(-1)!, hash: GENESIS }],
    audited.privateEntries.toSpliced(2, 1),
  ]
  for (const privateEntries of unlinked)
    expect(found({ privateEntries })).toMatchObject({ chain: 'private', why: 'does not follow the entry before' })
  const [one, two] = [
    audited.entries.toSpliced(1, 1),
    audited.entries.toSpliced(1, 2, audited.entries[2]!, audited.entries[1]!),
  ]
  for (const entries of [one, two])
    expect(audit({ ...audited, entries })).toMatchObject({
      chain: 'public',
      number: 2,
      why: 'does not follow the entry before',
    })
  expect(found({ reserveSalt: '00'.repeat(32) })).toMatchObject({ why: expect.stringMatching(/another reserve/) })
  expect(found({ entries: audited.entries.map((one) => ({ ...one, salt: '00'.repeat(32) })) })).toMatchObject({
    chain: 'public',
    number: 1,
  })
})

test('an audit beside bids that come meanwhile is of one moment', async () => {
  const house = await openHouse()
  const id = await house.auction({ terms: { startPrice: 1, increments: 1 } })
  const rivals = [await house.person(), await house.person()]
  const sqlite = new Sqlite(house.dataDir, { as: 'command' })
  onTestFinished(() => sqlite.close())
  const store = new SqliteStore(sqlite)
  let amount = 0
  let bidding = true
  const bids = (async () => {
    while (bidding) await rivals[(amount += 1) % 2]!.bid(id, { amount })
  })()
  const findings: unknown[] = []
  while (amount < 40) {
    findings.push(audit((await auditedIn(store, id))!))
    await new Promise((resolve) => setImmediate(resolve))
  }
  bidding = false
  await bids
  expect(findings.length).toBeGreaterThan(4)
  expect(findings.filter((finding) => finding !== null)).toEqual([])
})
