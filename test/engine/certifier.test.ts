import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SECOND_MS } from '../../src/domain/instant.ts'
import { isConsistent, rootFromInclusion } from '../../src/ledger/merkle.ts'
import type { LogProof } from '../../src/ledger/statements.ts'
import { verify } from '../ledger/support.ts'
import { ManualClock } from '../support/clock.ts'
import { storeWith } from '../support/patch.ts'
import { type House, openHouse } from '../support/service.ts'

type Root = { readonly size: number; readonly root: string }

const asked = (house: House, path: string) => fetch(`${house.url}/v1${path}`)
const got = async <Body>(house: House, path: string) => (await asked(house, path)).json() as Promise<Body>
const proofOf = (house: House, id: string) => got<LogProof>(house, `/log/proof?auction=${id}`)

/** Whose log takes nothing until it is allowed. */
function stuck() {
  const log = { takes: false }
  const wrapStore = storeWith((store) => ({
    certify: (...asks) => (log.takes ? store.certify(...asks) : Promise.reject(new Error('the log takes nothing'))),
  }))
  return { log, wrapStore }
}

test('a close waits for no certificate: it is certified later, and a ledger is exported with it or not at all', async () => {
  const clock = new ManualClock()
  const { log, wrapStore } = stuck()
  const house = await openHouse({}, { clock, wrapStore })
  const id = await house.auction()
  expect(await house.admin.close(id)).toMatchObject({ status: 'closed' })
  expect((await asked(house, `/auctions/${id}/ledger`)).status).toBe(500)
  expect((await got<Root>(house, '/log/checkpoint')).size).toBe(1)
  log.takes = true
  await clock.advance(SECOND_MS)
  expect((await got<Root>(house, '/log/checkpoint')).size).toBe(2)
  const ledger = (await (await asked(house, `/auctions/${id}/ledger`)).text()).split('\n')
  expect(await verify(ledger.filter((line) => line !== ''))).toMatchObject({ ok: true })
})

test('[STORE-10] what was over and not certified when the service ended is certified behind the next start, once', async () => {
  const { wrapStore } = stuck()
  const first = await openHouse({}, { wrapStore })
  const ids = [await first.auction(), await first.auction()]
  for (const id of ids) await first.admin.close(id)
  await first.service.close()
  const second = await openHouse({}, {}, first.dataDir)
  const proofs = await Promise.all(ids.map((id) => proofOf(second, id)))
  expect(proofs.map(({ index }) => index)).toEqual([1, 2])
  expect((await got<Root>(second, '/log/checkpoint')).size).toBe(3)
})

test('[STORE-10] a log of before its tree was stored is completed at the start: old roots go on, and every proof leads to the new one', async () => {
  const first = await openHouse()
  const ids: string[] = []
  for (let i = 0; i < 5; i += 1) {
    const id = await first.auction()
    ids.push(id)
    await first.admin.close(id)
  }
  const before = await got<Root>(first, '/log/checkpoint')
  await first.service.close()
  const db = new Database(join(first.dataDir, 'martillo.db'))
  const trigger = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'log_nodes_no_delete'").get() as {
    sql: string
  }
  db.exec(`DROP TRIGGER log_nodes_no_delete; DELETE FROM log_nodes; ${trigger.sql}`)
  db.close()

  const second = await openHouse({}, {}, first.dataDir)
  expect(await got<Root>(second, '/log/checkpoint')).toMatchObject({ size: before.size, root: before.root })
  const added = await second.auction()
  await second.admin.close(added)
  const after = await got<Root>(second, '/log/checkpoint')
  const { hashes } = await got<{ hashes: string[] }>(second, `/log/consistency?from=${before.size}&to=${after.size}`)
  expect(isConsistent(before, after, hashes)).toBe(true)
  for (const id of [...ids, added]) {
    const { certificate, index, size, hashes: path } = await proofOf(second, id)
    expect(rootFromInclusion(certificate, index, size, path)).toBe(after.root)
  }
})

test('[STORE-11] the outbox is emptied behind its consumers, and its positions never begin anew', async () => {
  const house = await openHouse()
  const db = new Database(join(house.dataDir, 'martillo.db'), { readonly: true })
  const positions = () => db.prepare('SELECT min(position) AS least, max(position) AS most FROM outbox').get() as Range
  const consumed = () => db.prepare("SELECT position FROM consumers WHERE name = 'notifier'").pluck().get() as number
  type Range = { readonly least: number; readonly most: number }
  const closeOne = async () => {
    const id = await house.auction()
    await house.admin.close(id)
    await proofOf(house, id)
    // The notifier comes behind: rows stay for it until the next certificate.
    await expect.poll(() => consumed()).toBe(positions().most)
  }
  await closeOne()
  const first = positions()
  await closeOne()
  const second = positions()
  db.close()
  expect(second.most).toBe(first.most + 2)
  expect(second.least).toBeGreaterThan(first.most)
})
