import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backup } from '../../src/adapters/sqlite/backup.ts'
import { decryptFile } from '../../src/adapters/sqlite/encrypted.ts'
import { restore } from '../../src/adapters/sqlite/restore.ts'
import { martillo } from '../support/command.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'

// A passphrase takes seconds to become a key, so that guessing it does.
test(
  'an encrypted backup shows nothing, opens by its passphrase alone, and restores byte for byte',
  {
    timeout: 300_000,
  },
  async () => {
    const house = await openHouse()
    const [ana, id] = [await house.person('Ana'), await house.auction()]
    await ana.bid(id, { maximum: 5_000 })
    const { email } = ana.session.user!
    await house.service.close()
    const folder = temporaryFolder()
    const at = (name: string) => join(folder, name)
    const passphrase = randomBytes(12).toString('hex')
    writeFileSync(at('secret'), `${passphrase}\nnot this\n`)

    await backup(house.dataDir, at('plain'))
    expect(readFileSync(at('plain')).includes(email)).toBe(true)
    const env = { DATA_DIR: house.dataDir }
    const sealed = await martillo(['backup', at('sealed'), '--passphrase-file', at('secret')], env)
    expect(sealed.out).toMatch(/1 auctions with 3 events\n.*\nIt is encrypted/)
    const bytes = readFileSync(at('sealed'))
    expect(bytes.toString('latin1', 0, 21)).toBe('age-encryption.org/v1')
    for (const text of [email, 'SQLite format', id]) expect(bytes.includes(text)).toBe(false)
    expect(statSync(at('sealed')).mode & 0o777).toBe(0o600)
    expect(readdirSync(house.dataDir).filter((name) => name.includes('backup'))).toEqual([])
    await decryptFile(at('sealed'), at('opened'), passphrase)
    expect(readFileSync(at('opened')).equals(readFileSync(at('plain')))).toBe(true)

    const there = temporaryFolder()
    await restore(there, at('plain'))
    const before = readFileSync(join(there, 'martillo.db'))
    writeFileSync(at('cut'), bytes.subarray(0, -40))
    for (const [file, given, why] of [
      ['sealed', null, /is encrypted: give its passphrase with --passphrase-file/],
      ['sealed', 'another', /does not open with this passphrase/],
      ['cut', passphrase, /does not open with this passphrase, or is damaged/],
    ] as const)
      await expect(restore(there, at(file), { force: true, passphrase: given })).rejects.toThrow(why)
    expect(readFileSync(join(there, 'martillo.db')).equals(before)).toBe(true)
    expect(readdirSync(there).toSorted()).toEqual(['martillo.db', 'martillo.lock', 'martillo.move.lock'])
    expect(await restore(there, at('sealed'), { force: true, passphrase })).toMatchObject({ auctions: 1, events: 3 })
    const args = ['restore', '--force', at('plain'), '--passphrase-file', at('secret')]
    expect(await martillo(args, { DATA_DIR: there })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not encrypted/),
    })
  },
)

test('a backup says what it shows, and an empty passphrase is none', async () => {
  const house = await openHouse()
  const folder = temporaryFolder()
  const at = (name: string) => join(folder, name)
  const env = { DATA_DIR: house.dataDir }
  const plain = await martillo(['backup', at('plain')], env)
  expect(plain.out).toContain('reads every e-mail address, password hash and standing maximum')
  writeFileSync(at('empty'), '\nsecond line')
  expect(await martillo(['backup', at('none'), '--passphrase-file', at('empty')], env)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/has no passphrase in its first line/),
  })
})
