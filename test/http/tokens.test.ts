import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { Channel, watch } from '../support/channel.ts'
import { type House, sharedHouse } from '../support/service.ts'
import { MISSING, accessKey, ask, encoded, expectProblem, forged, onTheWire } from './support.ts'

const SECONDS = () => Math.floor(Date.now() / 1_000)

/** Every way to be wrong by one thing, from a good token of one person and of another. */
async function mutations(house: House): Promise<{ good: string; bad: Readonly<Record<string, string>> }> {
  const [ana, ben] = [await house.person(), await house.person()]
  const good = (await ana.session.token())!
  const other = (await ben.session.token())!
  const [h, p, s] = good.split('.') as [string, string, string]
  const [, otherPayload] = other.split('.') as [string, string, string]
  const spki = createPublicKey(accessKey(house))
  const header = JSON.parse(Buffer.from(h, 'base64url').toString()) as { alg: string; typ: string; kid: string }
  const claims = JSON.parse(Buffer.from(p, 'base64url').toString()) as Record<string, unknown>
  expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) })
  expect(Object.keys(claims).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub'])
  expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(15 * 60)

  const stranger = generateKeyPairSync('ed25519')
  const signed = (parts: Parameters<typeof forged>[2]) => forged(house, good, parts)
  const payload = (changes: object) => signed({ payload: changes })
  const headed = (changes: object) => signed({ header: changes })
  const raw = (head: string, body: string) => {
    const content = `${base64(head)}.${base64(body)}`
    return `${content}.${sign(null, Buffer.from(content), accessKey(house)).toString('base64url')}`
  }
  const hmac = (secret: string | Buffer, alg = 'HS256') => {
    const content = `${encoded({ alg, typ: 'at+jwt', kid: header.kid })}.${p}`
    const digest = createHmac(alg.replace('HS', 'sha'), secret).update(content).digest('base64url')
    return `${content}.${digest}`
  }
  const flipped = Buffer.from(s, 'base64url')
  flipped[0]! ^= 1
  const json = JSON.stringify(claims)
  const otherSession = (JSON.parse(Buffer.from(otherPayload, 'base64url').toString()) as { sid: string }).sid
  const bad: Record<string, string> = {
    'alg none': `${encoded({ ...header, alg: 'none' })}.${p}.`,
    'alg none, with a signature': `${encoded({ ...header, alg: 'none' })}.${p}.${s}`,
    'alg None': `${encoded({ ...header, alg: 'None' })}.${p}.`,
    'no alg': headed({ alg: undefined }),
    'alg eddsa': headed({ alg: 'eddsa' }),
    'alg Ed25519': headed({ alg: 'Ed25519' }),
    'alg ES256': headed({ alg: 'ES256' }),
    'alg RS256': headed({ alg: 'RS256' }),
    'alg as a list': headed({ alg: ['EdDSA'] }),
    'HS256 with the public key as PEM': hmac(spki.export({ type: 'spki', format: 'pem' })),
    'HS256 with the public key as DER': hmac(spki.export({ type: 'spki', format: 'der' })),
    'HS512 with the public key as PEM': hmac(spki.export({ type: 'spki', format: 'pem' }), 'HS512'),
    'HS256 with nothing': hmac(''),
    'another key': signed({ key: stranger.privateKey }),
    'another key that it brings itself': signed({
      header: { jwk: stranger.publicKey.export({ format: 'jwk' }) },
      key: stranger.privateKey,
    }),
    'another key that it says where to find': signed({
      header: { jku: 'https://evil.example/keys', x5u: 'https://evil.example/keys' },
      key: stranger.privateKey,
    }),
    'no typ': headed({ typ: undefined }),
    'typ JWT': headed({ typ: 'JWT' }),
    'typ of a receipt': headed({ typ: 'receipt+jws' }),
    'typ as a list': headed({ typ: ['at+jwt'] }),
    'no kid': headed({ kid: undefined }),
    'another kid': headed({ kid: 'another' }),
    'a kid that is a path': headed({ kid: '../../../../dev/null' }),
    'a kid that is SQL': headed({ kid: "' or 1=1 --" }),
    'an extension that must be understood': headed({ crit: ['exp'], exp: 1 }),
    'an extension that nobody knows': headed({ crit: ['wholly-new'], 'wholly-new': true }),
    'a payload that is not encoded': headed({ b64: false, crit: ['b64'] }),
    'no iss': payload({ iss: undefined }),
    'no aud': payload({ aud: undefined }),
    'no sub': payload({ sub: undefined }),
    'no sid': payload({ sid: undefined }),
    'no exp': payload({ exp: undefined }),
    'no iat': payload({ iat: undefined }),
    'another iss': payload({ iss: 'somebody else' }),
    'an iss in capitals': payload({ iss: 'MARTILLO' }),
    'another aud': payload({ aud: 'somewhere else' }),
    'an aud that begins like ours': payload({ aud: 'martillo-api-2' }),
    'an empty list as aud': payload({ aud: [] }),
    "another's sub": payload({ sub: ben.session.user!.id }),
    'a sub that is nobody': payload({ sub: MISSING }),
    'a sub that is no id': payload({ sub: 7 }),
    "another's sid": payload({ sid: otherSession }),
    'a sid that is none': payload({ sid: MISSING }),
    'a sid that is no id': payload({ sid: ['x'] }),
    'exp as a text': payload({ exp: String(SECONDS() + 600) }),
    'exp null': payload({ exp: null }),
    'exp in the past': payload({ exp: SECONDS() - 1, iat: SECONDS() - 901 }),
    'exp long ago': payload({ exp: 1 }),
    'exp below zero': payload({ exp: -1 }),
    'not before tomorrow': payload({ nbf: SECONDS() + 86_400 }),
    'a scope that nobody lends': payload({ scope: 'admin' }),
    'a list of scopes': payload({ scope: ['bid'] }),
    'exp twice, the last one past': raw(JSON.stringify(header), `${json.slice(0, -1)},"exp":1}`),
    'claims that are a list': raw(JSON.stringify(header), `[${json}]`),
    'claims that are a text': raw(JSON.stringify(header), JSON.stringify(json)),
    'claims with more behind them': raw(JSON.stringify(header), `${json}x`),
    'a header that is a list': raw(`[${JSON.stringify(header)}]`, json),
    'the claims of another': `${h}.${otherPayload}.${s}`,
    'the signature of another': `${h}.${p}.${other.split('.')[2]!}`,
    'a signature with one bit flipped': `${h}.${p}.${flipped.toString('base64url')}`,
    'a signature of zeros': `${h}.${p}.${Buffer.alloc(64).toString('base64url')}`,
    'a signature twice': `${h}.${p}.${s}${s}`,
    'parts swapped': `${p}.${h}.${s}`,
    'no signature': `${h}.${p}.`,
    'two parts': `${h}.${p}`,
    'four parts': `${good}.${s}`,
    'five parts': `${good}.${s}.${s}`,
    'one character short': good.slice(0, -1),
    'half of it': good.slice(0, good.length / 2),
    twice: good + good,
    'twice, with a comma': `${good},${good}`,
    'a byte more': `${good}A`,
    'a dot before it': `.${good}`,
    'encoded once more': base64(good),
    'percent encoded': good.replaceAll('.', '%2E'),
    'in quotes': `"${good}"`,
    dots: '...',
    'a header that is no JSON': `${base64('{')}.${p}.${s}`,
    'claims that are no object': `${h}.${base64('null')}.${s}`,
    'very long': `${h}.${'A'.repeat(3_000)}.${s}`,
    __proto__text: '__proto__',
  }
  return { good, bad }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}

test('a token is good only as it was issued: every mutation is 401, and none is 500', async () => {
  const house = await sharedHouse()
  const { good, bad } = await mutations(house)
  expect(Object.keys(bad).length).toBeGreaterThanOrEqual(60)
  for (const [name, token] of Object.entries(bad))
    for (const request of ['GET /v1/me', 'GET /v1/auctions']) {
      const answer = await ask(house.url, request, { token })
      expect({ name, status: answer.status, code: answer.json?.code }).toEqual({
        name,
        status: 401,
        code: 'unauthenticated',
      })
      expectProblem(answer, 'unauthenticated')
    }
  expect((await ask(house.url, 'GET /v1/me', { token: good })).status).toBe(200)
})

test('nor does a mutation open a socket, in the handshake or in a message; spaces around a good one neither', async () => {
  const house = await sharedHouse()
  const { good, bad } = await mutations(house)
  const spaced = { 'a space before': ` ${good}`, 'a space behind': `${good} `, 'a line behind': `${good}\n` }
  const id = await house.auction()
  for (const path of [`/v1/auctions/${id}/live`, '/v1/live']) {
    for (const [name, token] of Object.entries({ ...bad, ...spaced })) {
      const channel = new Channel(house.url, path)
      await channel.opened()
      channel.send({ type: 'auth', token })
      expect({ name, path, code: (await channel.closed).code }).toEqual({ name, path, code: 4401 })
      expect(channel.all('you')).toEqual([])
    }
    for (const [name, token] of Object.entries(bad)) {
      const channel = new Channel(house.url, path, { token })
      expect({ name, path, code: (await channel.closed).code }).toEqual({ name, path, code: 4401 })
      expect(channel.received.map(({ type }) => type)).toEqual(['hello'])
    }
  }
  const channel = new Channel(house.url, `/v1/auctions/${id}/live`)
  await channel.opened()
  channel.send({ type: 'auth', token: good })
  await channel.next('you')
})

test('two Authorization headers are one too many, in whichever order', async () => {
  const house = await sharedHouse()
  const good = (await house.admin.session.token())!
  const { host } = new URL(house.url)
  for (const [first, second] of [
    [`Bearer ${good}`, 'Bearer x'],
    ['Bearer x', `Bearer ${good}`],
    ['Basic YTpi', `Bearer ${good}`],
    [`Bearer ${good}`, `Bearer ${good}`],
  ]) {
    const headers = `host: ${host}\r\nauthorization: ${first}\r\nAuthorization: ${second}\r\nconnection: close`
    const answer = await onTheWire(house.url, `GET /v1/users HTTP/1.1\r\n${headers}\r\n\r\n`)
    expect({ first, second, status: answer.split('\r\n')[0] }).toEqual({
      first,
      second,
      status: 'HTTP/1.1 401 Unauthorized',
    })
  }
})

test('an Authorization of another kind is refused, also where none is needed', async () => {
  const house = await sharedHouse()
  const ana = await house.person()
  const token = (await ana.session.token())!
  for (const authorization of [
    'Basic YTpi',
    token,
    'Bearer',
    `Bearer  ${token}`,
    `Bearer ${token} x`,
    `Bearer,${token}`,
    `Token ${token}`,
  ])
    for (const path of ['/v1/me', '/v1/auctions', '/metrics'])
      expectProblem(await ask(house.url, `GET ${path}`, { headers: { authorization } }), 'unauthenticated')
  const lower = await ask(house.url, 'GET /v1/me', { headers: { authorization: `bearer ${token}` } })
  expect(lower.status).toBe(200)
})

test('no token travels in a URL: one that does is not looked at', async () => {
  const house = await sharedHouse()
  const ana = await house.person()
  const token = (await ana.session.token())!
  for (const name of ['access_token', 'token', 'authorization'])
    expectProblem(await ask(house.url, `GET /v1/me?${name}=${token}`), 'unauthenticated')
  expectProblem(
    await ask(house.url, 'GET /v1/me', { headers: { cookie: `token=${token}; martillo_refresh=${token}` } }),
    'unauthenticated',
  )
  const id = await house.auction()
  for (const query of [`token=${token}`, `access_token=${token}`, `authorization=Bearer%20${token}`]) {
    const channel = watch(house.url, id, `?${query}`)
    await channel.next('snapshot')
    channel.send({ type: 'bid', key: 'k', amount: 1_000 })
    expect(await channel.next('reject')).toMatchObject({ problem: { code: 'unauthenticated' } })
    expect(channel.all('you')).toEqual([])
  }
})
