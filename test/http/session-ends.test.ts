import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { limits } from '../../src/config/limits.ts'
import { ManualClock } from '../support/clock.ts'
import { openHouse } from '../support/service.ts'
import { cookieShape } from './cookie.ts'
import { ask, cookieOf, expectProblem } from './support.ts'

const DAY_MS = 24 * 3_600_000
const account = { email: 'ana@house.example', password: 'correct horse battery', displayName: 'Ana' }
const expiry = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).exp * 1_000

test('a session that is refreshed every day ends on its 90th, and no token of it outlives it', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const id = await house.auction({ durationSeconds: 100 * 86_400 })
  await ask(house.url, 'POST /v1/users', { body: account })
  let session = await ask(house.url, 'POST /v1/sessions', {
    body: { email: account.email, password: account.password },
  })
  const end = clock.now() + 90 * DAY_MS
  const refresh = async () => ask(house.url, 'POST /v1/sessions/refresh', { headers: { cookie: cookieOf(session) } })
  for (let day = 1; day < 90; day += 1) {
    clock.jump(DAY_MS)
    session = await refresh()
    expect(session.status).toBe(200)
  }
  clock.jump(DAY_MS - 300_000)
  session = await refresh()
  expect(session.json.expiresInSeconds).toBe(300)
  expect(cookieShape(session.headers.getSetCookie()[0]!).attributes).toMatchObject({ 'max-age': '300' })
  const token = session.json.accessToken as string
  expect(expiry(token)).toBe(end)
  clock.jump(100_000)
  const lent = await ask(house.url, 'POST /v1/me/tokens', { token, body: { origin: house.url, auction: id, most: 1 } })
  expect(lent.json.expiresInSeconds).toBe(200)
  expect(expiry(lent.json.accessToken as string)).toBe(end)
  clock.jump(200_000)
  expectProblem(await ask(house.url, 'GET /v1/me', { token }), 'unauthenticated')
  expectProblem(await refresh(), 'unauthenticated')
})

test('once a day what is over goes: ended sessions, and expired ones after some days, with their tokens', async () => {
  const clock = new ManualClock()
  const house = await openHouse({}, { clock })
  const ana = await house.person()
  await ana.signOut()
  await house.person()
  const db = new Database(join(house.dataDir, 'martillo.db'), { readonly: true })
  onTestFinished(() => void db.close())
  const counted = () =>
    db
      .prepare('SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM refresh_tokens) AS tokens')
      .get()
  expect(counted()).toEqual({ sessions: 3, tokens: 2 })
  const pass = async (ms: number) => {
    clock.jump(ms - 1_000)
    await clock.advance(1_000)
  }
  await pass(limits.sweepEveryMs)
  await expect.poll(counted).toEqual({ sessions: 2, tokens: 2 })
  await pass(limits.sessionSeconds * 1_000)
  await pass(limits.sessionKeptMs)
  await expect.poll(counted).toEqual({ sessions: 0, tokens: 0 })
})
