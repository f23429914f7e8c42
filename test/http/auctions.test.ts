import { expect, test } from 'vitest'
import { z } from 'zod'
import { auctionView, paddle } from '../../src/domain/wire.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem, expectShape, lot } from './support.ts'

const in1h = () => new Date(Date.now() + 3_600_000).toISOString()
const in2h = () => new Date(Date.now() + 7_200_000).toISOString()
const why = { reason: 'because' }

test('POST answers 201 with Location and the auction as its seller sees it; others do not see the reserve', async () => {
  const house = await sharedHouse()
  const seller = await house.person('Sotero', 'seller')
  const body = {
    title: '  Leica M3, 1954 ',
    description: 'First line\nsecond line',
    images: ['https://img.example/a.jpg?x=1#y'],
    currency: 'EUR',
    format: 'english',
    terms: {
      startPrice: 10_000,
      increments: [
        { from: 0, step: 5 },
        { from: 100, step: 25 },
      ],
      reservePrice: 50_000,
      belowReserve: 'steps',
      revealReserve: false,
      buyNowPrice: null,
      softClose: { windowSeconds: 120, extensionSeconds: 60, maxExtensions: null },
    },
    opensAt: null,
    closesAt: in1h(),
  }
  const answer = await ask(house.url, 'POST /v1/auctions', { as: seller, body })
  expect(answer.status).toBe(201)
  const view = expectShape(auctionView, answer.json)
  expect(answer.headers.get('location')).toBe(`/v1/auctions/${view.id}`)
  expect(view).toMatchObject({
    title: 'Leica M3, 1954',
    description: 'First line\nsecond line',
    images: body.images,
    terms: body.terms,
    seller: { id: seller.session.user!.id, displayName: 'Sotero' },
    status: 'open',
    statusReason: null,
    reserve: 'unmet',
    price: null,
    minimumBid: 10_000,
    leader: null,
    bidCount: 0,
    bidderCount: 0,
    closesAt: body.closesAt,
    extensions: 0,
    outcome: null,
    seq: 2,
  })
  const seen = await ask(house.url, `GET /v1/auctions/${view.id}`)
  const { reservePrice: _, ...terms } = body.terms
  expect(expectShape(auctionView, seen.json).terms).toEqual(terms)
  for (const as of [seller, house.admin]) {
    const { json } = await ask(house.url, `GET /v1/auctions/${view.id}`, { as })
    expect(expectShape(auctionView, json).terms.reservePrice).toBe(50_000)
  }
  const other = await house.person('other', 'seller')
  expect((await ask(house.url, `GET /v1/auctions/${view.id}`, { as: other })).json.terms).toEqual(terms)
})

test('increments may be a named table, a step, a percentage or a table, and are shown resolved', async () => {
  const house = await sharedHouse()
  const create = async (increments: unknown, currency = 'EUR') =>
    ask(house.url, 'POST /v1/auctions', {
      as: house.admin,
      body: { ...lot, currency, terms: { startPrice: 1_000, increments } },
    })
  for (const name of ['standard', 'ebay-us', 'trademe-nz', 'yahoo-jp', 'copart-eu'])
    for (const currency of ['EUR', 'JPY', 'KWD']) {
      const { increments, incrementsName } = expectShape(auctionView, (await create(name, currency)).json).terms
      expect(incrementsName).toBe(name)
      expect((await create(increments, currency)).json.terms.incrementsName).toBe(name)
      expect(increments).toContainEqual({ from: 0, step: expect.any(Number) })
    }
  expect((await create(500)).json.terms).not.toHaveProperty('incrementsName')
  expect((await create(500)).json.terms.increments).toEqual([{ from: 0, step: 500 }])
  expect((await create({ percent: 5, atLeast: 100 })).json.terms.increments).toEqual({ percent: 5, atLeast: 100 })
  expect((await create({ percent: 0.07 })).json.terms.increments).toEqual({ percent: 0.07, atLeast: 1 })
  for (const bad of [
    'ebay',
    0,
    -5,
    1.5,
    '500',
    null,
    true,
    [],
    [5],
    {},
    { percent: 0 },
    { percent: 101 },
    { percent: '5' },
    { percent: 5, atLeast: 0 },
    { percent: 5, more: 1 },
    { percent: 0.001 },
    [{ from: 1, step: 5 }],
    [{ from: 0, step: 0 }],
    [
      { from: 0, step: 5 },
      { from: 0, step: 6 },
    ],
    [{ from: 0, step: 5, more: 1 }],
    Array.from({ length: 101 }, (_, i) => ({ from: i, step: 1 })),
  ])
    expectProblem(await create(bad), 'invalid_request')
})

test('times: closesAt or durationSeconds, one of them; opensAt null is now; a draft waits', async () => {
  const house = await sharedHouse()
  const { durationSeconds: _, ...open } = lot
  const create = (more: object) => ask(house.url, 'POST /v1/auctions', { as: house.admin, body: { ...open, ...more } })
  const [opensAt, closesAt] = [in1h(), in2h()]
  expect((await create({ closesAt })).json).toMatchObject({ status: 'open', closesAt })
  expect((await create({ opensAt, closesAt })).json).toMatchObject({
    status: 'scheduled',
    opensAt,
    closesAt,
    minimumBid: null,
    seq: 1,
  })
  const scheduled = (await create({ opensAt, durationSeconds: 3_600 })).json
  expect(Date.parse(scheduled.closesAt) - Date.parse(scheduled.opensAt)).toBe(3_600_000)
  const draft = (await create({ status: 'draft', durationSeconds: 60 })).json
  expect(draft).toMatchObject({ status: 'draft', opensAt: null, closesAt: null, seq: 1 })
  const opened = await ask(house.url, `POST /v1/auctions/${draft.id}/open`, { as: house.admin })
  expect(Date.parse(opened.json.closesAt) - Date.parse(opened.json.opensAt)).toBe(60_000)
  const offset = new Date(Date.parse(closesAt) + 3_600_000).toISOString().replace('Z', '+01:00')
  expect((await create({ closesAt: offset })).json.closesAt).toBe(closesAt)
  const long = (await create({ durationSeconds: 400 * 86_400 })).json
  expect(long.status).toBe('open')
  const bad: object[] = [
    {},
    { closesAt, durationSeconds: 60 },
    { closesAt: null },
    { closesAt: '2020-01-01T00:00:00.000Z' },
    { closesAt: closesAt.slice(0, -1) },
    { closesAt: closesAt.slice(0, 10) },
    { closesAt: closesAt.replace('T', ' ') },
    { closesAt: Date.parse(closesAt) },
    { closesAt: '2027-02-30T00:00:00Z' },
    { closesAt: '9999-12-31T23:59:59Z' },
    { closesAt: '+010000-01-01T00:00:00Z' },
    { closesAt: '2027-01-01T25:00:00Z' },
    { closesAt: '2027-01-01T00:00:00+99:00' },
    { closesAt, opensAt: closesAt },
    { closesAt: opensAt, opensAt: closesAt },
    { durationSeconds: 0 },
    { durationSeconds: -1 },
    { durationSeconds: 1.5 },
    { durationSeconds: '60' },
    { durationSeconds: 1e9 },
    { closesAt, status: 'open' },
    { closesAt, status: 'scheduled' },
    { closesAt, status: null },
    { closesAt, opensAt: '' },
  ]
  for (const more of bad) expectProblem(await create(more), 'invalid_request')
})

test('an auction is refused for one wrong field, which the answer names, and nothing is made of it', async () => {
  const house = await openHouse()
  const deep = (path: string, value: unknown) => {
    const body: Record<string, unknown> = structuredClone(lot)
    const names = path.split('.')
    let inner = body
    for (const name of names.slice(0, -1)) inner = (inner[name] ??= {}) as Record<string, unknown>
    inner[names.at(-1)!] = value
    return body
  }
  const notAmounts = ['12', null, true, [5], 1.5, -1, 0, {}, '']
  const wrong: [string, readonly unknown[]][] = [
    ['title', ['', '  ', 7, null, 'x'.repeat(201), 'a\nb', '\u0000', '\ud800', '\u202e', ['x'], '\u200b']],
    ['description', [7, null, 'x'.repeat(20_001), '\u0007']],
    [
      'images',
      [
        'https://x.example',
        [7],
        ['http://x.example/a.jpg'],
        ['javascript:alert(1)'],
        ['https://u:p@x.example/'],
        ['data:image/png;base64,AA'],
        ['https://x.example/"><script>'],
        [`https://x.example/${'a'.repeat(2_048)}`],
        Array(21).fill('https://x.example/a'),
      ],
    ],
    ['currency', ['eur', 'EURO', 'XXX', 'XAU', '', 978, null]],
    ['format', ['dutch', 'English', '', null, 'constructor', '__proto__']],
    ['terms', [null, [], 'x', {}]],
    ['terms.startPrice', notAmounts],
    ['terms.reservePrice', notAmounts.filter((value) => value !== null)],
    ['terms.buyNowPrice', [...notAmounts.filter((value) => value !== null), 999]],
    ['terms.belowReserve', ['none', null, 1]],
    [
      'terms.softClose',
      [
        {},
        [],
        120,
        { windowSeconds: 120 },
        { windowSeconds: 0, extensionSeconds: 5 },
        { windowSeconds: 5, extensionSeconds: 86_401 },
        { windowSeconds: 5, extensionSeconds: 5, maxExtensions: -1 },
        { windowSeconds: 5, extensionSeconds: 5, more: 1 },
        { windowSeconds: '5', extensionSeconds: 5 },
      ],
    ],
    ['terms.more', [1]],
    ['durationSeconds', ['60', null, 1.5, [60], true]],
  ]
  for (const [path, values] of wrong)
    for (const value of values) {
      const answer = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: deep(path, value) })
      expect({ path, value, status: answer.status }).toEqual({ path, value, status: 400 })
      expectProblem(answer, 'invalid_request')
      const named = answer.json.errors
        .map((error: { path: string; message: string }) => `${error.path} ${error.message}`)
        .join('; ')
      expect(named).toContain(path.split('.')[0] === 'terms' && path !== 'terms' ? 'terms' : path)
    }
  for (const more of ['id', 'seller', 'sellerId', 'seq', 'price', 'winner', 'createdAt', 'reserve', 'leader', 'head'])
    expectProblem(
      await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: { ...lot, [more]: 1 } }),
      'invalid_request',
    )
  expect((await ask(house.url, 'GET /v1/auctions', { as: house.admin })).json.items).toEqual([])
})

test('ETag: 304 without a body until something public changes; the seller and the public have their own', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [seller, ana] = [await house.person('s', 'seller'), await house.person()]
  const { id } = await seller.create({ ...lot, terms: { ...lot.terms, reservePrice: 9_000 } })
  const get = (tag: string | null, as: typeof seller | null = null) =>
    ask(house.url, `GET /v1/auctions/${id}`, { as, headers: tag === null ? {} : { 'if-none-match': tag } })
  const tag = (await get(null)).headers.get('etag')!
  expect(tag).toMatch(/^W\/"[^"]+"$/)
  const known = await get(tag)
  expect({ status: known.status, text: known.text, etag: known.headers.get('etag') }).toEqual({
    status: 304,
    text: '',
    etag: tag,
  })
  expect((await get(`"other", ${tag}`)).status).toBe(304)
  expect((await get('W/"other"')).status).toBe(200)
  expect((await get(tag, seller)).status).toBe(200)
  const own = (await get(null, seller)).headers.get('etag')!
  expect(own).not.toBe(tag)
  expect((await get(own)).status).toBe(200)
  expect((await get(own, seller)).status).toBe(304)
  await ana.bid(id, { maximum: 2_000 })
  const moved = await get(tag)
  expect({ status: moved.status, price: moved.json.price }).toEqual({ status: 200, price: 1_000 })
  expect((await get(own, seller)).status).toBe(200)
  await ana.bid(id, { maximum: 3_000 })
  expect((await get(moved.headers.get('etag'))).status).toBe(304)
  expect(moved.headers.get('vary')).toContain('Authorization')
})

test('PATCH changes anything before the first bid, and afterwards only adds to the description', async () => {
  const house = await sharedHouse()
  const [seller, ana] = [await house.person('s', 'seller'), await house.person()]
  const { id } = await seller.create({ ...lot, description: 'Fine.' })
  const patch = (body: unknown) => ask(house.url, `PATCH /v1/auctions/${id}`, { as: seller, body })
  const terms = {
    startPrice: 50,
    increments: 10,
    reservePrice: 100,
    belowReserve: 'full',
    buyNowPrice: 500,
    softClose: { windowSeconds: 5, extensionSeconds: 5, maxExtensions: 3 },
  }
  const closesAt = in2h()
  const changed = await patch({ title: 'M4', images: ['https://img.example/m4.jpg'], terms, closesAt })
  expect(changed.status).toBe(200)
  expect(expectShape(auctionView, changed.json)).toMatchObject({
    title: 'M4',
    closesAt,
    seq: 3,
    terms: { ...terms, increments: [{ from: 0, step: 10 }] },
  })
  for (const body of [
    {},
    { more: 1 },
    { title: '' },
    { title: null },
    { status: 'open' },
    { closesAt, durationSeconds: 5 },
    { closesAt: '2020-01-01T00:00:00Z' },
    { seq: 1 },
    [],
    'null',
  ])
    expectProblem(await patch(body), 'invalid_request')
  for (const body of [{ currency: 'USD' }, { currency: 'JPY', terms }])
    expectProblem(await patch(body), 'auction_already_open', { asOfSeq: 3 })
  await ana.bid(id, { amount: 60 })
  for (const body of [
    { title: 'M5' },
    { terms },
    { closesAt },
    { description: 'Bad.' },
    { description: '' },
    { description: 'Fine' },
    { description: 'Fine. More.', title: 'M4' },
    { images: [] },
    { durationSeconds: 5 },
    { status: 'draft' },
  ])
    expectProblem(await patch(body), 'auction_has_bids', { asOfSeq: 4 })
  const added = await patch({ description: 'Fine. With its case.' })
  expect(added.json).toMatchObject({ description: 'Fine. With its case.', seq: 5, price: 60 })
  await house.admin.close(id)
  expectProblem(await patch({ description: 'Fine. With its case. Late.' }), 'auction_closed', {
    asOfSeq: 6,
    closesAt: expect.any(String),
    lateMilliseconds: expect.any(Number),
  })
})

test('the hammer: each verb does its one thing, is an event, and says why it cannot', async () => {
  const house = await sharedHouse()
  const { url, admin } = house
  const id = await house.auction({ opensAt: in1h() })
  const say = (verb: string, body?: unknown) => ask(url, `POST /v1/auctions/${id}/${verb}`, { as: admin, body })
  const shown = async (verb: string, body?: unknown) => {
    const answer = await say(verb, body)
    expect({ verb, status: answer.status }).toEqual({ verb, status: 200 })
    return expectShape(auctionView, answer.json)
  }
  const opensAt = expect.any(String)
  for (const verb of ['close', 'pause'])
    expectProblem(await say(verb, verb === 'pause' ? why : undefined), 'auction_not_open', { opensAt, asOfSeq: 1 })
  expectProblem(await say('resume'), 'auction_not_paused', { asOfSeq: 1 })
  expect(await shown('open')).toMatchObject({ status: 'open', seq: 2, minimumBid: 1_000 })
  expectProblem(await say('open'), 'auction_already_open', { asOfSeq: 2 })
  for (const body of [
    undefined,
    {},
    { reason: '' },
    { reason: 7 },
    { reason: 'x'.repeat(501) },
    { reason: 'x', more: 1 },
    { because: 'x' },
  ])
    for (const verb of ['pause', 'cancel']) expectProblem(await say(verb, body), 'invalid_request')
  expect(await shown('pause', { reason: 'A question' })).toMatchObject({
    status: 'paused',
    statusReason: 'A question',
    minimumBid: null,
  })
  expectProblem(await say('pause', why), 'auction_paused', { asOfSeq: 3 })
  expectProblem(await say('open'), 'auction_already_open', { asOfSeq: 3 })
  for (const body of [
    { closesAt: 'soon' },
    { closesAt: '2020-01-01T00:00:00Z' },
    { closesAt: '2099-01-01T00:00:00Z' },
    { more: 1 },
    { closesAt: 7 },
  ])
    expectProblem(await say('resume', body), 'invalid_request')
  const closesAt = in2h()
  expect(await shown('resume', { closesAt })).toMatchObject({
    status: 'open',
    statusReason: null,
    closesAt,
    minimumBid: 1_000,
  })
  expect(await shown('pause', why)).toMatchObject({ status: 'paused' })
  expect(await shown('resume', {})).toMatchObject({ status: 'open' })
  for (const body of [{ force: true }, [], 'null0']) expectProblem(await say('close', body), 'invalid_request')
  expect(await shown('close')).toMatchObject({
    status: 'closed',
    minimumBid: null,
    outcome: { result: 'unsold', price: null, winner: null, reason: 'no_bids' },
  })
  const late = { closesAt: expect.any(String), lateMilliseconds: expect.any(Number), asOfSeq: 7 }
  for (const [verb, body] of [['open'], ['close'], ['resume'], ['pause', why], ['cancel', why]] as const)
    expectProblem(await say(verb, body), 'auction_closed', late)
  const types = (await ask(url, `GET /v1/auctions/${id}/events`)).json.events.map(({ type }: { type: string }) => type)
  expect(types).toEqual([
    'auction.created',
    'auction.opened',
    'auction.paused',
    'auction.resumed',
    'auction.paused',
    'auction.resumed',
    'auction.closed',
  ])

  const called = await house.auction()
  const off = await ask(url, `POST /v1/auctions/${called}/cancel`, { as: admin, body: { reason: 'Stolen' } })
  expect(expectShape(auctionView, off.json)).toMatchObject({
    status: 'cancelled',
    statusReason: 'Stolen',
    outcome: null,
    minimumBid: null,
  })
  for (const [verb, body] of [['open'], ['close'], ['resume'], ['pause', why], ['cancel', why]] as const)
    expectProblem(await ask(url, `POST /v1/auctions/${called}/${verb}`, { as: admin, body }), 'auction_cancelled', {
      asOfSeq: 3,
    })
})

test('void: the price is worked out again, the bid stays and is marked, and can be made void once', async () => {
  const house = await sharedHouse()
  const { url, admin } = house
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 2_000 })
  const { bid } = await ben.bid(id, { maximum: 3_000 })
  const path = `POST /v1/auctions/${id}/bids/${bid.id}/void`
  for (const body of [undefined, {}, { reason: ' ' }, { reason: 'x', more: 1 }])
    expectProblem(await ask(url, path, { as: admin, body }), 'invalid_request')
  const view = expectShape(auctionView, (await ask(url, path, { as: admin, body: { reason: 'A slip' } })).json)
  expect(view).toMatchObject({ price: 1_000, leader: 'P1', minimumBid: 1_100, bidCount: 1, bidderCount: 2, seq: 5 })
  expectProblem(await ask(url, path, { as: admin, body: why }), 'bid_voided', { asOfSeq: 5 })
  expectProblem(await ask(url, path.replace(bid.id, id), { as: admin, body: why }), 'bid_not_found', { asOfSeq: 5 })
  const elsewhere = await house.auction()
  expectProblem(await ask(url, path.replace(id, elsewhere), { as: admin, body: why }), 'bid_not_found', { asOfSeq: 2 })
  const history = (await ask(url, `GET /v1/auctions/${id}/bids`)).json.items
  expect(history).toMatchObject([
    { id: bid.id, voided: true, amount: 2_100 },
    { paddle: 'P1', voided: false, amount: 1_000 },
  ])
  expect((await ask(url, `GET /v1/auctions/${id}/events?after=4`)).json.events).toMatchObject([
    {
      type: 'bid.voided',
      data: { bid: bid.id, paddle: 'P2', reason: 'A slip', price: 1_000, leader: 'P1', bidCount: 1 },
    },
  ])
  await admin.close(id)
  expectProblem(await ask(url, path, { as: admin, body: why }), 'auction_closed', {
    closesAt: expect.any(String),
    lateMilliseconds: expect.any(Number),
    asOfSeq: 6,
  })
})

test('bidders: who the paddles are, for admins always, for the seller after the close', async () => {
  const house = await sharedHouse()
  const seller = await house.person('s', 'seller')
  const [ana, ben] = [await house.person('Ana'), await house.person('Ben')]
  const { id } = await seller.create(lot)
  await ben.bid(id, { amount: 1_000 })
  await ana.bid(id, { maximum: 777_000_777 })
  const shape = z.object({
    items: z.array(z.object({ paddle, user: z.object({ id: z.uuid(), displayName: z.string(), email: z.string() }) })),
    nextCursor: z.null(),
  })
  const bidders = (as: typeof seller) => ask(house.url, `GET /v1/auctions/${id}/bidders`, { as })
  const shown = await bidders(house.admin)
  expect(expectShape(shape, shown.json).items.map(({ paddle, user }) => [paddle, user.displayName])).toEqual([
    ['P1', 'Ben'],
    ['P2', 'Ana'],
  ])
  expect(shown.text).not.toContain('777000777')
  expectProblem(await bidders(seller), 'forbidden')
  expectProblem(await bidders(ana), 'forbidden')
  await house.admin.close(id)
  expect((await bidders(seller)).json).toEqual(shown.json)
  expectProblem(await bidders(ana), 'forbidden')
})

test('a reserve below the start price is refused with that reason, where an auction is made and where it is changed', async () => {
  const house = await sharedHouse()
  const body = { ...lot, terms: { startPrice: 1_000, increments: 100, reservePrice: 999 } }
  const errors = [{ path: 'terms.reservePrice', message: expect.stringMatching(/below startPrice/) }]
  const made = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body })
  expectProblem(made, 'invalid_request', { errors })
  const id = await house.auction()
  const changed = await ask(house.url, `PATCH /v1/auctions/${id}`, { as: house.admin, body: { terms: body.terms } })
  expectProblem(changed, 'invalid_request', { errors })
})
