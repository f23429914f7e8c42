import { afterAll, beforeAll, test } from 'vitest'
import { temporaryFolder } from '../support/service.ts'
import { AttackedHouse } from './kit/house.ts'
import { count } from './kit/form.ts'
import { mkdtempSync } from 'node:fs'

let house: AttackedHouse
beforeAll(async () => { house = await AttackedHouse.open(mkdtempSync('/tmp/hostile-')) })
afterAll(() => house.close())
for (const [name, n] of [['hugeFrames', 200], ['endlessFrames', 200], ['emptyFragments', 20], ['pings', 20], ['pongs', 20], ['brokenFrames', 160], ['brokenUpgrades', 280], ['bidRequests', 20], ['bidMessages', 10], ['signIns', 20], ['subscriptions', 10], ['comingAndGoing', 20], ['halfClosed', 50], ['ofOneUser', 300], ['ofNobody', 2200], ['neverReadAnswers', 100]] as const)
  test(name, { timeout: 60_000 }, async () => {
    await house.withstand(name, n)
  })
