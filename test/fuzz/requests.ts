import fc, { type Arbitrary } from 'fast-check'
import { type Agent, request } from 'node:http'
import { junkText, nearly, valid } from './arbitrary.ts'
import type { Answer, Operation, Parameter } from './openapi.ts'

/** A request before it is known which auctions, users and bids there are: those are named by a number. */
export type Drawn = {
  readonly operation: Operation
  readonly actor: number
  readonly path: Readonly<Record<string, Place>>
  readonly query: Readonly<Record<string, Place | undefined>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly type: string
}

type Place = { readonly known: number } | { readonly text: string }

export type Known = {
  readonly auctions: readonly string[]
  readonly users: readonly string[]
  readonly bids: readonly string[]
}

const asText = (value: unknown) => ({ text: typeof value === 'string' ? value : JSON.stringify(value) })
const odd = junkText.map(asText)
const known = fc.nat().map((known) => ({ known }))
const NAMES_SOMETHING = /^(id|bidId|auction|seller)$/

function place({ name, schema }: Parameter): Arbitrary<Place> {
  // A poll that waits is tried elsewhere: here it would only be slow.
  if (name === 'waitSeconds') return fc.constantFrom({ text: '0' }, { text: '31' }, { text: 'x' })
  const named = NAMES_SOMETHING.test(name)
  return fc.oneof({ weight: 9, arbitrary: named ? known : valid(schema).map(asText) }, { weight: 1, arbitrary: odd })
}

const accept = fc.constantFrom('application/json', 'text/event-stream', '*/*', 'text/html', 'x/y;q=nonsense')
const oddHeader = fc.stringMatching(/^[\x20-\x7e\xa1-\xff]{0,70}$/)
const types = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/xml',
  'nonsense',
)

function headers(parameters: readonly Parameter[]): Arbitrary<Record<string, string>> {
  const own = parameters
    .filter((one) => one.in === 'header')
    .map(({ name }) => [
      name,
      fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[a-z0-9]{1,64}$/) }, { weight: 1, arbitrary: oddHeader }),
    ])
  const strange = { 'if-none-match': oddHeader, 'last-event-id': oddHeader, origin: oddHeader, cookie: oddHeader }
  const keyed = Object.fromEntries(own)
  return fc.oneof(
    { weight: 4, arbitrary: fc.record(keyed) },
    { weight: 1, arbitrary: fc.record({ ...keyed, ...strange, accept }, { requiredKeys: [] }) },
  )
}

/** What the documents cannot say: how fields go together. */
const SENSIBLE: Readonly<Record<string, object>> = {
  'POST /v1/auctions': { title: 'A lot', currency: 'EUR', terms: { startPrice: 100 }, durationSeconds: 600 },
  'PATCH /v1/auctions/{id}': { title: 'Another' },
  'PATCH /v1/users/{id}': { role: 'bidder', blocked: false },
}

function bodyOf({ name, body }: Operation): Arbitrary<string | null> {
  if (body === null) return fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.json() })
  const json = nearly(body.schema).map((value) => JSON.stringify(value) ?? 'undefined')
  const cut = fc.tuple(json, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)))
  return fc.oneof(
    { weight: 20, arbitrary: json },
    { weight: 5, arbitrary: name in SENSIBLE ? fc.constant(JSON.stringify(SENSIBLE[name])) : json },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.constant(null) },
  )
}

/** Passwords are hashed and pictures decoded: of those there are fewer, or nothing else would be tried. */
const DEAR = /^POST \/v1\/(users|sessions|images)$|^PATCH \/v1\/me$|^DELETE \/v1\/sessions/

export function drawn(operations: readonly Operation[], actors: number): Arbitrary<Drawn> {
  const weighted = operations.map((operation) => ({
    weight: DEAR.test(operation.name) ? 1 : 12,
    arbitrary: fc.constant(operation),
  }))
  return fc.oneof(...weighted).chain((operation) => {
    const { parameters } = operation
    const inside = (where: Parameter['in']) =>
      parameters.filter((one) => one.in === where).map((one) => [one.name, place(one)] as const)
    const asked: Record<string, Arbitrary<Place>> = Object.fromEntries(inside('query'))
    const required = parameters.filter((one) => one.in === 'query' && one.required === true).map(({ name }) => name)
    return fc.record({
      operation: fc.constant(operation),
      actor: fc.nat(actors - 1),
      path: fc.record(Object.fromEntries(inside('path'))),
      query: fc.oneof(
        { weight: 9, arbitrary: fc.record(asked, { requiredKeys: required }) },
        { weight: 1, arbitrary: fc.record({ ...asked, unknown: odd }, { requiredKeys: [] }) },
      ),
      headers: headers(parameters),
      body: bodyOf(operation),
      type: fc.oneof(
        { weight: 20, arbitrary: fc.constant(operation.body?.type ?? 'application/json') },
        { weight: 1, arbitrary: types },
      ),
    })
  })
}

function addressOf({ operation, path, query }: Drawn, there: Known): string {
  const isOfUsers = operation.path.includes('/users/') || operation.path.includes('/blocks/')
  const say = (name: string, place: Place) => {
    if ('text' in place) return place.text.toWellFormed()
    const pool =
      name === 'bidId' ? there.bids : name === 'seller' || (name === 'id' && isOfUsers) ? there.users : there.auctions
    return pool[place.known % Math.max(pool.length, 1)] ?? 'none'
  }
  const at = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(say(name, path[name]!)))
  const asked = Object.entries(query).flatMap(([name, place]) =>
    place === undefined ? [] : [`${name}=${encodeURIComponent(say(name, place))}`],
  )
  return asked.length === 0 ? at : `${at}?${asked.join('&')}`
}

/** Sends it, and gives the answer; of a stream only its beginning. */
export function send(
  url: string,
  agent: Agent,
  one: Drawn,
  token: string | null,
  there: Known,
): Promise<Answer & { readonly sent: string }> {
  const { operation, body, type } = one
  const path = addressOf(one, there)
  // As it is: a URL would be put in order first.
  const { hostname, port } = new URL(url)
  const headers = {
    ...one.headers,
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body === null ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
  }
  const sent = `${operation.method} ${path} ${JSON.stringify(headers)} ${body}`
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method: operation.method, headers, agent }, (response) => {
      const { statusCode = 0, headers: got } = response
      const contentType = got['content-type'] ?? null
      const answer = (text: string) => resolve({ status: statusCode, type: contentType, text, sent })
      if (contentType?.startsWith('text/event-stream') === true) {
        answer('')
        response.destroy()
        return
      }
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => answer(Buffer.concat(chunks).toString()))
      response.on('error', reject)
    })
    asked.on('error', (error) => reject(new Error(`no answer to ${sent}: ${error.message}`)))
    asked.end(body ?? '')
  })
}
