import { join } from 'node:path'
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
