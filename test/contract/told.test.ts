import { randomUUIDv7 } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DEFAULT_PREFERENCES, type NoticeKind } from '../../src/domain/notices.ts'
import type { Telling } from '../../src/engine/told-ports.ts'
import { AT, engines, user } from './engines.ts'

const AUCTION = randomUUIDv7()
const OTHER = randomUUIDv7()
const CONSUMER = 'notifier'

const data = { title: 'A lot', currency: 'EUR', price: null, closesAt: AT }
const all = { limit: 50, cursor: null, unread: false }

/** What each of these users is told of an auction. */
function telling(told: Readonly<Record<string, NoticeKind>>, mark: string | null = null, auctionId = AUCTION): Telling {
  const notices = Object.entries(told).map(([userId, kind]) => ({ id: randomUUIDv7(), userId, kind, data }))
  return { auctionId, mark, at: AT, notices, deliveries: [] }
}

describe.each(Object.entries(engines))('%s', (_, open) => {
  test('a watchlist holds each lot once, the latest first, and gives up its oldest', async () => {
    const { told, accounts, again } = await open()
    const [ana, ben] = [(await user(accounts)).id, (await user(accounts)).id]
    const lots = ['a', 'b', 'c'] as const
    for (const [i, lot] of lots.entries()) await told.watch(ana, lot, AT + i, 2)
    await told.watch(ana, 'c', AT + 9, 2)
    await told.watch(ben, 'c', AT, 2)
    const { told: other } = await again()
    expect(await other.watched(ana)).toEqual(['c', 'b'])
    expect(await other.watchers('c')).toEqual(
      [ana, ben].map((userId) => ({ userId, at: userId === ana ? AT + 2 : AT })),
    )
    await told.unwatch(ana, 'c')
    expect([await told.watched(ana), await told.watched(ben)]).toEqual([['b'], ['c']])
  })

  test('of one kind and lot somebody has one unread notice; what was read stays', async () => {
    const { told, accounts } = await open()
    const [ana, ben] = [(await user(accounts)).id, (await user(accounts)).id]
    const kinds = async (userId: string) =>
      (await told.notices(userId, all)).items.map(({ kind, isRead }) => `${kind}${isRead ? ' read' : ''}`)
    await told.tell([telling({ [ana]: 'outbid', [ben]: 'outbid' })], null)
    await told.tell([telling({ [ana]: 'outbid' }), telling({ [ana]: 'outbid' }, null, OTHER)], null)
    expect([await kinds(ana), await kinds(ben)]).toEqual([['outbid', 'outbid'], ['outbid']])
    const ofAna = (await told.notices(ana, all)).items.find(({ auctionId }) => auctionId === AUCTION)!
    await told.read(ana, [ofAna.id, (await told.notices(ben, all)).items[0]!.id])
    await told.tell([telling({ [ana]: 'outbid' })], null)
    expect([(await kinds(ana)).toSorted(), await kinds(ben)]).toEqual([['outbid', 'outbid', 'outbid read'], ['outbid']])
    await told.tell([telling({ [ana]: 'won', [ben]: 'lost' })], null)
    expect([(await kinds(ana)).toSorted(), await kinds(ben)]).toEqual([['outbid', 'outbid read', 'won'], ['lost']])
    expect(await told.unreadCount(ana)).toBe(2)
    expect((await told.notices(ana, { ...all, unread: true })).items).toHaveLength(2)
    await told.read(ana, 'all')
    expect([await told.unreadCount(ana), await told.unreadCount(ben)]).toEqual([0, 1])
  })

  test('pages of notices follow each other without gap or repetition', async () => {
    const { told, accounts } = await open()
    const ana = (await user(accounts)).id
    for (let n = 0; n < 5; n += 1) await told.tell([telling({ [ana]: 'outbid' }, null, randomUUIDv7())], null)
    const seen: string[] = []
    for (let cursor: string | null = null; ;) {
      const page = await told.notices(ana, { ...all, limit: 2, cursor })
      seen.push(...page.items.map(({ id }) => id))
      if ((cursor = page.nextCursor) === null) break
    }
    expect(seen).toEqual((await told.notices(ana, all)).items.map(({ id }) => id))
    expect(new Set(seen).size).toBe(5)
  })

  test('whichever of two nodes moves the position makes the notices, and a mark is set once', async () => {
    const { told, accounts, again } = await open()
    const { told: other } = await again()
    const ana = (await user(accounts)).id
    const { from } = await told.published(CONSUMER, 10)
    const to = from + 1
    const move = { consumer: CONSUMER, from, to }
    const made = await Promise.all([told, other].map((one) => one.tell([telling({ [ana]: 'outbid' })], move)))
    expect(made.filter((one) => one === null)).toHaveLength(1)
    expect(made.flatMap((one) => one ?? [])).toHaveLength(1)
    const marked = await Promise.all(
      [told, other].map((one) => one.tell([telling({ [ana]: 'closing_soon' }, '1h')], null)),
    )
    expect(marked.flat()).toHaveLength(1)
    expect((await other.notices(ana, all)).items.map(({ kind }) => kind).toSorted()).toEqual(['closing_soon', 'outbid'])
  })

  test('what throws in the middle is made not at all', async () => {
    const { told, accounts } = await open()
    const ana = (await user(accounts)).id
    const { from } = await told.published(CONSUMER, 10)
    const move = { consumer: CONSUMER, from, to: from + 1 }
    const nobody = { [ana]: 'outbid', [randomUUIDv7()]: 'outbid' } as const
    await expect(told.tell([telling(nobody)], move)).rejects.toThrow(/foreign key/i)
    expect((await told.notices(ana, all)).items).toEqual([])
    expect(await told.tell([telling({ [ana]: 'outbid' })], move)).toHaveLength(1)
  })

  test('preferences are kept as they were set; who is erased has none, and neither watchlist nor notices', async () => {
    const { told, accounts, get } = await open()
    const [ana, ben] = [(await user(accounts)).id, (await user(accounts)).id]
    const set = { ...DEFAULT_PREFERENCES, language: 'es', timeZone: 'Europe/Madrid' } as const
    await told.changePreferences(ana, {}, DEFAULT_PREFERENCES)
    expect(await told.changePreferences(ana, set, { ...DEFAULT_PREFERENCES, timeZone: 'Asia/Tokyo' })).toEqual(set)
    expect(await told.preferences([ana, ben])).toEqual(new Map([[ana, set]]))
    for (const who of [ana, ben]) await told.watch(who, AUCTION, AT, 2)
    await told.tell([telling({ [ana]: 'outbid', [ben]: 'outbid' })], null)
    expect(await accounts.eraseUser(ana, AT)).toEqual({ result: 'erased' })
    for (const table of ['watched', 'notices', 'preferences'])
      expect(await get(`SELECT 1 AS found FROM ${table} WHERE user_id = '${ana}'`)).toBe(undefined)
    expect([await told.watched(ben), await told.unreadCount(ben)]).toEqual([[AUCTION], 1])
  })

  test('of changes of preferences at once none is lost', async () => {
    const { told, accounts } = await open()
    const ana = (await user(accounts)).id
    const changes = [
      { language: 'es' },
      { notices: { won: [] } },
      { noMailOf: 'outbid' },
      { noMailOf: 'message' },
    ] as const
    await Promise.all(changes.map((change) => told.changePreferences(ana, change, DEFAULT_PREFERENCES)))
    const kept = (await told.preferences([ana])).get(ana)
    expect(kept).toMatchObject({ language: 'es', timeZone: 'UTC' })
    expect(kept!.notices).toMatchObject({
      won: [],
      outbid: ['page', 'push'],
      message: ['page', 'push'],
      lost: ['page'],
    })
  })

  test('mails reach whoever confirmed an address, push messages whoever has a browser for them', async () => {
    const { told, accounts, emails, reach } = await open()
    const [ana, ben, eve] = [await user(accounts), await user(accounts), await user(accounts)]
    const all = [ana.id, ben.id, eve.id]
    expect(await emails.verify(ana.id, ana.email, AT)).toBe(true)
    expect(await emails.verify(ben.id, ana.email, AT)).toBe(false)
    const endpoint = 'https://push.example/1'
    await reach.addPushSubscription({ endpoint, userId: ben.id, p256dh: 'p', auth: 'a' }, AT, 1)
    expect(await told.reached(all, 'email')).toEqual(new Set([ana.id]))
    expect(await told.reached(all, 'push')).toEqual(new Set([ben.id]))
    await reach.addPushSubscription({ endpoint, userId: eve.id, p256dh: 'p', auth: 'a' }, AT, 1)
    expect(await told.reached(all, 'push')).toEqual(new Set([eve.id]))
  })

  test('notices go when they are old', async () => {
    const { told, accounts } = await open()
    const ana = (await user(accounts)).id
    await told.tell([telling({ [ana]: 'outbid' }), telling({ [ana]: 'won' }, null, OTHER)], null)
    expect(await told.removeNotices(AT, 1)).toBe(0)
    expect([await told.removeNotices(AT + 1, 1), await told.removeNotices(AT + 1, 5)]).toEqual([1, 1])
    expect((await told.notices(ana, all)).items).toEqual([])
  })
})
