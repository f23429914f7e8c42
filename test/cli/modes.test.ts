import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { backup } from '../../src/adapters/sqlite/backup.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { restore } from '../../src/adapters/sqlite/restore.ts'
import { painted } from '../support/pictures.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'
import { ask } from '../http/support.ts'

/** What others may do with anything in a folder, by its name. */
function openIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
  )
}

test('nothing in DATA_DIR is for others to read, whatever the umask: after a start, a backup, a repair, a restore', async () => {
  const before = process.umask(0o022)
  onTestFinished(() => void process.umask(before))
  const house = await openHouse()
  await ask(house.url, 'POST /v1/images', { as: house.admin, body: await painted() })
  const { dataDir } = house
  expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['martillo.db', 'martillo.lock', 'martillo.move.lock']))
  expect(openIn(dataDir)).toEqual([])
  const folder = temporaryFolder()
  const file = join(folder, 'copy')
  await backup(dataDir, file)
  await backup(dataDir, join(folder, 'sealed'), { passphrase: 'a passphrase' })
  expect(openIn(dataDir)).toEqual([])
  expect(openIn(folder)).toEqual([])
  await house.service.close()
  // As a version before left it, and a disk that failed.
  rmSync(join(dataDir, 'martillo.move.lock'))
  writeFileSync(join(dataDir, 'martillo.move.lock'), '', { mode: 0o644 })
  writeFileSync(join(dataDir, 'martillo.db.needs-repair'), '', { mode: 0o600 })
  const repaired = new Sqlite(dataDir, { as: 'service' })
  await repaired.repair()
  expect(openIn(dataDir)).toEqual([])
  repaired.close()
  await restore(dataDir, file, { force: true })
  expect(openIn(dataDir)).toEqual([])
  const elsewhere = temporaryFolder()
  await restore(elsewhere, file)
  new Sqlite(elsewhere, { as: 'command' }).close()
  expect(openIn(elsewhere)).toEqual([])
})
