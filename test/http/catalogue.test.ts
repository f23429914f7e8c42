import { expect, test } from 'vitest'
import { cataloguePage } from '../../src/http/catalogue.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { all, ask, expectProblem, expectShape, lot } from './support.ts'

type Listed = { id: string; title: string }
const titles = (items: readonly Listed[]) => items.map(({ title }) => title)

/** Nine auctions in every stage, of two sellers. */
async function furnished() {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [one, two] = [await house.person('One', 'seller'), await house.person('Two', 'seller')]
  const [ana, ben] = [await house.person(), await house.person()]
  const hour = (n: number) => new Date(clock.now() + n * 3_600_000).toISOString()
  const make = async (seller: typeof one, title: string, hours: number, more: object = {}) => {
    const { durationSeconds: _, ...rest } = lot
    const { id } = await seller.create({ ...rest, title, closesAt: hour(hours), ...more })
    await clock.advance(10)
    return id
  }
  const ids = {
    'Leica M3': await make(one, 'Leica M3', 5, { description: 'A camera of 1954, café crème leather' }),
    Rolleiflex: await make(one, 'Rolleiflex', 2, { description: 'Twin-lens CAMERA' }),
    Violín: await make(two, 'Violín', 3, { description: 'Über old, \u65e5\u672c' }),
    Paused: await make(two, 'Paused', 4),
    Scheduled: await make(one, 'Scheduled', 9, { opensAt: hour(8) }),
    'Draft of one': await make(one, 'Draft of one', 1, { status: 'draft', description: 'camera' }),
    'Draft of two': await make(two, 'Draft of two', 1, { status: 'draft' }),
    Closed: await make(one, 'Closed', 6),
    Cancelled: await make(two, 'Cancelled', 7),
  }
  await ana.bid(ids['Violín'], { amount: 5_000 })
  await ana.bid(ids['Rolleiflex'], { amount: 2_000 })
  await ben.bid(ids['Rolleiflex'], { amount: 3_000 })
  await house.admin.pause(ids['Paused'], 'a question')
  await house.admin.close(ids['Closed'])
  await house.admin.cancel(ids['Cancelled'], 'broken')
  return { house, one, two, ana }
}

test('the catalogue sorts by closing, newest, price and bids, and gives every auction once at any page size', async () => {
  const { house } = await furnished()
  const orders = {
    closing: ['Rolleiflex', 'Violín', 'Paused', 'Leica M3', 'Scheduled', 'Cancelled', 'Closed'],
    newest: ['Cancelled', 'Closed', 'Scheduled', 'Paused', 'Violín', 'Rolleiflex', 'Leica M3'],
    price: ['Violín', 'Rolleiflex', 'Leica M3', 'Paused', 'Scheduled', 'Closed', 'Cancelled'],
    bids: ['Rolleiflex', 'Violín', 'Leica M3', 'Paused', 'Scheduled', 'Closed', 'Cancelled'],
  }
  for (const [sort, order] of Object.entries(orders)) {
    const { json } = await ask(house.url, `GET /v1/auctions?sort=${sort}`)
    expect({ sort, titles: titles(expectShape(cataloguePage, json).items) }).toEqual({
      sort,
      titles: order,
    })
    for (const limit of [1, 2, 6, 7, 200])
      expect(titles(await all(house.url, `/v1/auctions?sort=${sort}`, limit))).toEqual(order)
  }
  expect((await ask(house.url, 'GET /v1/auctions')).json.items.map(({ title }: Listed) => title)).toEqual(
    orders.closing,
  )
})

test('it filters by status, format and seller, all at once', async () => {
  const { house, one } = await furnished()
  const sellerId = one.session.user!.id
  const list = async (query: string, as: typeof one | null = null) =>
    titles((await ask(house.url, `GET /v1/auctions?${query}`, { as })).json.items)
  expect(await list('status=open')).toEqual(['Rolleiflex', 'Violín', 'Leica M3'])
  expect(await list('status=scheduled')).toEqual(['Scheduled'])
  expect(await list('status=paused')).toEqual(['Paused'])
  expect(await list('status=closed')).toEqual(['Closed'])
  expect(await list('status=cancelled')).toEqual(['Cancelled'])
  expect(await list('format=english&status=open&sort=newest')).toEqual(['Violín', 'Rolleiflex', 'Leica M3'])
  expect(await list(`seller=${sellerId}&status=open`)).toEqual(['Rolleiflex', 'Leica M3'])
  expect(await list(`seller=${sellerId}&q=camera&status=open&sort=newest`)).toEqual(['Rolleiflex', 'Leica M3'])
  for (const seller of ['nobody', "' OR 1=1 --", '%25']) expect(await list(`seller=${seller}`)).toEqual([])
  for (const query of [
    'status=Open',
    'status=',
    'status=open,gone',
    'status=open&status=',
    'format=dutch',
    'format=',
    'sort=title',
    'sort=',
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.0',
    'limit=0x10',
    'limit=+5',
    'limit=１',
    'cursor=x',
    'cursor=1',
    'cursor=1.1;',
    'cursor=1.1&cursor=1.1',
    'more=1',
    'Status=open',
    'status[]=open',
    `q=${'x'.repeat(201)}`,
    '__proto__=1',
  ])
    expectProblem(await ask(house.url, `GET /v1/auctions?${query}`), 'invalid_request')
})

test('drafts are in the list of their seller and of admins only', async () => {
  const { house, one, two, ana } = await furnished()
  const drafts = async (as: typeof one | null) =>
    titles((await ask(house.url, 'GET /v1/auctions?status=draft', { as })).json.items)
  expect(await drafts(null)).toEqual([])
  expect(await drafts(ana)).toEqual([])
  expect(await drafts(one)).toEqual(['Draft of one'])
  expect(await drafts(two)).toEqual(['Draft of two'])
  expect((await drafts(house.admin)).toSorted()).toEqual(['Draft of one', 'Draft of two'])
  for (const as of [null, ana, two])
    expect(titles((await ask(house.url, 'GET /v1/auctions?q=camera', { as })).json.items).toSorted()).toEqual([
      'Leica M3',
      'Rolleiflex',
    ])
  expect(
    titles((await ask(house.url, `GET /v1/auctions?seller=${one.session.user!.id}`, { as: two })).json.items),
  ).not.toContain('Draft of one')
  const mine = await ask(house.url, 'GET /v1/me/auctions', { as: one })
  expect(titles(expectShape(cataloguePage, mine.json).items)).toEqual([
    'Closed',
    'Draft of one',
    'Scheduled',
    'Rolleiflex',
    'Leica M3',
  ])
  expect(titles(await all(house.url, '/v1/me/auctions', 2, { as: one }))).toEqual(titles(mine.json.items))
  expect((await ask(house.url, 'GET /v1/me/auctions', { as: ana })).json).toEqual({
    items: [],
    nextCursor: null,
    total: 0,
  })
  for (const as of [null, ana])
    expect((await ask(house.url, 'GET /v1/auctions', { as })).json.items[0].terms).not.toHaveProperty('reservePrice')
})

test('q looks for beginnings of words in title and description, whatever their case and accents', async () => {
  const { house } = await furnished()
  const found = async (q: string) => {
    const answer = await ask(house.url, `GET /v1/auctions?sort=newest&q=${encodeURIComponent(q)}`)
    expect({ q, status: answer.status }).toEqual({ q, status: 200 })
    return titles(answer.json.items)
  }
  expect(await found('camera')).toEqual(['Rolleiflex', 'Leica M3'])
  expect(await found('CAM')).toEqual(['Rolleiflex', 'Leica M3'])
  expect(await found('camera leica')).toEqual(['Leica M3'])
  expect(await found('cafe creme')).toEqual(['Leica M3'])
  expect(await found('violin')).toEqual(['Violín'])
  expect(await found('uber')).toEqual(['Violín'])
  expect(await found('\u65e5\u672c')).toEqual(['Violín'])
  expect(await found('amera')).toEqual([])
  expect(await found('camera nothing')).toEqual([])
})

test('q finds what is read: spaces of no width, letters without a mark of their own, scripts without spaces', async () => {
  const house = await sharedHouse()
  const lots = [
    'Wrist\u200bwatch',
    'Kunstdruck Łódź',
    'Smørrebrød',
    '信楽焼の大きな花瓶',
    'Straßenuhr æ ﬁn',
    'แจกันดอกไม้โบราณ',
    'İstanbul ışık',
    'ｶﾒﾗ Ｌｅｉｃａ',
    'كِتَابٌ قديم',
    'Ωρολόγιος',
    '한국어 도자기',
    'हिन्दी किताब',
  ]
  for (const title of lots) await house.auction({ title })
  const found = async (q: string) =>
    titles((await ask(house.url, `GET /v1/auctions?q=${encodeURIComponent(q)}`)).json.items)
  const searches: readonly [title: number, ...asked: string[]][] = [
    [0, 'wristwatch', 'WRIST', 'wrist\u200bwatch', 'wrist\u00adwatch'],
    [1, 'lodz', 'Łódź', 'ŁÓDŹ', 'kunst lod'],
    [2, 'smorrebrod', 'smørre', 'SMO\u0308RREBROD'],
    [3, '花瓶', '信楽焼', '瓶', '大きな', '大きな花瓶', '信楽焼 花瓶'],
    [4, 'strassenuhr', 'Straße', 'ae', 'fin'],
    [5, 'ดอกไม้', 'แจกัน', 'โบราณ'],
    [6, 'istanbul', 'isik', 'İSTANBUL'],
    [7, 'カメラ', 'leica', 'ｌｅｉｃａ'],
    [8, 'كتاب', 'كـتاب'],
    [9, 'ωρολογιοσ', 'ΩΡΟΛΌΓΙΟΣ'],
    [10, '한국', '도자기'],
    [11, 'हिन्दी', 'किताब'],
  ]
  for (const [title, ...asked] of searches)
    for (const q of asked) expect([q, ...(await found(q))]).toEqual([q, lots[title]])
  expect(await found('ガメラ')).toEqual([])
  for (const q of ['花焼', '瓶花', '焼花瓶', 'watch', 'กันดดอก']) expect([q, ...(await found(q))]).toEqual([q])
})

test('what a title was is no longer found once it was changed, and what it is, is', async () => {
  const house = await openHouse()
  const id = await house.auction({ title: '花瓶 Łódź' })
  const patched = await ask(house.url, `PATCH /v1/auctions/${id}`, { as: house.admin, body: { title: '掛軸 Øre' } })
  expect(patched.status).toBe(200)
  const count = async (q: string) =>
    (await ask(house.url, `GET /v1/auctions?q=${encodeURIComponent(q)}`)).json.items.length
  expect(await Promise.all(['花瓶', 'lodz', '掛軸', 'ore'].map(count))).toEqual([0, 0, 1, 1])
})

test('q is no query language: what would be one is words, and nothing in it can break the search', async () => {
  const { house } = await furnished()
  const hostile = [
    '"',
    '""',
    '"leica',
    "'",
    "';DROP TABLE auctions;--",
    '*',
    '**',
    'leica*',
    '^leica',
    'title:leica',
    '{title}:leica',
    'leica OR violin',
    'leica AND',
    'NOT leica',
    'NEAR(leica m3)',
    'NEAR(',
    '(',
    ')',
    '-leica',
    '+',
    '\\',
    '%',
    '_',
    '\u0000',
    '\u0000leica',
    '\ufeff',
    '\u200b',
    '\ud83e\udd8a',
    '\ufdfa',
    '\u0300',
    '- - -',
    '<script>',
    '{{7*7}}',
    '${7}',
    'a'.repeat(200),
    'a '.repeat(100),
    '\u{1f468}\u200d\u{1f469}',
  ]
  for (const q of hostile) {
    const answer = await ask(house.url, `GET /v1/auctions?q=${encodeURIComponent(q)}`)
    expect({ q, status: answer.status }).toEqual({ q, status: 200 })
    expect(titles(answer.json.items)).not.toContain('Draft of one')
  }
  const or = await ask(house.url, 'GET /v1/auctions?q=leica%20OR%20violin')
  expect(or.json.items).toEqual([])
  for (const raw of ['%ff%fe', '%ed%a0%80', '%c0%ae'])
    expect((await ask(house.url, `GET /v1/auctions?q=${raw}`)).status).toBeLessThan(500)
})

test('a cursor stays good while the list moves: nothing that stays is lost', async () => {
  const { house, one } = await furnished()
  const first = (await ask(house.url, 'GET /v1/auctions?sort=newest&limit=3')).json
  await one.create({ ...lot, title: 'Fresh' })
  const rest = await ask(house.url, `GET /v1/auctions?sort=newest&limit=200&cursor=${first.nextCursor}`)
  expect([...titles(first.items), ...titles(rest.json.items)]).toEqual([
    'Cancelled',
    'Closed',
    'Scheduled',
    'Paused',
    'Violín',
    'Rolleiflex',
    'Leica M3',
  ])
  for (const cursor of [
    '0.0',
    '-1.0',
    '9999999999999999.9999999999999999',
    '-9999999999999999.0',
    '9007199254740993.1',
  ])
    expect((await ask(house.url, `GET /v1/auctions?cursor=closing:${cursor}`)).status).toBe(200)
})

test('lists: the beginning of a description, increments on request, and what moved since is shown', async () => {
  const house = await openHouse()
  const ana = await house.person()
  const description = `${'x'.repeat(159)}😀${'y'.repeat(19_000)}`
  const id = await house.auction({ description })
  const list = async (query = '') => (await ask(house.url, `GET /v1/auctions${query}`)).json.items
  const [line] = await list()
  expect(line).toMatchObject({ id, description: `${'x'.repeat(159)}…`, price: null, seq: 2 })
  expect(line.terms).toEqual({
    startPrice: 1_000,
    buyNowPrice: null,
    softClose: null,
    belowReserve: 'steps',
    revealReserve: false,
  })
  expect((await list('?include=increments'))[0].terms.increments).toEqual([{ from: 0, step: 100 }])
  await ana.bid(id, { amount: 1_000 })
  expect(await list()).toMatchObject([{ id, price: 1_000, leader: 'P1', seq: 3 }])
  expect(await house.admin.auction(id)).toMatchObject({ description, terms: { increments: [{ from: 0, step: 100 }] } })
})

test('bounds of the price need a currency; how many there are is said with the first page', async () => {
  const house = await openHouse()
  for (let n = 0; n < 5; n += 1) await house.auction({ terms: { startPrice: 1_000 * (n + 1), increments: 100 } })
  const ana = await house.person()
  const [first] = (await ask(house.url, 'GET /v1/auctions?limit=1&sort=newest')).json.items
  await ana.bid(first.id, { amount: 900_000 })
  const list = async (query: string) => (await ask(house.url, `GET /v1/auctions?limit=2&sort=price&${query}`)).json
  expect(await list('')).toMatchObject({ total: 5 })
  const dear = await list('currency=EUR&priceFrom=4000&priceTo=1000000')
  expect([dear.total, dear.items[0].price]).toEqual([2, 900_000])
  const few = await list('currency=EUR&priceTo=3000')
  expect([few.total, few.items.length]).toEqual([3, 2])
  expect(await list(`currency=EUR&priceTo=3000&cursor=${few.nextCursor}`)).not.toHaveProperty('total')
  for (const query of [
    'priceFrom=1',
    'priceTo=1',
    'currency=EUR&priceFrom=-1',
    'currency=XXQ',
    'currency=EUR&priceTo=1.5',
  ])
    expectProblem(await ask(house.url, `GET /v1/auctions?${query}`), 'invalid_request')
})

test('of a search the first eight words of two letters or more are looked for', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ title: 'one two three four five six seven eight' })
  const found = async (q: string) =>
    (await ask(house.url, `GET /v1/auctions?q=${encodeURIComponent(q)}`)).json.items.map(
      (one: { id: string }) => one.id,
    )
  expect(await found('one two three four five six seven eight nobody')).toEqual([id])
  expect(await found('nobody one two three four five six seven')).toEqual([])
  expect(await found('a one')).toEqual([id])
  expect(await found('o')).toEqual([])
})
