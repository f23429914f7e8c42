import { randomInt } from 'node:crypto'
import { placed } from './bidding.ts'
import type { Disk } from './disk.ts'
import { pause } from './form.ts'
import type { CrashHouse } from './house.ts'
import type { Told } from './record.ts'

/** Load, then the power is cut at some instant and comes back, and the service is started. Gives what was told since. */
export async function throughCut(house: CrashHouse, disk: Disk): Promise<readonly Told[]> {
  const before = house.record.told.length
  const load = await house.load()
  await pause(randomInt(0, 60))
  await house.losePower(disk, load)
  disk.remount()
  await house.start()
  return house.record.told.slice(before)
}

/** How many of these are not answered as they were. */
export async function lostOf(told: readonly Told[]): Promise<number> {
  let lost = 0
  for (const { answer, ...attempt } of told)
    if (JSON.stringify(await placed(attempt)) !== JSON.stringify(answer)) lost += 1
  return lost
}
