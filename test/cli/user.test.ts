import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { martillo } from '../support/command.ts'
import { ADMIN } from '../support/people.ts'
import { openHouse } from '../support/service.ts'

const account = { email: 'ana@people.example', password: 'the first password', displayName: 'Ana' }

test('accounts beside a running service: listed, given another rank, blocked and let in, given a new password', async () => {
  const house = await openHouse()
  const ana = new Client(house.url)
  await ana.signUp(account)
  await ana.signIn(account.email, account.password)
  const user = (...args: string[]) => martillo(['user', ...args], { DATA_DIR: house.dataDir })
  const me = async () => (await house.admin.users({ q: account.email })).items[0]!

  const { out } = await user('list')
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^ana@people\.example\tbidder\t-\t\d{4}-.*Z\tAna$/),
    expect.stringMatching(new RegExp(`^${ADMIN.email}\tadmin\t-`)),
  ])
  expect((await user('role', account.email, 'seller')).out).toBe('ana@people.example is a seller now\n')
  expect(await me()).toMatchObject({ role: 'seller' })
  expect((await user('role', account.email, 'king')).code).toBe(1)
  expect((await user('block', account.email)).out).toBe('ana@people.example is blocked\n')
  expect(await me()).toMatchObject({ blocked: true })
  await user('block', account.email, '--lift')
  expect(await me()).toMatchObject({ blocked: false })
  const { out: said } = await user('passwd', account.email)
  const made = said.trim().split(': ')[1]!
  expect(await new Client(house.url).signIn(account.email, made)).toMatchObject({ displayName: 'Ana' })
  await expect(ana.me()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(await user('passwd', account.email, '--password', 'short')).toMatchObject({ code: 1 })
  expect(await user('role', 'nobody@people.example', 'seller')).toMatchObject({
    code: 1,
    err: expect.stringContaining('has no account'),
  })
})
