import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'
import { type Code, problems } from '../../src/codes.ts'
import { readConfig } from '../../src/config.ts'
import { serve } from '../../src/main.ts'
import type { Client } from '../../src/sdk/index.ts'
import { freePort } from '../support/process.ts'
import { CHEAP_PASSWORDS } from '../support/people.ts'
import { type House, temporaryFolder } from '../support/service.ts'

export const MISSING = '01930000-0000-7000-8000-000000000000'

export type Asked = {
  /** Signed in as this one. */
  readonly as?: Client | null
  readonly token?: string
  /** A string and bytes are sent as they are (bytes as a picture unless the headers say else), anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as a stranger's program sends it: nothing is repeated, nothing is thrown, every byte is kept. */
export async function ask(url: string, request: string, { as = null, token, body, headers = {} }: Asked = {}) {
  const [method, path] = request.split(' ') as [string, string]
  const bearer = token ?? (await as?.session.token())
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': isBytes(body) ? 'image/png' : 'application/json' }),
      ...(bearer === undefined || bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' || isBytes(body) ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = readJson(text)
  return { status: response.status, headers: response.headers, text, json, path: path.split('?')[0]! }
}
export type Answer = Awaited<ReturnType<typeof ask>>

function isBytes(body: unknown): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array
}

function readJson(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const problemShape = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
})
const errorsShape = z.array(z.strictObject({ path: z.string(), message: z.string().min(1) })).min(1)

const JWS = /^[\w-]+\.[\w-]+\.[\w-]{86}$/

/** What a bid is refused for after the auction's rules were read. */
const REFUSED_BY_RULES: ReadonlySet<Code> = new Set<Code>([
  'already_leading',
  'auction_cancelled',
  'auction_closed',
  'auction_not_open',
  'auction_paused',
  'bid_too_low',
  'bid_too_high',
  'bidder_blocked',
  'maximum_not_lowered',
  'maximum_not_raised',
  'minimum_not_lowered',
  'minimum_not_raised',
  'not_in_this_format',
  'own_auction',
  'staff_may_not_bid',
])

/** An RFC 9457 problem of this code with exactly these fields of its own. */
export function expectProblem(answer: Answer, code: Code, fields: object = {}): void {
  const { status, title } = problems[code]
  const { type, title: shown, status: stated, detail, instance, code: named, receipt, ...own } = answer.json ?? {}
  expect({ status: answer.status, code: named, text: answer.text }).toMatchObject({ status, code })
  problemShape.parse({ type, title: shown, status: stated, detail, instance, code: named })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect({ shown, stated, instance }).toEqual({ shown: title, stated: status, instance: answer.path })
  if (code === 'invalid_request') errorsShape.parse(own.errors)
  // What only the auction can tell is wrong comes with the seq at which it was so.
  const { asOfSeq: _, ...unnumbered } = own
  const byRules = /\/(bids|lower)$/.test(answer.path) && REFUSED_BY_RULES.has(code)
  expect({ code, receipt }).toEqual({ code, receipt: byRules ? expect.stringMatching(JWS) : undefined })
  if (code === 'invalid_request') expect(unnumbered).toEqual({ errors: expect.anything(), ...fields })
  else expect(own).toEqual(fields)
  if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  expectNoInternals(answer.text)
}

/** Nothing of how the service is made. */
export function expectNoInternals(text: string): void {
  expect(text).not.toMatch(/\bat \S+ \(|node_modules|\.ts\b|SQLITE|sqlite|SELECT |Error:|\/src\//)
}

const WIRE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Just this shape: a field more or less, anywhere inside, fails; every time is in UTC with milliseconds. */
export function expectShape<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const read = shape.parse(value)
  expect(read).toStrictEqual(value)
  JSON.stringify(value, (key, inner: unknown) => {
    if (typeof inner === 'string' && /(At|Time)$/.test(key)) expect(inner).toMatch(WIRE_TIME)
    return inner
  })
  return read
}

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const userShape = z.object({
  id: z.uuid({ version: 'v7' }),
  email: z.string(),
  displayName: z.string(),
  role: z.enum(['bidder', 'seller', 'admin']),
  blocked: z.boolean(),
  createdAt: z.string(),
  terms: z.strictObject({ version: z.int(), acceptedAt: z.string() }).nullable(),
})

export const sessionShape = z.object({ accessToken: z.string(), expiresInSeconds: z.int(), user: userShape })

export const lot = {
  title: 'Leica M3, 1954',
  currency: 'EUR',
  terms: { startPrice: 1_000, increments: 100 },
  durationSeconds: 3_600,
}

/** Everything of a list, page by page. */
export async function all(url: string, path: string, limit: number, asked: Asked = {}) {
  const items = []
  for (let cursor: string | null = null, pages = 0; ; pages += 1) {
    const query = `limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    const answer = await ask(url, `GET ${path}${path.includes('?') ? '&' : '?'}${query}`, asked)
    expect(answer.status).toBe(200)
    expect(answer.json.items.length).toBeLessThanOrEqual(limit)
    items.push(...answer.json.items)
    cursor = answer.json.nextCursor
    if (cursor === null) return items
    expect(pages).toBeLessThan(1_000)
  }
}

/** Bytes on a bare connection, and all that comes back until it is closed. */
export function onTheWire(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
    socket.setTimeout(10_000, () => socket.destroy(new Error('the connection was left open')))
  })
}

type Parts = { readonly header?: object; readonly payload?: object; readonly key?: KeyObject }

/** The key that signs access tokens in this house. */
export function accessKey(house: House): KeyObject {
  return createPrivateKey(readFileSync(join(house.dataDir, 'access-key.pem'), 'utf8'))
}

/** A good token with parts exchanged, and signed again; what is undefined is left out. */
export function forged(house: House, good: string, { header, payload, key = accessKey(house) }: Parts): string {
  const [h, p] = good
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  const content = `${encoded({ ...h, ...header })}.${encoded({ ...p, ...payload })}`
  return `${content}.${sign(null, Buffer.from(content), key).toString('base64url')}`
}

export function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** The refresh cookie that an answer set, as a browser sends it back. */
export function cookieOf({ headers }: Pick<Answer, 'headers'>): string {
  return headers.getSetCookie()[0]!.split(';')[0]!
}

/** A service without an admin of the harness's, where it listens, whatever its public address is. */
export async function serveAlone(environment: Record<string, string>, dataDir = temporaryFolder()): Promise<string> {
  const port = await freePort()
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
    ...environment,
  })
  const service = await serve(config, { passwordCost: CHEAP_PASSWORDS })
  onTestFinished(() => service.close())
  return `http://127.0.0.1:${port}`
}

/** The token for /metrics that the house made itself. */
export function metricsToken(house: House): string {
  return readFileSync(join(house.dataDir, 'metrics-token'), 'utf8').trim()
}
