import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { Channel } from '../support/channel.ts'
import { type House, openHouse, sharedHouse } from '../support/service.ts'
import { cookieShape } from './cookie.ts'
import { ask, cookieOf, expectProblem } from './support.ts'

const account = { email: 'ana@house.example', password: 'correct horse battery', displayName: 'Ana López' }
const { email, password } = account

/** One device on which Ana signed in, with a socket in the auction's room and one in the catalogue. */
async function device({ url }: House, auction: string) {
  const session = await ask(url, 'POST /v1/sessions', { body: { email, password } })
  const token = session.json.accessToken as string
  const room = new Channel(url, `/v1/auctions/${auction}/live`, { token })
  await room.next('you')
  const prices = new Channel(url, '/v1/live', { token })
  await prices.next('hello')
  // A catalogue says nothing of who it knows: what it answers shows that it has read the token.
  prices.send({ type: 'watch', auctions: [auction] })
  await prices.next('prices')
  return { token, cookie: cookieOf(session), room, prices }
}

test('signing out everywhere ends every session of the account: tokens, cookies and open sockets, and nobody else’s', async () => {
  const house = await sharedHouse()
  const { url } = house
  const auction = await house.auction()
  await ask(url, 'POST /v1/users', { body: account })
  const ben = await house.person('Ben')
  const bens = new Channel(url, `/v1/auctions/${auction}/live`, { token: (await ben.session.token())! })
  await bens.next('you')
  const devices = [await device(house, auction), await device(house, auction), await device(house, auction)]
  const [here] = devices as [(typeof devices)[0]]
  const answer = await ask(url, 'DELETE /v1/sessions', { token: here.token, headers: { cookie: here.cookie } })
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' })
  expect(cookieShape(answer.headers.getSetCookie()[0]!)).toMatchObject({
    value: 'martillo_refresh=',
    attributes: { 'max-age': '0', path: '/v1/sessions' },
  })
  for (const { token, cookie, room, prices } of devices) {
    expect((await room.closed).code).toBe(4401)
    expect((await prices.closed).code).toBe(4401)
    expectProblem(await ask(url, 'GET /v1/me', { token }), 'unauthenticated')
    expectProblem(await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie } }), 'unauthenticated')
    expectProblem(await ask(url, 'DELETE /v1/sessions', { token }), 'unauthenticated')
  }
  expect(bens.ws.readyState).toBe(bens.ws.OPEN)
  expect((await ask(url, 'GET /v1/me', { as: ben })).status).toBe(200)
  const again = await ask(url, 'POST /v1/sessions', { body: { email, password } })
  expect((await ask(url, 'GET /v1/me', { token: again.json.accessToken as string })).status).toBe(200)
})

test('it needs a token: neither nothing nor the cookie alone will do, and an old token is in nobody’s way to a new one', async () => {
  const house = await sharedHouse()
  const { url } = house
  await ask(url, 'POST /v1/users', { body: account })
  const session = await ask(url, 'POST /v1/sessions', { body: { email, password } })
  const cookie = cookieOf(session)
  expectProblem(await ask(url, 'DELETE /v1/sessions'), 'unauthenticated')
  expectProblem(await ask(url, 'DELETE /v1/sessions', { headers: { cookie } }), 'unauthenticated')
  expectProblem(await ask(url, 'DELETE /v1/sessions', { token: 'nonsense' }), 'unauthenticated')
  expect((await ask(url, 'POST /v1/sessions/refresh', { headers: { cookie }, token: 'nonsense' })).status).toBe(200)
  expect((await ask(url, 'POST /v1/sessions', { body: { email, password }, token: 'nonsense' })).status).toBe(201)
})

test('a blocked member may sign out everywhere where only members watch', async () => {
  const house = await openHouse({ WATCHING: 'members' })
  const ana = await house.person()
  const token = (await ana.session.token())!
  await house.admin.patchUser(ana.session.user!.id, { blocked: true })
  expect((await ask(house.url, 'DELETE /v1/sessions', { token })).status).toBe(204)
  expectProblem(await ask(house.url, 'GET /v1/me', { token }), 'unauthenticated')
})

test('the SDK signs out everywhere and forgets its own session; the other device hears of it', async () => {
  const house = await openHouse()
  await new Client(house.url).signUp(account)
  const [here, there] = [new Client(house.url), new Client(house.url)]
  await here.signIn(email, password)
  await there.signIn(email, password)
  await here.signOutEverywhere()
  expect([here.session.user, await here.session.token()]).toEqual([null, null])
  await expect(there.me()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(there.session.user).toBeNull()
  // Who is signed out already is signed out.
  await expect(here.signOutEverywhere()).resolves.toBeUndefined()
})
