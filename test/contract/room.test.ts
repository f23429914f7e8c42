import { randomUUIDv7 } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { SqliteRooms } from '../../src/adapters/sqlite/room.ts'
import type { NewMessage, RoomAct } from '../../src/engine/room-ports.ts'
import { temporaryFolder } from '../support/service.ts'
import { AT, type Opened, engines, user } from './engines.ts'

const DAY_MS = 24 * 3_600_000

const act = (auctionId: string, userId: string): RoomAct => ({ auctionId, at: AT, userId, reason: 'because' })

function saying(auctionId: string, userId: string, rest: Partial<NewMessage> = {}): NewMessage {
  const said = { id: randomUUIDv7(), auctionId, userId, sender: null, recipient: 'room', private: null }
  return { ...said, text: 'Hello', at: AT, keyHash: null, ...rest }
}

function asking(auctionId: string, userId: string, text: string, rest: Partial<NewMessage> = {}): NewMessage {
  const conversation = { conversationId: randomUUIDv7(), askerId: userId, asker: null }
  return saying(auctionId, userId, { recipient: 'seller', private: conversation, text, ...rest })
}

/** An auction as the lists of rooms see it; its state is never read here. */
async function auction({ run }: Opened, sellerId: string, status = 'open', closesAt = AT): Promise<string> {
  const id = randomUUIDv7()
  const isPostgres = await run('SELECT pg_backend_pid()').then(
    () => true,
    () => false,
  )
  const words = isPostgres ? [', words', ", ''"] : ['', '']
  await run(
    `INSERT INTO auctions (id, seller_id, title, description, format, status, hidden, bid_count, created_at, closes_at,
       version, seq, head, private_head, reserve_salt, refusals, state${words[0]})
     VALUES ('${id}', '${sellerId}', 'A lot', '', 'english', '${status}', 0, 0, ${AT}, ${closesAt}, 1, 1, '', '', '', 0,
       '{}'${words[1]})`,
  )
  return id
}

describe.each(Object.entries(engines))('%s', (_, open) => {
  test('[ROOM-3] numbers are given in order of the first message, once each, whichever connections they come by', async () => {
    const opened = await open()
    const { rooms: other } = await opened.again()
    const { rooms, accounts } = opened
    const people = await Promise.all(Array.from({ length: 8 }, () => user(accounts)))
    const id = randomUUIDv7()
    const added = await rooms.addMessages([
      saying(id, people[0]!.id),
      saying(id, people[1]!.id),
      saying(id, people[0]!.id),
    ])
    expect(added.map(({ message }) => message.sender)).toEqual(['V1', 'V2', 'V1'])
    const later = await Promise.all(
      people.slice(2).map(async (one, i) => (i % 2 === 0 ? rooms : other).addMessages([saying(id, one.id)])),
    )
    const names = later.flat().map(({ message }) => message.sender)
    expect(names.toSorted()).toEqual(['V3', 'V4', 'V5', 'V6', 'V7', 'V8'])
    expect(await other.numbered(id, 2)).toBe(people[1]!.id)
    expect([await other.numbered(id, 9), await other.numbered('another', 1)]).toEqual([null, null])
  })

  test('[ROOM-4] a repeated key gives the same message, also from another connection at the same time', async () => {
    const opened = await open()
    const { rooms: other } = await opened.again()
    const { rooms, accounts } = opened
    const [ana, id] = [await user(accounts), randomUUIDv7()]
    const messages = Array.from({ length: 6 }, (_, i) => saying(id, ana.id, { keyHash: 'k', text: `Try ${i}` }))
    const added = (await Promise.all(messages.map((one, i) => (i % 2 === 0 ? rooms : other).addMessages([one])))).flat()
    expect(added.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(new Set(added.map(({ message }) => message.id)).size).toBe(1)
    const said = await other.said(id, { before: null, limit: 10 })
    expect(said).toEqual([added.find(({ isNew }) => isNew)!.message])
    const standing = { auctionId: id, userId: ana.id, keyHash: 'k', at: AT }
    expect(await other.standing(standing)).toEqual({
      number: 1,
      mute: null,
      prior: { message: said[0], askerId: null },
    })
  })

  test('what was said is read newest first, in pages, and never what was asked in private', async () => {
    const { rooms, accounts } = await open()
    const [ana, id] = [await user(accounts), randomUUIDv7()]
    const texts = ['1', '2', '3', '4', '5']
    for (const text of texts) {
      await rooms.addMessages([saying(id, ana.id, { text }), asking(id, ana.id, `private ${text}`)])
    }
    const [first, second] = await rooms.said(id, { before: null, limit: 2 })
    expect([first!.text, second!.text]).toEqual(['5', '4'])
    const rest = await rooms.said(id, { before: second!.id, limit: 9 })
    expect(rest.map(({ text }) => text)).toEqual(['3', '2', '1'])
    expect(await rooms.said(id, { before: randomUUIDv7(), limit: 9 })).toEqual([])
    expect(await rooms.said('another', { before: null, limit: 9 })).toEqual([])
  })

  test('[ROOM-8] one conversation an auction and asker; each side counts what it has not read', async () => {
    const opened = await open()
    const { rooms, accounts } = opened
    const [seller, ana, ben] = [await user(accounts), await user(accounts), await user(accounts)]
    const id = await auction(opened, seller.id)
    const mine = (who: string, more = {}) =>
      rooms.conversations({ userId: who, all: false, unread: false, limit: 10, cursor: null, ...more })
    const [{ message }] = (await rooms.addMessages([
      asking(id, ana.id, 'One'),
      asking(id, ana.id, 'Two'),
    ])) as unknown as [{ message: { conversationId: string } }]
    const { conversationId } = message
    await rooms.addMessages([asking(id, ben.id, 'Mine')])
    const unread = async (who: string) => (await mine(who)).items.map((one) => [one.asker, one.unread, one.last.text])
    expect(await unread(seller.id)).toEqual([
      ['V2', 1, 'Mine'],
      ['V1', 2, 'Two'],
    ])
    expect(await unread(ana.id)).toEqual([['V1', 0, 'Two']])
    const answer = { conversationId: randomUUIDv7(), askerId: ana.id, asker: 'V1' }
    await rooms.addMessages([
      saying(id, seller.id, { sender: 'seller', recipient: 'V1', private: answer, text: 'Yes' }),
    ])
    expect(await unread(seller.id)).toEqual([
      ['V1', 0, 'Yes'],
      ['V2', 1, 'Mine'],
    ])
    expect(await unread(ana.id)).toEqual([['V1', 1, 'Yes']])
    const [latest] = await rooms.asked(conversationId, { before: null, limit: 1 })
    await rooms.markRead(conversationId, 'asker', latest!.number)
    expect(await unread(ana.id)).toEqual([['V1', 0, 'Yes']])
    expect((await mine(seller.id, { unread: true })).items.map(({ asker }) => asker)).toEqual(['V2'])
    // A bidder by now: the name of the conversation follows.
    await rooms.addMessages([asking(id, ana.id, 'Three', { sender: 'P4' })])
    const page = await mine(seller.id, { limit: 1 })
    expect(page.items).toMatchObject([
      { id: conversationId, auctionId: id, title: 'A lot', asker: 'P4', askerId: ana.id },
    ])
    const next = await mine(seller.id, { limit: 1, cursor: page.nextCursor })
    expect([next.items.map(({ asker }) => asker), next.nextCursor]).toEqual([['V2'], null])
    expect(await rooms.conversationOf(id, ana.id)).toMatchObject({ id: conversationId, asker: 'P4' })
    expect(await mine(randomUUIDv7())).toEqual({ items: [], nextCursor: null })
    expect((await mine(randomUUIDv7(), { all: true })).items).toHaveLength(2)
  })

  test('[ROOM-6] a mute ends by itself, is lifted, or is for good; settings, mutes and removals are recorded', async () => {
    const { rooms, accounts, get } = await open()
    const [admin, ana, id] = [await user(accounts), await user(accounts), randomUUIDv7()]
    const muteAt = async (at: number) =>
      (await rooms.standing({ auctionId: id, userId: ana.id, keyHash: null, at })).mute
    const who = { userId: ana.id, speaker: 'V1' }
    await rooms.setMute({ ...who, until: AT + 5 }, act(id, admin.id))
    expect([await muteAt(AT + 4), await muteAt(AT + 5)]).toEqual([{ until: AT + 5 }, null])
    await rooms.setMute({ ...who, until: null }, act(id, admin.id))
    expect(await muteAt(AT + DAY_MS)).toEqual({ until: null })
    expect(await rooms.mutes(id, AT)).toEqual([{ ...who, until: null }])
    await rooms.setMute({ ...who, until: undefined }, act(id, admin.id))
    expect([await muteAt(AT), await rooms.mutes(id, AT)]).toEqual([null, []])
    await rooms.setRoom({ presence: 'paddles', messages: 'off', ask: false }, act(id, admin.id))
    expect(await rooms.rooms([id, 'another'])).toEqual(
      new Map([[id, { presence: 'paddles', messages: 'off', ask: false }]]),
    )
    const [{ message }] = (await rooms.addMessages([saying(id, ana.id)])) as unknown as [{ message: { id: string } }]
    expect(await rooms.removeMessage(message.id, act('another', admin.id))).toBe(false)
    expect(await rooms.removeMessage(message.id, act(id, admin.id))).toBe(true)
    expect(await rooms.removeMessage(message.id, act(id, admin.id))).toBe(false)
    expect(await rooms.said(id, { before: null, limit: 9 })).toEqual([])
    expect(await rooms.message(id, message.id)).toMatchObject({ message: { text: null } })
    expect(await get(`SELECT count(*) AS n FROM room_acts WHERE user_id = '${admin.id}'`)).toEqual({ n: 5 })
    expect(await get(`SELECT act, target, reason FROM room_acts ORDER BY number DESC LIMIT 1`)).toEqual({
      act: 'remove',
      target: message.id,
      reason: 'because',
    })
  })

  test('reported messages are shown to their seller, each with how many reported it, until they are removed', async () => {
    const opened = await open()
    const { rooms, accounts } = opened
    const [seller, ana, ben] = [await user(accounts), await user(accounts), await user(accounts)]
    const id = await auction(opened, seller.id)
    const added = await rooms.addMessages([saying(id, ana.id), saying(id, ana.id), saying(id, ana.id)])
    const [one, two] = added.map(({ message }) => message.id) as [string, string]
    for (const reporter of [ben.id, ben.id, seller.id]) await rooms.report(one, reporter, AT)
    await rooms.report(two, ben.id, AT)
    const page = { limit: 1, cursor: null }
    const first = await rooms.reported(seller.id, page)
    expect(first.items).toMatchObject([{ message: { id: two }, title: 'A lot', reports: 1 }])
    const second = await rooms.reported(null, { limit: 1, cursor: first.nextCursor })
    expect(second).toMatchObject({ items: [{ message: { id: one }, reports: 2 }], nextCursor: null })
    expect((await rooms.reported(ana.id, page)).items).toEqual([])
    await rooms.removeMessage(two, act(id, seller.id))
    expect((await rooms.reported(null, page)).items).toMatchObject([{ message: { id: one } }])
  })

  test('[ROOM-10] what was said goes when the auction has been over for long enough, in pieces, and nothing else', async () => {
    const opened = await open()
    const { rooms, accounts, get } = opened
    const [seller, ana] = [await user(accounts), await user(accounts)]
    const ids = [
      await auction(opened, seller.id, 'closed', AT),
      await auction(opened, seller.id, 'closed', AT + DAY_MS),
      await auction(opened, seller.id, 'open', AT),
    ]
    for (const id of ids) {
      const added = await rooms.addMessages([saying(id, ana.id), saying(id, ana.id), asking(id, ana.id, 'Asked')])
      await rooms.report(added[0]!.message.id, ana.id, AT)
      await rooms.setMute({ userId: ana.id, speaker: 'V1', until: null }, act(id, seller.id))
    }
    const swept: number[] = []
    for (let gone; (gone = await rooms.sweepRooms(AT + 1, 2)) > 0;) swept.push(gone)
    expect(swept).toEqual([2, 1])
    const left = (table: string) => get(`SELECT count(*) AS n FROM ${table}`)
    expect(await left('room_messages')).toEqual({ n: 6 })
    for (const table of ['room_speakers', 'conversations', 'room_mutes', 'room_reports'])
      expect([table, await left(table)]).toEqual([table, { n: 2 }])
    expect(await rooms.said(ids[1]!, { before: null, limit: 9 })).toHaveLength(2)
  })

  test('[ROOM-11] nothing that an erased person said is left, nor who they were in a room', async () => {
    const opened = await open()
    const { rooms, accounts, get } = opened
    const [seller, ana, ben] = [await user(accounts), await user(accounts), await user(accounts)]
    const id = await auction(opened, seller.id, 'closed')
    const added = await rooms.addMessages([
      saying(id, ana.id, { text: 'I live in Main Street', keyHash: 'k' }),
      asking(id, ana.id, 'Call me'),
      saying(id, ben.id, { text: 'Hello Ana' }),
    ])
    await rooms.report(added[2]!.message.id, ana.id, AT)
    await rooms.setMute({ userId: ana.id, speaker: 'V1', until: null }, act(id, seller.id))
    expect(await accounts.eraseUser(ana.id, AT)).toEqual({ result: 'erased' })
    expect((await rooms.said(id, { before: null, limit: 9 })).map(({ text }) => text)).toEqual(['Hello Ana'])
    const { items } = await rooms.conversations({
      userId: seller.id,
      all: false,
      unread: false,
      limit: 9,
      cursor: null,
    })
    expect(items).toMatchObject([{ askerId: null, asker: 'V1', last: { text: null, userId: null } }])
    for (const table of ['room_messages', 'room_speakers', 'room_mutes', 'room_reports', 'room_acts'])
      expect(await get(`SELECT user_id FROM ${table} WHERE user_id = '${ana.id}'`)).toBeUndefined()
    // Nobody else is taken for them.
    const [next] = await rooms.addMessages([saying(id, seller.id)])
    expect(next!.message.sender).toBe('V3')
  })

  test('with a draft that is deleted its room goes', async () => {
    const opened = await open()
    const { rooms, accounts, store, run, get } = opened
    const seller = await user(accounts)
    const id = await auction(opened, seller.id, 'draft')
    await run(`UPDATE auctions SET hidden = 1 WHERE id = '${id}'`)
    await rooms.setRoom({ presence: 'off', messages: 'members', ask: true }, act(id, seller.id))
    await rooms.addMessages([saying(id, seller.id, { sender: 'seller' })])
    expect(await store.remove(id, 1)).toBe(true)
    for (const table of ['rooms', 'room_messages', 'room_acts'])
      expect([table, await get(`SELECT auction_id FROM ${table}`)]).toEqual([table, undefined])
  })
})

test('[ROOM-6] a removed text is in no file of the database as soon as the writer is idle', async () => {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'service' })
  sqlite.migrate()
  const rooms = new SqliteRooms(sqlite)
  const texts = Array.from({ length: 400 }, (_, i) => `the secret number ${i} of somebody `.repeat(1 + (i % 9)).trim())
  const ids: string[] = []
  for (const text of texts) {
    const [added] = await rooms.addMessages([saying('a lot', 'ana', { text })])
    ids.push(added!.message.id)
  }
  const files = () =>
    readdirSync(folder)
      .filter((name) => existsSync(join(folder, name)))
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('')
  expect(files()).toContain('the secret number 7 of')
  for (const [i, id] of ids.entries()) if (i % 2 === 1) await rooms.removeMessage(id, act('a lot', 'admin'))
  sqlite.checkpointWhenIdle()
  const left = files()
  sqlite.close()
  expect(texts.filter((_, i) => left.includes(`the secret number ${i} of`))).toEqual(
    texts.filter((_, i) => i % 2 === 0),
  )
})

test('[ROOM-9] a message waits for no disk, and what is written behind it does as ever', async () => {
  const sqlite = new Sqlite(temporaryFolder(), { as: 'service' })
  sqlite.migrate()
  const rooms = new SqliteRooms(sqlite)
  const level = () => sqlite.get<{ synchronous: number }>('PRAGMA synchronous')!.synchronous
  const [normal, full] = [1, 2]
  expect(sqlite.unsyncedTransaction(level)).toBe(normal)
  expect(level()).toBe(full)
  await rooms.addMessages([saying('a lot', 'ana')])
  await expect(rooms.addMessages([saying('a lot', 'ana', { id: null as never })])).rejects.toThrow('NOT NULL')
  expect(sqlite.transaction(level)).toBe(full)
  sqlite.close()
})
