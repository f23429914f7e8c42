/** What was wrong once: each of these was found by an attack on the service. */
import { expect, onTestFinished, test } from 'vitest'
import { existsSync } from 'node:fs'
import { readConfig } from '../../src/config.ts'
import { rates } from '../../src/config/limits.ts'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { ADMIN } from '../support/people.ts'
import { openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { all, ask, cookieOf, expectProblem, forged, lot, metricsToken, onTheWire, serveAlone } from './support.ts'

const later = () => new Date(Date.now() + 3_600_000).toISOString()

test('HEAD of an event stream leaves nothing behind', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  for (let i = 0; i < 5; i += 1)
    await ask(house.url, `HEAD /v1/auctions/${id}/events`, { headers: { accept: 'text/event-stream' } })
  await expect
    .poll(async () => (await ask(house.url, 'GET /metrics', { token: metricsToken(house) })).text)
    .toMatch(/martillo_watchers 0\n/)
})

test('[PX-9] the cursor of my bids does not count the silent raises of others', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, ben] = [await house.person(), await house.person()]
  const cursorAfter = async (raises: number) => {
    const [before, id] = [await house.auction(), await house.auction()]
    const bid = async (as: typeof ana, auction: string, offer: { amount: number } | { maximum: number }) => {
      await clock.advance(1)
      await as.bid(auction, offer)
    }
    await bid(ben, before, { amount: 1_000 })
    await bid(ana, id, { maximum: 5_000 })
    await bid(ben, id, { maximum: 2_000 })
    for (let i = 0; i < raises; i += 1) await bid(ana, id, { maximum: 6_000 + 100 * i })
    await bid(ben, id, { maximum: 3_000 })
    const { json } = await ask(house.url, 'GET /v1/me/bids?limit=1', { as: ben })
    return String(json.nextCursor).split('.')[1]
  }
  expect(await cursorAfter(3)).toBe(await cursorAfter(0))
})

test('my bids, page by page: those of one instant in several auctions are all there', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const ana = await house.person()
  for (const id of [await house.auction(), await house.auction(), await house.auction()])
    await ana.bid(id, { amount: 1_000 })
  expect(await all(house.url, '/v1/me/bids', 1, { as: ana })).toHaveLength(3)
})

test('an auction that goes back to being a draft is hidden from those who watched it', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ opensAt: later() })
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  await house.admin.update(id, { status: 'draft' })
  await house.admin.update(id, { title: 'HIDDEN' })
  await ask(house.url, 'GET /healthz')
  await expect.poll(() => channel.ws.readyState).toBe(channel.ws.CLOSED)
  expect((await channel.closed).code).toBe(4404)
  expect(JSON.stringify(channel.received)).not.toContain('HIDDEN')
})

test('a draft that is cancelled does not become public', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ status: 'draft', title: 'Never shown' })
  await house.admin.cancel(id, 'changed my mind')
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).status).toBe(404)
  expect((await ask(house.url, 'GET /v1/auctions?q=never')).json.items).toEqual([])
})

test('a change of role holds on open sockets: a former admin no longer hears drafts', async () => {
  const house = await sharedHouse()
  const other = await house.person('other', 'admin')
  const id = await house.auction({ status: 'draft' })
  const token = await other.session.token()
  const channel = watch(house.url, id, '', token)
  await channel.next('you')
  await house.admin.patchUser(other.session.user!.id, { role: 'bidder' })
  await house.admin.update(id, { title: 'HIDDEN' })
  await expect.poll(() => channel.ws.readyState).toBe(channel.ws.CLOSED)
  expect(JSON.stringify(channel.received)).not.toContain('HIDDEN')
})

test('sign-in is limited whoever shows a token: accounts do not multiply the guesses', async () => {
  const house = await openHouse({ RATE_LIMITS: 'on' })
  const [ben, cas] = [await house.person(), await house.person()]
  const body = { email: 'somebody@house.example', password: 'a wrong password' }
  const statuses = []
  for (const as of [null, ben, cas])
    for (let i = 0; i < rates.signIn.burst; i += 1)
      statuses.push((await ask(house.url, 'POST /v1/sessions', { as, body })).status)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(rates.signIn.burst)
})

test.each([
  ['bad tokens', 'GET /v1/auctions', { token: 'eyJ.x.y' }],
  ['paths that are not there', 'GET /nowhere', {}],
  ['bids of nobody', 'POST /v1/auctions/x/bids', { body: {} }],
] as const)('%s are limited as well', async (_name, request, asked) => {
  const { requests, badTokens } = rates
  Object.assign(rates, { requests: { ...requests, burst: 100 }, badTokens: { ...badTokens, burst: 100 } })
  onTestFinished(() => void Object.assign(rates, { requests, badTokens }))
  const { url } = await openHouse({ RATE_LIMITS: 'on' }, { clock: new ManualClock() })
  let limited = false
  for (let i = 0; i < 3 && !limited; i += 1)
    limited = (await Promise.all(Array.from({ length: 50 }, () => ask(url, request, asked)))).some(
      ({ status }) => status === 429,
    )
  expect(limited).toBe(true)
})

test('an access token that ran out does not keep one from renewing it, or from signing in', async () => {
  const house = await sharedHouse()
  await ask(house.url, 'POST /v1/users', {
    body: { email: 'a@house.example', password: 'password 1', displayName: 'A' },
  })
  const body = { email: 'a@house.example', password: 'password 1' }
  const session = await ask(house.url, 'POST /v1/sessions', { body })
  const token = forged(house, session.json.accessToken as string, { payload: { exp: 1 } })
  expect(
    (await ask(house.url, 'POST /v1/sessions/refresh', { token, headers: { cookie: cookieOf(session) } })).status,
  ).toBe(200)
  expect((await ask(house.url, 'POST /v1/sessions', { token, body })).status).toBe(201)
})

test('text is not JSON: 415', async () => {
  const house = await sharedHouse()
  const answer = await ask(house.url, 'POST /v1/sessions', { body: '{}', headers: { 'content-type': 'text/plain' } })
  expectProblem(answer, 'unsupported_media_type')
})

test('whatever is asked for in vain is a problem: a channel without an upgrade', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  for (const request of [`GET /v1/auctions/${id}/live`, 'GET /v1/live']) {
    const { headers, status } = await ask(house.url, request)
    expect({ request, status, type: headers.get('content-type') }).toEqual({
      request,
      status,
      type: 'application/problem+json',
    })
  }
})

test.each(['admin@localhost', 'admin', 'Ádmin@house.example'])('ADMIN_EMAIL=%s is refused at the start', (email) => {
  expect(() => readConfig({ ADMIN_EMAIL: email, ADMIN_PASSWORD: ADMIN.password })).toThrow(/ADMIN_EMAIL/)
})

test('arming the admin anew ends the sessions of before: whoever had taken the account is out', async () => {
  const folder = temporaryFolder()
  const house = await openHouse({}, {}, folder)
  const token = (await house.admin.session.token())!
  await house.service.close()
  const url = await serveAlone({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: 'a brand new password' }, folder)
  expect((await ask(url, 'GET /v1/users', { token })).status).toBe(401)
})

test('an answer that differs by Origin says so: GET of an auction keeps Vary: Origin', async () => {
  const house = await sharedHouse()
  const { headers } = await ask(house.url, `GET /v1/auctions/${await house.auction()}`, {
    headers: { origin: house.url },
  })
  expect(headers.get('vary')).toMatch(/Origin/)
  expect(headers.get('vary')).toMatch(/Authorization/)
})

test('what is private is not stored on its way: no-store with tokens, own bids and users', async () => {
  const house = await sharedHouse()
  const session = await ask(house.url, 'POST /v1/sessions', { body: ADMIN })
  expect(session.headers.get('cache-control')).toBe('no-store')
  for (const path of ['/v1/me', '/v1/me/bids', '/v1/users'])
    expect((await ask(house.url, `GET ${path}`, { as: house.admin })).headers.get('cache-control')).toContain(
      'no-store',
    )
})

test('q: an empty one is none; a decomposed one finds as the composed one does', async () => {
  const house = await openHouse()
  await house.auction({ title: 'Résumé' })
  expect(
    (await ask(house.url, `GET /v1/auctions?q=${encodeURIComponent('résumé'.normalize('NFD'))}`)).json.items,
  ).toHaveLength(1)
  expect((await ask(house.url, 'GET /v1/auctions?q=')).json.items).toHaveLength(1)
})

test('where only members watch, an event stream ends with its token, as a socket does', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const [ana, id] = [await house.person(), await house.auction()]
  const token = forged(house, (await ana.session.token())!, { payload: { exp: Math.floor(Date.now() / 1_000) + 2 } })
  const stream = await fetch(`${house.url}/v1/auctions/${id}/events`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
  })
  const reader = stream.body!.getReader()
  const ended = (async () => {
    while (!(await reader.read()).done);
    return 'ended'
  })()
  const waited = new Promise((resolve) => setTimeout(() => resolve('still open'), 60_000).unref())
  expect(await Promise.race([ended, waited])).toBe('ended')
  await reader.cancel()
})

test('GET /v1/live: answers come in the order of the lists; the last one is for the last list', async () => {
  const house = await sharedHouse()
  const ids: string[] = []
  for (let i = 0; i < 30; i += 1) ids.push(await house.auction())
  const channel = new Channel(house.url, '/v1/live')
  await channel.next('hello')
  const unknown = Array.from({ length: 170 }, (_, i) => `01930000-0000-7000-8000-${String(i).padStart(12, '0')}`)
  channel.send({ type: 'watch', auctions: [...ids, ...unknown] })
  channel.send({ type: 'watch', auctions: ids.slice(0, 1) })
  await expect.poll(() => channel.all('prices').length).toBe(2)
  expect(channel.all('prices').at(-1)!.prices).toHaveLength(1)
})

test('GET /v1/live: what was told at a seq is not told again by the next tick', async () => {
  const house = await sharedHouse()
  const channel = new Channel(house.url, '/v1/live')
  await channel.next('hello')
  const id = await house.auction()
  channel.send({ type: 'watch', auctions: [id] })
  await channel.next('prices')
  await new Promise((resolve) => setTimeout(resolve, 600))
  await (await house.person()).bid(id, { amount: 1_000 })
  await expect.poll(() => channel.all('prices').map(({ prices }) => prices[0]?.price)).toEqual([null, 1_000])
})

test('a blocked admin cannot unblock themselves, a blocked seller sells nothing, a blocked member watches nothing', async () => {
  const house = await sharedHouse()
  const [admin, seller] = [await house.person('a', 'admin'), await house.person('s', 'seller')]
  for (const one of [admin, seller]) await house.admin.patchUser(one.session.user!.id, { blocked: true })
  expect((await ask(house.url, 'POST /v1/auctions', { as: seller, body: lot })).status).toBe(403)
  expect(
    (await ask(house.url, `PATCH /v1/users/${admin.session.user!.id}`, { as: admin, body: { blocked: false } })).status,
  ).toBe(403)
})

test('files: what cannot be served is 4xx, never 500 (needs built pages)', async () => {
  expect(existsSync(new URL('../../web/dist/index.html', import.meta.url))).toBe(true)
  const house = await sharedHouse()
  const get = async (path: string, header = 'a: b') =>
    (await onTheWire(house.url, `GET ${path} HTTP/1.1\r\nhost: x\r\n${header}\r\nconnection: close\r\n\r\n`)).slice(
      0,
      12,
    )
  const answers = {
    'up the tree': await get('/assets/..%2f..%2fpackage.json'),
    'a folder': await get('/assets/'),
    'a range beyond the end': await get('/', 'range: bytes=999999-'),
    'if-match': await get('/', 'if-match: "x"'),
    'if-unmodified-since': await get('/', 'if-unmodified-since: Thu, 01 Jan 1970 00:00:00 GMT'),
  }
  for (const [name, answer] of Object.entries(answers))
    expect({ name, answer }).toMatchObject({ name, answer: expect.stringMatching(/^HTTP\/1\.1 [24]/) })
})

test('an Idempotency-Key given twice is refused, not glued together', async () => {
  const house = await sharedHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await ana.session.token()
  const answer = await onTheWire(
    house.url,
    `POST /v1/auctions/${id}/bids HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\nidempotency-key: a\r\nidempotency-key: b\r\ncontent-length: 15\r\n\r\n{"amount":1000}`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
})
