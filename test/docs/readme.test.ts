import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { Client } from '../../src/sdk/index.ts'
import { type House, openHouse, temporaryFolder } from '../support/service.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** The bot of the README as a program, called with a limit. */
async function botOf(house: House, id: string) {
  const code = /```ts\n([\s\S]*?)```/.exec(readme)![1]!
  const file = join(temporaryFolder(), 'bot.ts')
  writeFileSync(file, code.replace('@martillo/client', join(root, 'src/sdk/index.ts')))
  const account = { email: 'bot@house.example', password: 'a bot of the house', displayName: 'Bot' }
  await house.admin.signUp(account)
  const owner = new Client(house.url)
  await owner.signIn(account.email, account.password)
  const { secret } = await owner.makeKey({ name: 'Bot', scopes: ['read', 'bid'] })
  return (...limit: string[]) =>
    new Promise<string>((resolve, reject) => {
      const args = [file, house.url, id, secret, ...limit]
      execFile(process.execPath, args, (error, out, err) => (error === null ? resolve(out) : reject(new Error(err))))
    })
}

test('the bot of the README bids until its limit and hears the outcome', async () => {
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const ran = (await botOf(house, id))('1500')
  await expect.poll(async () => (await house.admin.auction(id)).bidCount).toBe(1)
  await ana.bid(id, { amount: 1_200 })
  await expect.poll(async () => (await house.admin.auction(id)).price).toBe(1_300)
  await ana.bid(id, { amount: 1_600 })
  await house.admin.close(id)
  const out = await ran
  expect(out.match(/outcome: 'leading'/g)).toHaveLength(2)
  expect(out).toMatch(/result: 'sold'/)
})

test('the bot of the README bids nothing without a limit that is one', async () => {
  const house = await openHouse()
  const id = await house.auction()
  const bot = await botOf(house, id)
  for (const limit of [[], ['fifteen'], ['12.50'], ['0'], ['-1'], ['1e400']])
    await expect(bot(...limit)).rejects.toThrow('LIMIT')
  expect((await house.admin.auction(id)).bidCount).toBe(0)
})

test('every setting is in the README, and nothing else is', () => {
  const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## The command line'))
  const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, names]) => names!.split(', '))
  const known = Object.keys(readConfig({})).map((name) => `\`${name}\``)
  expect(named.toSorted()).toEqual(known.toSorted())
})

test('what the documents link to is there', () => {
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    expect(readFileSync(join(root, target!), 'utf8').length, target).toBeGreaterThan(100)
})
