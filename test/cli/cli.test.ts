import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { migrationsOf } from '../../src/adapters/migrate.ts'
import { readConfig } from '../../src/config.ts'
import { Client } from '../../src/sdk/index.ts'
import { LAUNCH, martillo } from '../support/command.ts'
import { ADMIN } from '../support/people.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

test('every command says what it does and how it is used', async () => {
  const { out } = await martillo(['--help'], {}, LAUNCH)
  const described = [...out.matchAll(/^ {2}(\w+)\b.* {2,}\S/gm)].map(([, name]) => name)
  const commands = ['serve', 'migrate', 'backup', 'restore', 'user', 'token', 'replay', 'verify', 'audit', 'keys']
  expect(described).toEqual(expect.arrayContaining(commands))
  for (const command of [['verify'], ['user', 'add'], ['keys']]) {
    const { code, out: used } = await martillo([...command, '--help'])
    expect({ command, code }).toEqual({ command, code: 0 })
    expect(used).toMatch(new RegExp(`^Usage: martillo ${command.join(' ')}`))
  }
  expect((await martillo(['no-such-command'], {}, LAUNCH)).code).toBe(1)
})

test('user add, hold, erase and token find an account by its address in any form, and ADMIN_EMAIL too', async () => {
  const env = { DATA_DIR: (await openHouse()).dataDir }
  const config = readConfig({ ADMIN_EMAIL: ' Admin@Müller-Uhren.example', ADMIN_PASSWORD: 'a long password' })
  expect(config.ADMIN_EMAIL).toBe('admin@xn--mller-uhren-thb.example')
  const typed = ' Zoe@MÜLLER-UHREN.example '
  const added = await martillo(['user', 'add', typed], env)
  expect(added.out).toMatch(/^zoe@xn--mller-uhren-thb\.example is a bidder now/)
  for (const [address, ...command] of [
    [typed, 'token'],
    ['zoe@xn--mller-uhren-thb.example', 'user', 'hold', '--reason', 'a dispute'],
    [typed, 'user', 'hold', '--release'],
    [typed, 'user', 'erase'],
  ] as const)
    expect(await martillo([...command, address], env)).toMatchObject({ code: 0, err: '' })
  const refused = await martillo(['token', 'josé@example.org'], env)
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Martillo: josé@example\.org has letters beyond/),
  })
})

test('user add, then token: an account made beside a running service can use it at once', async () => {
  const house = await openHouse()
  const env = { DATA_DIR: house.dataDir }
  const added = await martillo(['user', 'add', 'Zoe@house.example', '--role', 'seller'], env)
  expect(added).toMatchObject({ code: 0, err: '' })
  const password = /password (\S+)/.exec(added.out)![1]!
  const zoe = new Client(house.url)
  expect(await zoe.signIn('zoe@house.example', password)).toMatchObject({ role: 'seller', displayName: 'Zoe' })
  expect(await martillo(['user', 'add', 'zoe@house.example'], env)).toMatchObject({ code: 1, out: '' })
  expect((await martillo(['user', 'add', 'not an address'], env)).err).toMatch(/email/)
  expect((await martillo(['user', 'add', 'y@house.example', '--password', 'short'], env)).err).toMatch(/password/)
  const { out } = await martillo(['token', 'zoe@house.example'], env)
  expect(await new Client(house.url, { token: out.trim() }).me()).toMatchObject({ email: 'zoe@house.example' })
  expect(await martillo(['token', 'nobody@house.example'], env)).toMatchObject({ code: 1 })
})

test('a second service on the same data is refused with one clear line', async () => {
  const house = await openHouse()
  const env = { DATA_DIR: house.dataDir, HOST: '127.0.0.1', PORT: '0' }
  const second = await martillo(['serve'], env, LAUNCH)
  expect(second.code).toBe(1)
  expect(second.err).toMatch(/^Martillo: another Martillo runs on .*\n$/)
})

test('a wrong setting is refused with one clear line', async () => {
  const env = { DATA_DIR: temporaryFolder() }
  expect(await martillo(['serve'], { ...env, PORT: 'abc' })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Martillo: PORT/),
  })
  const open = await martillo(['serve'], { ...env, RATE_LIMITS: 'off', HOST: '0.0.0.0' })
  expect(open).toMatchObject({ code: 1, err: expect.stringMatching(/RATE_LIMITS=off is for tests on loopback/) })
})

test.each([
  ['DATA_DIR', '/proc/nowhere/at/all'],
  ['HOST', '192.0.2.1'],
  ['HOST', 'nowhere.invalid'],
  ['HOST', 'fe80::1'],
])('%s=%s, where nothing can be, ends the start in one line that names it', async (name, value) => {
  const { code, err } = await martillo(['serve'], {
    DATA_DIR: temporaryFolder(),
    HOST: '127.0.0.1',
    PORT: '0',
    [name]: value,
  })
  expect(code).toBe(1)
  expect(err.trimEnd().split('\n')).toEqual([expect.stringMatching(`^Martillo: .*${value.split('/at')[0]!}`)])
})

test('migrate brings an empty folder to the schema, once', async () => {
  const env = { DATA_DIR: join(temporaryFolder(), 'house') }
  const dry = ['migrate', '--dry-run']
  const { out } = await martillo(dry, env)
  expect(out).toMatch(/^Would apply 0001_house\.sql, /)
  expect(existsSync(env.DATA_DIR)).toBe(false)
  expect((await martillo(['migrate'], env)).out).toBe(out.replace('Would apply', 'Applied'))
  expect((await martillo(dry, env)).out).toMatch(/^Nothing to migrate/)
  expect((await martillo(['migrate'], env)).out).toMatch(/^Nothing to migrate/)
})

test('migrate --dry-run beside a running service says what a newer version would do, and changes nothing', async () => {
  const { dataDir } = await openHouse()
  const db = new Database(join(dataDir, 'martillo.db'))
  onTestFinished(() => void db.close())
  db.exec('DELETE FROM migrations WHERE number > 12')
  const known = () => db.prepare('SELECT count(*) FROM migrations').pluck().get()
  const { code, out } = await martillo(['migrate', '--dry-run'], { DATA_DIR: dataDir })
  const later = migrationsOf('sqlite').flatMap(({ number, name }) => (number > 12 ? [name] : []))
  expect({ code, out }).toEqual({ code: 0, out: `Would apply ${later.join(', ')}\n` })
  expect(known()).toBe(12)
  db.exec("INSERT INTO migrations VALUES (99, '0099_later.sql', '')")
  expect((await martillo(['migrate', '--dry-run'], { DATA_DIR: dataDir })).err).toMatch(/0099_later.sql.*newer/)
})

test('verify accepts a ledger as it was given, and names the first line that is wrong', async () => {
  const house = await openHouse()
  const [ana, ben, id] = [await house.person(), await house.person(), await house.auction()]
  const kept = await ana.bid(id, { maximum: 5_000 })
  await ben.bid(id, { amount: 2_000 })
  await house.admin.close(id)
  const ledger = await (await fetch(`${house.url}/v1/auctions/${id}/ledger`)).text()
  const file = join(temporaryFolder(), 'ledger.ndjson')
  const verify = async (text: string) => {
    writeFileSync(file, text)
    return martillo(['verify', file])
  }
  expect(await verify(ledger)).toMatchObject({ code: 0, out: expect.stringContaining('5 entries') })
  const lines = ledger.trimEnd().split('\n')
  const text = (some: string[]) => some.map((line) => `${line}\n`).join('')
  const broken: [string, string, string][] = [
    ['an amount', ledger.replace('"amount":"2000"', '"amount":"2001"'), 'line 6'],
    ['an entry left out', text(lines.toSpliced(3, 1)), 'line 4'],
    ['two entries exchanged', text([...lines.slice(0, 3), lines[4]!, lines[3]!, ...lines.slice(5)]), 'line 4'],
    ['the end cut off', text(lines.slice(0, -2)), 'line 5'],
    ['no certificate', text(lines.slice(0, -1)), 'line 7'],
    ['a certificate of another signature', ledger.replace(/"certificate":"[^.]+\.[^.]+\.[\w-]/, '$&x'), 'line 7'],
    ['one space more', ledger.replace('"seq":"2"', '"seq": "2"'), 'line 3'],
    ['no header', text(lines.slice(1)), 'line 1'],
    ['nothing', '', 'line 1'],
    ['no line break at the end', ledger.slice(0, -1), 'line 7'],
  ]
  // Together, which takes one start: each is named with its line.
  const folder = temporaryFolder()
  for (const [what, text] of broken) {
    expect(text, what).not.toBe(ledger)
    writeFileSync(join(folder, `${what}.ndjson`), text)
  }
  const found = await martillo(['verify', folder])
  expect(found.code).toBe(1)
  for (const [what, , line] of broken) expect(found.err).toContain(`${join(folder, what)}.ndjson: ${line} `)
  expect(await verify(broken[0]![1])).toMatchObject({ code: 1, err: expect.stringContaining(broken[0]![2]) })
  writeFileSync(file, ledger)
  const other = (name: string, text: string) => {
    writeFileSync(`${file}.${name}`, text)
    return `${file}.${name}`
  }
  const answerOf = async (path: string) => (await fetch(`${house.url}${path}`)).text()
  const receipt = other('receipt', JSON.stringify(kept))
  const checkpoint = other('checkpoint', await answerOf(`/v1/log/proof?auction=${id}`))
  const keys = other('keys', await answerOf('/v1/keys'))
  const whole = await martillo(['verify', file, '--receipt', receipt, '--checkpoint', checkpoint, '--keys', keys])
  expect(whole).toMatchObject({ code: 0, err: '' })
  expect(whole.out).toMatch(/certified: sold to P1 for 2100 .*statement 1 of 2 in the log.*receipt is kept/s)
  // Two of the log kept for a while: the ledger shows the second, and that the first was its beginning.
  const early = other('early', await answerOf('/v1/log/checkpoint?size=1'))
  const alone = await martillo(['verify', file, '--checkpoint', early])
  expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('/v1/log/consistency?from=1&to=2') })
  const joint = other('joint', await answerOf('/v1/log/consistency?from=1&to=2'))
  const joined = await martillo(['verify', file, '--checkpoint', early, '--checkpoint', joint])
  expect(joined).toMatchObject({ code: 0, out: expect.stringContaining('one log at 1, 2 statements') })
  const forged = other('forged', JSON.stringify({ ...kept, bid: { ...kept.bid, maximum: 6_000 } }))
  expect(await martillo(['verify', file, '--receipt', receipt, '--receipt', forged])).toMatchObject({
    code: 1,
    err: expect.stringContaining('commits to another maximum'),
  })
  const none = await martillo(['verify', `${file}.none`])
  expect(none).toMatchObject({ code: 1, err: `Martillo: there is no ${file}.none\n` })
})

test('replay plays recorded bids to their closing prices, and tells what does not match', async () => {
  const house = await openHouse()
  const folder = temporaryFolder()
  const bids = join(folder, 'bids.csv')
  const results = join(folder, 'results.csv')
  // Worked examples of PX with the increments of ebay-us, and one with a reserve.
  const played = [
    ['40, 15, 60', '9.99', '15.50', ''],
    ['12, 11.75', '9.99', '12', ''],
    ['400, 401.16', '250', '401.16', ''],
    ['40, 45', '10', '41', '20'],
  ]
  const bidders = [
    ['a', 'b', 'a'],
    ['a', 'b'],
    ['a', 'j'],
    ['a', 'b'],
  ]
  const rows = played.flatMap(([maxima, start], i) =>
    maxima!
      .split(', ')
      .map((maximum, order) => [i + 1, order + 1, '0.5', bidders[i]![order], maximum, start].join(',')),
  )
  writeFileSync(bids, ['auction,order,day,bidder,maximum,start_price', ...rows].join('\n'))
  const table = (last: string) =>
    played.map(([, , price, reserve], i) => `${i + 1},${i === 3 ? last : price},${reserve}`).join('\n')
  const options = ['--url', house.url, '--email', ADMIN.email, '--password', ADMIN.password, '--results', results]
  writeFileSync(results, `auction,closing_price,reserve\n${table('41')}`)
  const right = await martillo(['replay', bids, ...options])
  expect(right).toMatchObject({ code: 0, out: expect.stringContaining('4 of 4 closing prices match') })
  expect(right.out).toMatch(/9 bids in .* bids a second; refused: none/)
  writeFileSync(results, `auction,closing_price,reserve\n${table('42')}`)
  const wrong = await martillo(['replay', bids, ...options])
  expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining('3 of 4 closing prices match') })
  expect(wrong.out).toContain('4  41.00  expected 42')
})
