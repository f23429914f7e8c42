import { expect, test } from 'vitest'
import { Client } from '../../src/sdk/index.ts'
import { martillo } from '../support/command.ts'
import { newDatabase } from '../support/postgres.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

const timeout = 120_000

test('the commands of a house on PostgreSQL do as on SQLite, beside a running service', { timeout }, async () => {
  const environment = {
    DATABASE_URL: await newDatabase({ isEmpty: true }),
    HOUSE_SECRET: 'what opens the keys of the house of this test',
  }
  const env = { ...environment, DATA_DIR: temporaryFolder() }
  const run = (...args: string[]) => martillo(args, env)
  expect(await run('migrate', '--dry-run')).toMatchObject({ code: 0, out: expect.stringContaining('0022_house.sql') })
  expect(await run('migrate')).toMatchObject({ code: 0, out: expect.stringContaining('Applied 0022_house.sql') })
  expect(await run('migrate')).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to migrate') })

  const house = await openHouse(environment)
  const password = 'a long password'
  expect(await run('user', 'add', 'ana@house.example', '--role', 'bidder', '--password', password)).toMatchObject({
    code: 0,
  })
  const ana = new Client(house.url)
  await ana.signIn('ana@house.example', password)
  const id = await house.auction()
  await ana.bid(id, { maximum: 5_000 })
  await house.admin.close(id)
  expect(await run('user', 'list')).toMatchObject({
    code: 0,
    out: expect.stringContaining('ana@house.example\tbidder'),
  })
  expect(await run('audit', id)).toMatchObject({ code: 0, out: expect.stringContaining('1 bids open to their maxima') })
  const { out: token } = await run('token', 'ana@house.example')
  const me = await fetch(`${house.url}/v1/me`, { headers: { authorization: `Bearer ${token.trim()}` } })
  expect(await me.json()).toMatchObject({ email: 'ana@house.example' })
  expect(await run('user', 'block', 'ana@house.example')).toMatchObject({ code: 0 })
  await expect(ana.bid(await house.auction(), { amount: 1_000 })).rejects.toMatchObject({
    problem: { code: 'bidder_blocked' },
  })

  expect(await run('nodes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^martillo \S+ \S+\t127\.0\.0\.1\t\S+Z\n0 certificates owed\n$/),
  })
  const { host } = new URL(environment.DATABASE_URL)
  const replicated = { ...env, DATABASE_URL: environment.DATABASE_URL.replace(host, `${host},${host}`) }
  expect(await martillo(['nodes'], replicated)).toMatchObject({
    code: 0,
    out: expect.stringContaining('At risk: several hosts are named, but no standby is synchronous'),
  })
  for (const command of ['backup', 'restore'])
    expect(await run(command, 'file')).toMatchObject({
      code: 1,
      err: expect.stringContaining('this house is on PostgreSQL'),
    })
  expect(await run('keys', 'rotate')).toMatchObject({ code: 1, err: expect.stringContaining('another Martillo runs') })
  expect(await run('restored')).toMatchObject({ code: 1, err: expect.stringContaining('another Martillo runs') })
  const epochOf = async (url: string) =>
    ((await (await fetch(`${url}/v1/auctions/${id}/events`)).json()) as { epoch: string }).epoch
  const epoch = await epochOf(house.url)
  await house.service.close()
  expect(await run('nodes')).toMatchObject({ code: 0, out: 'No node runs on this database\n0 certificates owed\n' })
  expect(await run('restored')).toMatchObject({ code: 0 })
  expect(await run('keys', 'rotate')).toMatchObject({ code: 0, out: expect.stringContaining('signs from now on') })
  expect(await run('user', 'erase', 'ana@house.example')).toMatchObject({ code: 0 })
  const again = await openHouse(environment)
  expect(await epochOf(again.url)).not.toBe(epoch)
  expect(await (await fetch(`${again.url}/v1/auctions/${id}/ledger`)).text()).toContain('certificate')
  expect(await run('secret')).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) })
})
