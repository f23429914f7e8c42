import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { martillo } from '../support/command.ts'
import { temporaryFolder } from '../support/service.ts'

/** One line that says what to do, and nothing of the program's insides. */
const oneLine = { code: 1, out: '', err: expect.stringMatching(/^[Mm]artillo: [^\n]+\n$/) }

test('a misspelt DATA_DIR is no empty house: commands that need one make none', async () => {
  const DATA_DIR = join(temporaryFolder(), 'misspelt')
  for (const command of [
    ['audit', 'an-auction'],
    ['keys', 'rotate'],
    ['user', 'erase', 'ana@house.example'],
    ['user', 'hold', 'ana@house.example', '--reason', 'a dispute'],
    ['token', 'ana@house.example'],
    ['backup', join(temporaryFolder(), 'file')],
  ]) {
    const said = await martillo(command, { DATA_DIR })
    expect(said, command.join(' ')).toMatchObject({ ...oneLine, err: expect.stringContaining('no database') })
  }
  expect(existsSync(DATA_DIR)).toBe(false)
})

test('a key file that is lost is replaced once, one that is damaged is named', async () => {
  const DATA_DIR = temporaryFolder()
  await martillo(['user', 'add', 'ana@house.example'], { DATA_DIR })
  expect(await martillo(['keys', 'rotate'], { DATA_DIR })).toMatchObject({ code: 0 })
  const keys = () => readdirSync(join(DATA_DIR, 'keys'))
  expect(keys()).toHaveLength(1)
  expect(await martillo(['keys', 'rotate'], { DATA_DIR })).toMatchObject({ code: 0 })
  expect(keys()).toHaveLength(2)
  for (const name of keys()) writeFileSync(join(DATA_DIR, 'keys', name), 'no key at all')
  const damaged = { ...oneLine, err: expect.stringMatching(/does not hold that key/) }
  expect(await martillo(['keys', 'rotate'], { DATA_DIR })).toMatchObject(damaged)
  expect(await martillo(['serve'], { DATA_DIR, PORT: '0', LOG_LEVEL: 'error' })).toMatchObject(damaged)
  writeFileSync(join(DATA_DIR, 'access-key.pem'), 'no key at all')
  expect(await martillo(['token', 'ana@house.example'], { DATA_DIR })).toMatchObject(oneLine)
})

test('files that are not what a command reads are named in one line', async () => {
  const folder = temporaryFolder()
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const signIn = ['--email', 'ana@house.example', '--password', 'a long password', '--url', 'http://127.0.0.1:1']
  const header = 'auction,order,bidder,maximum,start_price'
  for (const command of [
    ['replay', file('quotes.csv', `${header}\n1,"2"x,3,4,5\n`), ...signIn],
    ['replay', file('columns.csv', 'auction,order\n1,2\n'), ...signIn],
    ['replay', file('empty.csv', ''), ...signIn],
    ['replay', file('nobody.csv', `${header}\n1,1,a,10,5\n`), ...signIn],
    ['verify', file('ledger', '{}'), '--keys', file('keys', '[]')],
    ['verify', file('ledger', '{}'), '--keys', file('text', 'keys')],
    ['verify', folder],
    ['backup', ''],
  ])
    expect(await martillo(command, { DATA_DIR: folder }), command.join(' ')).toMatchObject(oneLine)
})
