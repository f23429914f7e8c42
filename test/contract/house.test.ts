import { expect, onTestFinished, test } from 'vitest'
import { DiskPictures } from '../../src/adapters/disk-pictures.ts'
import { SqliteAccounts } from '../../src/adapters/sqlite/accounts.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { SqliteHouse } from '../../src/adapters/sqlite/house.ts'
import { SqlitePictures } from '../../src/adapters/sqlite/pictures.ts'
import { limits } from '../../src/config/limits.ts'
import { webpSize } from '../../src/domain/picture.ts'
import { sweepPictures } from '../../src/engine/picture-sweep.ts'
import { ManualClock } from '../support/clock.ts'
import { canvas, painted } from '../support/pictures.ts'
import { temporaryFolder } from '../support/service.ts'

function opened() {
  const folder = temporaryFolder()
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  return { folder, sqlite, house: new SqliteHouse(sqlite), accounts: new SqliteAccounts(sqlite) }
}

test('a version of the terms that ever held is neither changed nor removed, by no statement', async () => {
  const { sqlite, house } = opened()
  await house.changeHouse({ terms: 'One' }, 1, null)
  expect(() => sqlite.run("UPDATE house_terms SET text = 'Two'")).toThrow('terms are never changed')
  expect(() => sqlite.run('DELETE FROM house_terms')).toThrow('terms are never changed')
  expect(await house.terms(1)).toMatchObject({ version: 1, text: 'One', at: 1 })
})

test('of two changes of the same state one is made', async () => {
  const { house } = opened()
  const { changes } = await house.face()
  const made = [{ name: 'One' }, { name: 'Two' }].map((change) => house.changeHouse(change, 1, changes))
  expect(await Promise.all(made)).toEqual([expect.objectContaining({ name: 'One', changes: changes + 1 }), 'changed'])
})

test('who is erased has accepted nothing', async () => {
  const { sqlite, house, accounts } = opened()
  await house.changeHouse({ terms: 'One' }, 1, null)
  const user = { displayName: 'Ana', role: 'bidder', blocked: false, createdAt: 1 } as const
  await accounts.addUser({ ...user, id: 'ana', email: 'ana', terms: { version: 1, at: 7 } }, 'password')
  expect((await accounts.user('ana'))!.terms).toEqual({ version: 1, at: 7 })
  await accounts.eraseUser('ana', 8)
  expect(sqlite.get('SELECT terms, terms_at FROM users')).toEqual({ terms: null, terms_at: null })
})

test('the logo is kept as long as the house shows it, though no auction names it', async () => {
  const { folder, sqlite, house } = opened()
  const clock = new ManualClock()
  const records = new SqlitePictures(sqlite)
  const pictures = await DiskPictures.open(folder, { records, clock, limited: false })
  const add = async (width: number): Promise<string> => {
    const added = await pictures.add(await painted(width), { userId: '', bytesMax: null }).catch(() => null)
    return added?.result === 'added' ? added.name : ''
  }
  sqlite.run(
    "INSERT INTO users (id, email, display_name, role, blocked, password, created_at) VALUES ('', '', '', 'admin', 0, '', 0)",
  )
  const [kept, dropped] = [await add(200), await add(20)]
  await house.changeHouse({ logo: { path: `/images/${kept}.webp`, width: 200, height: 30 } }, 1, null)
  const sweep = () => {
    clock.jump(limits.unusedPictureMs)
    return sweepPictures({ records, house, pictures, clock }, new AbortController().signal)
  }
  await sweep()
  expect([await pictures.has(kept), await pictures.has(dropped)]).toEqual([true, false])
  await house.changeHouse({ logo: null }, 1, null)
  await sweep()
  expect(await pictures.has(kept)).toBe(false)
})

test('the size of a WebP of each kind is read from its head, and nothing else is one', async () => {
  const lossy = await canvas(301, 17).webp().toBuffer()
  const lossless = await canvas(301, 17).webp({ lossless: true }).toBuffer()
  const extended = await canvas(301, 17).ensureAlpha(0.5).webp().toBuffer()
  expect([lossy, lossless, extended].map((bytes) => bytes.toString('latin1', 12, 16))).toEqual(['VP8 ', 'VP8L', 'VP8X'])
  for (const bytes of [lossy, lossless, extended]) expect(webpSize(bytes)).toEqual({ width: 301, height: 17 })
  expect([webpSize(await painted()), webpSize(Buffer.alloc(4))]).toEqual([null, null])
})
