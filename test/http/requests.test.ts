import { expect, test } from 'vitest'
import { ADMIN } from '../support/people.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { ask, expectNoInternals, expectProblem, lot, onTheWire } from './support.ts'

/** Every route that reads a body, with one it would take. */
async function bodies(house: House) {
  const id = await house.auction()
  const A = `/v1/auctions/${id}`
  return {
    'POST /v1/users': { email: 'new@house.example', password: 'a password', displayName: 'New' },
    'POST /v1/sessions': { email: 'new@house.example', password: 'a password' },
    [`PATCH /v1/users/${(await house.person()).session.user!.id}`]: { blocked: false },
    'POST /v1/auctions': lot,
    [`PATCH ${A}`]: { title: 'x' },
    [`POST ${A}/bids`]: { amount: 1_000 },
    [`POST ${A}/pause`]: { reason: 'x' },
    [`POST ${A}/cancel`]: { reason: 'x' },
    [`POST ${A}/bids/${id}/void`]: { reason: 'x' },
  }
}

test('a body that is no JSON object of the right fields is 400 on every route, and changes nothing', async () => {
  const house = await sharedHouse()
  for (const [request, good] of Object.entries(await bodies(house))) {
    const headers = { 'idempotency-key': 'k' }
    const text = JSON.stringify(good)
    const wrong = [
      '',
      ' ',
      '{',
      '}',
      '{]',
      'null',
      'true',
      '7',
      '"text"',
      '[]',
      `[${text}]`,
      text.slice(0, -1),
      `${text}${text}`,
      `${text},`,
      text.replaceAll('"', "'"),
      '{"":1}',
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"admin":true}}}',
      '\u0000',
      `/**/${text}`,
      `${text.slice(0, -1)},"unknown":1}`,
      `${text.slice(0, -1)},}`,
      '['.repeat(60_000),
      `${'['.repeat(60_000)}${']'.repeat(60_000)}`,
      `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`,
    ]
    for (const body of wrong) {
      const answer = await ask(house.url, request, { as: house.admin, body, headers })
      expect({ request, body: body.slice(0, 80), status: answer.status }).toEqual({
        request,
        body: body.slice(0, 80),
        status: 400,
      })
      expectProblem(answer, 'invalid_request')
    }
  }
  expect((await ask(house.url, 'GET /v1/auctions')).json.items).toMatchObject([
    { status: 'open', seq: 2, title: 'A lot' },
  ])
})

test('a body that is too large is 413, one of another kind is 4xx, and neither is read as JSON', async () => {
  const house = await openHouse()
  for (const [request, good] of Object.entries(await bodies(house))) {
    const headers = { 'idempotency-key': 'k' }
    const huge = JSON.stringify({ ...good, more: 'x'.repeat(256 * 1_024) })
    expectProblem(await ask(house.url, request, { as: house.admin, body: huge, headers }), 'payload_too_large')
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'text/json',
      'application/jsonp',
      'json',
      'application/problem+xml',
      '*/*',
      'a'.repeat(500),
    ]) {
      const answer = await ask(house.url, request, {
        as: house.admin,
        body: JSON.stringify(good),
        headers: { ...headers, 'content-type': type },
      })
      expect({ request, type, problem: answer.headers.get('content-type') }).toEqual({
        request,
        type,
        problem: 'application/problem+json',
      })
      expect([400, 415]).toContain(answer.status)
      expectNoInternals(answer.text)
    }
    const encoded = { ...headers, 'content-encoding': 'gzip' }
    const zipped = await ask(house.url, request, { as: house.admin, body: '\u001f\u008b', headers: encoded })
    expect([400, 415]).toContain(zipped.status)
  }
  expectProblem(
    await ask(house.url, 'POST /v1/sessions', { body: '<x/>', headers: { 'content-type': 'application/xml' } }),
    'unsupported_media_type',
  )
  expect((await ask(house.url, 'GET /v1/auctions')).json.items).toMatchObject([{ status: 'open', seq: 2 }])
})

test('a body behind a byte order mark is read, and so are times in lower case', async () => {
  const house = await sharedHouse()
  const at = (ms: number) => new Date(Date.now() + ms).toISOString().toLowerCase()
  const { durationSeconds: _, ...fields } = lot
  const body = `\ufeff${JSON.stringify({ ...fields, opensAt: at(60_000), closesAt: at(3_600_000) })}`
  const made = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body })
  expect({ status: made.status, text: made.text }).toMatchObject({ status: 201 })
  expect([made.json.opensAt, made.json.closesAt]).toEqual(
    [60_000, 3_600_000].map(() => expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  )
  const request = `POST /v1/auctions/${await house.auction({ durationSeconds: 60 })}/extend`
  const more = { closesAt: at(7_200_000), reason: 'more time' }
  expect((await ask(house.url, request, { as: house.admin, body: more })).status).toBeLessThan(300)
})

test('the largest description fits, however it is written', async () => {
  const house = await sharedHouse()
  const description = 'é'.repeat(20_000)
  const escaped = JSON.stringify({ ...lot, description }).replaceAll('é', '\\u00e9')
  const answer = await ask(house.url, 'POST /v1/auctions', { as: house.admin, body: escaped })
  expect({ status: answer.status, length: answer.json.description?.length }).toEqual({ status: 201, length: 20_000 })
})

test('odd paths are 4xx problems that hold nothing of how the service is made', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const bad = [
    '/v1/auctions/%',
    '/v1/auctions/%zz',
    '/v1/auctions/%ff',
    '/v1/auctions/%c0%ae',
    '/v1/auctions/%ed%a0%80',
    '/%',
    '/v1/%E0%A4%A',
  ]
  for (const path of bad) expectProblem(await ask(house.url, `GET ${path}`), 'invalid_request')
  const none = [
    '/v1/auctions/%2e%2e/users',
    '/v1/../../etc/passwd',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/package.json',
    '/.git/config',
    '/data/martillo.db',
    '/martillo.db',
    '/access-key.pem',
    `/v1/auctions/${id}/`,
    `/v1/auctions/${id};x=1`,
    `/v1/auctions/${id}%20`,
    `/v1/auctions/${id}%00`,
    `/v1/auctions/${id}/Bids`,
    '/constructor',
    '/__proto__',
  ]
  for (const path of none) {
    // As it is written: fetch would take the dots out.
    const answer = await onTheWire(house.url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect({ path, answer: answer.slice(0, 12) }).toEqual({ path, answer: 'HTTP/1.1 404' })
    expectNoInternals(answer)
    expect(answer).not.toMatch(/devDependencies|BEGIN|root:/)
  }
  expectProblem(await ask(house.url, `GET /v1/auctions/${'a'.repeat(101)}`), 'uri_too_long')
  expectProblem(await ask(house.url, `GET /v1/auctions/${'a'.repeat(5_000)}`), 'uri_too_long')
  for (const request of [
    'PUT /v1/auctions',
    `PUT /v1/auctions/${id}`,
    `PUT /v1/auctions/${id}/bids`,
    'POST /healthz',
    'DELETE /v1/users',
    'PUT /v1/me',
  ]) {
    const answer = await ask(house.url, request, { as: house.admin })
    expect({ request, status: answer.status }).toEqual({ request, status: 405 })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
})

test('HEAD answers as GET does, without the body', async () => {
  const house = await openHouse()
  const id = await house.auction()
  for (const path of [
    `/v1/auctions/${id}`,
    '/v1/auctions',
    `/v1/auctions/${id}/bids`,
    `/v1/auctions/${id}/ledger`,
    '/healthz',
    '/readyz',
    '/openapi.json',
  ]) {
    const [get, head] = [await ask(house.url, `GET ${path}`), await ask(house.url, `HEAD ${path}`)]
    expect({ path, status: head.status, text: head.text }).toEqual({ path, status: get.status, text: '' })
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
  }
})

test('garbage on the connection is answered with a problem and closed, and the service goes on', async () => {
  const house = await sharedHouse()
  const json = 'host: x\r\ncontent-type: application/json\r\n'
  const garbage: Record<string, [string | Buffer, number]> = {
    'no HTTP at all': ['hello\r\n\r\n', 400],
    'a TLS hello': [Buffer.from('16030100c8010000c40303', 'hex'), 400],
    zeros: [Buffer.alloc(64), 400],
    'HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    'an unknown method': ['FOO / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    'HTTP/9': ['GET / HTTP/9.9\r\nhost: x\r\n\r\n', 400],
    'a header that is none': ['GET / HTTP/1.1\r\nhost: x\r\nno colon here\r\n\r\n', 400],
    'a folded header with a null': ['GET / HTTP/1.1\r\nhost: x\r\na: \u0000b\r\n\r\n', 400],
    'headers too large': [`GET / HTTP/1.1\r\nhost: x\r\na: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    'an address too long': [`GET /${'y'.repeat(60_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    'two lengths': [`POST /v1/sessions HTTP/1.1\r\n${json}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400],
    'a length and chunks': [
      `POST /v1/sessions HTTP/1.1\r\n${json}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    'a length that is no number': [`POST /v1/sessions HTTP/1.1\r\n${json}content-length: -1\r\n\r\n`, 400],
    'chunks that are none': [`POST /v1/sessions HTTP/1.1\r\n${json}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    'another transfer encoding': [`POST /v1/sessions HTTP/1.1\r\n${json}transfer-encoding: gzip\r\n\r\nzz`, 400],
  }
  for (const [name, [bytes, status]] of Object.entries(garbage)) {
    const answer = await onTheWire(house.url, bytes)
    expect({ name, answer: answer.slice(0, 12) }).toEqual({ name, answer: `HTTP/1.1 ${status}` })
    expect(answer).toContain('content-type: application/problem+json')
    const body = JSON.parse(answer.split('\r\n\r\n')[1]!)
    expect(body).toMatchObject({ status, code: status === 400 ? 'invalid_request' : 'headers_too_large', instance: '' })
    expectNoInternals(answer)
  }
  expect((await ask(house.url, 'GET /healthz')).status).toBe(200)
})

test('headers can be tricks: none of them makes a request somebody else or breaks it', async () => {
  const house = await sharedHouse()
  const draft = await house.auction({ status: 'draft' })
  const token = (await (await house.person()).session.token())!
  const admin = (await house.admin.session.token())!
  const tricks: Record<string, string>[] = [
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-user': ADMIN.email, 'x-remote-user': ADMIN.email },
    { 'x-original-url': '/v1/users', 'x-rewrite-url': '/v1/users' },
    { 'x-http-method-override': 'DELETE' },
    { 'x-authorization': `Bearer ${admin}` },
    { 'proxy-authorization': `Bearer ${admin}` },
    { cookie: `authorization=Bearer ${admin}` },
    { 'sec-websocket-protocol': `bearer, ${admin}` },
    { 'accept-language': '../../etc/passwd', accept: '*/*;q=0' },
    { 'if-none-match': `${'"x",'.repeat(2_000)}"y"` },
    { range: 'bytes=0-1' },
    { 'content-length': '0' },
    { forwarded: 'for=127.0.0.1;host=evil.example' },
  ]
  for (const headers of tricks) {
    expectProblem(await ask(house.url, `GET /v1/auctions/${draft}`, { token, headers }), 'auction_not_found')
    expectProblem(await ask(house.url, 'GET /v1/users', { token, headers }), 'forbidden')
  }
  const both = await onTheWire(
    house.url,
    `GET /v1/users HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\nauthorization: Bearer ${admin}\r\n\r\n`,
  )
  expect(both).toMatch(/^HTTP\/1\.1 401 /)
})

test('an upgrade is no way round a door', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const id = await house.auction({ title: 'For members' })
  const upgrade =
    'host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n\r\n'
  for (const request of [
    'GET /v1/auctions',
    `GET /v1/auctions/${id}`,
    `GET /v1/auctions/${id}/bids`,
    `GET /v1/auctions/${id}/ledger`,
    'GET /v1/users',
    'GET /v1/me',
    'GET /metrics',
    'GET /nowhere',
    `POST /v1/auctions/${id}/close`,
  ]) {
    // A close frame comes right behind, so that a handshake where there is no channel ends at once.
    const answer = await onTheWire(
      house.url,
      Buffer.concat([Buffer.from(`${request} HTTP/1.1\r\n${upgrade}`), Buffer.from('888000000000', 'hex')]),
    )
    expect(answer).not.toMatch(/For members|HTTP\/1\.1 (200|5)/)
  }
  expect((await ask(house.url, `GET /v1/auctions/${id}`, { as: house.admin })).json.status).toBe('open')
})

test('another protocol that a client offers is passed over', async () => {
  const house = await sharedHouse()
  const offers = [
    'connection: upgrade, http2-settings, close',
    'upgrade: h2c',
    'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA',
  ]
  const answer = await onTheWire(house.url, `GET /healthz HTTP/1.1\r\nhost: x\r\n${offers.join('\r\n')}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
})
