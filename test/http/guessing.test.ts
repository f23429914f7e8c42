import Fastify from 'fastify'
import { Writable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { rates } from '../../src/config/limits.ts'
import { TooBusy } from '../../src/engine/password-hash-queue.ts'
import { PASSWORD_COST } from '../../src/engine/passwords.ts'
import { answerError } from '../../src/http/problem.ts'
import { ManualClock } from '../support/clock.ts'
import { ADMIN, CHEAP_PASSWORDS } from '../support/people.ts'
import { openHouse } from '../support/service.ts'
import { type Answer, ask, expectProblem } from './support.ts'

/** A service that believes its proxy, and time that stands still. */
async function behindProxy(limited: 'on' | 'off', passwordCost = CHEAP_PASSWORDS) {
  const clock = new ManualClock()
  const { url } = await openHouse({ RATE_LIMITS: limited, TRUST_PROXY: '127.0.0.1' }, { clock, passwordCost })
  const signIn = (address: string, body: object): Promise<Answer> =>
    ask(url, 'POST /v1/sessions', { body, headers: { 'x-forwarded-for': address } })
  return { url, clock, signIn }
}

/** Dear enough that passwords wait for their turn: a quarter of what they cost in earnest. */
const DEAR = { ...PASSWORD_COST, memory: PASSWORD_COST.memory / 4 }

const wrong = (i = 0) => ({ email: `nobody-${i}@house.example`, password: 'a wrong password' })

test.each(['on', 'off'] as const)(
  '130 sign-ins in flight from one /64 keep nobody else out: 20 of 20 sign in (limits %s)',
  async (limited) => {
    const { signIn } = await behindProxy(limited, PASSWORD_COST)
    const flood = Array.from({ length: 130 }, (_, i) => signIn(`2001:db8:1:1::${i.toString(16)}`, wrong(i)))
    const honest = await Promise.all(Array.from({ length: 20 }, (_, i) => signIn(`2001:db8:2:${i}::1`, ADMIN)))
    expect(honest.map(({ status }) => status)).toEqual(Array(20).fill(201))
    const flooded = await Promise.all(flood)
    const refused = flooded.filter(({ status }) => status !== 401)
    expect(refused.length).toBeGreaterThanOrEqual(90)
    for (const answer of refused) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  },
)

test('60 networks with three wrong sign-ins in flight each hold up nobody who comes for the first time', async () => {
  const { signIn } = await behindProxy('off', DEAR)
  let answers = 0
  let over = false
  const keepAsking = async (net: number) => {
    while (!over) {
      if ((await signIn(`198.51.100.${net}`, wrong(net))).status === 401) answers += 1
      else await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const flood = Array.from({ length: 180 }, (_, i) => keepAsking(i % 60))
  await expect.poll(() => answers).toBeGreaterThan(90)
  const waited: number[] = []
  for (let i = 0; i < 5; i += 1) {
    const before = answers
    expect((await signIn(`192.0.2.${i}`, ADMIN)).status).toBe(201)
    waited.push(answers - before)
  }
  over = true
  await Promise.all(flood)
  expect(Math.max(...waited)).toBeLessThan(10)
})

test('a /64 guesses as one address does, and a /48 as eight of them', async () => {
  const { signIn } = await behindProxy('on')
  // Counted before it is read, and there is nothing to hash.
  const limited = async (addresses: string[]) => {
    const answers = await Promise.all(addresses.map((address) => signIn(address, {})))
    return answers.filter(({ status }) => status === 429).length
  }
  expect(await limited(Array.from({ length: 120 }, (_, i) => `2001:db8:1:1::${i}`))).toBe(120 - rates.signIn.burst)
  const wide = Array.from({ length: 30 * 10 }, (_, i) => `2001:db8:1:${2 + (i % 30)}::1`)
  expect(await limited(wide)).toBe(300 - rates.signIn.burst * 7)
  expect(await limited(Array.from({ length: 31 }, () => '::ffff:192.0.2.1'))).toBe(1)
  expect(await limited(['192.0.2.1'])).toBe(1)
})

test.each([
  ['a known account', ADMIN.email],
  ['an unknown one', 'nobody@house.example'],
])('wrong passwords for %s: ten at once, then one in 30 s, by network', async (_name, email) => {
  const { clock, signIn } = await behindProxy('on')
  const guess = (address: string) => signIn(address, { email, password: 'a wrong password' })
  const answers = await Promise.all(Array.from({ length: 14 }, (_, i) => guess(`2001:db8:1:1::${i}`)))
  expect(answers.filter(({ status }) => status === 401).length).toBe(rates.wrongPasswords.burst)
  const refusal = answers.find(({ status }) => status === 429)!
  expectProblem(refusal, 'rate_limited', { retryAfterSeconds: 30 })
  await clock.advance(30_000)
  expect([(await guess('2001:db8:1:1::1')).status, (await guess('2001:db8:1:1::1')).status]).toEqual([401, 429])
  expect((await guess('192.0.2.1')).status).toBe(401)
})

test('guesses of others elsewhere lock nobody out, and who knows the password is not counted', async () => {
  const { signIn } = await behindProxy('on')
  for (let i = 0; i < 11; i += 1) await signIn('192.0.2.1', { ...ADMIN, password: 'a wrong password' })
  expect((await signIn('192.0.2.1', ADMIN)).status).toBe(429)
  for (let i = 0; i < 15; i += 1) expect((await signIn('192.0.2.2', ADMIN)).status).toBe(201)
})

test('too many passwords to hash at once is an answer, and no error in the log', async () => {
  const lines: string[] = []
  const stream = new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(String(line))
      done()
    },
  })
  const app = Fastify({ logger: { stream, level: 'warn' } })
  onTestFinished(() => app.close())
  app.setErrorHandler((error: Error, request, reply) => answerError(error as never, request, reply))
  app.get('/busy', () => Promise.reject(new TooBusy('too many')))
  app.get('/broken', () => Promise.reject(new Error('broken')))
  const busy = await app.inject('/busy')
  expect({ status: busy.statusCode, code: busy.json().code as unknown }).toEqual({ status: 503, code: 'try_again' })
  expect(Number(busy.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect(lines).toEqual([])
  await app.inject('/broken')
  expect(lines.length).toBe(1)
})
