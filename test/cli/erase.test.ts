import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verify } from '../ledger/support.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'
import { martillo } from '../support/command.ts'

test('an erased person is gone from every file, and every ledger still verifies', async () => {
  const house = await openHouse()
  const env = { DATA_DIR: house.dataDir }
  const [ana, ben] = [await house.person('Anastasia Unique'), await house.person('Ben')]
  const { id: anaId, email } = (await ana.me()) as { id: string; email: string }
  const id = await house.auction()
  const kept = await ana.bid(id, { maximum: 5_000 }, 'my-very-own-key')
  await ben.bid(id, { amount: 2_000 })
  expect(await martillo(['user', 'erase', email], env)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not over/),
  })
  await house.admin.close(id)
  const ledger = async () => (await (await fetch(`${house.url}/v1/auctions/${id}/ledger`)).text()).trimEnd().split('\n')
  const before = await ledger()

  expect(await martillo(['user', 'hold', email, '--reason', 'a dispute'], env)).toMatchObject({ code: 0 })
  expect(await martillo(['user', 'erase', email], env)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/a dispute/),
  })
  expect(await martillo(['user', 'hold', email], env)).toMatchObject({ code: 1 })
  const second = await martillo(['user', 'hold', email, '--reason', 'the law'], env)
  expect(second).toMatchObject({ code: 1, err: expect.stringMatching(/on hold already: a dispute/) })
  expect(await martillo(['user', 'hold', email, '--release'], env)).toMatchObject({ code: 0 })
  expect(bytes(house.dataDir)).toContain('Anastasia Unique')
  expect(await martillo(['user', 'erase', email], env)).toMatchObject({ code: 0, err: '' })
  expect(await martillo(['user', 'erase', email], env)).toMatchObject({ code: 1 })

  const left = bytes(house.dataDir)
  for (const secret of ['Anastasia', email, kept.bid.salt, 'my-very-own-key', kept.receipt])
    expect(left.includes(secret), secret).toBe(false)
  expect(await ledger()).toEqual(before)
  expect(await martillo(['audit', id], env)).toMatchObject({ code: 0, out: expect.stringContaining('1 bids open') })
  expect(await martillo(['audit', 'none'], env)).toMatchObject({ code: 1 })
  expect(await verify(before, { receipts: [{ name: 'hers', text: JSON.stringify(kept) }] })).toMatchObject({ ok: true })
  await expect(ana.me()).rejects.toMatchObject({ problem: { code: 'unauthenticated' } })
  const { items } = await house.admin.bidders(id)
  expect(items[0]).toMatchObject({ paddle: 'P1', user: { id: anaId, displayName: 'Erased', email: `erased-${anaId}` } })
})

test('the only admin is not erased, one of two is', async () => {
  const env = { DATA_DIR: temporaryFolder() }
  for (const name of ['one', 'two'])
    await martillo(['user', 'add', `${name}@house.example`, '--role', 'admin', '--password', 'a long password'], env)
  expect(await martillo(['user', 'erase', 'one@house.example'], env)).toMatchObject({ code: 0 })
  const last = await martillo(['user', 'erase', 'two@house.example'], env)
  expect(last).toMatchObject({ code: 1, err: expect.stringMatching(/only admin/) })
})

/** All that is on disk, byte by byte. */
function bytes(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n')
}
