import { describe, expect, test } from 'vitest'
import { DiskPictures } from '../../src/adapters/disk-pictures.ts'
import { limits } from '../../src/config/limits.ts'
import { webpSize } from '../../src/domain/picture.ts'
import type { House } from '../../src/engine/house-ports.ts'
import { sweepPictures } from '../../src/engine/picture-sweep.ts'
import { ManualClock } from '../support/clock.ts'
import { canvas, painted } from '../support/pictures.ts'
import { temporaryFolder } from '../support/service.ts'
import { AT, engines } from './engines.ts'

describe.each(Object.entries(engines))('%s', (_, open) => {
  test('a version of the terms that ever held is neither changed nor removed, by no statement', async () => {
    const { run, house } = await open()
    await house.changeHouse({ terms: 'One' }, 1, null)
    await expect(run("UPDATE house_terms SET text = 'Two'")).rejects.toThrow('terms are never changed')
    await expect(run('DELETE FROM house_terms')).rejects.toThrow('terms are never changed')
    expect(await house.terms(1)).toMatchObject({ version: 1, text: 'One', at: 1 })
  })

  test('what is changed of the house is read back, and what is not named stays', async () => {
    const { house, again } = await open()
    const nothing = { name: null, logo: null, accent: null, contact: null, imprint: null, privacy: null, terms: null }
    const has = { imprint: false, privacy: false, terms: false }
    expect(await house.house()).toEqual({ changes: 0, ...nothing, has })
    const logo = { path: '/images/1.webp', width: 200, height: 30 }
    const accent = { light: '#000', dark: '#fff' }
    const all = { name: 'One', logo, accent, contact: 'a@house.example', imprint: 'Us', privacy: 'None' }
    const terms = { version: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), at: AT, text: 'Ours' }
    const made = await house.changeHouse({ ...all, terms: 'Ours' }, AT, 0)
    expect(made).toEqual({ changes: 1, ...all, terms, has: { imprint: true, privacy: true, terms: true } })
    const { house: other } = await again()
    expect(await other.house()).toEqual(made)
    const { imprint: _imprint, privacy: _privacy, terms: _terms, ...face } = made as House
    expect(await other.face()).toEqual(face)
    const without = await other.changeHouse({ logo: null, privacy: null, terms: null }, AT, null)
    const still = { imprint: true, privacy: false, terms: false }
    expect(without).toEqual({ changes: 2, ...all, logo: null, privacy: null, terms: null, has: still })
    expect(await other.changeHouse({ terms: 'Ours' }, AT + 1, null)).toMatchObject({ terms })
    const second = { version: 2, at: AT + 2, text: 'Newer' }
    expect(await other.changeHouse({ terms: 'Newer' }, AT + 2, null)).toMatchObject({ terms: second })
    expect([await house.terms(1), await house.terms(3)]).toEqual([terms, null])
  })

  test('of two changes of the same state one is made, whichever connections they come by', async () => {
    const { house, again } = await open()
    const { house: other } = await again()
    for (let changes = 0; changes < 20; changes += 1) {
      const made = [house, other].map((one, i) =>
        one.changeHouse({ name: `${changes} ${i}`, terms: `${changes} ${i}` }, 1, changes),
      )
      const results = await Promise.all(made)
      expect(results.filter((result) => result === 'changed')).toHaveLength(1)
      const kept = results.find((result) => result !== 'changed')!
      expect(kept).toMatchObject({ changes: changes + 1, terms: { version: changes + 1 } })
      expect(await house.house()).toEqual(kept)
    }
  })

  test('who is erased has accepted nothing', async () => {
    const { get, house, accounts } = await open()
    await house.changeHouse({ terms: 'One' }, 1, null)
    const person = { displayName: 'Ana', role: 'bidder', blocked: false, createdAt: 1 } as const
    await accounts.addUser({ ...person, id: 'ana', email: 'ana', terms: { version: 1, at: 7 } }, 'password')
    expect((await accounts.user('ana'))!.terms).toEqual({ version: 1, at: 7 })
    await accounts.eraseUser('ana', 8)
    expect(await get('SELECT terms, terms_at FROM users')).toEqual({ terms: null, terms_at: null })
  })

  test('the logo is kept as long as the house shows it, though no auction names it', async () => {
    const { run, house, pictures: records } = await open()
    const clock = new ManualClock()
    const pictures = await DiskPictures.open(temporaryFolder(), { records, clock, limited: false, archive: null })
    const add = async (width: number): Promise<string> => {
      const added = await pictures.add(await painted(width), { userId: '', bytesMax: null }).catch(() => null)
      return added?.result === 'added' ? added.name : ''
    }
    await run(
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
})

test('the size of a WebP of each kind is read from its head, and nothing else is one', async () => {
  const lossy = await canvas(301, 17).webp().toBuffer()
  const lossless = await canvas(301, 17).webp({ lossless: true }).toBuffer()
  const extended = await canvas(301, 17).ensureAlpha(0.5).webp().toBuffer()
  expect([lossy, lossless, extended].map((bytes) => bytes.toString('latin1', 12, 16))).toEqual(['VP8 ', 'VP8L', 'VP8X'])
  for (const bytes of [lossy, lossless, extended]) expect(webpSize(bytes)).toEqual({ width: 301, height: 17 })
  expect([webpSize(await painted()), webpSize(Buffer.alloc(4))]).toEqual([null, null])
})
