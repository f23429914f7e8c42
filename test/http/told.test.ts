import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import type { Client } from '../../src/sdk/index.ts'
import type { NoticeView } from '../../src/protocol.ts'
import { Channel } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, lot } from './support.ts'

/** The kinds of what somebody was told, the newest first. */
async function told(client: Client): Promise<string[]> {
  return (await client.notices()).items.map(({ kind }) => kind)
}

async function live(house: House, client: Client): Promise<Channel> {
  const channel = new Channel(house.url, '/v1/live', { token: await client.session.token() })
  await channel.opened()
  await channel.next('hello')
  return channel
}

const noticeOf = async (channel: Channel, kind: NoticeView['kind']) =>
  (await channel.next('notice', ({ notice }) => notice.kind === kind)).notice

test('whoever is outbid is told at once, what everyone sees and no more; at the end winner and losers are', async () => {
  const house = await sharedHouse()
  const [ana, ben, eve] = [await house.person(), await house.person(), await house.person()]
  const id = await house.auction({ title: 'A clock' })
  const [hearsAna, hearsEve] = [await live(house, ana), await live(house, eve)]
  await ana.bid(id, { maximum: 1_500 })
  await ben.bid(id, { maximum: 777_000 })
  const outbid = await noticeOf(hearsAna, 'outbid')
  const { closesAt } = await house.admin.auction(id)
  const auction = { id, title: 'A clock', currency: 'EUR' }
  expect(outbid).toEqual({ id: outbid.id, kind: 'outbid', at: outbid.at, read: false, auction, price: 1_600, closesAt })
  await house.admin.close(id)
  expect(await noticeOf(hearsAna, 'lost')).toMatchObject({ auction, price: 1_600 })
  await expect.poll(() => told(ben)).toEqual(['won'])
  expect(await told(ana)).toEqual(['lost'])
  expect(hearsEve.all('notice')).toEqual([])
  expect(await ana.notices({ unread: true })).toMatchObject({ unread: 1, items: [{ kind: 'lost' }] })
  await ana.readNotices({ all: true })
  expect(await ana.notices({ unread: true })).toEqual({ unread: 0, items: [], nextCursor: null })
})

test('a cancelled lot is told to its bidders; whose bids are void had none', async () => {
  const house = await sharedHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const id = await house.auction()
  const { bid } = await ana.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  await house.admin.void(id, bid.id, 'because')
  await house.admin.cancel(id, 'because')
  await expect.poll(() => told(ben)).toEqual(['lost'])
  expect(await told(ana)).not.toContain('lost')
})

test('of a lot that is watched it is told that it opens, and that it closes soon, each once', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, ben] = [await house.person(), await house.person()]
  const at = (minutes: number) => new Date(clock.now() + minutes * 60_000).toISOString()
  const { id } = await house.admin.create({ ...lot, opensAt: at(1), closesAt: at(151), durationSeconds: undefined })
  await ana.watch(id)
  await clock.advance(60_000 + limits.noticesEveryMs)
  await expect.poll(() => told(ana)).toEqual(['lot_coming_up'])
  await ben.watch(id)
  for (const [minutes, unread] of [
    [80, 0],
    [11, 1],
    [45, 0],
    [5, 1],
  ] as const) {
    await ben.readNotices({ all: true })
    await clock.advance(minutes * 60_000)
    await clock.advance(limits.closingLookMs)
    await expect.poll(async () => (await ben.notices()).unread).toBe(unread)
  }
  expect(await told(ben)).toEqual(['closing_soon', 'closing_soon'])
  await ana.unwatch(id)
  expect((await ana.watchlist()).items).toEqual([])
  expect((await ben.watchlist()).items).toMatchObject([{ id, status: 'open' }])
})

test('who does not want a kind on the page has none of it', async () => {
  const house = await sharedHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  expect((await ana.preferences()).notices.outbid).toEqual(['page', 'email', 'push'])
  const set = await ana.setPreferences({ timeZone: 'Europe/Madrid', notices: { outbid: ['email'], lost: [] } })
  expect(set).toMatchObject({ language: 'en', timeZone: 'Europe/Madrid', notices: { outbid: ['email'], lost: [] } })
  expect(await ana.preferences()).toEqual(set)
  // An answer may be sent back whole.
  expect((await ask(house.url, 'PUT /v1/me/preferences', { as: ana, body: set })).json).toEqual(set)
  const id = await house.auction()
  await ana.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  await house.admin.close(id)
  await expect.poll(() => told(ben)).toEqual(['won'])
  expect(await told(ana)).toEqual([])
})

test('the language of a new account is that of its browser', async () => {
  const house = await sharedHouse()
  const ana = await house.person()
  const account = { email: `${crypto.randomUUID()}@house.example`, password: 'password of eva', displayName: 'Eva' }
  const headers = { 'accept-language': 'es-ES,es;q=0.9,en;q=0.5' }
  expect((await ask(house.url, 'POST /v1/users', { body: account, headers })).status).toBe(201)
  await ana.signIn(account.email, account.password)
  expect((await ana.preferences()).language).toBe('es')
})

test.each([
  ['PUT /v1/me/preferences', { timeZone: 'Europe/Nowhere' }],
  ['PUT /v1/me/preferences', { language: 'xx' }],
  ['PUT /v1/me/preferences', { notices: { outbid: ['pigeon'] } }],
  ['PUT /v1/me/preferences', { notices: { unknown: [] } }],
  ['POST /v1/me/notices/read', {}],
  ['POST /v1/me/notices/read', { ids: [] }],
  ['POST /v1/me/notices/read', { all: false }],
  ['GET /v1/me/notices?unread=perhaps', undefined],
  ['GET /v1/me/notices?cursor=1', undefined],
] as const)('%s is refused with %o', async (call, body) => {
  const house = await sharedHouse()
  expectProblem(await ask(house.url, call, { as: await house.person(), body }), 'invalid_request')
})

test('a draft of somebody else cannot be watched, nor can what is none', async () => {
  const house = await sharedHouse()
  const { id } = await house.admin.create({ ...lot, status: 'draft' })
  for (const one of [id, 'nothing'])
    expectProblem(
      await ask(house.url, `PUT /v1/me/watchlist/${one}`, { as: await house.person() }),
      'auction_not_found',
    )
})

test('a question is told to the seller, and its answer to whoever asked, once each', async () => {
  const house = await sharedHouse()
  const [ana, seller] = [await house.person(), await house.person('seller', 'seller')]
  const { id } = await seller.create(lot)
  const headers = { 'idempotency-key': 'k' }
  const question = { text: 'Where is it?', to: 'seller' }
  expect((await ask(house.url, `POST /v1/auctions/${id}/messages`, { as: ana, body: question, headers })).status).toBe(
    201,
  )
  await expect.poll(() => told(seller)).toEqual(['message'])
  const { items } = (await ask(house.url, 'GET /v1/me/conversations', { as: seller })).json as {
    items: { id: string }[]
  }
  const answer = { as: seller, body: { text: 'Here.' }, headers }
  expect((await ask(house.url, `POST /v1/conversations/${items[0]!.id}/messages`, answer)).status).toBe(201)
  await expect.poll(() => told(ana)).toEqual(['message'])
  expect(await told(seller)).toEqual(['message'])
})

test('notices of others can be neither read nor marked', async () => {
  const house = await sharedHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const id = await house.auction()
  await ana.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  await expect.poll(() => told(ana)).toEqual(['outbid'])
  const { items } = await ana.notices()
  await ben.readNotices({ ids: items.map((notice) => notice.id) })
  expect(await ana.notices()).toMatchObject({ unread: 1, items: [{ read: false }] })
  expect((await ben.notices()).items).toEqual([])
})
