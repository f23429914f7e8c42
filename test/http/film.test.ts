import sharp from 'sharp'
import { expect, test } from 'vitest'
import { DiskPictures } from '../../src/adapters/disk-pictures.ts'
import { rates } from '../../src/config/limits.ts'
import type { FilmView } from '../../src/domain/wire.ts'
import { ManualClock } from '../support/clock.ts'
import { holds, patch, storeWith } from '../support/patch.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectProblem } from './support.ts'

const SECOND = 1_000
/** Above all prices: nobody but its bidder ever learns of it. */
const SECRET = 987_654

const filmOf = async (house: House, id: string): Promise<FilmView> =>
  (await ask(house.url, `GET /v1/auctions/${id}/film`)).json
const picture = async (house: House, id: string, query = '') => {
  const response = await fetch(`${house.url}/auctions/${id}/film.png${query}`)
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** A lot of five minutes whose last one is fought over: two bids, the end moved by the second, and the hammer. */
async function fought(title = 'A clock', environment: Record<string, string> = {}) {
  const clock = new ManualClock()
  const house = await openHouse(environment, { clock })
  const [ana, ben] = [await house.person('ana'), await house.person('ben')]
  const softClose = { windowSeconds: 30, extensionSeconds: 120 }
  const terms = { startPrice: 1_000, increments: 100, reservePrice: 1_234, softClose }
  const id = await house.auction({ title, terms, durationSeconds: 300 })
  await ana.bid(id, { amount: 1_000 })
  await clock.advance(235 * SECOND)
  await ben.bid(id, { maximum: 2_000 })
  await clock.advance(40 * SECOND)
  await ana.bid(id, { maximum: SECRET })
  return { clock, house, id, ana, ben }
}

test('the film of a close: the last minute of bidding, each bid with why, the end that moved, and the hammer', async () => {
  const { clock, house, id } = await fought()
  expectProblem(await ask(house.url, `GET /v1/auctions/${id}/film`), 'not_found')
  await clock.advance(200 * SECOND)
  const film = await filmOf(house, id)
  expect(film).toMatchObject({
    from: '2026-11-20T12:03:35.000Z',
    closedAt: '2026-11-20T12:06:35.000Z',
    // A minute to the last bid, and eight seconds of the two minutes after it.
    lengthMs: 68 * SECOND,
    leftOutMs: 112 * SECOND,
    price: 1_000,
    outcome: { result: 'sold', price: 2_100, winner: 'P1' },
  })
  expect(film.steps).toMatchObject([
    { kind: 'bid', paddle: 'P2', ms: 20 * SECOND, price: 1_234, leader: 'P2', extendedTo: null },
    {
      kind: 'bid',
      paddle: 'P1',
      ms: 60 * SECOND,
      price: 2_100,
      extendedTo: '2026-11-20T12:06:35.000Z',
      sentences: {
        en: expect.stringContaining('P1 beat an offer of €20.00 and leads one step above it, at €21.00.'),
        es: expect.stringMatching(/P1 superó una oferta de 20,00\s€/),
      },
    },
  ])
  const { steps } = film
  expect(steps.map((step) => step.kind === 'bid' && step.sentences)).toEqual(
    await Promise.all(
      steps.map(async (step) => {
        const bid = step.kind === 'bid' ? step.bid : ''
        return (await ask(house.url, `GET /v1/auctions/${id}/bids/${bid}/explanation`)).json.sentences
      }),
    ),
  )
})

test('a film tells no maximum that won and no reserve: neither as JSON nor in its page', async () => {
  const { clock, house, id } = await fought()
  await clock.advance(200 * SECOND)
  const texts = [
    (await ask(house.url, `GET /v1/auctions/${id}/film`)).text,
    (await ask(house.url, `GET /auctions/${id}/film`)).text,
  ]
  for (const text of texts) {
    expect(text).toContain('2100')
    expect(text).not.toContain(String(SECRET))
    expect(text).not.toMatch(/reservePrice|9[.,]?876[.,]54/)
  }
})

test('a film says what the house did: a void with its reason, and an end that it moved', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction({ durationSeconds: 60 })]
  await ana.bid(id, { amount: 1_000 })
  await clock.advance(10 * SECOND)
  const { bid } = await ben.bid(id, { amount: 9_000 })
  await clock.advance(10 * SECOND)
  const closesAt = new Date(clock.now() + 90 * SECOND).toISOString()
  await house.admin.extend(id, { closesAt, reason: 'the line was down' })
  await house.admin.void(id, bid.id, 'a slip')
  await clock.advance(100 * SECOND)
  const { steps } = await filmOf(house, id)
  expect(steps).toMatchObject([
    { kind: 'bid', paddle: 'P1', price: 1_000 },
    { kind: 'bid', paddle: 'P2', price: 9_000, voided: true },
    { kind: 'extension', reason: 'house', extendedTo: closesAt, price: 9_000 },
    { kind: 'void', paddle: 'P2', reason: 'a slip', price: 1_000, leader: 'P1' },
  ])
})

test('an auction without bids has a film too, and one that was cancelled has none', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [id, cancelled] = [await house.auction({ durationSeconds: 60 }), await house.auction()]
  await house.admin.cancel(cancelled, 'lost')
  await clock.advance(100 * SECOND)
  expect(await filmOf(house, id)).toMatchObject({ steps: [], price: null, lengthMs: 60 * SECOND, leftOutMs: 0 })
  expect((await picture(house, id)).status).toBe(200)
  expectProblem(await ask(house.url, `GET /v1/auctions/${cancelled}/film`), 'not_found')
})

test('a film reads the end of the ledger alone, and once', async () => {
  const clock = new ManualClock()
  let read = 0
  const wrapStore = storeWith((store) => ({
    entries: async (...asked) => {
      const entries = await store.entries(...asked)
      read += entries.length
      return entries
    },
  }))
  const house = await openHouse({}, { clock, wrapStore })
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction({ durationSeconds: 1_000 })]
  for (let i = 0; i < 250; i += 1) {
    await [ana, ben][i % 2]!.bid(id, { amount: 1_000 + 100 * i })
    await clock.advance(2 * SECOND)
  }
  await clock.advance(1_000 * SECOND)
  read = 0
  expect((await filmOf(house, id)).steps).toHaveLength(31)
  expect(read).toBeLessThanOrEqual(100)
  await filmOf(house, id)
  expect(read).toBeLessThanOrEqual(100)
})

test('the preview of a film is a picture of 1200 by 630, drawn once, and there is none before the close', async () => {
  let drawn = 0
  patch(
    DiskPictures.prototype,
    'draw',
    (real) =>
      function (this: DiskPictures, svg) {
        drawn += 1
        return real.call(this, svg)
      },
  )
  const { clock, house, id } = await fought()
  expect((await picture(house, id)).status).toBe(404)
  await clock.advance(200 * SECOND)
  const { status, headers, bytes } = await picture(house, id)
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'image/png' })
  expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 1_200, height: 630 })
  expect((await picture(house, id)).bytes.equals(bytes)).toBe(true)
  expect(drawn).toBe(1)
  expect((await picture(house, id, '?lang=es')).bytes.equals(bytes)).toBe(false)
  expect((await picture(house, id, '?lang=%3Cscript%3E')).bytes.equals(bytes)).toBe(true)
  expect(drawn).toBe(2)
})

test.for([
  ['<script>alert(1)</script>&amp;"\'', '&lt;script&gt;'],
  [`${'long '.repeat(39)}end`, '…</text>'],
  ['W'.repeat(200), '…</text>'],
  ['👩‍👩‍👧‍👦'.repeat(18), '👩‍👩‍👧‍👦</text>'],
  ['a\u{FFFE}b', '>ab</text>'],
] as const)('the preview of a film shows any title as text, cut where it is long: %s', async ([title, shown]) => {
  const svgs: string[] = []
  patch(
    DiskPictures.prototype,
    'draw',
    (real) =>
      function (this: DiskPictures, svg) {
        svgs.push(svg)
        return real.call(this, svg)
      },
  )
  const { house, id, clock } = await fought(title)
  await clock.advance(200 * SECOND)
  expect((await picture(house, id)).status).toBe(200)
  expect(svgs[0]).toContain(shown)
  expect(svgs[0]).not.toContain('<script')
})

test('the page of a film: a title, what previews read, and the last minute as a list without JavaScript', async () => {
  const { house, id, clock } = await fought('<b>A clock</b>')
  const headers = { accept: 'text/html', 'accept-language': 'es' }
  expect((await ask(house.url, `GET /auctions/${id}/film`, { headers })).status).toBe(404)
  await clock.advance(200 * SECOND)
  const { status, text } = await ask(house.url, `GET /auctions/${id}/film`, { headers })
  expect(status).toBe(200)
  expect(text).toContain('<title>&lt;b&gt;A clock&lt;/b&gt; – La película del cierre – Martillo</title>')
  expect(text).toContain(`<meta property="og:image" content="${house.url}/auctions/${id}/film.png?lang=es">`)
  expect(text).toContain('<meta property="og:image:width" content="1200">')
  expect(text).toMatch(/<li>A los 60,0 s: P1 superó una oferta de 20,00\s€/)
  expect(text).not.toContain('<b>A clock')
})

test('the preview has the name and the colour of the house, as they are now', async () => {
  const { house, id, clock } = await fought()
  await clock.advance(200 * SECOND)
  const bar = async () => {
    const { bytes } = await picture(house, id)
    return [...(await sharp(bytes).extract({ left: 600, top: 4, width: 1, height: 1 }).raw().toBuffer())].slice(0, 3)
  }
  expect(await bar()).toEqual([0x17, 0x54, 0x3f])
  const body = { name: `Clocks & <b>${'Co'.repeat(20)}`, accent: { light: '#8a1c1c', dark: '#ffb4a8' } }
  expect((await ask(house.url, 'PATCH /v1/house', { as: house.admin, body })).status).toBe(200)
  expect(await bar()).toEqual([0x8a, 0x1c, 0x1c])
})

test('the page of an auction or a film that is not there says so without a script as well', async () => {
  const { url } = await sharedHouse()
  for (const path of ['/auctions/nothing', '/auctions/nothing/film']) {
    const response = await fetch(url + path)
    expect(response.status).toBe(404)
    expect(await response.text()).toMatch(/<noscript>.*There is nothing here.*<a class="primary" href="\/">/s)
  }
})

test('where only members watch, strangers get neither the film nor its preview', async () => {
  const { house, id, ana, clock } = await fought('A secret clock', { WATCHING: 'members' })
  await clock.advance(200 * SECOND)
  expectProblem(await ask(house.url, `GET /v1/auctions/${id}/film`), 'unauthenticated')
  expect((await picture(house, id)).status).toBe(404)
  expect((await ask(house.url, `GET /auctions/${id}/film`)).text).not.toContain('secret clock')
  expect((await ask(house.url, `GET /v1/auctions/${id}/film`, { as: ana })).status).toBe(200)
})

test('to draw previews costs what it takes', async () => {
  holds(rates, { requests: { perSecond: 1, burst: 12 } })
  const { house, id, clock } = await fought('A clock', { RATE_LIMITS: 'on' })
  await clock.advance(200 * SECOND)
  const answers = []
  for (const query of ['', '?lang=es', '', '']) answers.push((await picture(house, id, query)).status)
  expect(answers).toEqual([200, 200, 429, 429])
})
