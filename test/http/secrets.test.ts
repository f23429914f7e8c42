import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../../src/sdk/index.ts'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock, turn } from '../support/clock.ts'
import { ADMIN, signedUp } from '../support/people.ts'
import { freePort } from '../support/process.ts'
import { type House, openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { type Answer, ask, lot, metricsToken } from './support.ts'

/** Figures that no step and no sum of prices comes to. */
const SECRETS = { standing: 7_310_477, raised: 7_310_911, winning: 8_640_733, reserve: 6_951_299, mine: 4_190_551 }

/** Wherever an auction shows: all that can be asked of it. */
function routes(id: string, epoch = ''): string[] {
  const A = `/v1/auctions/${id}`
  return [
    `GET ${A}`,
    `HEAD ${A}`,
    `GET ${A}/bids`,
    `GET ${A}/bids?limit=1`,
    `GET ${A}/events`,
    `GET ${A}/events?after=1&epoch=${epoch}`,
    `GET ${A}/events?after=99`,
    `GET ${A}/ledger`,
    `GET ${A}/bidders`,
    'GET /v1/auctions',
    'GET /v1/auctions?sort=price',
    'GET /v1/auctions?sort=bids&limit=1',
    'GET /v1/auctions?sort=closing&limit=1',
    'GET /v1/auctions?q=lot',
    'GET /v1/me/bids',
    'GET /v1/me/auctions',
    'GET /v1/me',
    'GET /v1/users',
    'GET /readyz',
    'GET /healthz',
    'GET /openapi.json',
  ]
}

const whole = ({ status, headers, text }: Answer): string =>
  `${status}\n${[...headers]
    .filter(([name]) => name !== 'date' && name !== 'x-request-id')
    .map((pair) => pair.join(': '))
    .join('\n')}\n\n${text}`

/** Every byte that these people can get about an auction. */
async function bytesFor(house: House, id: string, people: readonly (Client | null)[]): Promise<string[]> {
  const answers: string[] = []
  for (const as of people)
    for (const request of routes(id)) answers.push(`${request}\n${whole(await ask(house.url, request, { as }))}`)
  return answers
}

/** What the asking itself moves, and the disk: twins.test.ts compares the former. */
const OWN = /^martillo_(http_requests_total|bytes)\b/

/** The counters of the service; those of the process change with every request. */
async function metricsOf(house: House): Promise<string> {
  const { text } = await ask(house.url, 'GET /metrics', { token: metricsToken(house) })
  return text
    .split('\n')
    .filter((line) => line.startsWith('martillo_') && !OWN.test(line))
    .join('\n')
}

function holding(bytes: readonly string[], secret: number): string[] {
  const major = (secret / 100).toFixed(2)
  return bytes.filter((text) => text.includes(String(secret)) || text.includes(major))
}

test('[PX-9] no byte that others can get holds a standing or winning maximum, at any stage', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const [ana, ben, cas] = [await house.person(), await house.person(), await house.person()]
  const { id } = await seller.create(lot)
  const other = await house.auction()
  const others = [null, ben, cas, house.admin, seller]
  const channels = await Promise.all(
    others.map(
      async (as) =>
        new Channel(house.url, `/v1/auctions/${id}/live`, { token: as === null ? null : await as.session.token() }),
    ),
  )
  const catalogue = new Channel(house.url, '/v1/live')
  await catalogue.next('hello')
  catalogue.send({ type: 'watch', auctions: [id, other] })
  await Promise.all(channels.map((channel) => channel.next('snapshot')))
  const seen: string[] = []
  const look = async () => {
    seen.push(...(await bytesFor(house, id, others)))
    const late = watch(house.url, id)
    seen.push(JSON.stringify(await late.next('snapshot')), await metricsOf(house))
  }

  await ana.bid(id, { maximum: SECRETS.mine })
  await look()
  await ana.bid(id, { maximum: SECRETS.standing })
  await look()
  const beaten = await ben.bid(id, { maximum: 7_000_000 })
  expect(beaten.outcome).toBe('outbid')
  seen.push(JSON.stringify(beaten))
  for (const offer of [{ amount: 1 }, { maximum: 1_000 }, { amount: 7_000_000 }])
    seen.push(
      whole(
        await ask(house.url, `POST /v1/auctions/${id}/bids`, {
          as: cas,
          body: offer,
          headers: { 'idempotency-key': 'k' },
        }),
      ),
    )
  await ana.bid(id, { maximum: SECRETS.raised })
  await look()
  await house.admin.pause(id, 'a question')
  await house.admin.resume(id)
  await look()
  await ana.bid(id, { maximum: SECRETS.winning })
  seen.push(JSON.stringify(await ben.bid(id, { amount: 7_500_000 })))
  await look()
  await house.admin.close(id)
  await look()
  await Promise.all(channels.map((channel) => channel.closed))

  for (const channel of [...channels, catalogue]) seen.push(JSON.stringify(channel.received))
  const maxima = [SECRETS.mine, SECRETS.standing, SECRETS.raised, SECRETS.winning]
  for (const secret of maxima) expect(holding(seen, secret)).toEqual([])
  expect(holding(await bytesFor(house, id, [ana]), SECRETS.winning)).not.toEqual([])
})

test('[RES-1] a reserve that is not met is known to the seller and the admins only, also after the close', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const [ana, ben] = [await house.person(), await house.person('other', 'seller')]
  const { id } = await seller.create({ ...lot, terms: { ...lot.terms, reservePrice: SECRETS.reserve } })
  const channels = [watch(house.url, id), watch(house.url, id, '', await seller.session.token())]
  await Promise.all(channels.map((channel) => channel.next('snapshot')))
  await ana.bid(id, { maximum: 5_000 })
  await seller.update(id, { description: 'With its case.' })
  const strangers = await bytesFor(house, id, [null, ana, ben])
  await house.admin.close(id)
  await Promise.all(channels.map((channel) => channel.closed))
  strangers.push(...(await bytesFor(house, id, [null, ana, ben])), JSON.stringify(channels[0]!.received))
  expect(holding(strangers, SECRETS.reserve)).toEqual([])
  for (const as of [seller, house.admin])
    expect(holding(await bytesFor(house, id, [as]), SECRETS.reserve)).not.toEqual([])
  // What everyone hears is the same for everyone: it is encoded once.
  const [heard] = channels[1]!.all('events')
  expect(JSON.stringify(heard)).not.toContain(String(SECRETS.reserve))
})

test('[PX-9] a silent raise changes no byte, no header, no count and no metric, and nobody hears a thing', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const seller = await house.person('seller', 'seller')
  const [ana, ben] = [await house.person(), await house.person()]
  const { id } = await seller.create({
    ...lot,
    terms: { ...lot.terms, softClose: { windowSeconds: 3_600, extensionSeconds: 3_600, maxExtensions: null } },
  })
  await ana.bid(id, { maximum: 5_000 })
  await ben.bid(id, { maximum: 2_000 })
  const others = [null, ben, seller, house.admin]
  const channels = [watch(house.url, id), watch(house.url, id, '', await ben.session.token())]
  await Promise.all([channels[0]!.next('snapshot'), channels[1]!.next('you')])
  const stream = await fetch(`${house.url}/v1/auctions/${id}/events?after=4`, {
    headers: { accept: 'text/event-stream' },
  })
  const reader = stream.body!.getReader()
  onTestFinished(() => reader.cancel())
  await reader.read()
  const poll = ask(house.url, `GET /v1/auctions/${id}/events?after=4&waitSeconds=5`)
  await expect.poll(() => metricsOf(house)).toContain('martillo_watchers 4')
  const heard = channels.map(({ received }) => received.length)
  const before = [await bytesFor(house, id, others), await metricsOf(house)]

  const raises = [5_100, 6_000, 900_000]
  for (const maximum of raises) expect(await ana.bid(id, { maximum })).toMatchObject({ outcome: 'raised', seq: null })
  await turn()

  expect([await bytesFor(house, id, others), await metricsOf(house)]).toEqual(before)
  expect(channels.map(({ received }) => received.length)).toEqual(heard)
  // The next thing that anyone hears is the next public event, its number the next one.
  await clock.advance(5_000)
  expect((await poll).json).toMatchObject({ events: [], seq: 4 })
  await ben.bid(id, { maximum: 3_000 })
  expect((await channels[0]!.next('events')).events[0]).toMatchObject({ seq: 5, data: { price: 3_100, bidCount: 3 } })
  expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/^id: 5\n/)
})

test('no line of the log holds a maximum, a token, an address, a password or a cookie, whatever went wrong', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [cli, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: temporaryFolder(),
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'debug',
      METRICS_TOKEN: 'a-token-of-the-operator',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  let log = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  await expect
    .poll(
      () =>
        fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 90_000 },
    )
    .toBe(true)

  const admin = await signedUp(url, 'planted name')
  const { user } = admin.session
  const session = await ask(url, 'POST /v1/sessions', { body: ADMIN })
  const token = session.json.accessToken as string
  const mine = (await admin.session.token())!
  const { json } = await ask(url, 'POST /v1/auctions', {
    token,
    body: { ...lot, terms: { ...lot.terms, reservePrice: SECRETS.reserve } },
  })
  await admin.bid(json.id as string, { maximum: SECRETS.standing }, 'a planted key')
  await admin.bid(json.id as string, { maximum: SECRETS.raised })
  const path = `POST /v1/auctions/${json.id}/bids`
  const headers = { 'idempotency-key': 'k' }
  await ask(url, path, { as: admin, body: `{"maximum":${SECRETS.winning}`, headers })
  await ask(url, path, { as: admin, body: `{"maximum":"${SECRETS.winning}"}`, headers })
  await ask(url, path, {
    as: admin,
    body: String(SECRETS.winning),
    headers: { ...headers, 'content-type': 'application/xml' },
  })
  await ask(url, 'POST /v1/sessions', { body: { ...ADMIN, password: 'a planted password' } })
  await ask(url, 'POST /v1/sessions', { body: '{"password":"a planted password"' })
  await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: session.headers.getSetCookie()[0]! } })
  await ask(url, `GET /v1/auctions/%ff?token=${mine}`)
  await ask(url, 'GET /v1/me', { token: `${mine}x` })
  const channel = new Channel(url, `/v1/auctions/${json.id}/live?token=${mine}`, { token: mine })
  await channel.next('you')
  channel.ws.send(`{"type":"bid","key":"k","maximum":${SECRETS.winning},`)
  await channel.closed
  const huge = watch(url, json.id as string)
  await huge.next('snapshot')
  huge.ws.send('x'.repeat(20_000))
  expect((await huge.closed).code).toBe(1009)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])

  const cookie = session.headers.getSetCookie()[0]!.split(/[=;]/)[1]!
  const planted = {
    ...SECRETS,
    token,
    mine,
    cookie,
    email: ADMIN.email,
    own: user!.email,
    password: ADMIN.password,
    other: 'planted',
    metrics: 'a-token-of-the-operator',
  }
  expect(log).toContain('"level":')
  // What a stranger sends is no error of ours.
  expect(log).not.toMatch(/"level":50|WS_ERR/)
  for (const [name, secret] of Object.entries(planted))
    expect({ name, found: log.includes(String(secret)) }).toEqual({ name, found: false })
})
