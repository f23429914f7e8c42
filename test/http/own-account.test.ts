import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { watch } from '../support/channel.ts'
import { sharedHouse } from '../support/service.ts'
import { ask, expectProblem } from './support.ts'

async function scene() {
  const house = await sharedHouse()
  const account = { email: `${randomUUID()}@people.example`, password: 'the first password', displayName: 'Ana' }
  const [here, there] = [new Client(house.url), new Client(house.url)]
  await here.signUp(account)
  for (const client of [here, there]) await client.signIn(account.email, account.password)
  const change = (body: object) => ask(house.url, 'PATCH /v1/me', { as: here, body })
  return { house, account, here, there, change }
}

test('a new password needs the present one, and ends every session but this', async () => {
  const { house, account, here, there, change } = await scene()
  const id = await house.auction()
  const channel = watch(house.url, id, '', await there.session.token())
  await channel.next('you')
  const password = 'the second password'
  expectProblem(await change({ password }), 'invalid_request')
  expectProblem(await change({ password, currentPassword: 'guessed' }), 'invalid_credentials')
  expect((await change({ password, currentPassword: account.password })).status).toBe(200)
  expect((await ask(house.url, 'GET /v1/me', { as: here })).status).toBe(200)
  expectProblem(await ask(house.url, 'GET /v1/me', { as: there }), 'unauthenticated')
  expect((await channel.closed).code).toBe(4401)
  await expect(new Client(house.url).signIn(account.email, account.password)).rejects.toMatchObject({
    code: 'invalid_credentials',
  })
  expect(await new Client(house.url).signIn(account.email, password)).toMatchObject({ displayName: 'Ana' })
})

test('a name is changed at once, for oneself and for others', async () => {
  const { house, here, change } = await scene()
  await house.admin.patchUser(here.session.user!.id, { role: 'seller' })
  const { id } = await here.create({ title: 'A lot', currency: 'EUR', terms: { startPrice: 100 }, durationSeconds: 60 })
  expect((await change({ displayName: 'Ana María' })).json).toMatchObject({ displayName: 'Ana María', role: 'seller' })
  expect((await ask(house.url, 'GET /v1/me', { as: here })).json.displayName).toBe('Ana María')
  expect((await ask(house.url, `GET /v1/auctions/${id}`)).json.seller.displayName).toBe('Ana María')
  expect((await ask(house.url, 'GET /v1/auctions')).json.items[0].seller.displayName).toBe('Ana María')
  for (const body of [
    {},
    { displayName: '' },
    { displayName: 'x'.repeat(61) },
    { role: 'admin' },
    { email: 'x@y.example' },
  ])
    expectProblem(await change(body), 'invalid_request')
})

test('one sees where one is signed in, and ends one of them', async () => {
  const { house, account, here, there } = await scene()
  const list = async () =>
    (await ask(house.url, 'GET /v1/me/sessions', { as: here })).json.items as {
      id: string
      current: boolean
      createdAt: string
    }[]
  const sessions = await list()
  expect(sessions.map(({ current }) => current)).toEqual([false, true])
  for (const { createdAt } of sessions) expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000)
  const other = new Client(house.url)
  await other.signUp({ ...account, email: 'ben@people.example' })
  await other.signIn('ben@people.example', account.password)
  const path = `DELETE /v1/me/sessions/${sessions[0]!.id}`
  expectProblem(await ask(house.url, path, { as: other }), 'not_found')
  expect((await ask(house.url, path, { as: here })).status).toBe(204)
  expectProblem(await ask(house.url, 'GET /v1/me', { as: there }), 'unauthenticated')
  expectProblem(await ask(house.url, path, { as: here }), 'not_found')
  expect((await list()).map(({ current }) => current)).toEqual([true])
})

test('an admin reads one user, others none', async () => {
  const { house, account, here } = await scene()
  const { id } = here.session.user!
  expect((await ask(house.url, `GET /v1/users/${id}`, { as: house.admin })).json).toMatchObject({
    id,
    email: account.email,
  })
  expectProblem(await ask(house.url, 'GET /v1/users/nobody', { as: house.admin }), 'user_not_found')
  expectProblem(await ask(house.url, `GET /v1/users/${id}`, { as: here }), 'forbidden')
})

test('a new password too is right however a keyboard composes its letters', async () => {
  const { house, account, change } = await scene()
  const typed = 'contraseña larga'
  const password = typed.normalize('NFD')
  expect((await change({ password, currentPassword: account.password })).status).toBe(200)
  for (const form of ['NFC', 'NFD'])
    expect(await new Client(house.url).signIn(account.email, typed.normalize(form))).toMatchObject({
      displayName: 'Ana',
    })
})
