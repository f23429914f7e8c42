import { expect, test } from 'vitest'
import { Channel } from '../support/channel.ts'
import { ADMIN } from '../support/people.ts'
import { type House, openHouse } from '../support/service.ts'
import { ask, cookieOf, expectProblem, serveAlone } from './support.ts'

const FRIENDS = 'https://friends.example'

/** Origins that look like one that is allowed, or like ours. */
function foreign(url: string): string[] {
  const { host, hostname, port } = new URL(url)
  return [
    'https://evil.example',
    'null',
    '*',
    'file://',
    'http://friends.example',
    `${FRIENDS}:443`,
    `${FRIENDS}:8443`,
    `${FRIENDS}/`,
    `${FRIENDS}.evil.example`,
    `${FRIENDS}.`,
    `${FRIENDS}@evil.example`,
    'https://evil-friends.example',
    'https://evilfriends.example',
    'https://www.friends.example',
    'https://evil.example#friends.example',
    'https://evil.example?https://friends.example',
    `https://evil.example, ${FRIENDS}`,
    `${FRIENDS}, https://evil.example`,
    `${FRIENDS} https://evil.example`,
    'https://FRIENDS.EXAMPLE',
    'HTTPS://friends.example',
    'https://friends%2eexample',
    'friends.example',
    '//friends.example',
    'wss://friends.example',
    `${url}0`,
    `${url}/`,
    `${url}/page`,
    `http://${hostname}`,
    `http://${hostname}:${Number(port) + 1}`,
    `http://user@${host}`,
    `http://${host}.evil.example`,
    `http://evil.example/${host}`,
    `http://localhost:${port}`,
    `http://0x7f000001:${port}`,
    `http://[::1]:${port}`,
    `ws://${host}`,
    `chrome-extension://${host}`,
    `blob:${url}`,
  ]
}

const friendly = () => openHouse({ ALLOWED_ORIGINS: FRIENDS })

async function cookieFor({ url }: House): Promise<string> {
  return cookieOf(await ask(url, 'POST /v1/sessions', { body: ADMIN }))
}

const ALLOWING = ['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-headers']

test('a preflight of a foreign page allows it nothing, on any route', async () => {
  const { url, ...house } = await friendly()
  const id = await house.auction()
  const routes = [
    '/v1/sessions/refresh',
    '/v1/sessions',
    '/v1/me',
    '/v1/auctions',
    `/v1/auctions/${id}/bids`,
    '/v1/users',
  ]
  for (const origin of foreign(url))
    for (const route of routes)
      for (const method of ['GET', 'POST', 'DELETE']) {
        const headers = {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization',
        }
        const answer = await ask(url, `OPTIONS ${route}`, { headers })
        const allowed = ALLOWING.filter((name) => answer.headers.get(name) !== null)
        expect({ origin, route, allowed }).toEqual({ origin, route, allowed: [] })
      }
})

test('a foreign page that calls with the cookie is refused, reads nothing, and the session lives on', async () => {
  const house = await friendly()
  const { url } = house
  let cookie = await cookieFor(house)
  for (const origin of foreign(url)) {
    // The forms that a page sends without asking first, and the one it must ask for.
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { origin, cookie, 'content-type': type }
      const answer = await ask(url, 'POST /v1/sessions/refresh', { headers, body: '{}' })
      expect({ origin, type, refused: [403, 415].includes(answer.status) }).toEqual({ origin, type, refused: true })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expectProblem(await ask(url, 'POST /v1/sessions/refresh', { headers: { origin, cookie } }), 'forbidden')
    expectProblem(await ask(url, 'POST /v1/sessions', { headers: { origin, cookie }, body: ADMIN }), 'forbidden')
    // The cookie signs nobody in anywhere else: what acts wants the token, which no page elsewhere has.
    for (const request of ['GET /v1/me', 'DELETE /v1/sessions', 'DELETE /v1/sessions/current', 'POST /v1/me/tokens'])
      expectProblem(await ask(url, request, { headers: { origin, cookie } }), 'unauthenticated')
    const shown = await ask(url, 'GET /v1/auctions', { headers: { origin, cookie } })
    expect({ origin, allowed: shown.headers.get('access-control-allow-origin') }).toEqual({ origin, allowed: null })
    expect(shown.headers.get('vary')).toContain('Origin')
  }
  for (const site of [undefined, 'same-origin', 'none']) {
    const headers = { origin: url, cookie, ...(site === undefined ? {} : { 'sec-fetch-site': site }) }
    const renewed = await ask(url, 'POST /v1/sessions/refresh', { headers })
    expect({ site, status: renewed.status }).toEqual({ site, status: 200 })
    cookie = cookieOf(renewed)
  }
})

test('a page elsewhere that may show our auctions, on the same site too, uses no cookie: nothing signs in, renews or signs out', async () => {
  const house = await friendly()
  const { url } = house
  const cookie = await cookieFor(house)
  const token = (await house.admin.session.token())!
  const calls = ['POST /v1/sessions', 'POST /v1/sessions/refresh', 'DELETE /v1/sessions', 'DELETE /v1/sessions/current']
  for (const from of [
    { origin: FRIENDS },
    { origin: FRIENDS, 'sec-fetch-site': 'same-site' },
    { origin: url, 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': '' },
  ])
    for (const call of calls) {
      const body = call === 'POST /v1/sessions' ? ADMIN : undefined
      const answer = await ask(url, call, { token, body, headers: { cookie, ...from } })
      expect({ from, call, status: answer.status }).toEqual({ from, call, status: 403 })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  for (const origin of [FRIENDS, url])
    for (const request of ['GET /v1/auctions', 'OPTIONS /v1/auctions']) {
      const answer = await ask(url, request, { headers: { origin, 'access-control-request-method': 'GET' } })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  expect((await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } })).status).toBe(200)
})

test('a socket of a foreign page is closed with 1008 and is told nothing, whatever token it shows', async () => {
  const house = await friendly()
  const { url } = house
  const id = await house.auction()
  const token = await house.admin.session.token()
  for (const origin of foreign(url))
    for (const path of [`/v1/auctions/${id}/live`, '/v1/live'])
      for (const shown of [null, token]) {
        const channel = new Channel(url, path, { origin, token: shown })
        channel.ws.once('open', () => channel.send({ type: 'auth', token: token! }))
        const { code } = await channel.closed
        expect({ origin, path, code, heard: channel.received }).toEqual({ origin, path, code: 1008, heard: [] })
      }
  for (const origin of [FRIENDS, url]) {
    const channel = new Channel(url, `/v1/auctions/${id}/live`, { origin, token })
    await channel.next('snapshot')
  }
})

test('where there is a public address, the one of the request is no longer ours', async () => {
  const url = await serveAlone({ PUBLIC_URL: 'https://bids.example.org', ALLOWED_ORIGINS: FRIENDS })
  const allowed = async (origin: string, host?: string) => {
    const headers = { origin, ...(host === undefined ? {} : { host, 'x-forwarded-host': host }) }
    return (await ask(url, 'GET /v1/auctions', { headers })).headers.get('access-control-allow-origin')
  }
  for (const origin of ['https://bids.example.org', FRIENDS]) expect(await allowed(origin)).toBe(origin)
  for (const origin of [url, 'http://bids.example.org', 'https://bids.example.org:8443', 'https://x.bids.example.org'])
    expect({ origin, allowed: await allowed(origin) }).toEqual({ origin, allowed: null })
  expect(await allowed('https://evil.example', 'evil.example')).toBeNull()
})
