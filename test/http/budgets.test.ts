import Fastify, { type InjectOptions } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { rates } from '../../src/config/limits.ts'
import type { Bus, BusMessage } from '../../src/engine/ports.ts'
import { SharedCharges } from '../../src/engine/shared-charges.ts'
import { Budgets, charge, chargeRequests, registerBudgets } from '../../src/http/budgets.ts'
import type { App } from '../../src/http/parts.ts'
import { answerError } from '../../src/http/problem.ts'
import { ManualClock } from '../support/clock.ts'

/** The bus of a node: the messages of others reach it at once. */
function nodesOf(count: number): Bus[] {
  const listeners: Set<(message: BusMessage) => void>[] = Array.from({ length: count }, () => new Set())
  return listeners.map((own, node) => ({
    publish: () => {},
    onGap: () => () => {},
    tell: (message) => {
      for (const [i, others] of listeners.entries()) if (i !== node) for (const listener of others) listener(message)
    },
    subscribe: (listener) => {
      own.add(listener)
      return () => own.delete(listener)
    },
  }))
}

/** A server with budgets and nothing else; `bus` to those of other nodes. */
function server(limited = true, { clock = new ManualClock(), bus }: { clock?: ManualClock; bus?: Bus } = {}) {
  const app = Fastify() as unknown as App
  onTestFinished(() => app.close())
  app.setErrorHandler((error: Error, request, reply) => answerError(error as never, request, reply))
  app.decorateRequest('visitor', null)
  registerBudgets(app, new Budgets(clock, limited, bus === undefined ? null : new SharedCharges(bus, clock)))
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

type Server = ReturnType<typeof server>

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

test('who changes nodes has no new budget: what one counts, the others count a moment later, once', async () => {
  const clock = new ManualClock()
  const [one, two, three] = nodesOf(3).map((bus) => server(true, { clock, bus })) as [Server, Server, Server]
  for (let i = 0; i < rates.requests.burst / 1_000; i += 1) expect((await one.get('/dear')).status).toBe(200)
  expect((await two.get('/plain')).status).toBe(200)
  await clock.advance(250)
  const told = { status: 429, retryAfter: expect.any(String) }
  for (const { get } of [one, two, three]) expect(await get('/dear')).toEqual(told)
  await clock.advance((rates.requests.burst / rates.requests.perSecond) * 1_000)
  for (const { get } of [one, two, three]) expect((await get('/plain')).status).toBe(200)
})
