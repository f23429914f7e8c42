import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import type { Client } from '../../src/sdk/index.ts'
import type { ServerMessageOf } from '../../src/protocol.ts'
import { type Channel, watch } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { MISSING, ask } from '../http/support.ts'

const SECOND = 1_000

async function watchAs(house: House, id: string, as: Client | null = null): Promise<Channel> {
  const channel = watch(house.url, id, '', as === null ? null : await as.session.token())
  await channel.next('snapshot')
  return channel
}

function say(channel: Channel, text: string, to?: string, key: string = randomUUID()): string {
  channel.send({ type: 'message', key, text, ...(to === undefined ? {} : { to }) })
  return key
}

async function said(channel: Channel, text: string): Promise<ServerMessageOf<'message'>> {
  return channel.next('message', (message) => message.text === text)
}

const post = (house: House, id: string, as: Client, text: string, to = 'room') =>
  ask(house.url, `POST /v1/auctions/${id}/messages`, {
    as,
    body: { text, to },
    headers: { 'idempotency-key': randomUUID() },
  })

/** What came to a socket before its next answer. */
async function settled(channel: Channel): Promise<void> {
  const sentAt = randomUUID()
  channel.send({ type: 'ping', sentAt })
  await channel.next('pong', (pong) => pong.sentAt === sentAt)
}

const LOT = { title: 'A lot', currency: 'EUR', terms: { startPrice: 1_000, increments: 100 }, durationSeconds: 3_600 }

/** What each of these people is told of what each of two says, where the room is open to some: a text, or the code of a refusal. */
const OPEN_TO = {
  members: { nobody: [], ana: ['ana', 'ben'], ben: ['ana', 'ben'], seller: ['ana', 'ben'], admin: ['ana', 'ben'] },
  bidders: { nobody: [], ana: ['ana'], ben: ['room_closed'], seller: ['ana'], admin: ['ana'] },
  off: { nobody: [], ana: ['room_closed'], ben: ['room_closed'], seller: [], admin: [] },
} as const

test.each(Object.entries(OPEN_TO))(
  '[ROOM-1] open to %s: who may read is told what is said, and all others have nothing of it',
  async (messages, told) => {
    const house = await sharedHouse()
    const seller = await house.person('seller', 'seller')
    const [ana, ben] = [await house.person('Ana'), await house.person('Ben')]
    const { id } = await seller.create({ ...LOT, room: { messages: messages as keyof typeof OPEN_TO } })
    await ana.bid(id, { amount: 1_000 })
    const people = { nobody: null, ana, ben, seller, admin: house.admin }
    const channels: Record<string, Channel> = {}
    for (const [name, as] of Object.entries(people)) channels[name] = await watchAs(house, id, as)
    const heard = (name: string) =>
      channels[name]!.received.flatMap((one) =>
        one.type === 'message' ? [one.text] : one.type === 'reject' ? [one.problem.code] : [],
      )
    say(channels['ana']!, 'ana')
    await expect.poll(() => heard('ana').length).toBe(1)
    say(channels['ben']!, 'ben')
    await expect.poll(() => heard('ben').length).toBe(told.ben.length)
    await expect.poll(() => heard('ana')).toEqual(told.ana)
    for (const channel of Object.values(channels)) await settled(channel)
    for (const [name, expected] of Object.entries(told)) expect([name, heard(name)]).toEqual([name, expected])
    const refused = say(channels['nobody']!, 'me too')
    const { problem } = await channels['nobody']!.next('reject', (one) => one.key === refused)
    expect(problem.code).toBe('unauthenticated')
    // The seller may always speak; whoever comes later is shown the same, or nothing.
    expect((await post(house, id, seller, 'welcome')).status).toBe(201)
    for (const [name, as] of Object.entries(people)) {
      const { messages: shown } = (await watchAs(house, id, as)).all('snapshot')[0]!
      const reads = told[name as keyof typeof told].some((one) => one === 'ana')
      expect([name, shown.map(({ text }) => text)]).toEqual([name, reads ? [...told.seller, 'welcome'] : []])
      const answer = await ask(house.url, `GET /v1/auctions/${id}/messages`, { as })
      expect([name, answer.status]).toEqual([name, reads ? 200 : as === null ? 401 : 409])
    }
  },
)

test('[ROOM-2] what is asked in private comes to the asker, the seller and admins alone, and so does the answer', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const [ana, ben] = [await house.person('Ana'), await house.person('Ben')]
  const { id } = await seller.create({ ...LOT, room: { messages: 'members' } })
  const [asAna, asBen, asSeller, asAdmin] = await Promise.all(
    [ana, ben, seller, house.admin].map((as) => watchAs(house, id, as)),
  )
  const key = say(asAna!, 'does it run?', 'seller')
  expect(await said(asAna!, 'does it run?')).toMatchObject({ from: 'V1', to: 'seller', key })
  await said(asSeller!, 'does it run?')
  await said(asAdmin!, 'does it run?')
  say(asSeller!, 'it does', 'V1')
  expect(await said(asAna!, 'it does')).toMatchObject({ from: 'seller', to: 'V1' })
  await said(asAdmin!, 'it does')
  for (const [channel, to, code] of [
    [asBen!, 'V1', 'forbidden'],
    [asSeller!, 'V9', 'speaker_not_found'],
    [asSeller!, 'V01', 'invalid_request'],
    [asSeller!, 'seller', 'invalid_request'],
    [asSeller!, 'house', 'invalid_request'],
  ] as const) {
    const refused = say(channel, 'psst', to)
    expect(await channel.next('reject', (one) => one.key === refused)).toMatchObject({ problem: { code } })
  }
  await settled(asBen!)
  expect(asBen!.all('message')).toEqual([])
  const { json: mine } = await ask(house.url, 'GET /v1/me/conversations', { as: ana })
  expect(mine.items).toMatchObject([
    { auction: { id, title: 'A lot' }, with: 'seller', unread: 1, last: { text: 'it does' } },
  ])
  const messages = `/v1/conversations/${mine.items[0].id}/messages`
  expect((await ask(house.url, `GET ${messages}`, { as: ben })).json.code).toBe('conversation_not_found')
  expect((await ask(house.url, `POST ${messages}`, { as: ben, body: { text: 'x' } })).json.code).toBe(
    'conversation_not_found',
  )
  await ask(house.url, `HEAD ${messages}`, { as: ana })
  expect((await ask(house.url, 'GET /v1/me/conversations', { as: ana })).json.items[0].unread).toBe(1)
  const read = await ask(house.url, `GET ${messages}`, { as: ana })
  expect(read.json.items.map((one: { text: string }) => one.text)).toEqual(['it does', 'does it run?'])
  expect((await ask(house.url, 'GET /v1/me/conversations', { as: ana })).json.items[0].unread).toBe(0)
  const more = await ask(house.url, `POST ${messages}`, { as: ana, body: { text: 'thanks' } })
  expect(more).toMatchObject({ status: 201, json: { from: 'V1', to: 'seller' } })
  await said(asSeller!, 'thanks')
  const asked = await ask(house.url, 'GET /v1/me/conversations?unread=true', { as: seller })
  expect(asked.json.items).toMatchObject([{ with: 'V1', unread: 1 }])
  expect((await ask(house.url, 'GET /v1/me/conversations?all=true', { as: seller })).json.code).toBe('forbidden')
})

test('[ROOM-3] nothing in a room names a person, from the first message to the last', async () => {
  const house = await sharedHouse()
  const seller = await house.person('Sally Seller', 'seller')
  const { id } = await seller.create({ ...LOT, room: { messages: 'members', presence: 'paddles' } })
  const [ana, ben] = [await house.person('Ana Anders'), await house.person('Ben Berg')]
  const [asAna, asBen] = [await watchAs(house, id, ana), await watchAs(house, id, ben)]
  say(asAna, 'first')
  expect(await said(asBen, 'first')).toMatchObject({ from: 'V1' })
  say(asBen, 'second')
  expect(await said(asAna, 'second')).toMatchObject({ from: 'V2' })
  await ben.bid(id, { amount: 1_000 })
  say(asBen, 'third')
  expect(await said(asAna, 'third')).toMatchObject({ from: 'P1' })
  await post(house, id, seller, 'welcome')
  await post(house, id, house.admin, 'be kind')
  expect(await said(asAna, 'welcome')).toMatchObject({ from: 'seller' })
  expect(await said(asAna, 'be kind')).toMatchObject({ from: 'house' })
  await post(house, id, ben, 'and a question', 'seller')
  const conversations = await ask(house.url, 'GET /v1/me/conversations', { as: seller })
  const told = [
    asAna.received.filter(({ type }) => type !== 'snapshot' && type !== 'events'),
    (await ask(house.url, `GET /v1/auctions/${id}/messages`, { as: ana })).json,
    conversations.json,
    (await ask(house.url, `GET /v1/conversations/${conversations.json.items[0].id}/messages`, { as: seller })).json,
    (await ask(house.url, `GET /v1/auctions/${id}/room`, { as: ana })).json,
  ]
  const text = JSON.stringify(told)
  for (const { session } of [seller, ana, ben, house.admin])
    for (const secret of [session.user!.id, session.user!.email, session.user!.displayName])
      expect(text.includes(secret), secret).toBe(false)
})

test('[ROOM-4] a message that is sent again is one message, over both transports', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members' } })
  const [ana, ben] = [await house.person(), await house.person()]
  const [channel, other] = [await watchAs(house, id, ana), await watchAs(house, id, ben)]
  const key = say(channel, 'once')
  const first = await said(channel, 'once')
  say(channel, 'twice', 'room', key)
  expect(await channel.next('message')).toEqual(first)
  const again = await ask(house.url, `POST /v1/auctions/${id}/messages`, {
    as: ana,
    body: { text: 'once' },
    headers: { 'idempotency-key': key },
  })
  const { type: _, ...message } = first
  expect(again).toMatchObject({ status: 201, json: message })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect((await ask(house.url, `POST /v1/auctions/${id}/messages`, { as: ana, body: { text: 'x' } })).json.code).toBe(
    'idempotency_key_required',
  )
  // A key is of its owner.
  say(other, 'mine', 'room', key)
  await said(channel, 'mine')
  await settled(other)
  expect(other.all('message').map(({ text }) => text)).toEqual(['once', 'mine'])
})

test('[ROOM-5] presence: everyone of the first frame, who comes and goes, 5 s behind the last socket, one frame a second', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ room: { presence: 'paddles' } })
  const [ana, ben, cem] = [await house.person(), await house.person(), await house.person()]
  await ana.bid(id, { amount: 1_000 })
  await ben.bid(id, { amount: 2_000 })
  const [first, asAna] = [await watchAs(house, id), await watchAs(house, id, ana)]
  await watchAs(house, id, cem)
  await clock.advance(SECOND)
  expect(await first.next('presence')).toEqual({ type: 'presence', watching: 3, joined: ['P1'], left: [] })
  const asBen = await watchAs(house, id, ben)
  await clock.advance(SECOND)
  expect(await first.next('presence')).toEqual({ type: 'presence', watching: 4, joined: ['P2'], left: [] })
  expect(await asBen.next('presence')).toEqual({ type: 'presence', watching: 4, joined: ['P1', 'P2'], left: [] })
  const another = await watchAs(house, id, ben)
  asBen.ws.close()
  await asBen.closed
  await clock.advance(10 * SECOND)
  expect(first.all('presence').flatMap(({ left }) => left)).toEqual([])
  another.ws.close()
  await another.closed
  await clock.advance(4 * SECOND)
  expect(first.all('presence').flatMap(({ left }) => left)).toEqual([])
  await clock.advance(3 * SECOND)
  expect(await first.next('presence', ({ left }) => left!.length > 0)).toMatchObject({ watching: 3, left: ['P2'] })
  // Whoever bids for the first time has a paddle from then on.
  await cem.bid(id, { amount: 3_000 })
  await clock.advance(SECOND)
  expect(await asAna.next('presence', ({ joined }) => joined!.includes('P3'))).toMatchObject({ joined: ['P3'] })
  await clock.advance(20 * SECOND)
  const count = first.all('presence').length
  await clock.advance(20 * SECOND)
  expect(first.all('presence')).toHaveLength(count)
  await house.admin.patchUser(ben.session.user!.id, { blocked: true })
  await ask(house.url, `PUT /v1/auctions/${id}/mutes/P1`, { as: house.admin, body: {} })
  await clock.advance(5 * SECOND)
  expect(first.all('presence')).toHaveLength(count)
})

test('[ROOM-5] whoever is muted, or blocked by the seller, is shown as before, and sees the same as everyone', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const seller = await house.person('seller', 'seller')
  const { id } = await seller.create({ ...LOT, room: { presence: 'paddles', messages: 'members' } })
  const people = await Promise.all(['muted', 'blocked', 'other', 'guest'].map((name) => house.person(name)))
  for (const [i, one] of people.entries()) await one.bid(id, { amount: 1_000 * (i + 1) })
  const [muted, blocked, other, guest] = people as [Client, Client, Client, Client]
  const channels = await Promise.all([muted, blocked, other].map((as) => watchAs(house, id, as)))
  await clock.advance(SECOND)
  for (const channel of channels)
    expect(await channel.next('presence')).toMatchObject({ watching: 3, joined: ['P1', 'P2', 'P3'], left: [] })
  expect((await ask(house.url, `PUT /v1/auctions/${id}/mutes/P1`, { as: seller, body: {} })).status).toBe(204)
  const block = await ask(house.url, `PUT /v1/me/blocks/${blocked.session.user!.id}`, { as: seller })
  expect(block.status).toBe(204)
  await clock.advance(10 * SECOND)
  const visit = await watchAs(house, id, guest)
  await clock.advance(SECOND)
  // What a new socket of theirs is told first is what the guest is told.
  const everyone = { type: 'presence', watching: 4, joined: ['P1', 'P2', 'P3', 'P4'], left: [] }
  expect(await visit.next('presence')).toEqual(everyone)
  for (const as of [muted, blocked]) {
    const another = await watchAs(house, id, as)
    await clock.advance(SECOND)
    expect(await another.next('presence')).toMatchObject({ ...everyone, watching: expect.any(Number) })
  }
  visit.ws.close()
  await visit.closed
  await clock.advance(10 * SECOND)
  for (const channel of channels) await channel.next('presence', ({ left }) => left!.includes('P4'))
  const [first, ...others] = channels.map((channel) => channel.all('presence'))
  for (const frames of others) expect(frames).toEqual(first)
  expect(first!.flatMap(({ left }) => left)).toEqual(['P4'])
})

test('[ROOM-5] who comes is told at the next look, and nobody is told twice in a second', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ room: { presence: 'paddles' } })
  const ana = await house.person()
  await ana.bid(id, { amount: 1_000 })
  await watchAs(house, id)
  await clock.advance(10 * SECOND)
  const asAna = await watchAs(house, id, ana)
  await clock.advance(limits.presenceLookMs)
  expect(await asAna.next('presence')).toMatchObject({ watching: 2, joined: ['P1'] })
  await clock.advance(limits.presenceEveryMs - 2 * limits.presenceLookMs)
  // Comes just before the others are told again, and is then told twice itself, a second apart.
  const late = await watchAs(house, id)
  await clock.advance(limits.presenceLookMs)
  expect(await late.next('presence')).toMatchObject({ watching: 2, joined: ['P1'] })
  await clock.advance(limits.presenceLookMs)
  expect(await asAna.next('presence')).toMatchObject({ watching: 3, joined: [], left: [] })
  await settled(late)
  expect(late.all('presence')).toHaveLength(1)
  await clock.advance(limits.presenceEveryMs)
  expect(await late.next('presence')).toMatchObject({ watching: 3, joined: [], left: [] })
})

test('[ROOM-5] counted without names, or not at all; a change of settings comes to everyone', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction()
  const ana = await house.person()
  await ana.bid(id, { amount: 1_000 })
  const channel = await watchAs(house, id, ana)
  await watchAs(house, id)
  await clock.advance(SECOND)
  expect(await channel.next('presence')).toEqual({ type: 'presence', watching: 2 })
  await house.admin.update(id, { room: { presence: 'paddles', messages: 'bidders' } })
  const settings = { presence: 'paddles', messages: 'bidders', ask: true }
  expect(await channel.next('room')).toEqual({ type: 'room', room: settings, messages: [] })
  await clock.advance(SECOND)
  expect(await channel.next('presence')).toMatchObject({ joined: ['P1'] })
  await house.admin.update(id, { room: { presence: 'off' } })
  expect(await channel.next('room')).toMatchObject({ room: { ...settings, presence: 'off' } })
  const count = channel.all('presence').length
  await watchAs(house, id)
  await clock.advance(10 * SECOND)
  expect(channel.all('presence')).toHaveLength(count)
})

test('[ROOM-6] a removed message is gone for everyone; a muted speaker reads on, and is told until when', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const { id } = await seller.create({ ...LOT, room: { messages: 'members' } })
  const [ana, ben] = [await house.person(), await house.person()]
  const [asAna, asBen] = [await watchAs(house, id, ana), await watchAs(house, id, ben)]
  say(asAna, 'something bad')
  const bad = await said(asBen, 'something bad')
  const path = `/v1/auctions/${id}/messages/${bad.id}`
  expect((await ask(house.url, `POST ${path}/report`, { as: ben })).status).toBe(204)
  const reports = await ask(house.url, 'GET /v1/me/reports', { as: seller })
  expect(reports.json.items).toMatchObject([{ auction: { id }, message: { id: bad.id, text: bad.text }, reports: 1 }])
  expect((await ask(house.url, `DELETE ${path}`, { as: ben, body: { reason: 'x' } })).json.code).toBe('forbidden')
  expect((await ask(house.url, `DELETE ${path}`, { as: seller, body: { reason: 'an insult' } })).status).toBe(204)
  for (const channel of [asAna, asBen])
    expect(await channel.next('message.removed')).toEqual({ type: 'message.removed', id: bad.id })
  expect((await ask(house.url, `GET /v1/auctions/${id}/messages`, { as: ben })).json.items).toEqual([])
  expect((await ask(house.url, `DELETE ${path}`, { as: seller, body: { reason: 'x' } })).json.code).toBe(
    'message_not_found',
  )
  expect((await watchAs(house, id, ben)).all('snapshot')[0]!.messages).toEqual([])
  await post(house, id, house.admin, 'be kind')
  const kind = await said(asAna, 'be kind')
  const ofHouse = `DELETE /v1/auctions/${id}/messages/${kind.id}`
  expect((await ask(house.url, ofHouse, { as: seller, body: { reason: 'x' } })).json.code).toBe('forbidden')

  const mute = `/v1/auctions/${id}/mutes`
  expect((await ask(house.url, `PUT ${mute}/V1`, { as: seller, body: { seconds: 600 } })).status).toBe(204)
  const key = say(asAna, 'me again')
  const { problem } = await asAna.next('reject', (one) => one.key === key)
  expect(problem).toMatchObject({ code: 'muted', status: 403, until: expect.stringMatching(/Z$/) })
  expect((await post(house, id, ana, 'me', 'seller')).json.code).toBe('muted')
  const part = await ask(house.url, `GET /v1/auctions/${id}/room`, { as: ana })
  expect(part.json).toMatchObject({
    speaker: 'V1',
    mayRead: true,
    mayWrite: false,
    mayAsk: false,
    mute: { until: problem['until'] },
  })
  say(asBen, 'poor one')
  await said(asAna, 'poor one')
  expect((await ask(house.url, `GET ${mute}`, { as: seller })).json.items).toEqual([
    { speaker: 'V1', until: problem['until'] },
  ])
  expect((await ask(house.url, `DELETE ${mute}/V1`, { as: seller })).status).toBe(204)
  say(asAna, 'sorry')
  await said(asBen, 'sorry')
  for (const speaker of ['seller', 'house'])
    expect((await ask(house.url, `PUT ${mute}/${speaker}`, { as: house.admin })).json.code).toBe('invalid_request')
  // Whom the seller blocks reads on as well.
  await ask(house.url, `PUT /v1/me/blocks/${ana.session.user!.id}`, { as: seller })
  expect((await post(house, id, ana, 'hello?')).json).toMatchObject({ code: 'muted', until: null })
  const blocked = await ask(house.url, `GET /v1/auctions/${id}/room`, { as: ana })
  expect(blocked.json).toMatchObject({ mayRead: true, mayWrite: false, mayAsk: false, mute: null })
})

test('what somebody is told that they may say is what they may, also with no questions', async () => {
  const house = await sharedHouse()
  const seller = await house.person('seller', 'seller')
  const { id } = await seller.create({ ...LOT, room: { messages: 'bidders', ask: false } })
  for (const as of [await house.person(), house.admin]) {
    const { json } = await ask(house.url, `GET /v1/auctions/${id}/room`, { as })
    const says = [await post(house, id, as, 'to all'), await post(house, id, as, 'to one', 'seller')]
    expect(says.map(({ status }) => status === 201)).toEqual([json.mayWrite, json.mayAsk])
  }
})

test('[ROOM-7] five at once, then one in 2 s; 20 a second in a room; typing once in 3 s', async () => {
  const clock = new ManualClock()
  const house = await openHouse({ RATE_LIMITS: 'on' }, { clock })
  const id = await house.auction({ room: { messages: 'members' } })
  const people = await Promise.all(Array.from({ length: 6 }, () => house.person()))
  const [ana, ben] = people as [Client, Client]
  const [asAna, asBen] = [await watchAs(house, id, ana), await watchAs(house, id, ben)]
  for (const text of ['1', '2', '3', '4', '5']) say(asAna, text)
  await said(asAna, '5')
  const key = say(asAna, '6')
  expect(await asAna.next('reject')).toMatchObject({ key, problem: { code: 'rate_limited', retryAfterSeconds: 2 } })
  expect((await post(house, id, ana, '6')).status).toBe(429)
  clock.jump(2 * SECOND)
  expect((await post(house, id, ana, '6')).status).toBe(201)
  expect((await post(house, id, ana, '7')).status).toBe(429)
  clock.jump(10 * SECOND)
  const statuses = await Promise.all(
    people.flatMap((as) => [1, 2, 3, 4].map((i) => post(house, id, as, `of many ${i}`).then(({ status }) => status))),
  )
  expect(statuses.filter((status) => status === 201)).toHaveLength(20)
  for (let i = 0; i < 3; i += 1) asAna.send({ type: 'typing', to: 'room' })
  expect(await asBen.next('typing')).toEqual({ type: 'typing', from: 'V1', to: 'room' })
  clock.jump(3 * SECOND)
  asAna.send({ type: 'typing', to: 'room' })
  await asBen.next('typing')
  await settled(asAna)
  expect([asBen.all('typing').length, asAna.all('typing').length]).toEqual([2, 0])
})

test('[ROOM-7] a text has 1 to 500 characters and no control characters but line breaks', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members' } })
  const ana = await house.person()
  const channel = await watchAs(house, id, ana)
  for (const text of ['', ' \n ', 'x'.repeat(501), 'a\tb', 'a\u0000', '\u0007', 'a\u0085b', '\ud800', '\u200b\u2800']) {
    const key = say(channel, text)
    const { problem } = await channel.next('reject', (one) => one.key === key)
    expect([text, problem.code, problem.errors?.[0]?.path]).toEqual([text, 'invalid_request', 'text'])
    expect((await post(house, id, ana, text)).json).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'text' }],
    })
  }
  for (const [given, kept] of [
    [` ${'😀'.repeat(500)}\n`, '😀'.repeat(500)],
    ['one\r\ntwo\n\n\n\nthree', 'one\ntwo\n\nthree'],
    ['a\u202eb\u2066c', 'abc'],
    ['<b>x</b> javascript:alert(1)', '<b>x</b> javascript:alert(1)'],
  ] as const) {
    say(channel, given)
    expect((await channel.next('message')).text).toBe(kept)
  }
  const unknown = randomUUID()
  channel.send({ type: 'message', key: unknown, text: 'x', more: 1 } as never)
  expect(await channel.next('reject')).toMatchObject({ key: unknown, problem: { code: 'invalid_request' } })
})

test('whoever signs in, gets a paddle or resumes is shown what they may read by then', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'bidders' } })
  const [ana, ben] = [await house.person(), await house.person()]
  await ana.bid(id, { amount: 1_000 })
  expect((await post(house, id, ana, 'hello')).status).toBe(201)
  const channel = watch(house.url, id)
  const { epoch, seq } = await channel.next('snapshot')
  channel.send({ type: 'auth', token: (await ben.session.token())! })
  await channel.next('you')
  await settled(channel)
  expect(channel.all('room')).toEqual([])
  await ben.bid(id, { amount: 2_000 })
  expect(await channel.next('room')).toMatchObject({ messages: [{ from: 'P1', text: 'hello' }] })
  const later = watch(house.url, id, `?after=${seq}&epoch=${epoch}`, await ben.session.token())
  expect(await later.next('room')).toMatchObject({ room: { messages: 'bidders' }, messages: [{ text: 'hello' }] })
  const signsIn = watch(house.url, id)
  await signsIn.next('snapshot')
  signsIn.send({ type: 'auth', token: (await ana.session.token())! })
  expect(await signsIn.next('room')).toMatchObject({ messages: [{ text: 'hello' }] })
})

test('no message takes a seq, moves a head or is in a ledger, and settings change at any time', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members' } })
  const ana = await house.person()
  await ana.bid(id, { amount: 1_000 })
  const read = async () => (await ask(house.url, `GET /v1/auctions/${id}/ledger`)).text
  const before = await read()
  await post(house, id, ana, 'a word for the ledger')
  const shown = await ask(house.url, `GET /v1/auctions/${id}`, { as: house.admin })
  const patched = await ask(house.url, `PATCH /v1/auctions/${id}`, { as: house.admin, body: { room: { ask: false } } })
  expect(patched.json).toMatchObject({ seq: 3, room: { presence: 'count', messages: 'members', ask: false } })
  expect(patched.headers.get('etag')).not.toBe(shown.headers.get('etag'))
  expect(await read()).toBe(before)
  expect((await post(house, id, ana, 'psst', 'seller')).json.code).toBe('room_closed')
  await house.admin.close(id)
  expect((await post(house, id, ana, 'too late')).json.code).toBe('room_closed')
  await house.admin.update(id, { room: { ask: true } })
  expect((await post(house, id, ana, 'where do I collect it?', 'seller')).status).toBe(201)
  expect((await ask(house.url, `GET /v1/auctions/${id}/messages`, { as: ana })).json.items).toHaveLength(1)
  expect((await ask(house.url, `GET /v1/auctions/${MISSING}/messages`, { as: ana })).json.code).toBe(
    'auction_not_found',
  )
  expect(limits.roomKeptMs).toBe(30 * 86_400_000)
})
