import { beforeEach, expect, test } from 'vitest'
import { SESSION_SECONDS, cookieShape } from './cookie.ts'
import { limits } from '../../src/config/limits.ts'
import { Channel } from '../support/channel.ts'
import { ManualClock } from '../support/clock.ts'
import { ADMIN } from '../support/people.ts'
import type { Client } from '../../src/sdk/index.ts'
import { openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import {
  type Answer,
  MISSING,
  all,
  ask,
  cookieOf,
  expectProblem,
  expectShape,
  pageOf,
  serveAlone,
  sessionShape,
  userShape,
} from './support.ts'
import { z } from 'zod'

const password = 'correct horse battery'
let account: { email: string; password: string; displayName: string }
let credentials: { email: string; password: string }
let people = 0

beforeEach(() => {
  people += 1
  account = { email: `Ana.Lopez.${people}@House.Example`, password, displayName: 'Ana López' }
  credentials = { email: account.email, password }
})

test('sign-up answers with the account, and never with the password', async () => {
  const { url } = await sharedHouse()
  const answer = await ask(url, 'POST /v1/users', { body: account })
  expect(answer.status).toBe(201)
  const { user } = expectShape(z.object({ user: userShape }), answer.json)
  expect(user).toMatchObject({
    email: account.email.toLowerCase(),
    displayName: 'Ana López',
    role: 'bidder',
    blocked: false,
  })
  expect(answer.text).not.toMatch(/password|horse|argon/i)
  expect(answer.headers.getSetCookie()).toEqual([])
  for (const email of [account.email, account.email.toUpperCase(), account.email.toLowerCase()])
    expectProblem(await ask(url, 'POST /v1/users', { body: { ...account, email } }), 'email_taken')
})

test('a stranger cannot choose a role, an id or to be unblocked', async () => {
  const { url } = await sharedHouse()
  const created = { __proto__: null, createdAt: 'x' }
  for (const more of [{ role: 'admin' }, { id: MISSING }, { blocked: false }, { isAdmin: true }, created])
    expectProblem(await ask(url, 'POST /v1/users', { body: { ...account, ...more } }), 'invalid_request')
  expect((await ask(url, 'POST /v1/users', { body: account })).json.user.role).toBe('bidder')
})

test('sign-up and sign-in take only what they say: nothing is coerced, every text has its length', async () => {
  const { url } = await sharedHouse()
  const wrong: object[] = [
    {},
    { ...account, email: undefined },
    { ...account, email: 'nobody' },
    { ...account, email: 'a@b' },
    { ...account, email: `${'a'.repeat(250)}@house.example` },
    { ...account, email: ['a@house.example'] },
    { ...account, email: null },
    { ...account, email: 'a@house.example\r\nbcc: b@house.example' },
    { ...account, password: '1234567' },
    { ...account, password: 12_345_678 },
    { ...account, password: 'x'.repeat(201) },
    { ...account, displayName: '' },
    { ...account, displayName: ' \t ' },
    { ...account, displayName: '\u200b' },
    { ...account, displayName: 'x'.repeat(61) },
    { ...account, displayName: 'two\nlines' },
    { ...account, displayName: 'nul\u0000' },
    { ...account, displayName: { toString: 'x' } },
  ]
  for (const body of wrong) expectProblem(await ask(url, 'POST /v1/users', { body }), 'invalid_request')
  for (const body of [
    {},
    { email: 'a@house.example' },
    { ...credentials, more: 1 },
    { ...credentials, password: 'x'.repeat(201) },
    { ...credentials, email: 7 },
    [credentials],
    'null',
    '"text"',
  ])
    expectProblem(await ask(url, 'POST /v1/sessions', { body }), 'invalid_request')
})

test('sign-in gives a token for 15 minutes, and a cookie that no script and no other site can use', async () => {
  const { url } = await sharedHouse()
  await ask(url, 'POST /v1/users', { body: account })
  const answer = await ask(url, 'POST /v1/sessions', {
    body: { ...credentials, email: credentials.email.toUpperCase() },
  })
  expect(answer.status).toBe(201)
  expect(expectShape(sessionShape, answer.json)).toMatchObject({
    expiresInSeconds: 900,
    user: { displayName: 'Ana López' },
  })
  expect(answer.headers.getSetCookie()).toHaveLength(1)
  const { value, attributes } = cookieShape(answer.headers.getSetCookie()[0]!)
  expect(attributes).toEqual({
    path: '/v1/sessions',
    httponly: '',
    samesite: 'Strict',
    'max-age': String(SESSION_SECONDS),
  })
  expect(value).toMatch(/^martillo_refresh=[\w-]{43}$/)
  expect(answer.text).not.toContain(value.split('=')[1])
})

test('the cookie is Secure where the public address is https', async () => {
  const url = await serveAlone({ PUBLIC_URL: 'https://bids.example.org' })
  await ask(url, 'POST /v1/users', { body: account })
  const answer = await ask(url, 'POST /v1/sessions', { body: credentials })
  expect(cookieShape(answer.headers.getSetCookie()[0]!).attributes).toMatchObject({ secure: '', httponly: '' })
  expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d+$/)
  const headers = { origin: 'https://bids.example.org', cookie: cookieOf(answer) }
  expect((await ask(url, 'POST /v1/sessions/refresh', { headers })).status).toBe(200)
  // With an address of its own it no longer takes the one that a request names.
  const spoofed = { origin: url, cookie: cookieOf(answer) }
  expectProblem(await ask(url, 'POST /v1/sessions/refresh', { headers: spoofed }), 'forbidden')
})

test('where the public address is https the cookie has a name that only https can set, and one of an older version is exchanged', async () => {
  const url = await serveAlone({ PUBLIC_URL: 'https://bids.example.org' })
  await ask(url, 'POST /v1/users', { body: account })
  const old = cookieOf(await ask(url, 'POST /v1/sessions', { body: credentials })).replace('__Secure-', '')
  const renewed = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: old } })
  expect(renewed.status).toBe(200)
  const [set, cleared] = renewed.headers.getSetCookie().map(cookieShape)
  expect(set).toMatchObject({ value: expect.stringMatching(/^__Secure-martillo_refresh=[\w-]{43}$/) })
  expect(set!.attributes).toMatchObject({ path: '/v1/sessions', secure: '', httponly: '', samesite: 'Strict' })
  expect(set!.attributes['domain']).toBeUndefined()
  expect(cleared).toMatchObject({ value: 'martillo_refresh=', attributes: { path: '/v1/sessions' } })
  const again = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(renewed) } })
  expect({ status: again.status, set: again.headers.getSetCookie().length }).toEqual({ status: 200, set: 1 })
  // A cookie by the old name, as a neighbouring host can set one, is not asked where there is the new one.
  const planted = `martillo_refresh=planted; ${cookieOf(again)}`
  expect((await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: planted } })).status).toBe(200)
})

test('an address is brought to one form wherever it comes in: blanks, case, domains beyond ASCII, marks that nobody sees', async () => {
  const { url } = await sharedHouse()
  for (const [given, kept, again] of [
    [' Ana@House.Example \t', 'ana@house.example', 'ana@house.example'],
    ['ben@müller-uhren.example', 'ben@xn--mller-uhren-thb.example', 'BEN@MU\u0308LLER-UHREN.example '],
    ['cleo@пример.рф', 'cleo@xn--e1afmkfd.xn--p1ai', 'cleo@xn--e1afmkfd.xn--p1ai'],
    ['\u202adora@house.example\u202c', 'dora@house.example', 'dora@house.example\u200b'],
    ['ｅｖａ＠house。example', 'eva@house.example', 'eva@house.example'],
  ] as const) {
    const made = await ask(url, 'POST /v1/users', { body: { ...account, email: given } })
    expect([made.status, made.json.user?.email]).toEqual([201, kept])
    for (const email of [given, kept, again]) {
      const answer = await ask(url, 'POST /v1/sessions', { body: { email, password: account.password } })
      expect([email, answer.status]).toEqual([email, 201])
    }
    expectProblem(await ask(url, 'POST /v1/users', { body: { ...account, email: again } }), 'email_taken')
  }
})

test('an address whose local part is beyond ASCII is refused for that', async () => {
  const { url } = await sharedHouse()
  const refused = await ask(url, 'POST /v1/users', { body: { ...account, email: 'josé@example.org' } })
  expectProblem(refused, 'invalid_request')
  expect(refused.json.errors).toEqual([{ path: 'email', message: expect.stringMatching(/beyond ASCII before the @/) }])
  const wrong = 'ana@,@house.example,ana@ho use.example,ana@ß,ana@-.example,ana@münchen..example'.split(',')
  for (const email of wrong)
    expectProblem(await ask(url, 'POST /v1/users', { body: { ...account, email } }), 'invalid_request')
})

test('a password of up to 200 characters is taken however it is composed', async () => {
  const { url } = await sharedHouse()
  const password = 'ñ'.repeat(200)
  expect((await ask(url, 'POST /v1/users', { body: { ...account, password } })).status).toBe(201)
  const body = { email: account.email, password: password.normalize('NFD') }
  expect((await ask(url, 'POST /v1/sessions', { body })).status).toBe(201)
  expectProblem(await ask(url, 'POST /v1/users', { body: { ...account, password: `${password}ñ` } }), 'invalid_request')
})

test('an unknown address and a wrong password answer alike, to the byte', async () => {
  const { url } = await sharedHouse()
  await ask(url, 'POST /v1/users', { body: account })
  const attempts = [
    { email: account.email, password: 'not the password' },
    { email: 'nobody@house.example', password: 'not the password' },
    { email: ADMIN.email, password: account.password },
    { email: account.email, password: '' },
  ]
  const answers = []
  for (const body of attempts) answers.push(await ask(url, 'POST /v1/sessions', { body }))
  for (const answer of answers) expectProblem(answer, 'invalid_credentials')
  const bytes = answers.map(({ text, headers }) => [
    text,
    [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
  ])
  for (const one of bytes) expect(one).toEqual(bytes[0])
})

test('refresh: the token is exchanged, the next one works, and the access tokens of before stay good', async () => {
  const { url } = await sharedHouse()
  await ask(url, 'POST /v1/users', { body: account })
  const first = await ask(url, 'POST /v1/sessions', { body: credentials })
  let cookie = cookieOf(first)
  for (let i = 0; i < 3; i += 1) {
    const answer = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } })
    expect(answer.status).toBe(200)
    expectShape(sessionShape, answer.json)
    expect(cookieOf(answer)).not.toBe(cookie)
    cookie = cookieOf(answer)
    for (const token of [first.json.accessToken, answer.json.accessToken])
      expect((await ask(url, 'GET /v1/me', { token })).status).toBe(200)
  }
})

test('a refresh token that is used again ends its session, open sockets included, and no other session', async () => {
  const house = await sharedHouse()
  const { url } = house
  await ask(url, 'POST /v1/users', { body: account })
  const other = await ask(url, 'POST /v1/sessions', { body: credentials })
  const first = await ask(url, 'POST /v1/sessions', { body: credentials })
  const renew = (session: Answer) => ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(session) } })
  const second = await renew(await renew(first))
  const path = `/v1/auctions/${await house.auction()}/live`
  const [mine, others] = [first, other].map(({ json }) => new Channel(url, path, { token: json.accessToken as string }))
  await Promise.all([mine!.next('you'), others!.next('you')])
  const reused = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(first) } })
  expectProblem(reused, 'unauthenticated')
  expect(cookieShape(reused.headers.getSetCookie()[0]!)).toMatchObject({
    value: 'martillo_refresh=',
    attributes: { 'max-age': '0', path: '/v1/sessions' },
  })
  expect(await mine!.closed).toMatchObject({ code: 4401 })
  for (const cookie of [cookieOf(first), cookieOf(second)])
    expectProblem(await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } }), 'unauthenticated')
  for (const { json } of [first, second])
    expectProblem(await ask(url, 'GET /v1/me', { token: json.accessToken as string }), 'unauthenticated')
  expect((await ask(url, 'GET /v1/me', { token: other.json.accessToken as string })).status).toBe(200)
  expect((await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(other) } })).status).toBe(200)
  expect(others!.ws.readyState).toBe(others!.ws.OPEN)
})

test('a renewal whose answer was lost is answered again, with the same cookie, for a while', async () => {
  const clock = new ManualClock()
  const { url } = await openHouse({}, { clock })
  await ask(url, 'POST /v1/users', { body: account })
  const session = await ask(url, 'POST /v1/sessions', { body: credentials })
  const renew = (cookie: string) => ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } })
  const lost = cookieOf(await renew(cookieOf(session)))
  clock.jump(limits.refreshGraceMs - 1)
  const again = await renew(cookieOf(session))
  expect({ status: again.status, cookie: cookieOf(again) }).toEqual({ status: 200, cookie: lost })
  const next = await renew(lost)
  expect(next.status).toBe(200)
  clock.jump(limits.refreshGraceMs)
  // By now somebody else shows it.
  expectProblem(await renew(lost), 'unauthenticated')
  for (const { json } of [session, again, next])
    expectProblem(await ask(url, 'GET /v1/me', { token: json.accessToken as string }), 'unauthenticated')
  expectProblem(await renew(cookieOf(next)), 'unauthenticated')
})

test('of two tabs that refresh at once both stay signed in, by the same next cookie', async () => {
  const { url } = await sharedHouse()
  await ask(url, 'POST /v1/users', { body: account })
  const session = await ask(url, 'POST /v1/sessions', { body: credentials })
  const cookie = cookieOf(session)
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(new Set(answers.map(cookieOf)).size).toBe(1)
  for (const { json } of [session, ...answers])
    expect((await ask(url, 'GET /v1/me', { token: json.accessToken as string })).status).toBe(200)
  const next = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(answers[0]!) } })
  expect(next.status).toBe(200)
})

test('refresh takes nothing but the cookie', async () => {
  const { url } = await sharedHouse()
  await ask(url, 'POST /v1/users', { body: account })
  const session = await ask(url, 'POST /v1/sessions', { body: credentials })
  for (const cookie of [
    '',
    'martillo_refresh=',
    'martillo_refresh=x',
    `martillo_refresh=${session.json.accessToken}`,
    "martillo_refresh=' OR 1=1 --",
    'martillo_refresh=%ff',
    'martillo_refresh',
    `other=${cookieOf(session).split('=')[1]}`,
  ])
    expectProblem(await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } }), 'unauthenticated')
  const cookie = cookieOf(session)
  expectProblem(
    await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie }, body: { userId: MISSING } }),
    'invalid_request',
  )
  const got = await ask(url, 'GET /v1/sessions/refresh', { headers: { cookie } })
  expectProblem(got, 'method_not_allowed', { allowed: ['POST'] })
  expect((await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie }, body: {} })).status).toBe(200)
})

test('sign-out ends the session, its sockets and its refresh token, and is 401 the second time', async () => {
  const house = await sharedHouse()
  const { url } = house
  await ask(url, 'POST /v1/users', { body: account })
  const session = await ask(url, 'POST /v1/sessions', { body: credentials })
  const token = session.json.accessToken as string
  const channel = new Channel(url, `/v1/auctions/${await house.auction()}/live`, { token })
  await channel.next('you')
  const answer = await ask(url, 'DELETE /v1/sessions/current', { token })
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' })
  expect(cookieShape(answer.headers.getSetCookie()[0]!).attributes['max-age']).toBe('0')
  expect((await channel.closed).code).toBe(4401)
  expectProblem(await ask(url, 'DELETE /v1/sessions/current', { token }), 'unauthenticated')
  expectProblem(
    await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(session) } }),
    'unauthenticated',
  )
  expectProblem(await ask(url, 'DELETE /v1/sessions/current'), 'unauthenticated')
})

test('a page elsewhere can neither sign in nor renew, allowed or not; one of ours can', async () => {
  const { url } = await openHouse({ ALLOWED_ORIGINS: 'https://friends.example, https://more.example/' })
  await ask(url, 'POST /v1/users', { body: account })
  const session = await ask(url, 'POST /v1/sessions', { body: credentials })
  let cookie = cookieOf(session)
  for (const origin of [
    'https://evil.example',
    'null',
    'https://friends.example',
    'https://more.example',
    'https://friends.example.evil.example',
    'http://friends.example',
    'https://friends.example:8443',
    `${url}.evil.example`,
    'file://',
    'https://FRIENDS.example@evil.example',
  ]) {
    expectProblem(await ask(url, 'POST /v1/sessions', { body: credentials, headers: { origin } }), 'forbidden')
    expectProblem(await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie, origin } }), 'forbidden')
  }
  for (const headers of [{ origin: url }, {}]) {
    expect((await ask(url, 'POST /v1/sessions', { body: credentials, headers })).status).toBe(201)
    const answer = await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie, ...headers } })
    expect(answer.status).toBe(200)
    cookie = cookieOf(answer)
  }
})

test('where one must be invited, a stranger learns nothing, and an admin adds people', async () => {
  const house = await openHouse({ REGISTRATION: 'invite' })
  const { url, admin } = house
  const body = { ...account }
  const [known, unknown] = [
    await ask(url, 'POST /v1/users', { body: { ...body, email: ADMIN.email } }),
    await ask(url, 'POST /v1/users', { body }),
  ]
  for (const answer of [known, unknown]) expectProblem(answer, 'forbidden')
  expect(known.text).toBe(unknown.text)
  expect((await ask(url, 'POST /v1/users', { as: admin, body })).status).toBe(201)
  expectProblem(await ask(url, 'POST /v1/users', { as: admin, body }), 'email_taken')
  const { json } = await ask(url, 'POST /v1/sessions', { body: credentials })
  expectProblem(
    await ask(url, 'POST /v1/users', {
      token: json.accessToken as string,
      body: { ...body, email: 'c@house.example' },
    }),
    'forbidden',
  )
})

test('ADMIN_EMAIL arms its account anew at every start: rank, block and password', async () => {
  const folder = temporaryFolder()
  const house = await openHouse({}, {}, folder)
  const second = await house.person('second', 'admin')
  await second.patchUser(house.admin.session.user!.id, { role: 'bidder', blocked: true })
  expectProblem(await ask(house.url, 'GET /v1/users', { as: house.admin }), 'forbidden')
  await house.service.close()
  const armed = { email: ADMIN.email.toUpperCase(), password: 'another password' }
  const url = await serveAlone({ ADMIN_EMAIL: armed.email, ADMIN_PASSWORD: armed.password }, folder)
  expectProblem(await ask(url, 'POST /v1/sessions', { body: ADMIN }), 'invalid_credentials')
  const { status, json } = await ask(url, 'POST /v1/sessions', { body: armed })
  const { id } = house.admin.session.user!
  expect({ status, user: json.user }).toMatchObject({ status: 201, user: { id, role: 'admin', blocked: false } })
})

test('me is the own account, nothing more', async () => {
  const house = await sharedHouse()
  const ana = await house.person('Ana')
  const answer = await ask(house.url, 'GET /v1/me', { as: ana })
  expect(expectShape(userShape, answer.json)).toEqual(ana.session.user)
})

test('users: newest first, page by page, found by address and name', async () => {
  const house = await openHouse()
  const people = []
  for (const name of ['Uno', 'Dos', 'Tres_%', "O'Tool"]) people.push(await house.person(name))
  const { url, admin } = house
  const list = await ask(url, 'GET /v1/users', { as: admin })
  expectShape(pageOf(userShape), list.json)
  const names = (items: { displayName: string }[]) => items.map(({ displayName }) => displayName)
  expect(names(list.json.items)).toEqual(["O'Tool", 'Tres_%', 'Dos', 'Uno', 'Admin'])
  expect(names(await all(url, '/v1/users', 2, { as: admin }))).toEqual(names(list.json.items))
  for (const [q, found] of [
    ['dos', ['Dos']],
    ["o'tool", ["O'Tool"]],
    ['_%', ['Tres_%']],
    ['house.example', ["O'Tool", 'Tres_%', 'Dos', 'Uno', 'Admin']],
    ['nobody at all', []],
    ["' OR 1=1 --", []],
  ] as const)
    expect(names(await all(url, `/v1/users?q=${encodeURIComponent(q)}`, 2, { as: admin }))).toEqual(found)
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'limit=1.5',
    'limit=-1',
    'limit=%201',
    'cursor=x',
    'cursor=',
    'more=1',
    `q=${'x'.repeat(201)}`,
  ])
    expectProblem(await ask(url, `GET /v1/users?${query}`, { as: admin }), 'invalid_request')
})

test('users: who signs up between two pages moves nobody to another page', async () => {
  const house = await openHouse()
  for (const name of ['Uno', 'Dos', 'Tres', 'Cuatro']) await house.person(name)
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { json } = await ask(house.url, `GET /v1/users?limit=2${query}`, { as: house.admin })
    const { items, nextCursor } = expectShape(pageOf(userShape), json)
    seen.push(...items.map(({ displayName }) => displayName))
    await house.person('Late')
    cursor = nextCursor
  }
  expect(seen).toEqual(['Cuatro', 'Tres', 'Dos', 'Uno', 'Admin'])
})

test('PATCH of a user takes role and blocked, one or both, and no more', async () => {
  const house = await sharedHouse()
  const ana = await house.person('Ana')
  const path = `PATCH /v1/users/${ana.session.user!.id}`
  const patch = (body: unknown) => ask(house.url, path, { as: house.admin, body })
  expect(expectShape(userShape, (await patch({ role: 'seller' })).json)).toMatchObject({
    role: 'seller',
    blocked: false,
  })
  expect((await patch({ blocked: true })).json).toMatchObject({ role: 'seller', blocked: true })
  expect((await patch({ role: 'bidder', blocked: false })).json).toMatchObject({ role: 'bidder', blocked: false })
  for (const body of [
    {},
    { role: 'root' },
    { role: 'ADMIN' },
    { role: null },
    { blocked: 'true' },
    { blocked: 1 },
    { blocked: null },
    { email: 'x@house.example' },
    { displayName: 'x' },
    { password: 'x' },
    [],
    [{ role: 'admin' }],
    'null',
    '{"role":"seller","role2":1}',
  ])
    expectProblem(await patch(body), 'invalid_request')
  expect(await ana.me()).toMatchObject({ role: 'bidder', blocked: false })
  for (const id of [MISSING, 'x', '%27'])
    expectProblem(
      await ask(house.url, `PATCH /v1/users/${id}`, { as: house.admin, body: { blocked: true } }),
      'user_not_found',
    )
})

test('the last admin who is not blocked stays one, also where two demote each other at once', async () => {
  const house = await openHouse()
  const { url, admin } = house
  const patch = (whom: Client, body: object, by = admin) =>
    ask(url, `PATCH /v1/users/${whom.session.user!.id}`, { as: by, body })
  const ben = await house.person('Ben')
  await patch(ben, { role: 'admin', blocked: true })
  for (const body of [{ role: 'seller' }, { blocked: true }, { role: 'bidder', blocked: false }])
    expectProblem(await patch(admin, body), 'last_admin')
  expect((await patch(admin, { role: 'admin', blocked: false })).status).toBe(200)
  let last = admin
  for (let pair = 0; pair < 20; pair += 1) {
    const other = await house.person('other', 'bidder')
    expect((await patch(other, { role: 'admin' }, last)).status).toBe(200)
    await Promise.all([other.session.token(), last.session.token()])
    const answers = await Promise.all([patch(other, { role: 'bidder' }, last), patch(last, { blocked: true }, other)])
    const left = answers.findIndex(({ status }) => status === 200)
    expect([200, 403, 409]).toContain(answers[1 - left]!.status)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    last = [last, other][left]!
  }
})
