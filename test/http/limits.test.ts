import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { limits, rates } from '../../src/config/limits.ts'
import { SECOND_MS } from '../../src/domain/instant.ts'
import { watch } from '../support/channel.ts'
import { ManualClock, turn } from '../support/clock.ts'
import { type House, openHouse } from '../support/service.ts'
import { type Answer, ask, expectProblem, lot } from './support.ts'

/** Asks until it is refused for being too often; `most` is beyond what any limit allows. */
async function untilLimited(most: number, once: () => Promise<Answer>): Promise<{ before: number[]; refusal: Answer }> {
  const before: number[] = []
  while (before.length < most) {
    const answers = await Promise.all(Array.from({ length: Math.min(50, most - before.length) }, once))
    const refusal = answers.find(({ status }) => status === 429)
    before.push(...answers.map(({ status }) => status).filter((status) => status !== 429))
    if (refusal !== undefined) return { before, refusal }
  }
  throw new Error(`not limited within ${most}: ${JSON.stringify(before.slice(0, 5))}`)
}

function expectLimited(refusal: Answer): void {
  const retryAfterSeconds = Number(refusal.headers.get('retry-after'))
  expectProblem(refusal, 'rate_limited', { retryAfterSeconds })
  expect(Number.isInteger(retryAfterSeconds) && retryAfterSeconds >= 1).toBe(true)
}

/** Time stands still, so that what is taken out does not flow in again. */
const clock = new ManualClock()
const limited = (): Promise<House> => openHouse({ RATE_LIMITS: 'on' }, { clock })

test('sign-in: a password is not guessed by trying', async () => {
  const house = await limited()
  const body = { email: 'somebody@house.example', password: 'a wrong password' }
  const { before, refusal } = await untilLimited(40, () => ask(house.url, 'POST /v1/sessions', { body }))
  expect(before.every((status) => status === 401)).toBe(true)
  expect(before.length).toBeLessThanOrEqual(rates.signIn.burst)
  expectLimited(refusal)
  const retryAfter = refusal.headers.get('retry-after')
  expect(refusal.headers.get('ratelimit')).toMatch(new RegExp(`^"(signIn|wrongPasswords)";r=0;t=${retryAfter}$`))
  expect(refusal.headers.get('ratelimit-policy')).toMatch(/^"(signIn|wrongPasswords)";q=\d+;w=\d+$/)
  expect((await ask(house.url, 'GET /v1/auctions')).status).toBe(200)
})

test('sign-up: accounts are not made by the thousand', async () => {
  const house = await limited()
  // A body that is not valid counts as well, and takes no time to hash.
  const { before, refusal } = await untilLimited(150, () => ask(house.url, 'POST /v1/users', { body: {} }))
  expect(before).toEqual(Array(rates.signUp.burst).fill(400))
  expectLimited(refusal)
})

test('bids: far more than a finger, and no more; a bidder who waits may bid again', async () => {
  const house = await limited()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  let key = 0
  const bid = (as: typeof ana) =>
    ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as,
      body: { amount: 1 },
      headers: { 'idempotency-key': `k${(key += 1)}` },
    })
  const { before, refusal } = await untilLimited(120, () => bid(ana))
  expect(before.every((status) => status === 409)).toBe(true)
  expect(before.length).toBeGreaterThanOrEqual(rates.bids.burst)
  expectLimited(refusal)
  expect((await bid(ben)).status).toBe(409)
  await clock.advance(1_000)
  expect((await bid(ana)).status).toBe(409)
})

test('accepted bids: so many of one person in one auction and hour, silent raises too, with a code of their own', async () => {
  const known = rates.acceptedBids
  Object.assign(rates, { acceptedBids: { ...known, burst: 5 } })
  onTestFinished(() => void Object.assign(rates, { acceptedBids: known }))
  const house = await limited()
  const [ana, ben] = [await house.person(), await house.person()]
  const [id, other] = [await house.auction(), await house.auction()]
  let key = 0
  const bid = (as: typeof ana, auction: string, maximum: number, again?: string) =>
    ask(house.url, `POST /v1/auctions/${auction}/bids`, {
      as,
      body: { maximum },
      headers: { 'idempotency-key': again ?? `k${(key += 1)}` },
    })
  for (let i = 0; i < 5; i += 1) {
    // What is refused costs nothing.
    expect((await bid(ana, id, 1)).status).toBe(409)
    expect((await bid(ana, id, 10_000 + i * 100)).status).toBe(201)
  }
  const refusal = await bid(ana, id, 90_000)
  const retryAfterSeconds = Number(refusal.headers.get('retry-after'))
  expectProblem(refusal, 'too_many_bids', { retryAfterSeconds, asOfSeq: expect.any(Number) })
  // Whoever lost the answer to an accepted bid still gets it.
  expect((await bid(ana, id, 10_000, 'k2')).status).toBe(201)
  expect(await Promise.all([bid(ana, other, 10_000), bid(ben, id, 90_000)])).toMatchObject([
    { status: 201 },
    { status: 201 },
  ])
  await clock.advance(retryAfterSeconds * 1_000)
  expect((await bid(ana, id, 95_000)).status).toBe(201)
})

test('accepted bids: in many auctions together a person has as many as in five', async () => {
  const known = rates.acceptedBids
  Object.assign(rates, { acceptedBids: { ...known, burst: 2 } })
  onTestFinished(() => void Object.assign(rates, { acceptedBids: known }))
  const house = await limited()
  const ana = await house.person()
  const bid = async () =>
    ask(house.url, `POST /v1/auctions/${await house.auction()}/bids`, {
      as: ana,
      body: { maximum: 90_000 },
      headers: { 'idempotency-key': 'one' },
    })
  for (let i = 0; i < 10; i += 1) expect((await bid()).status).toBe(201)
  expect((await bid()).json.code).toBe('too_many_bids')
})

test('accepted bids: so many of one network, whoever makes them, over HTTP and on the channel together', async () => {
  const known = rates.acceptedBidsByNetwork
  Object.assign(rates, { acceptedBidsByNetwork: { ...known, burst: 4 } })
  onTestFinished(() => void Object.assign(rates, { acceptedBidsByNetwork: known }))
  const house = await openHouse({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' }, { clock })
  const id = await house.auction()
  let amount = 1_000
  const byHttp = async (headers = {}) => {
    const body = { amount: (amount += 100) }
    const key = { 'idempotency-key': `k${amount}` }
    return ask(house.url, `POST /v1/auctions/${id}/bids`, {
      as: await house.person(),
      body,
      headers: { ...key, ...headers },
    })
  }
  const onChannel = async () => {
    const channel = watch(house.url, id, '', await (await house.person()).session.token())
    await channel.next('snapshot')
    const key = `k${(amount += 100)}`
    channel.send({ type: 'bid', key, amount })
    return Promise.race([channel.next('ack'), channel.next('reject')])
  }
  for (let i = 0; i < 2; i += 1) {
    expect((await byHttp()).status).toBe(201)
    expect(await onChannel()).toMatchObject({ type: 'ack' })
  }
  const refusal = await byHttp()
  const retryAfterSeconds = Number(refusal.headers.get('retry-after'))
  expectProblem(refusal, 'too_many_bids', { retryAfterSeconds, asOfSeq: expect.any(Number) })
  expect(await onChannel()).toMatchObject({ type: 'reject', problem: { code: 'too_many_bids' } })
  // Whoever is elsewhere bids on.
  expect((await byHttp({ 'x-forwarded-for': '10.0.0.2' })).status).toBe(201)
  await clock.advance(retryAfterSeconds * SECOND_MS)
  expect((await onChannel()).type).toBe('ack')
})

test('texts: long ones cost a seller what as many plain auctions cost', async () => {
  const { creations } = rates
  Object.assign(rates, { creations: { ...creations, burst: 200 } })
  onTestFinished(() => void Object.assign(rates, { creations }))
  const house = await limited()
  const sally = await house.person('Sally', 'seller')
  const body = { ...lot, description: '拍'.repeat(19_999) }
  const { before, refusal } = await untilLimited(rates.creations.burst, () =>
    ask(house.url, 'POST /v1/auctions', { as: sally, body }),
  )
  expect(before.length).toBeLessThan(rates.creations.burst / 7)
  expectLimited(refusal)
})

test('auctions of a seller: so many made and changed in an hour; an admin makes as many as it takes', async () => {
  const [creations, edits] = [rates.creations, rates.edits]
  Object.assign(rates, { creations: { ...creations, burst: 2 }, edits: { ...edits, burst: 3 } })
  onTestFinished(() => void Object.assign(rates, { creations, edits }))
  const house = await limited()
  const sally = await house.person('Sally', 'seller')
  const create = (as: typeof sally) => ask(house.url, 'POST /v1/auctions', { as, body: lot })
  const [first] = [await create(sally), await create(sally)]
  expectLimited(await create(sally))
  const edit = () => ask(house.url, `PATCH /v1/auctions/${first.json.id}`, { as: sally, body: { title: 'Another' } })
  const act = (name: string, body?: object) =>
    ask(house.url, `POST /v1/auctions/${first.json.id}/${name}`, { as: sally, body })
  expect((await edit()).status).toBe(200)
  expect([(await act('pause', { reason: 'lunch' })).status, (await act('resume')).status]).toEqual([200, 200])
  expectLimited(await edit())
  expectLimited(await act('pause', { reason: 'lunch' }))
  for (let i = 0; i < 4; i += 1) expect((await create(house.admin)).status).toBe(201)
})

test('pictures: so many in an hour, by user; a flood of strangers is counted too', async () => {
  const { images } = rates
  Object.assign(rates, { images: { ...images, burst: 20 } })
  onTestFinished(() => void Object.assign(rates, { images }))
  const house = await limited()
  const [sally, tom] = [await house.person('Sally', 'seller'), await house.person('Tom', 'seller')]
  // What cannot be decoded counts as well.
  const body = Buffer.from('no picture')
  const upload = (as: typeof sally | null) => ask(house.url, 'POST /v1/images', { as, body })
  let done = 0
  const { before, refusal } = await untilLimited(30, async () => {
    // Not more at once than one person may send.
    while (done >= limits.uploadsPerPersonMax) await turn()
    done += 1
    return upload(sally).finally(() => (done -= 1))
  })
  expect(before).toEqual(Array(rates.images.burst).fill(400))
  expectLimited(refusal)
  expect((await upload(tom)).status).toBe(400)
  const strangers = await untilLimited(30, () => upload(null))
  expect(strangers.before).toEqual(Array(rates.images.burst).fill(401))
})

test('the rest: a flood of one address does not count against those who are signed in', async () => {
  const house = await limited()
  const [ana, id] = [await house.person(), await house.auction()]
  const { before, refusal } = await untilLimited(rates.requests.burst + 100, () =>
    ask(house.url, `GET /v1/auctions/${id}`),
  )
  // What opened the house came from the same address.
  expect(before.length).toBeLessThanOrEqual(rates.requests.burst)
  expect(before.length).toBeGreaterThan(rates.requests.burst - 20)
  expectLimited(refusal)
  expect((await ask(house.url, 'GET /v1/auctions', { as: ana })).status).toBe(200)
  for (const path of ['/healthz', '/readyz']) expect((await ask(house.url, `GET ${path}`)).status).toBe(200)
})

test('an address that somebody only claims to have is not believed', async () => {
  const house = await limited()
  let n = 0
  // Counted before it is read, and there is nothing to hash.
  const body = {}
  const { refusal } = await untilLimited(40, () =>
    ask(house.url, 'POST /v1/sessions', {
      body,
      headers: { 'x-forwarded-for': `10.0.0.${(n += 1)}`, forwarded: `for=10.0.0.${n}`, 'x-real-ip': `10.0.0.${n}` },
    }),
  )
  expectLimited(refusal)
})

test('behind a proxy that is trusted each of its clients counts alone', async () => {
  const house = await openHouse({ RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' })
  // Counted before it is read, and there is nothing to hash.
  const body = {}
  const from = (address: string) =>
    ask(house.url, 'POST /v1/sessions', { body, headers: { 'x-forwarded-for': address } })
  expectLimited((await untilLimited(40, () => from('10.0.0.1'))).refusal)
  expect((await from('10.0.0.2')).status).toBe(400)
  // What a client puts before the address that the proxy adds is not looked at.
  expectLimited(await from('10.9.9.9, 10.0.0.1'))
})

test.each([
  ['on', '10.0.0.1'],
  ['2', '10.0.0.1, 172.16.0.1'],
])(
  'TRUST_PROXY=%s: an address that a client puts in front of what the proxies add is not believed',
  async (hops, added) => {
    const house = await openHouse({ RATE_LIMITS: 'on', TRUST_PROXY: hops }, { clock })
    let n = 0
    const claiming = (through: string) =>
      ask(house.url, 'POST /v1/sessions', {
        body: {},
        headers: { 'x-forwarded-for': `203.0.113.${(n += 1)}, 198.51.100.${n}, ${through}` },
      })
    const { before, refusal } = await untilLimited(40, () => claiming(added))
    expect(before.length).toBe(rates.signIn.burst)
    expectLimited(refusal)
    expect((await claiming(added.replace('10.0.0.1', '10.0.0.2'))).status).toBe(400)
  },
)

test('refresh tokens: so many are exchanged in a time; whoever has none is not counted', async () => {
  const known = rates.refreshes
  Object.assign(rates, { refreshes: { ...known, burst: 2 } })
  onTestFinished(() => void Object.assign(rates, { refreshes: known }))
  const house = await limited()
  const refresh = () =>
    ask(house.url, 'POST /v1/sessions/refresh', { headers: { cookie: 'martillo_refresh=no-token' } })
  for (let i = 0; i < 4; i += 1) expect((await ask(house.url, 'POST /v1/sessions/refresh')).status).toBe(401)
  expect([(await refresh()).status, (await refresh()).status]).toEqual([401, 401])
  expectLimited(await refresh())
})

test('refreshes: so many of one session, and no other of its network is held up', async () => {
  const known = rates.sessionRefreshes
  Object.assign(rates, { sessionRefreshes: { ...known, burst: 3 } })
  onTestFinished(() => void Object.assign(rates, { sessionRefreshes: known }))
  const house = await limited()
  const [ana, ben] = [await house.person('Ana'), await house.person('Ben')]
  for (let i = 0; i < 3; i += 1) expect(await ana.session.refresh()).toBe(true)
  await expect(ana.session.refresh()).rejects.toMatchObject({ code: 'rate_limited' })
  expect(await ben.session.refresh()).toBe(true)
  // Nothing is lost by it: the token is as good as before.
  await clock.advance(30 * SECOND_MS)
  expect(await ana.session.refresh()).toBe(true)
  await expect(ana.session.refresh()).rejects.toMatchObject({ code: 'rate_limited' })
})

test('who sends much more than is asked for is cut off, and after some times cannot connect for a while; who is connected stays', async () => {
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock })
  const channel = watch(house.url, await house.auction())
  await channel.next('snapshot')
  const breath = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'
  const answered = async (requests: number) => {
    const socket = connect(Number(new URL(house.url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    let text = ''
    socket.on('data', (data) => (text += String(data)))
    socket.on('error', () => undefined)
    socket.write(breath.repeat(requests))
    const closed = once(socket, 'close')
    await (requests > limits.pipelinedMax ? closed : Promise.race([once(socket, 'data'), closed]))
    return text !== ''
  }
  expect(await answered(limits.pipelinedMax)).toBe(true)
  for (let n = 0; n < rates.cutOff.burst; n += 1) {
    expect(await answered(1)).toBe(true)
    await answered(limits.pipelinedMax + 1)
  }
  expect(await answered(1)).toBe(false)
  channel.send({ type: 'ping' })
  await channel.next('pong')
  await clock.advance(SECOND_MS / rates.cutOff.perSecond)
  expect(await answered(1)).toBe(true)
})
