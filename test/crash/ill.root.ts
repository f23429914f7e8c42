import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lostOf } from './kit/cuts.ts'
import { Disk, fillUp, smallFolder } from './kit/disk.ts'
import { pause } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'
import { bearsIllness, goesOn, recovers } from './kit/ill.ts'

async function houseOn(disk: Disk): Promise<CrashHouse> {
  const dataDir = join(disk.folder, 'data')
  mkdirSync(dataDir)
  return CrashHouse.open(dataDir)
}

async function saysItIsIll(house: CrashHouse): Promise<void> {
  const ready = async () => (await fetch(`${house.url}/readyz`)).status
  await expect.poll(ready, { timeout: 60_000, interval: 20 }).toBe(503)
}

test('[ill] a disk that is gone: no answer is false, what is in memory is still read, and after it is back all is there', async () => {
  const disk = new Disk(256)
  const house = await houseOn(disk)
  const load = await house.load({ patient: true })
  disk.cut()
  await pause(200)
  await bearsIllness(house, { disk: 'gone' })
  await house.kill()
  await load.stop()
  disk.remount()
  await house.start()
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})

test('[ill] a full disk: nothing is answered falsely, reads go on, and with room again it goes on by itself', async () => {
  const disk = new Disk(32)
  const house = await houseOn(disk)
  const load = await house.load({ patient: true })
  const empty = fillUp(disk.folder)
  await saysItIsIll(house)
  const read = await fetch(`${house.url}/v1/auctions/${house.auctions[0]!}`)
  expect(read.status).toBe(200)
  await pause(2_000)
  empty()
  await recovers(house)
  await load.stop()
  await (await house.load()).stop()
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})

test('[ill] an fsync that fails, and a file system that then refuses writes: reads go on, and after repair all is there', async () => {
  const memory = smallFolder(128)
  const disk = new Disk(512, { on: memory })
  const house = await houseOn(disk)
  const load = await house.load({ patient: true })
  const empty = fillUp(memory)
  await saysItIsIll(house)
  await bearsIllness(house)
  await house.kill()
  await load.stop()
  empty()
  disk.repair()
  await house.start()
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})

test('[ill] an fsync that failed is no promise: it recovers by itself, and a power cut on top of that loses nothing', async () => {
  const memory = smallFolder(128)
  const disk = new Disk(512, { on: memory })
  disk.season()
  const house = await houseOn(disk)
  let recoveries = 0
  for (let i = 0; i < 8; i += 1) {
    const first = house.record.told.length
    const load = await house.load({ patient: true })
    const empty = fillUp(memory)
    await saysItIsIll(house)
    await pause(700)
    empty()
    // ext4 may have given up, now or with the next page it writes back: then only a repair helps, and the cut comes at once.
    const wentOn = await goesOn(house).catch((error: unknown) => {
      if (disk.isWritable) throw error
      return false
    })
    if (wentOn) recoveries += 1
    await house.losePower(disk, load)
    disk.repair()
    await house.start()
    const told = house.record.told.slice(first)
    expect({ round: i, told: told.length, lost: await lostOf(told) }).toMatchObject({ lost: 0 })
  }
  expect(recoveries).toBeGreaterThan(0)
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})

test('[ill] a disk that hangs for seconds: readyz says so, reads go on, no bid is answered falsely, then it goes on by itself', async () => {
  // Frozen is the file system below, on which the image lies: here writes reach a disk that does not answer.
  const below = new Disk(512)
  const house = await houseOn(new Disk(256, { on: below.folder }))
  const load = await house.load({ patient: true })
  below.freeze()
  await pause(500)
  const before = house.record.told.length
  await saysItIsIll(house)
  const [id] = house.auctions
  for (const path of [`/v1/auctions/${id}`, `/v1/auctions/${id}/ledger`, '/v1/auctions', '/healthz']) {
    const asked = performance.now()
    expect((await fetch(`${house.url}${path}`)).status).toBe(200)
    expect(performance.now() - asked).toBeLessThan(1_000)
  }
  await pause(2_000)
  const during = house.record.told.length - before
  below.thaw()
  await recovers(house)
  expect(during).toBe(0)
  await load.stop()
  await (await house.load()).stop()
  expect(await house.checkAll()).toMatchObject({ lost: 0 })
})
