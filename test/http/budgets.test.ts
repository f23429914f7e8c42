import Fastify, { type InjectOptions } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { rates } from '../../src/config/limits.ts'
import { Budgets, charge, chargeRequests, registerBudgets } from '../../src/http/budgets.ts'
import type { App } from '../../src/http/parts.ts'
import { answerError } from '../../src/http/problem.ts'
import { ManualClock } from '../support/clock.ts'

/** A server with budgets and nothing else. */
function server(limited = true) {
  const clock = new ManualClock()
  const app = Fastify() as unknown as App
  onTestFinished(() => app.close())
  app.setErrorHandler((error: Error, request, reply) => answerError(error as never, request, reply))
  app.decorateRequest('visitor', null)
  registerBudgets(app, new Budgets(clock, limited))
  chargeRequests(app)
  app.get('/plain', () => 'plain')
  app.get('/free', { config: { budget: 'none' } }, () => 'free')
  app.get('/dear', { config: { cost: 1_000 } }, () => 'dear')
  app.get('/later', { config: { cost: 5 } }, (request) => {
    charge(request, rates.requests.burst)
    return 'later'
  })
  const get = async (url: string, from: InjectOptions = {}) => {
    const { statusCode, headers } = await app.inject({ url, remoteAddress: '192.0.2.1', ...from })
    return { status: statusCode, retryAfter: headers['retry-after'] }
  }
  return { clock, get }
}

test('a route costs what it says, out of the same budget as all others, and nothing where it says so', async () => {
  const { clock, get } = server()
  for (let i = 0; i < rates.requests.burst / 1_000; i += 1) expect((await get('/dear')).status).toBe(200)
  expect(await get('/plain')).toEqual({ status: 429, retryAfter: '1' })
  expect(await get('/dear')).toEqual({ status: 429, retryAfter: String(1_000 / rates.requests.perSecond) })
  expect((await get('/free')).status).toBe(200)
  expect((await get('/plain', { remoteAddress: '192.0.2.2' })).status).toBe(200)
  await clock.advance(1_000)
  for (let i = 0; i < rates.requests.perSecond; i += 1) expect((await get('/plain')).status).toBe(200)
  expect((await get('/plain')).status).toBe(429)
})

test('what an answer turned out to cost is paid for by those that follow', async () => {
  const { clock, get } = server()
  expect((await get('/later')).status).toBe(200)
  expect(await get('/plain')).toEqual({ status: 429, retryAfter: '1' })
  await clock.advance((6 / rates.requests.perSecond) * 1_000)
  expect((await get('/plain')).status).toBe(200)
})

test('RATE_LIMITS=off counts nothing', async () => {
  const { get } = server(false)
  for (let i = 0; i < 20; i += 1) expect((await get('/later')).status).toBe(200)
})
