import { expect, test } from 'vitest'
import { answerView, bidView } from '../../src/domain/wire.ts'
import type { Client } from '../../src/sdk/index.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { MISSING, all, ask, expectProblem, expectShape, lot, onTheWire, pageOf } from './support.ts'

let keys = 0

function bid(house: House, id: string, as: Client, body: unknown, key: string | null = `key ${(keys += 1)}`) {
  const headers: Record<string, string> = key === null ? {} : { 'idempotency-key': key }
  return ask(house.url, `POST /v1/auctions/${id}/bids`, { as, body, headers })
}

test('a bid is answered with what it came to: leading, outbid, raised, won', async () => {
  const house = await sharedHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const first = await bid(house, id, ana, { maximum: 5_000 })
  expect(first.status).toBe(201)
  expect(expectShape(answerView, first.json)).toMatchObject({
    bid: { paddle: 'P1', amount: 1_000, maximum: 5_000 },
    outcome: 'leading',
    seq: 3,
    price: 1_000,
    minimumBid: 1_100,
    leader: 'P1',
  })
  const beaten = await bid(house, id, ben, { maximum: 2_000 })
  expect(expectShape(answerView, beaten.json)).toMatchObject({
    bid: { paddle: 'P2', amount: 2_000, maximum: 2_000 },
    outcome: 'outbid',
    seq: 4,
    price: 2_100,
    leader: 'P1',
  })
  const raised = await bid(house, id, ana, { maximum: 6_000 })
  expect(expectShape(answerView, raised.json)).toMatchObject({
    bid: { amount: 2_100, maximum: 6_000 },
    outcome: 'raised',
    seq: null,
    price: 2_100,
  })
  const jump = await bid(house, id, ben, { amount: 9_000 })
  expect(expectShape(answerView, jump.json)).toMatchObject({
    bid: { amount: 9_000, maximum: null },
    outcome: 'leading',
    seq: 5,
    price: 9_000,
    leader: 'P2',
  })
  const quick = await house.auction({ terms: { ...lot.terms, buyNowPrice: 3_000 } })
  const won = await bid(house, quick, ana, { amount: 4_000 })
  expect(expectShape(answerView, won.json)).toMatchObject({
    bid: { amount: 3_000 },
    outcome: 'won',
    price: 3_000,
    minimumBid: null,
    leader: 'P1',
  })
  expect((await ask(house.url, `GET /v1/auctions/${quick}`)).json).toMatchObject({
    status: 'closed',
    outcome: { result: 'sold', price: 3_000, winner: 'P1', reason: 'buy_now' },
  })
})

test('what the rules refuse is refused with its fields, and leaves no trace', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const seller = await house.person('s', 'seller')
  const [ana, ben] = [await house.person(), await house.person()]
  const opensAt = new Date(clock.now() + 60_000).toISOString()
  const waiting = (await seller.create({ ...lot, opensAt })).id
  expectProblem(await bid(house, waiting, ana, { amount: 1_000 }), 'auction_not_open', { opensAt, asOfSeq: 1 })
  const { id } = await seller.create({ ...lot, durationSeconds: 600 })
  expectProblem(await bid(house, id, ana, { amount: 999 }), 'bid_too_low', {
    minimumBid: 1_000,
    price: null,
    asOfSeq: 2,
  })
  expectProblem(await bid(house, id, seller, { amount: 1_000 }), 'own_auction', { asOfSeq: 2 })
  await bid(house, id, ana, { maximum: 3_000 })
  expectProblem(await bid(house, id, ben, { maximum: 1_099 }), 'bid_too_low', {
    minimumBid: 1_100,
    price: 1_000,
    asOfSeq: 3,
  })
  expectProblem(await bid(house, id, ana, { amount: 4_000 }), 'already_leading', { asOfSeq: 3 })
  for (const maximum of [1_100, 3_000])
    expectProblem(await bid(house, id, ana, { maximum }), 'maximum_not_raised', { asOfSeq: 3 })
  await house.admin.pause(id, 'a question')
  expectProblem(await bid(house, id, ben, { amount: 2_000 }), 'auction_paused', { asOfSeq: 4 })
  await house.admin.resume(id)
  const { closesAt } = (await ask(house.url, `GET /v1/auctions/${id}`)).json
  await clock.advance(600_000 + 250)
  expectProblem(await bid(house, id, ben, { amount: 2_000 }), 'auction_closed', {
    closesAt,
    lateMilliseconds: 250,
    asOfSeq: 6,
  })
  const off = (await seller.create(lot)).id
  await seller.cancel(off, 'broken')
  expectProblem(await bid(house, off, ben, { amount: 2_000 }), 'auction_cancelled', { asOfSeq: 3 })
  expectProblem(await bid(house, MISSING, ben, { amount: 2_000 }), 'auction_not_found')
  expect((await ask(house.url, `GET /v1/auctions/${id}/bids`)).json.items).toHaveLength(1)
  expect((await ben.myBids()).items).toEqual([])
})

test('no amount is coerced, and exactly one of amount and maximum is needed', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const values = [
    '"12"',
    '"1000"',
    'null',
    'true',
    '[5]',
    '[1000]',
    '1.5',
    '1000.5',
    '1e400',
    '-1e400',
    '9007199254740993',
    '9007199254740992',
    '1e16',
    '0',
    '-0',
    '-1000',
    '{}',
    '""',
    '"1e3"',
    '{"valueOf":1000}',
  ]
  for (const value of values)
    for (const name of ['amount', 'maximum'])
      expectProblem(await bid(house, id, ana, `{"${name}":${value}}`), 'invalid_request')
  for (const body of [
    '{}',
    '{"amount":1000,"maximum":1000}',
    '{"amount":null,"maximum":1000}',
    '{"amount":1000,"maximum":null}',
    '{"amount":1000,"more":1}',
    '{"Amount":1000}',
    '{"amount":1000,"currency":"EUR"}',
    '{"amount":1000,"bidder":"x"}',
    '{"amount":1000,"at":"2026-01-01T00:00:00Z"}',
    '[{"amount":1000}]',
    '1000',
    'null',
    '"amount"',
    '',
    '{',
    '{"amount":1000}}',
    "{'amount':1000}",
    '{"amount":01000}',
    '{"amount":0x3e8}',
    '{"amount":NaN}',
    '{"amount":1000,"__proto__":{"x":1}}',
    '{"amount":1000,"constructor":{"prototype":{}}}',
    '\u0000',
    '[[[[[[[[',
  ])
    expectProblem(await bid(house, id, ana, body), 'invalid_request')
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).json).toMatchObject({ seq: 2, bidCount: 0, bidderCount: 0 })
  expect((await bid(house, id, ana, '{"amount":1e3}')).json).toMatchObject({ price: 1_000 })
  expect((await bid(house, id, await house.person(), { maximum: Number.MAX_SAFE_INTEGER })).json).toMatchObject({
    outcome: 'leading',
    price: 1_100,
  })
})

test('a bid needs a key of 1 to 64 printable ASCII characters', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  expectProblem(await bid(house, id, ana, { amount: 1_000 }, null), 'idempotency_key_required')
  expectProblem(await bid(house, id, ana, { amount: 1_000 }, ''), 'idempotency_key_required')
  for (const key of ['x'.repeat(65), 'caf\u00e9', '\u00ff', 'tab\there', '\u0080'])
    expectProblem(await bid(house, id, ana, { amount: 1_000 }, key), 'invalid_request')
  const token = await ana.session.token()
  const head = `POST /v1/auctions/${id}/bids HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`
  const sent = (key: Buffer) =>
    onTheWire(
      house.url,
      Buffer.concat([
        Buffer.from(`${head}idempotency-key: `),
        key,
        Buffer.from('\r\ncontent-length: 15\r\n\r\n{"amount":1000}'),
      ]),
    )
  for (const key of [
    Buffer.from('ключ'),
    Buffer.from([0x61, 0x00]),
    Buffer.from([0x61, 0x7f]),
    Buffer.from([0xf0, 0x9f, 0xa6, 0x8a]),
  ])
    expect(await sent(key)).toMatch(/^HTTP\/1\.1 400 /)
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).json.bidCount).toBe(0)
  const longest = '~'.repeat(32) + '!'.repeat(32)
  expect((await bid(house, id, ana, { amount: 1_000 }, longest)).status).toBe(201)
  expect((await bid(house, id, await house.person(), { amount: 1_100 }, ' a key "with" {everything}; ')).status).toBe(
    201,
  )
})

test('the same key gives the same bytes again, whatever has happened since, also after a restart', async () => {
  const folder = temporaryFolder()
  const house = await openHouse({}, {}, folder)
  const [ana, ben, id] = [
    await house.person(),
    await house.person(),
    await house.auction({ terms: { ...lot.terms, softClose: { windowSeconds: 3_600, extensionSeconds: 3_600 } } }),
  ]
  const token = (await ana.session.token())!
  const offers = { leads: { maximum: 3_000 }, raises: { maximum: 4_000 }, again: { amount: 9_000 } }
  const first: Record<string, string> = {}
  first['leads'] = (await bid(house, id, ana, offers.leads, 'leads')).text
  first['raises'] = (await bid(house, id, ana, offers.raises, 'raises')).text
  await bid(house, id, ben, { amount: 5_000 })
  first['again'] = (await bid(house, id, ana, offers.again, 'again')).text
  const repeat = async (url: string) => {
    for (const [key, offer] of Object.entries(offers)) {
      const answer = await ask(url, `POST /v1/auctions/${id}/bids`, {
        token,
        body: offer,
        headers: { 'idempotency-key': key },
      })
      expect({ key, status: answer.status, text: answer.text }).toEqual({ key, status: 201, text: first[key] })
    }
  }
  await repeat(house.url)
  const { seq } = (await ask(house.url, `GET /v1/auctions/${id}`)).json
  await house.admin.pause(id, 'a question')
  await repeat(house.url)
  await house.admin.resume(id)
  await house.admin.void(id, JSON.parse(first['again']).bid.id, 'a slip')
  await repeat(house.url)
  await house.admin.patchUser(ana.session.user!.id, { blocked: true })
  await repeat(house.url)
  await house.admin.close(id)
  await repeat(house.url)
  await house.service.close()
  const again = await openHouse({}, {}, folder)
  await repeat(again.url)
  expect((await ask(again.url, `GET /v1/auctions/${id}`)).json.seq).toBe(seq + 4)
  for (const offer of [{ maximum: 3_001 }, { amount: 3_000 }]) {
    const answer = await ask(again.url, `POST /v1/auctions/${id}/bids`, {
      token,
      body: offer,
      headers: { 'idempotency-key': 'leads' },
    })
    expectProblem(answer, 'idempotency_key_reused', { asOfSeq: seq + 4 })
  }
})

test('a key belongs to its user and auction; a refused bid does not use it up', async () => {
  const house = await sharedHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const [one, two] = [await house.auction(), await house.auction()]
  expectProblem(await bid(house, one, ana, { amount: 1 }, 'k'), 'bid_too_low', {
    minimumBid: 1_000,
    price: null,
    asOfSeq: 2,
  })
  expect((await bid(house, one, ana, { amount: 1_000 }, 'k')).status).toBe(201)
  expect((await bid(house, two, ana, { amount: 1_500 }, 'k')).json).toMatchObject({ price: 1_500 })
  expect((await bid(house, one, ben, { amount: 2_000 }, 'k')).json).toMatchObject({ price: 2_000 })
  for (const [as, offer] of [
    [ana, { maximum: 1_000 }],
    [ana, { amount: 1_001 }],
    [ben, { maximum: 2_000 }],
  ] as const)
    expectProblem(await bid(house, one, as, offer, 'k'), 'idempotency_key_reused', { asOfSeq: 4 })
  expect((await bid(house, one, ana, { amount: 2_100 }, 'K')).json).toMatchObject({ price: 2_100 })
})

test('the same key sent many times at once is one bid', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => bid(house, id, ana, { maximum: 4_000 }, 'at once')),
  )
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]!.status).toBe(201)
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).json).toMatchObject({ seq: 3, bidCount: 1 })
  const offers = await Promise.all(
    [2_000, 3_000, 4_000, 5_000].map(async (amount) => bid(house, await house.auction(), ana, { amount }, 'k')),
  )
  expect(offers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  const other = await house.auction()
  const rivals = await Promise.all([2_000, 3_000, 4_000].map((maximum) => bid(house, other, ana, { maximum }, 'k')))
  expect(rivals.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422, 422])
})

test('the public history: newest first, a beaten maximum whole, a standing one never', async () => {
  const house = await sharedHouse()
  const [ana, ben, cas, id] = [await house.person(), await house.person(), await house.person(), await house.auction()]
  await bid(house, id, ana, { maximum: 4_321 })
  await bid(house, id, ben, { maximum: 2_222 })
  await bid(house, id, ana, { maximum: 5_555 })
  await bid(house, id, cas, { maximum: 9_876 })
  await bid(house, id, ben, { amount: 6_000 })
  await bid(house, id, cas, { maximum: 9_999 })
  const path = `/v1/auctions/${id}/bids`
  const { json, text } = await ask(house.url, `GET ${path}`)
  const { items } = expectShape(pageOf(bidView), json)
  expect(items.map(({ paddle, amount, price, seq }) => [paddle, amount, price, seq])).toEqual([
    ['P2', 6_000, 6_100, 6],
    ['P3', 6_100, 5_655, 5],
    ['P2', 2_222, 2_322, 4],
    ['P1', 5_555, 1_000, 3],
  ])
  expect(text).not.toMatch(/\b(9876|9999)\b/)
  for (const limit of [1, 2, 3, 4, 200]) expect(await all(house.url, path, limit)).toEqual(items)
  for (const query of [
    'limit=0',
    'limit=201',
    'cursor=x',
    'cursor=-1',
    'cursor=1.1',
    'more=1',
    'limit=1&limit=1',
    'cursor=1e3',
  ])
    expectProblem(await ask(house.url, `GET ${path}?${query}`), 'invalid_request')
  await house.admin.close(id)
  expect((await ask(house.url, `GET ${path}`)).text).toBe(text)
})

test('my bids: with my maxima and how each auction stands for me', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, ben] = [await house.person(), await house.person()]
  const auctions: Record<string, string> = {}
  for (const name of ['leading', 'outbid', 'won', 'lost', 'unsold', 'cancelled'])
    auctions[name] = await house.auction({
      title: name,
      ...(name === 'unsold' ? { terms: { ...lot.terms, reservePrice: 9_000 } } : {}),
    })
  for (const id of Object.values(auctions)) {
    await clock.advance(1)
    await bid(house, id, ana, { maximum: 3_000 })
  }
  await clock.advance(1)
  for (const name of ['outbid', 'lost']) await bid(house, auctions[name]!, ben, { maximum: 765_400_456 })
  for (const name of ['won', 'lost', 'unsold']) await house.admin.close(auctions[name]!)
  await house.admin.cancel(auctions['cancelled']!, 'broken')
  await bid(house, auctions['leading']!, ana, { maximum: 3_333 })
  const { json, text } = await ask(house.url, 'GET /v1/me/bids', { as: ana })
  const standings = json.items.map((one: { auction: { title: string }; standing: string }) => [
    one.auction.title,
    one.standing,
  ])
  expect(standings).toEqual([
    ['leading', 'leading'],
    ['cancelled', 'lost'],
    ['unsold', 'lost'],
    ['lost', 'lost'],
    ['won', 'won'],
    ['outbid', 'outbid'],
    ['leading', 'leading'],
  ])
  expect(json.items[0]).toEqual({
    id: expect.any(String),
    amount: 1_000,
    maximum: 3_333,
    at: expect.any(String),
    seq: null,
    voided: false,
    commitment: expect.stringMatching(/^[0-9a-f]{64}$/),
    salt: expect.stringMatching(/^[0-9a-f]{64}$/),
    standing: 'leading',
    auction: {
      id: auctions['leading'],
      title: 'leading',
      currency: 'EUR',
      status: 'open',
      price: 1_000,
      reserve: 'none',
      ownMaximum: 3_333,
      closesAt: expect.any(String),
    },
  })
  expect(text).not.toContain('765400456')
  expect(await all(house.url, '/v1/me/bids', 2, { as: ana })).toEqual(json.items)
  expect((await ask(house.url, 'GET /v1/me/bids', { as: await house.person() })).json).toEqual({
    items: [],
    nextCursor: null,
  })
})

test('[PX-10] at most: the minimum bid of the instant, kept as no maximum, and X is in nothing that others see', async () => {
  const house = await sharedHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const place = (as: typeof ana, atMost: number, key: string) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, { as, body: { atMost }, headers: { 'idempotency-key': key } })
  await ben.bid(id, { amount: 1_000 })
  const first = await place(ana, 777_777, 'k')
  expect(first.json).toMatchObject({ outcome: 'leading', price: 1_100, bid: { amount: 1_100, maximum: null } })
  expect((await place(ana, 777_777, 'k')).json).toEqual(first.json)
  expectProblem(await place(ana, 777_778, 'k'), 'idempotency_key_reused', { asOfSeq: 4 })
  expectProblem(await place(ana, 777_777, 'again'), 'already_leading', { asOfSeq: 4 })
  expect((await ben.bid(id, { amount: 1_200 })).outcome).toBe('leading')
  expectProblem(await place(ana, 1_299, 'low'), 'bid_too_low', { minimumBid: 1_300, price: 1_200, asOfSeq: 5 })
  await house.admin.close(id)
  for (const path of ['', '/bids', '/events', '/ledger'])
    expect((await ask(house.url, `GET /v1/auctions/${id}${path}`, { as: ben })).text).not.toContain('77777')
})

test('[PX-10] of forty who bid at once at most the same, each is taken at the minimum bid of their turn', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const people: Client[] = []
  // As many passwords of one network at a time as may wait.
  while (people.length < 40) people.push(...(await Promise.all(Array.from({ length: 20 }, () => house.person()))))
  const answers = await Promise.all(people.map((one) => one.bid(id, { atMost: 100_000 })))
  const prices = answers.map(({ price }) => price).toSorted((a, b) => a - b)
  expect(prices).toEqual(people.map((_, i) => 1_000 + 100 * i))
})
