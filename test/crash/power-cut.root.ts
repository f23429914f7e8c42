import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { throughCut, lostOf } from './kit/cuts.ts'
import { Disk } from './kit/disk.ts'
import { CrashHouse } from './kit/house.ts'

const CUTS = Number(process.env['CRASH_CUTS'] ?? 40)
const normal = fileURLToPath(new URL('./kit/synchronous-normal.ts', import.meta.url))

test(`[power] ${CUTS} cuts under load lose nothing that was told`, { timeout: 600_000 }, async () => {
  const { disk, house } = await houseOnDisk()
  for (let cuts = 0; cuts < CUTS; cuts += 1) expect(await lostOf(await throughCut(house, disk))).toBe(0)
  const found = await house.checkAll()
  expect(found.lost).toBe(0)
  expect(found.told).toBeGreaterThanOrEqual(CUTS * 20)
})

test(
  '[power] the cut is a real one: where SQLite is left to synchronous = NORMAL, told bids are lost',
  { timeout: 600_000 },
  async () => {
    const { disk, house } = await houseOnDisk({ NODE_OPTIONS: `--import ${normal}` })
    let losing = 0
    for (let cuts = 0; cuts < CUTS; cuts += 1) if ((await lostOf(await throughCut(house, disk))) > 0) losing += 1
    process.stdout.write(`synchronous = NORMAL: ${losing} of ${CUTS} cuts lost told bids\n`)
    expect(losing).toBeGreaterThan(0)
  },
)

async function houseOnDisk(env: Readonly<{ [name: string]: string }> = {}) {
  const disk = new Disk(256)
  const dataDir = join(disk.folder, 'data')
  mkdirSync(dataDir)
  const house = await CrashHouse.open(dataDir, env)
  // A clean end brings the people and the auctions to the disk, whatever the setting: only bids are at stake.
  await house.kill('SIGTERM')
  await house.start()
  return { disk, house }
}
