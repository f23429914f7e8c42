import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

test('the bot of the README bids until its limit and hears the outcome', async () => {
  const code = /```ts\n([\s\S]*?)```/.exec(readme)![1]!
  const file = join(temporaryFolder(), 'bot.ts')
  writeFileSync(file, code.replace('./src/sdk/index.ts', join(root, 'src/sdk/index.ts')))
  const house = await openHouse()
  const [ana, id] = [await house.person(), await house.auction()]
  const account = { email: 'bot@house.example', password: 'a bot of the house', displayName: 'Bot' }
  await ana.signUp(account)
  const args = [file, house.url, id, account.email, account.password, '1500']
  const ran = new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, (error, out, err) => (error === null ? resolve(out) : reject(new Error(err))))
  })
  await expect.poll(async () => (await house.admin.auction(id)).bidCount, { timeout: 15_000 }).toBe(1)
  await ana.bid(id, { amount: 1_200 })
  await expect.poll(async () => (await house.admin.auction(id)).price).toBe(1_300)
  await ana.bid(id, { amount: 1_600 })
  await house.admin.close(id)
  const out = await ran
  expect(out.match(/outcome: 'leading'/g)).toHaveLength(2)
  expect(out).toMatch(/result: 'sold'/)
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
