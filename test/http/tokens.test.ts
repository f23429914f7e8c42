import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { MISSING, accessKey, ask, encoded, expectProblem, forged } from './support.ts'

const SECONDS = () => Math.floor(Date.now() / 1_000)

test('a token is good only as it was issued: every mutation is 401, and none is 500', async () => {
  const house = await openHouse()
  const [ana, ben] = [await house.person(), await house.person()]
  const good = (await ana.session.token())!
  const other = (await ben.session.token())!
  const [h, p, s] = good.split('.') as [string, string, string]
  const [, otherPayload] = other.split('.') as [string, string, string]
  const spki = createPublicKey(accessKey(house))
  const hmac = (secret: string | Buffer) => {
    const content = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: header.kid })}.${p}`
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
  }
  const header = JSON.parse(Buffer.from(h, 'base64url').toString()) as { alg: string; typ: string; kid: string }
  const claims = JSON.parse(Buffer.from(p, 'base64url').toString()) as Record<string, unknown>
  expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) })
  expect(Object.keys(claims).toSorted()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub'])
  expect((claims['exp'] as number) - (claims['iat'] as number)).toBe(15 * 60)

  const signed = (parts: Parameters<typeof forged>[2]) => forged(house, good, parts)
  const payload = (changes: object) => signed({ payload: changes })
  const otherSession = (JSON.parse(Buffer.from(otherPayload, 'base64url').toString()) as { sid: string }).sid
  const bad: Record<string, string> = {
    'alg none': `${encoded({ ...header, alg: 'none' })}.${p}.`,
    'alg none, with a signature': `${encoded({ ...header, alg: 'none' })}.${p}.${s}`,
    'alg None': `${encoded({ ...header, alg: 'None' })}.${p}.`,
    'HS256 with the public key as PEM': hmac(spki.export({ type: 'spki', format: 'pem' })),
    'HS256 with the public key as DER': hmac(spki.export({ type: 'spki', format: 'der' })),
    'HS256 with nothing': hmac(''),
    'another key': signed({ key: generateKeyPairSync('ed25519').privateKey }),
    'another key that it brings itself': signed({
      header: { jwk: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) },
      key: generateKeyPairSync('ed25519').privateKey,
    }),
    'no iss': payload({ iss: undefined }),
    'no aud': payload({ aud: undefined }),
    'no sub': payload({ sub: undefined }),
    'no sid': payload({ sid: undefined }),
    'no exp': payload({ exp: undefined }),
    'another iss': payload({ iss: 'somebody else' }),
    'another aud': payload({ aud: 'somewhere else' }),
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
    'not before tomorrow': payload({ nbf: SECONDS() + 86_400 }),
    'no typ': signed({ header: { typ: undefined } }),
    'typ JWT': signed({ header: { typ: 'JWT' } }),
    'no kid': signed({ header: { kid: undefined } }),
    'another kid': signed({ header: { kid: 'another' } }),
    'the claims of another': `${h}.${otherPayload}.${s}`,
    'the signature of another': `${h}.${p}.${other.split('.')[2]!}`,
    'parts swapped': `${p}.${h}.${s}`,
    'no signature': `${h}.${p}.`,
    'two parts': `${h}.${p}`,
    'four parts': `${good}.${s}`,
    'five parts': `${good}.${s}.${s}`,
    'one character short': good.slice(0, -1),
    'half of it': good.slice(0, good.length / 2),
    twice: good + good,
    'a byte more': `${good}A`,
    dots: '...',
    'a header that is no JSON': `${Buffer.from('{').toString('base64url')}.${p}.${s}`,
    'claims that are no object': `${h}.${Buffer.from('null').toString('base64url')}.${s}`,
    'very long': `${h}.${'A'.repeat(12_000)}.${s}`,
    __proto__text: '__proto__',
  }
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

test('an Authorization of another kind is refused, also where none is needed', async () => {
  const house = await openHouse()
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
  const house = await openHouse()
  const ana = await house.person()
  const token = (await ana.session.token())!
  for (const name of ['access_token', 'token', 'authorization'])
    expectProblem(await ask(house.url, `GET /v1/me?${name}=${token}`), 'unauthenticated')
  expectProblem(
    await ask(house.url, 'GET /v1/me', { headers: { cookie: `token=${token}; martillo_refresh=${token}` } }),
    'unauthenticated',
  )
})
