import { describe, expect, onTestFinished, test } from 'vitest'
import { DiskPictures } from '../../src/adapters/disk-pictures.ts'
import { SqliteAccounts } from '../../src/adapters/sqlite/accounts.ts'
import { Sqlite } from '../../src/adapters/sqlite/database.ts'
import { SqlitePictures } from '../../src/adapters/sqlite/pictures.ts'
import { limits, rates } from '../../src/config/limits.ts'
import type { StorageOwner, Pictures } from '../../src/engine/house-ports.ts'
import { canvas, painted } from '../support/pictures.ts'
import { ManualClock } from '../support/clock.ts'
import { holds } from '../support/patch.ts'
import { temporaryFolder } from '../support/service.ts'
import { engines } from './engines.ts'

/** What keeps pictures must do, wherever it keeps them. Each factory gives a fresh one, and another view of the same. */
type Opened = { readonly pictures: Pictures; readonly again: () => Promise<Opened> }

const factories: Record<string, () => Promise<Opened>> = { disk: () => openDisk(temporaryFolder()) }

async function openDisk(folder: string): Promise<Opened> {
  const sqlite = new Sqlite(folder, { as: 'command' })
  onTestFinished(() => sqlite.close())
  sqlite.migrate()
  const user = { displayName: 'somebody', role: 'seller', blocked: false, createdAt: 1 } as const
  for (const id of [ANA, BEN]) await new SqliteAccounts(sqlite).addUser({ id, email: id, ...user }, 'password')
  const parts = { records: new SqlitePictures(sqlite), clock: new ManualClock(), limited: true, archive: null }
  return { pictures: await DiskPictures.open(folder, parts), again: () => openDisk(folder) }
}

const [ANA, BEN] = ['ana', 'ben']
const ana = { userId: ANA, bytesMax: null }

async function added(pictures: Pictures, bytes: Buffer, keeper: StorageOwner = ana) {
  const result = await pictures.add(bytes, keeper)
  if (result.result !== 'added') throw new Error(`not added: ${JSON.stringify(result)}`)
  return result
}

for (const [kind, opened] of Object.entries(factories)) {
  test(`${kind}: what was added is there, in both sizes, also to who opens it anew`, async () => {
    const { pictures, again } = await opened()
    const { name, width, height } = await added(pictures, await painted(2_000, 1_000))
    expect({ name, width, height }).toEqual({
      name: expect.stringMatching(/^[0-9a-f]{64}$/),
      width: 1_600,
      height: 800,
    })
    const other = (await again()).pictures
    for (const size of ['large', 'small'] as const) {
      const bytes = await pictures.read(name, size)
      expect(bytes?.toString('latin1', 8, 12)).toBe('WEBP')
      expect(await other.read(name, size)).toEqual(bytes)
    }
    expect([await pictures.has(name), await other.has(name)]).toEqual([true, true])
  })

  test(`${kind}: what was not added is not there`, async () => {
    const { pictures } = await opened()
    const name = '0'.repeat(64)
    expect([await pictures.has(name), await pictures.read(name, 'large')]).toEqual([false, null])
    expect(await pictures.add(Buffer.from('no picture'), ana)).toEqual({
      result: 'refused',
      why: 'must be a JPEG, PNG, WebP, AVIF or GIF',
    })
  })

  test(`${kind}: the same picture has one name, also when it comes twice at once`, async () => {
    const { pictures } = await opened()
    const bytes = await painted()
    const names = await Promise.all([bytes, bytes, bytes].map(async (one) => (await added(pictures, one)).name))
    expect(new Set(names).size).toBe(1)
    expect((await added(pictures, await painted(40, 30, '#00f'))).name).not.toBe(names[0])
  })

  test(`${kind}: beyond one that is decoded and those that may wait, it is busy, and soon no more`, async () => {
    const { pictures } = await opened()
    const bytes = await canvas(1_000, 1_000).png().toBuffer()
    const results = await Promise.all(Array.from({ length: 40 }, async () => (await pictures.add(bytes, ana)).result))
    const busy = results.filter((result) => result === 'busy').length
    expect(busy).toBeGreaterThanOrEqual(40 - limits.picturesAtOnce - limits.picturesWaitingMax)
    expect(results.slice(0, limits.picturesWaitingMax)).toEqual(Array(limits.picturesWaitingMax).fill('added'))
    await added(pictures, bytes)
  })

  test(`${kind}: many of one person hold up nobody else’s`, async () => {
    const { pictures } = await opened()
    const [large, small] = [await canvas(2_000, 2_000).png().toBuffer(), await painted()]
    const order: string[] = []
    const add = async (bytes: Buffer, userId: string) => {
      await added(pictures, bytes, { userId, bytesMax: null })
      order.push(userId)
    }
    await Promise.all([...Array.from({ length: 6 }, () => add(large, ANA)), add(small, BEN), add(small, BEN)])
    expect(order.lastIndexOf(BEN)).toBeLessThan(5)
  })

  test(`${kind}: a person’s pictures together are bound, whoever uploads the same second has it for nothing`, async () => {
    const { pictures } = await opened()
    const [one, two, three] = [
      await painted(40, 30, '#f00'),
      await painted(40, 30, '#0f0'),
      await painted(40, 30, '#00f'),
    ]
    await added(pictures, one, { userId: BEN, bytesMax: 300 })
    expect(await pictures.add(two, { userId: BEN, bytesMax: 300 })).toEqual({ result: 'quota' })
    await added(pictures, one, { userId: BEN, bytesMax: 0 })
    await added(pictures, two)
    await added(pictures, two, { userId: BEN, bytesMax: 300 })
    await added(pictures, three)
  })

  test(`${kind}: a person’s pixels in an hour are bound, before they are decoded`, async () => {
    holds(rates, { pixels: { perSecond: 5_000_000 / 3_600, burst: 5_000_000 } })
    const { pictures } = await opened()
    const [bytes, other] = [
      await canvas(2_000, 2_000).png().toBuffer(),
      await canvas(2_000, 2_000, '#00f').png().toBuffer(),
    ]
    await added(pictures, bytes)
    expect(await pictures.add(other, ana)).toEqual({ result: 'spent', retryAfterSeconds: 2_160 })
    await added(pictures, other, { userId: BEN, bytesMax: null })
  })

  test(`${kind}: an AVIF, which costs so much more to decode, is smaller, and counts for more`, async () => {
    holds(rates, { pixels: { perSecond: 7_000_000 / 3_600, burst: 7_000_000 } })
    const { pictures } = await opened()
    const bomb = await canvas(4_100, 4_000).avif({ effort: 0 }).toBuffer()
    expect(bomb.length).toBeLessThan(2_000)
    const started = performance.now()
    expect(await pictures.add(bomb, ana)).toEqual({
      result: 'refused',
      why: 'must not have more than 16000000 pixels as AVIF',
    })
    expect(performance.now() - started).toBeLessThan(5_000)
    // Of a megapixel each: as PNG there would be seven.
    const [avif, another] = [canvas(1_000, 1_000), canvas(1_000, 1_000, '#00f')].map((one) => one.avif({ effort: 0 }))
    await added(pictures, await avif!.toBuffer())
    expect(await pictures.add(await another!.toBuffer(), ana)).toMatchObject({ result: 'spent' })
  })
}

describe.each(Object.entries(engines))('%s', (_, open) => {
  async function opened() {
    const { accounts, ...others } = await open()
    const user = { displayName: 'somebody', role: 'seller', blocked: false, createdAt: 1 } as const
    for (const id of [ANA, BEN]) await accounts.addUser({ id, email: id, ...user }, 'password')
    return { ...others, accounts, records: others.pictures }
  }

  test('copies that are due come by person in turn, without those under way, and of one person no more than are read at once', async () => {
    const { records } = await opened()
    const addresses = Array.from({ length: 9 }, (_one, i) => `https://ana.example/${i}`)
    await records.want(addresses, ANA, 1)
    await records.want(['https://ben.example/0', 'https://ben.example/1'], BEN, 2)
    await records.want(['https://ben.example/later'], BEN, 4)
    const due = async (most: number, underWay: readonly string[] = []) =>
      (await records.dueCopies(3, most, underWay)).map(({ address }) => address.slice('https://'.length))
    const [first, second, third] = ['ana.example/0', 'ana.example/1', 'ana.example/2']
    expect(await due(3)).toEqual([first, 'ben.example/0', second])
    expect(await due(3, addresses.slice(0, 2))).toEqual(['ben.example/0', 'ben.example/1', third])
    expect(await due(3, addresses.slice(0, 3))).toEqual(['ben.example/0', 'ben.example/1'])
  })

  test('a copy is wanted once, tried again as it is told, and wanted anew where it was given up', async () => {
    const { records, accounts } = await opened()
    await records.want(['two', 'one', 'two'], ANA, 5)
    const copy = { address: 'one', userId: ANA, tries: 0 }
    expect(await records.dueCopies(4, 9, [])).toEqual([])
    expect(await records.dueCopies(5, 9, [])).toEqual([copy, { ...copy, address: 'two' }])
    await records.want(['one'], BEN, 3)
    expect(await records.dueCopies(4, 9, [])).toEqual([])
    await records.copyFailed('one', 8)
    expect(await records.dueCopies(8, 9, ['two'])).toEqual([{ ...copy, tries: 1 }])
    await records.copyFailed('one', null)
    expect(await records.dueCopies(99, 9, ['two'])).toEqual([])
    await records.want(['one'], BEN, 9)
    expect(await records.dueCopies(9, 9, ['two'])).toEqual([copy])
    await records.copied('one', 'our name')
    await records.want(['one'], BEN, 9)
    expect(await records.dueCopies(99, 9, ['two'])).toEqual([])
    expect([await records.copyOf('one'), await records.copyOf('two'), await records.copyOf('three')]).toEqual([
      'our name',
      null,
      null,
    ])
    expect(await records.copies()).toEqual(
      new Map([
        ['one', 'our name'],
        ['two', null],
      ]),
    )
    await accounts.eraseUser(ANA, 10)
    expect(await records.dueCopies(99, 9, [])).toEqual([])
    await records.forgetCopy('one')
    expect([...(await records.copies()).keys()]).toEqual(['two'])
  })

  test('a picture is of who uploaded it first, and as old as its last upload', async () => {
    const { records, accounts } = await opened()
    await records.record({ name: 'one', userId: null, bytes: 3_000_000_000, at: 1 })
    await records.record({ name: 'one', userId: ANA, bytes: 3_000_000_000, at: 2 })
    await records.record({ name: 'one', userId: BEN, bytes: 3_000_000_000, at: 3 })
    await records.record({ name: 'two', userId: ANA, bytes: 1, at: 1 })
    expect(await records.known()).toEqual(
      new Map([
        ['one', 3],
        ['two', 1],
      ]),
    )
    expect([await records.bytesOf(ANA), await records.bytesOf(BEN)]).toEqual([3_000_000_001, 0])
    await records.forget('one')
    expect(await records.bytesOf(ANA)).toBe(1)
    await accounts.eraseUser(ANA, 10)
    expect(await records.bytesOf(ANA)).toBe(0)
    expect(await records.known()).toEqual(new Map([['two', 1]]))
  })
})
