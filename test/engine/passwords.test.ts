import { argon2, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import Database from 'better-sqlite3'
import { readConfig } from '../../src/config.ts'
import { Passwords } from '../../src/engine/passwords.ts'
import { serve } from '../../src/main.ts'
import { ADMIN, CHEAP_PASSWORDS, signedUp } from '../support/people.ts'
import { temporaryFolder } from '../support/service.ts'

/** What stands before the salt: argon2id, 19 MiB, two passes, one lane. */
const SHIPPED = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/

function storedIn(dataDir: string): string[] {
  const db = new Database(join(dataDir, 'martillo.db'), { readonly: true })
  const stored = db.prepare<[], { password: string }>('SELECT password FROM users').all()
  db.close()
  return stored.map(({ password }) => password)
}

test('a house keeps passwords by argon2id at 19 MiB and two passes, for its admin and for who signs up', async () => {
  const dataDir = temporaryFolder()
  const own = { DATA_DIR: dataDir, ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password }
  const service = await serve(readConfig({ HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent', ...own }))
  onTestFinished(() => service.close())
  await signedUp(service.url)
  const stored = storedIn(dataDir)
  expect(stored.length).toBe(2)
  for (const phc of stored) expect(phc).toMatch(SHIPPED)
})

test('a password is right whatever it cost when it was set, and another is wrong', async () => {
  const [dear, cheap] = [new Passwords(), new Passwords(CHEAP_PASSWORDS)]
  for (const [made, asked] of [
    [dear, cheap],
    [cheap, dear],
  ] as const) {
    const phc = await made.hash('a long password')
    expect(await asked.verify('a long password', phc)).toBe(true)
    expect(await asked.verify('another password', phc)).toBe(false)
  }
  expect(await dear.verify('a long password', null)).toBe(false)
})

test('a password is the same however a keyboard composes its letters', async () => {
  const passwords = new Passwords(CHEAP_PASSWORDS)
  for (const [set, entered] of [
    ['contrase\u00f1a', 'contrasen\u0303a'],
    ['contrasen\u0303a', 'contrase\u00f1a'],
    ['１２３４ｐａｓｓ', '1234pass'],
    ['\ud55c\uad6d\uc5b4 \uc554\ud638', '\ud55c\uad6d\uc5b4 \uc554\ud638'.normalize('NFD')],
  ] as const) {
    const phc = await passwords.hash(set)
    expect([await passwords.verify(set, phc), await passwords.verify(entered, phc)]).toEqual([true, true])
    expect(await passwords.verify('contrasena', phc)).toBe(false)
  }
})

test('a password that was set before passwords had one form is right as it was typed then', async () => {
  const passwords = new Passwords(CHEAP_PASSWORDS)
  const decomposed = 'contrasen\u0303a'
  expect(await passwords.verify(decomposed, await hashedAsTyped(decomposed))).toBe(true)
  expect(await passwords.verify('contrase\u00f1a', await hashedAsTyped('contrase\u00f1a'))).toBe(true)
  expect(await passwords.verify(decomposed, await hashedAsTyped('contrase\u00f1a'))).toBe(true)
})

/** As earlier versions kept it. */
async function hashedAsTyped(message: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await promisify(argon2)('argon2id', { message, nonce, tagLength: 32, ...CHEAP_PASSWORDS })
  const { memory, passes, parallelism } = CHEAP_PASSWORDS
  const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString('base64').replaceAll('=', ''))
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${salt}$${hash}`
}
