import { expect, test } from 'vitest'
import { DiskPictures } from '../../src/adapters/disk-pictures.ts'
import { limits } from '../../src/config.ts'
import type { Pictures } from '../../src/engine/ports.ts'
import { canvas, painted } from '../support/pictures.ts'
import { temporaryFolder } from '../support/service.ts'

/** What keeps pictures must do, wherever it keeps them. Each factory gives a fresh one, and another view of the same. */
type Opened = { readonly pictures: Pictures; readonly again: () => Promise<Opened> }

const factories: Record<string, () => Promise<Opened>> = { disk: () => openDisk(temporaryFolder()) }

async function openDisk(folder: string): Promise<Opened> {
  return { pictures: await DiskPictures.open(folder), again: () => openDisk(folder) }
}

async function added(pictures: Pictures, bytes: Buffer) {
  const result = await pictures.add(bytes)
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
    expect(await pictures.add(Buffer.from('no picture'))).toEqual({
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
    const results = await Promise.all(Array.from({ length: 40 }, async () => (await pictures.add(bytes)).result))
    const busy = results.filter((result) => result === 'busy').length
    expect(busy).toBeGreaterThanOrEqual(40 - limits.picturesAtOnce - limits.picturesWaitingMax)
    expect(results.slice(0, limits.picturesWaitingMax)).toEqual(Array(limits.picturesWaitingMax).fill('added'))
    await added(pictures, bytes)
  })
}
