import { expect, onTestFinished, test, vi } from 'vitest'
import { LocalBus } from '../../src/adapters/local-bus.ts'
import { closeCodes } from '../../src/codes.ts'
import { limits } from '../../src/config/limits.ts'
import type { BusMessage } from '../../src/engine/ports.ts'
import type { Exchanges } from '../../src/main.ts'
import { Client } from '../../src/sdk/index.ts'
import { Channel, watch } from '../support/channel.ts'
import { ManualClock, turn } from '../support/clock.ts'
import { openHouse } from '../support/service.ts'

const MISSING = '01930000-0000-7000-8000-000000000000'

test('hello comes first, then the snapshot with its epoch, the last bids and the public view', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { maximum: 900_000_009 })
  const channel = watch(house.url, id)
  const snapshot = await channel.next('snapshot')
  expect(channel.ws.protocol).toBe('auction.v1')
  expect(channel.received[0]).toMatchObject({ type: 'hello', heartbeatSeconds: 10, limits: { frameBytes: 16_384 } })
  const { serverTime: _, ...view } = await new Client(house.url).auction(id)
  expect(snapshot).toMatchObject({ seq: 3, auction: view, watching: 1, bids: [{ amount: 1_000, paddle: 'P1' }] })
  expect(JSON.stringify(channel.received)).not.toContain('900000009')
})

test('[LIVE-3] resume: events after a seq; a snapshot where the epoch is another, the seq unknown or the gap too wide', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  await ana.bid(id, { amount: 1_000 })
  const { epoch } = await watch(house.url, id).next('snapshot')
  const resumed = watch(house.url, id, `?after=1&epoch=${epoch}`)
  expect((await resumed.next('events')).events.map(({ seq }) => seq)).toEqual([2, 3])
  expect(resumed.all('snapshot')).toEqual([])
  for (const query of [`?after=1&epoch=other`, `?after=99&epoch=${epoch}`])
    expect(await watch(house.url, id, query).next('snapshot')).toMatchObject({ seq: 3, epoch })
  const nothing = watch(house.url, id, `?after=3&epoch=${epoch}`)
  await ana.bid(id, { maximum: 5_000 }).catch(() => {})
  await house.admin.pause(id, 'a question')
  expect((await nothing.next('events')).events.map(({ seq }) => seq)).toEqual([4])
  expect(nothing.all('snapshot')).toEqual([])
})

test('[LIVE-1] what happens while a snapshot is being put together follows it, none missing', async () => {
  const names = { blocked: null as Promise<void> | null, asked: 0 }
  const wrapAccounts: NonNullable<Exchanges['wrapAccounts']> = (accounts) =>
    new Proxy(accounts, {
      get(target, name: keyof typeof accounts) {
        if (name !== 'names') return (target[name] as (...values: unknown[]) => unknown).bind(target)
        return async (ids: readonly string[]) => {
          names.asked += 1
          await names.blocked
          return target.names(ids)
        }
      },
    })
  const house = await openHouse({}, { wrapAccounts })
  const [ana, id] = [await house.person(), await house.auction()]
  const { promise, resolve } = Promise.withResolvers<void>()
  names.blocked = promise
  const asked = names.asked
  const channel = watch(house.url, id)
  await expect.poll(() => names.asked).toBe(asked + 1)
  await ana.bid(id, { amount: 1_000 })
  await ana.bid(id, { maximum: 5_000 })
  await turn()
  resolve()
  names.blocked = null
  expect(await channel.next('snapshot')).toMatchObject({ seq: 2 })
  expect((await channel.next('events')).events.map(({ seq }) => seq)).toEqual([3])
})

test('[LIVE-4] you: to its owner only, after a token, an own bid, a lost lead, a voided bid and the close', async () => {
  const house = await openHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const [a, b, passerBy] = [
    watch(house.url, id),
    watch(house.url, id, '', await ben.session.token()),
    watch(house.url, id),
  ]
  await Promise.all([a.next('hello'), b.next('you')])
  a.send({ type: 'auth', token: (await ana.session.token())! })
  expect(await a.next('you')).toEqual({
    type: 'you',
    paddle: null,
    standing: 'none',
    maximum: null,
    lowerable: null,
    bids: [],
  })
  a.send({ type: 'bid', key: 'k', maximum: 4_000 })
  expect(await a.next('you')).toMatchObject({
    paddle: 'P1',
    standing: 'leading',
    maximum: 4_000,
    bids: [{ maximum: 4_000 }],
  })
  const { bid } = await ben.bid(id, { maximum: 6_000 })
  expect(await a.next('you')).toMatchObject({ paddle: 'P1', standing: 'outbid', maximum: 4_000 })
  expect(await b.next('you', ({ standing }) => standing === 'leading')).toMatchObject({ paddle: 'P2', maximum: 6_000 })
  expect(await ben.bid(id, { maximum: 7_000 })).toMatchObject({ outcome: 'raised', seq: null })
  expect(await b.next('you')).toMatchObject({ standing: 'leading', maximum: 7_000 })
  // Of what stands nobody hears; a void bid is opened to all, with what went silently with it.
  const opened = /"maximum":(6|7)000/
  expect(JSON.stringify([...passerBy.received, ...a.received])).not.toMatch(opened)
  await house.admin.void(id, bid.id, 'a slip')
  expect(await a.next('you')).toMatchObject({ standing: 'leading', maximum: 4_000 })
  expect(await b.next('you')).toMatchObject({ standing: 'outbid', maximum: null })
  await house.admin.close(id)
  expect(await a.next('you')).toMatchObject({ standing: 'won' })
  expect(await b.next('you')).toMatchObject({ standing: 'lost' })
  for (const channel of [a, b, passerBy]) expect((await channel.closed).code).toBe(4000)
  expect(a.received.at(-1)).toMatchObject({ type: 'you' })
  expect(passerBy.all('you')).toEqual([])
  expect(JSON.stringify([...passerBy.received, ...b.received])).not.toContain('"maximum":4000')
  const voided = passerBy.events().find(({ type }) => type === 'bid.voided')
  expect(voided?.openings).toMatchObject([
    { bid: bid.id, maximum: 6_000, exact: false },
    { raises: bid.id, maximum: 7_000, asOfSeq: 4 },
  ])
  const others = [...passerBy.received, ...a.received].filter((one) => !JSON.stringify(one).includes('bid.voided'))
  expect(JSON.stringify(others)).not.toMatch(opened)
})

test('[LIVE-11] bids over the socket are answered by ack or reject with their key, as over REST', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = watch(house.url, id)

  await channel.next('snapshot')
  channel.send({ type: 'bid', key: 'early', amount: 1_000 })
  expect(await channel.next('reject')).toMatchObject({
    key: 'early',
    problem: { code: 'unauthenticated', status: 401 },
  })
  channel.send({ type: 'auth', token: (await ana.session.token())! })
  channel.send({ type: 'bid', key: 'low', amount: 999 })
  expect(await channel.next('reject')).toMatchObject({
    key: 'low',
    problem: { code: 'bid_too_low', minimumBid: 1_000, price: null, asOfSeq: 2 },
  })
  channel.send({ type: 'bid', key: 'k', amount: 1_000 })
  const ack = await channel.next('ack')
  const { type: _, key, ...answer } = ack
  expect(key).toBe('k')
  expect(await ana.bid(id, { amount: 1_000 }, 'k')).toEqual(answer)
  await expect(ana.bid(id, { maximum: 1_000 }, 'k')).rejects.toMatchObject({ code: 'idempotency_key_reused' })
})

test('[LIVE-11] what cannot be read is said in a problem; what is no JSON object ends the connection with 4400', async () => {
  const house = await openHouse()
  const id = await house.auction()
  const bad = [
    '{"type":"dance"}',
    '{"type":"bid","key":"k"}',
    '{"type":"bid","key":"k","amount":1,"maximum":2}',
    '{"type":"bid","key":"","amount":1}',
    '{"type":"bid","key":"k","amount":"12"}',
    '{"type":"bid","key":"k","amount":1.5}',
    '{"type":"bid","key":"k","amount":9007199254740993}',
    '{"type":"bid","key":"k","amount":null}',
    '{"type":"ping","more":1}',
    '{}',
  ]
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  for (const text of bad) {
    channel.ws.send(text)
    // Whoever waits for the answer to a bid gets it by its key.
    const { problem } = await channel.next(text.includes('"key":"k"') ? 'reject' : 'problem')
    expect({ text, code: problem.code, status: problem.status }).toEqual({ text, code: 'invalid_request', status: 400 })
  }
  channel.ws.send('{"type":"dance"}')
  expect((await channel.closed).code).toBe(4400)
  for (const data of [
    'hello',
    '[1]',
    '"text"',
    'null',
    Buffer.from('[1]'),
    Buffer.from('{"type":"ping","x":"\xff"}', 'latin1'),
  ]) {
    const other = watch(house.url, id)
    await other.next('snapshot')
    other.ws.send(data)
    expect(await other.closed).toEqual({ code: 4400, reason: 'not understood' })
  }
})

test('[LIVE-11] a message may come in a binary frame, and behind a byte order mark', async () => {
  const house = await openHouse()
  const channel = watch(house.url, await house.auction())
  await channel.next('snapshot')
  const text = (sentAt: number) => JSON.stringify({ type: 'ping', sentAt })
  const forms = [Buffer.from(text(1)), `\ufeff${text(2)}`, Buffer.from(`\ufeff${text(3)}`), text(4)]
  for (const form of forms) channel.ws.send(form)
  for (const sentAt of [1, 2, 3, 4]) expect(await channel.next('pong')).toMatchObject({ sentAt })
  expect(channel.all('problem')).toEqual([])
})

test('[LIVE-11] ping is answered by pong with the time of the server and of the sender', async () => {
  const house = await openHouse()
  const channel = watch(house.url, await house.auction())
  channel.ws.on('open', () => channel.send({ type: 'ping', sentAt: 42 }))
  expect(await channel.next('pong')).toMatchObject({
    sentAt: 42,
    serverTime: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
  })
})

test('[LIVE-7] heartbeats tell seq, head and who watches; whoever does not answer two pings is let go with 4408', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction()
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  const { head } = await house.admin.auction(id)
  await clock.advance(10_000)
  expect(await channel.next('heartbeat')).toMatchObject({ seq: 2, head, watching: 1 })
  const dead = new Channel(house.url, `/v1/auctions/${id}/live`)
  dead.ws.pong = () => {}
  Object.assign(dead.ws, { _autoPong: false })
  await dead.next('snapshot')
  for (let i = 0; i < 3; i += 1) {
    await clock.advance(10_000)
    await channel.next('heartbeat')
  }
  expect((await dead.closed).code).toBe(4408)
  expect(channel.ws.readyState).toBe(channel.ws.OPEN)
})

test('[LIVE-7] a heartbeat that would overtake an event comes behind it', async () => {
  const beats: (() => void)[] = []
  class Beating extends ManualClock {
    override wake(afterMs: number, call: () => void): () => void {
      if (afterMs === limits.heartbeatSeconds * 1_000) beats.push(call)
      return super.wake(afterMs, call)
    }
  }
  const house = await openHouse({}, { clock: new Beating() })
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  type Publish = (this: LocalBus, message: BusMessage) => void
  const publish = Object.getOwnPropertyDescriptor(LocalBus.prototype, 'publish')!.value as Publish
  const published = vi.spyOn(LocalBus.prototype, 'publish').mockImplementationOnce(function (this: LocalBus, message) {
    publish.call(this, message)
    // It is time just when the room is about to be told.
    for (const beat of beats.splice(0)) beat()
  })
  onTestFinished(() => published.mockRestore())
  await ana.bid(id, { amount: 1_000 })
  expect(await channel.next('heartbeat')).toMatchObject({ seq: 3 })
  expect(channel.received.map(({ type }) => type).slice(-2)).toEqual(['events', 'heartbeat'])
})

test('[LIVE-5] close codes: 4404 for no such auction and for drafts of others, 4401 for a bad token, 1008 for a foreign page', async () => {
  const house = await openHouse({ ALLOWED_ORIGINS: 'https://friends.example' })
  const id = await house.auction()
  const draft = await house.auction({ status: 'draft' })
  const closing = async (path: string, options: ConstructorParameters<typeof Channel>[2] = {}) =>
    (await new Channel(house.url, path, options).closed).code
  expect(await closing(`/v1/auctions/${MISSING}/live`)).toBe(4404)
  expect(await closing('/v1/auctions/nonsense/live')).toBe(4404)
  expect(await closing(`/v1/auctions/${draft}/live`)).toBe(4404)
  expect(await closing(`/v1/auctions/${id}/live`, { token: 'nonsense' })).toBe(4401)
  expect(await closing(`/v1/auctions/${id}/live?after=x`)).toBe(4400)
  expect(await closing(`/v1/auctions/${id}/live`, { origin: 'https://evil.example' })).toBe(1008)
  expect(await closing('/v1/live', { origin: 'https://evil.example' })).toBe(1008)
  for (const origin of ['https://friends.example', house.url]) {
    const channel = new Channel(house.url, `/v1/auctions/${id}/live`, { origin })
    await channel.next('snapshot')
  }
  const seller = new Channel(house.url, `/v1/auctions/${draft}/live`, { token: await house.admin.session.token() })
  expect(await seller.next('snapshot')).toMatchObject({ auction: { status: 'draft', terms: { reservePrice: null } } })
  const channel = watch(house.url, id)
  await channel.next('snapshot')
  channel.send({ type: 'auth', token: 'nonsense' })
  expect((await channel.closed).code).toBe(4401)
})

test('[LIVE-11] 1009 for a frame that is too big', async () => {
  const house = await openHouse()
  const channel = watch(house.url, await house.auction())
  await channel.next('snapshot')
  channel.ws.send(`{"type":"ping","sentAt":"${'x'.repeat(16_384)}"}`)
  expect((await channel.closed).code).toBe(1009)
})

test('[LIVE-14] 1013 for more sockets of one person than anyone needs; others come in, and so does who made room', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const token = await ana.session.token()
  const channels = Array.from({ length: limits.watchersPerUserMax }, () => watch(house.url, id, '', token))
  await Promise.all(channels.map((channel) => channel.next('you')))
  expect((await watch(house.url, id, '', token).closed).code).toBe(1013)
  await watch(house.url, id).next('snapshot')
  channels[0]!.ws.close()
  await channels[0]!.closed
  await watch(house.url, id, '', token).next('you')
})

test('[LIVE-11] 4429 for too many messages', async () => {
  const house = await openHouse({ RATE_LIMITS: 'on' })
  const channel = watch(house.url, await house.auction())
  await channel.next('snapshot')
  for (let i = 0; i < 200; i += 1) channel.send({ type: 'ping' })
  expect((await channel.closed).code).toBe(4429)
})

test('too many bids of one person are refused over both transports alike', async () => {
  // Time stands still: nothing flows in between the last of them and the one over HTTP.
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock: new ManualClock() })
  const [ana, id] = [await house.person(), await house.auction()]
  const channel = watch(house.url, id, '', await ana.session.token())
  await channel.next('you')
  for (let i = 0; i < 45; i += 1) channel.send({ type: 'bid', key: `k${i}`, maximum: 1_000 + 100 * i })
  expect(await channel.next('reject')).toMatchObject({ problem: { code: 'rate_limited', retryAfterSeconds: 1 } })
  await expect(ana.bid(id, { maximum: 90_000 })).rejects.toMatchObject({ code: 'rate_limited' })
})

test('[LIVE-5] signing out and being blocked hold at once, on open sockets too', async () => {
  const house = await openHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const tokens = [await ana.session.token(), await ben.session.token()]
  const [a, b] = [watch(house.url, id, '', tokens[0]), watch(house.url, id, '', tokens[1])]
  await Promise.all([a.next('you'), b.next('you')])
  await ana.signOut()
  expect(await a.closed).toMatchObject({ code: 4401 })
  expect((await watch(house.url, id, '', tokens[0]).closed).code).toBe(4401)
  await house.admin.patchUser(ben.session.user!.id, { blocked: true })
  expect(await b.closed).toMatchObject({ code: 4403 })
  expect((await watch(house.url, id, '', tokens[1]).closed).code).toBe(4403)
  await expect(ben.bid(id, { amount: 1_000 })).rejects.toMatchObject({
    problem: { code: 'bidder_blocked', status: 403 },
  })
  await house.admin.patchUser(ben.session.user!.id, { blocked: false })
  expect(await ben.bid(id, { amount: 1_000 })).toMatchObject({ outcome: 'leading' })
})

test('[LIVE-5] a token that runs out ends the connection with 4401, unless it is renewed', async () => {
  const clock = new ManualClock(Date.now())
  const house = await openHouse({}, { clock })
  const [ana, id] = [await house.person(), await house.auction()]
  const token = (await ana.session.token())!
  const [lapsed, renewed] = [watch(house.url, id, '', token), watch(house.url, id, '', token)]
  await Promise.all([lapsed.next('you'), renewed.next('you')])
  await clock.advance(2_200)
  await ana.refresh()
  renewed.send({ type: 'auth', token: (await ana.session.token())! })
  await renewed.next('you')
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number }
  clock.jump(exp * 1_000 - clock.now() - 1)
  await clock.advance(1)
  expect((await lapsed.closed).code).toBe(4401)
  expect(renewed.ws.readyState).toBe(renewed.ws.OPEN)
})

test('[LIVE-5] where only members watch, a socket shows nothing before its token, and does not wait for ever', async () => {
  const clock = new ManualClock()
  const house = await openHouse({ WATCHING: 'members' }, { clock })
  const [ana, id] = [await house.person(), await house.auction()]
  const [stranger, member] = [watch(house.url, id), watch(house.url, id)]
  await Promise.all([stranger.next('hello'), member.next('hello')])
  member.send({ type: 'auth', token: (await ana.session.token())! })
  await member.next('snapshot')
  await clock.advance(limits.authTimeoutMs)
  expect((await stranger.closed).code).toBe(4401)
  expect(stranger.received.map(({ type }) => type)).toEqual(['hello'])
  expect((await fetch(`${house.url}/v1/auctions/${id}`)).status).toBe(401)
})

test('SIGTERM says 1012 and Ctrl-C 1001, after the last answer', async () => {
  for (const closing of [closeCodes.restart, closeCodes.going_away]) {
    const house = await openHouse()
    const [ana, id] = [await house.person(), await house.auction()]
    const channel = watch(house.url, id, '', await ana.session.token())
    await channel.next('you')
    channel.send({ type: 'bid', key: 'last', amount: 1_000 })
    await channel.next('ack')
    await house.service.close(closing)
    expect(await channel.closed).toEqual(closing)
  }
})

test('[LIVE-16] GET /v1/live: prices of all that are watched, then of those that changed, at most once in 250 ms, and no silent raise', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const [ana, ben] = [await house.person(), await house.person()]
  const [one, two, draft] = [await house.auction(), await house.auction(), await house.auction({ status: 'draft' })]
  await clock.advance(250)
  const channel = new Channel(house.url, '/v1/live')
  await channel.next('hello')
  channel.send({ type: 'watch', auctions: [one, two, draft, MISSING] })
  const { prices } = await channel.next('prices')
  expect(prices.map(({ auction }) => auction)).toEqual([one, two])
  expect(prices[0]).toMatchObject({
    seq: 2,
    status: 'open',
    price: null,
    minimumBid: 1_000,
    bidCount: 0,
    outcome: null,
  })
  await ana.bid(one, { maximum: 5_000 })
  await ben.bid(one, { amount: 1_500 })
  await turn()
  await clock.advance(250)
  expect((await channel.next('prices')).prices).toMatchObject([{ auction: one, seq: 4, price: 1_600, bidCount: 2 }])
  await ana.bid(one, { maximum: 6_000 })
  await clock.advance(1_000)
  channel.send({ type: 'watch', auctions: [two] })
  expect((await channel.next('prices')).prices).toMatchObject([{ auction: two }])
  await ben.bid(one, { amount: 2_000 })
  await ben.bid(two, { amount: 2_000 })
  await turn()
  await clock.advance(250)
  expect((await channel.next('prices')).prices).toMatchObject([{ auction: two, price: 2_000 }])
  expect(channel.all('prices')).toHaveLength(4)
  await house.admin.close(two)
  await turn()
  await clock.advance(250)
  const outcome = { result: 'sold', price: 2_000, winner: 'P1', reason: null }
  expect((await channel.next('prices')).prices).toMatchObject([{ auction: two, status: 'closed', outcome }])
  channel.send({ type: 'watch', auctions: Array.from({ length: 201 }, () => one) })
  expect(await channel.next('problem')).toMatchObject({ problem: { code: 'invalid_request' } })
})
