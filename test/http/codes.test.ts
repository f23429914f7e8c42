import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { type Code, problems } from '../../src/codes.ts'
import { rates } from '../../src/config/limits.ts'
import type { Store } from '../../src/engine/ports.ts'
import { FaultyStore } from '../support/faulty-store.ts'
import { ADMIN } from '../support/people.ts'
import { leaveNoRoom, painted } from '../support/pictures.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { type Answer, MISSING, ask, expectProblem, lot, onTheWire } from './support.ts'

const why = { reason: 'because' }
const later = new Date(Date.now() + 3_600_000).toISOString()

async function bid(house: House, id: string, body: unknown, key = 'k', as = house.admin): Promise<Answer> {
  return ask(house.url, `POST /v1/auctions/${id}/bids`, { as, body, headers: { 'idempotency-key': key } })
}

/** An auction of a seller's with a bid of the admin's, up to 3000. */
async function bidden(house: House): Promise<string> {
  const { id } = await (await house.person('seller', 'seller')).create(lot)
  await bid(house, id, { maximum: 3_000 }, 'first')
  return id
}

/** With a bid of somebody who supplies at 3,000 at the least. */
async function tendered(house: House): Promise<string> {
  const { id } = await (
    await house.person('seller', 'seller')
  ).create({ ...lot, format: 'reverse', terms: { startPrice: 5_000 } })
  await bid(house, id, { minimum: 3_000 }, 'first')
  return id
}

/**
 * How every code comes about. Not here: `request_timeout` takes half a minute, `headers_too_large` is below HTTP and has
 * its own test beside this, and so have those of pictures.
 */
const provoked: Record<Exclude<Code, 'request_timeout' | 'headers_too_large'>, (house: House) => Promise<Answer>> = {
  invalid_request: ({ url }) => ask(url, 'GET /v1/auctions?limit=0'),
  idempotency_key_required: async (house) =>
    ask(house.url, `POST /v1/auctions/${await bidden(house)}/bids`, { as: house.admin, body: { amount: 1 } }),
  unauthenticated: ({ url }) => ask(url, 'GET /v1/me'),
  invalid_credentials: ({ url }) => ask(url, 'POST /v1/sessions', { body: { ...ADMIN, password: 'x' } }),
  forbidden: async (house) => ask(house.url, 'GET /v1/users', { as: await house.person() }),
  own_auction: async (house) => bid(house, await house.auction(), { amount: 1_000 }),
  above_lent_limit: async (house) => {
    const [ana, id] = [await house.person(), await house.auction()]
    const { accessToken: token } = await ana.tokenFor({ origin: house.url, auction: id, most: 1_000 })
    const headers = { 'idempotency-key': 'k' }
    return ask(house.url, `POST /v1/auctions/${id}/bids`, { token, headers, body: { amount: 1_001 } })
  },
  bidder_blocked: async (house) => {
    const ana = await house.person()
    await house.admin.patchUser(ana.session.user!.id, { blocked: true })
    return bid(house, await house.auction(), { amount: 1_000 }, 'k', ana)
  },
  staff_may_not_bid: async (house) =>
    bid(house, await house.auction(), { amount: 1_000 }, 'k', await house.person('staff', 'admin')),
  not_found: ({ url }) => ask(url, 'GET /v1/nothing'),
  auction_not_found: ({ url }) => ask(url, `GET /v1/auctions/${MISSING}`),
  bid_not_found: async (house) =>
    ask(house.url, `POST /v1/auctions/${await house.auction()}/bids/${MISSING}/void`, { as: house.admin, body: why }),
  user_not_found: ({ url, admin }) => ask(url, `PATCH /v1/users/${MISSING}`, { as: admin, body: { blocked: true } }),
  message_not_found: async (house) =>
    ask(house.url, `POST /v1/auctions/${await house.auction()}/messages/${MISSING}/report`, { as: house.admin }),
  speaker_not_found: async (house) =>
    ask(house.url, `PUT /v1/auctions/${await house.auction()}/mutes/V9`, { as: house.admin, body: {} }),
  conversation_not_found: ({ url, admin }) => ask(url, `GET /v1/conversations/${MISSING}/messages`, { as: admin }),
  room_closed: async (house) =>
    ask(house.url, `GET /v1/auctions/${await house.auction()}/messages`, { as: await house.person() }),
  muted: async (house) => {
    const id = await house.auction({ room: { messages: 'members' } })
    const ana = await house.person()
    const say = () =>
      ask(house.url, `POST /v1/auctions/${id}/messages`, {
        as: ana,
        body: { text: 'Hello' },
        headers: { 'idempotency-key': randomUUID() },
      })
    await say()
    await ask(house.url, `PUT /v1/auctions/${id}/mutes/V1`, { as: house.admin, body: { seconds: 600 } })
    return say()
  },
  email_taken: ({ url }) => ask(url, 'POST /v1/users', { body: { ...ADMIN, displayName: 'x' } }),
  terms_not_accepted: async ({ url, admin }) => {
    await admin.patchHouse({ terms: 'Whoever bids buys.' })
    const answer = await ask(url, 'POST /v1/users', { body: { ...ADMIN, displayName: 'x' } })
    await admin.patchHouse({ terms: null })
    return answer
  },
  auction_has_bids: async (house) =>
    ask(house.url, `PATCH /v1/auctions/${await bidden(house)}`, { as: house.admin, body: { title: 'x' } }),
  auction_not_open: async (house) =>
    ask(house.url, `POST /v1/auctions/${await house.auction({ opensAt: later })}/close`, { as: house.admin }),
  auction_already_open: async (house) =>
    ask(house.url, `POST /v1/auctions/${await house.auction()}/open`, { as: house.admin }),
  auction_paused: async (house) => {
    const id = await bidden(house)
    await house.admin.pause(id, 'a question')
    return bid(house, id, { maximum: 9_000 })
  },
  auction_not_paused: async (house) =>
    ask(house.url, `POST /v1/auctions/${await house.auction()}/resume`, { as: house.admin }),
  auction_closed: async (house) => {
    const id = await bidden(house)
    await house.admin.close(id)
    return bid(house, id, { maximum: 9_000 })
  },
  auction_not_draft: async (house) =>
    ask(house.url, `DELETE /v1/auctions/${await house.auction()}`, { as: house.admin }),
  external_id_taken: async (house) => {
    await house.auction({ externalId: 'LOT-1' })
    return ask(house.url, 'POST /v1/auctions', { as: house.admin, body: { ...lot, externalId: 'LOT-1' } })
  },
  auction_cancelled: async (house) => {
    const id = await bidden(house)
    await house.admin.cancel(id, 'broken')
    return bid(house, id, { maximum: 9_000 })
  },
  bid_too_low: async (house) => bid(house, await bidden(house), { amount: 1 }, 'k', await house.person()),
  bid_voided: async (house) => {
    const id = await bidden(house)
    const path = `POST /v1/auctions/${id}/bids/${(await house.admin.bids(id)).items[0]!.id}/void`
    await ask(house.url, path, { as: house.admin, body: why })
    return ask(house.url, path, { as: house.admin, body: why })
  },
  already_leading: async (house) => bid(house, await bidden(house), { amount: 5_000 }),
  maximum_not_lowered: async (house) => {
    const id = await bidden(house)
    const { items } = (await ask(house.url, `GET /v1/auctions/${id}/bids`)).json
    return ask(house.url, `POST /v1/auctions/${id}/bids/${items[0].id}/lower`, {
      as: house.admin,
      body: { maximum: 2_000 },
    })
  },
  bid_too_high: async (house) => bid(house, await tendered(house), { amount: 5_000 }, 'k', await house.person()),
  minimum_not_lowered: async (house) => bid(house, await tendered(house), { minimum: 3_000 }),
  minimum_not_raised: async (house) => {
    const id = await tendered(house)
    const { items } = (await ask(house.url, `GET /v1/auctions/${id}/bids`)).json
    return ask(house.url, `POST /v1/auctions/${id}/bids/${items[0].id}/lower`, {
      as: house.admin,
      body: { minimum: 4_000 },
    })
  },
  not_in_this_format: async (house) => bid(house, await bidden(house), { minimum: 3_000 }),
  maximum_not_raised: async (house) => bid(house, await bidden(house), { maximum: 3_000 }),
  last_admin: async () => {
    const { url, admin } = await openHouse()
    return ask(url, `PATCH /v1/users/${admin.session.user!.id}`, { as: admin, body: { blocked: true } })
  },
  pictures_unavailable: async () => {
    const folder = temporaryFolder()
    leaveNoRoom(folder)
    const { url, admin } = await openHouse({}, {}, folder)
    return ask(url, 'POST /v1/images', { as: admin, body: await painted() })
  },
  payload_too_large: ({ url }) => ask(url, 'POST /v1/sessions', { body: { email: 'x'.repeat(300_000) } }),
  uri_too_long: ({ url }) => ask(url, `GET /v1/auctions/${'x'.repeat(200)}`),
  unsupported_media_type: ({ url }) =>
    ask(url, 'POST /v1/sessions', { body: '<x/>', headers: { 'content-type': 'application/xml' } }),
  idempotency_key_reused: async (house) => bid(house, await bidden(house), { maximum: 9_000 }, 'first'),
  too_many_bids: async () => {
    const known = rates.acceptedBids
    Object.assign(rates, { acceptedBids: { ...known, burst: 1 } })
    onTestFinished(() => void Object.assign(rates, { acceptedBids: known }))
    const house = await openHouse({ RATE_LIMITS: 'on' })
    return bid(house, await bidden(house), { maximum: 9_000 })
  },
  precondition_failed: async (house) =>
    ask(house.url, `PATCH /v1/auctions/${await house.auction()}`, {
      as: house.admin,
      body: { title: 'Another' },
      headers: { 'if-match': 'W/"x"' },
    }),
  method_not_allowed: ({ url }) => ask(url, 'PUT /v1/auctions'),
  upgrade_required: ({ url }) => ask(url, 'GET /v1/live'),
  rate_limited: async () => {
    const { url } = await openHouse({ RATE_LIMITS: 'on' })
    const attempts = Array.from({ length: 120 }, () => ask(url, 'POST /v1/users', { body: {} }))
    return (await Promise.all(attempts)).find(({ status }) => status === 429)!
  },
  internal: async () => {
    const read = () => Promise.reject(new Error('SQLITE_CORRUPT: the secret of src/adapters/sqlite/store.ts'))
    const wrapStore = (store: Store): Store =>
      new Proxy(store, {
        get: (target, name: keyof Store) => {
          if (name === 'read') return read
          const value = target[name]
          return typeof value === 'function' ? (value as (...values: unknown[]) => unknown).bind(target) : value
        },
      })
    const { url } = await openHouse({}, { wrapStore })
    return ask(url, `GET /v1/auctions/${MISSING}`)
  },
  try_again: async () => {
    const store = new FaultyStore()
    const { url, admin } = await openHouse({}, { wrapStore: store.wrap })
    store.intercept(() => Promise.reject(new Error('SQLITE_FULL: no room in src/adapters/sqlite/store.ts')))
    return ask(url, 'POST /v1/auctions', { as: admin, body: lot })
  },
}

test('every code that HTTP can answer comes with its status, its title and a problem that shows no internals', async () => {
  const house = await openHouse()
  for (const [code, provoke] of Object.entries(provoked) as [Code, (house: House) => Promise<Answer>][]) {
    const answer = await provoke(house)
    const { type, title, status, detail, instance, code: named, errors: _, receipt: __, ...fields } = answer.json ?? {}
    expect({ code: named, status: answer.status, type }).toEqual({
      code,
      status: problems[code].status,
      type: `/docs/codes#${code}`,
    })
    expect({ title, status, instance }).toMatchObject({ title: problems[code].title, status: answer.status })
    expect(detail.length).toBeGreaterThan(0)
    expectProblem(answer, code, fields)
  }
})

test('headers that are too large are a problem as well', async () => {
  const house = await sharedHouse()
  const answer = await onTheWire(house.url, `GET / HTTP/1.1\r\nhost: x\r\na: ${'y'.repeat(20_000)}\r\n\r\n`)
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ code: 'headers_too_large', status: 431 })
})
