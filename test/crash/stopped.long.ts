import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/service.ts'
import { certainOffer, placed } from './kit/bidding.ts'
import { eventsOf, verifies } from './kit/check.ts'
import { pause } from './kit/form.ts'
import { CrashHouse } from './kit/house.ts'

const STOP_MS = 32_000

test('[SC-5] a process stopped for 32 s across an end gives that time back, and what ended before stays ended', async () => {
  const house = await CrashHouse.open(temporaryFolder())
  const [ended, cut, later] = [await house.auction(1), await house.auction(10), await house.auction(600)]
  const before = await house.admin.auction(cut)
  const laterBefore = await house.admin.auction(later)
  await pause(2_000)
  house.service.child.kill('SIGSTOP')
  await pause(STOP_MS)
  house.service.child.kill('SIGCONT')
  const attempt = { auction: cut, bidder: house.bidders[0]!, key: 'after the stop', offer: certainOffer() }
  expect(await placed(attempt)).toMatchObject({ outcome: 'leading' })
  const after = await house.admin.auction(cut)
  const movedMs = Date.parse(after.closesAt!) - Date.parse(before.closesAt!)
  expect(movedMs).toBeGreaterThanOrEqual(STOP_MS - 100)
  expect(movedMs).toBeLessThan(STOP_MS + 2_000)
  const events = await eventsOf(house.url, cut)
  expect(events[2]).toMatchObject({ type: 'closing.extended', data: { reason: 'outage' } })
  expect(await house.admin.auction(later)).toMatchObject({ status: 'open', closesAt: laterBefore.closesAt })
  expect((await house.admin.auction(ended)).status).toBe('closed')
  await pause(Date.parse(after.closesAt!) - Date.now() + 500)
  expect(await house.admin.auction(cut)).toMatchObject({ status: 'closed', closesAt: after.closesAt })
  for (const id of [ended, cut, later]) await verifies(house.url, id, (await eventsOf(house.url, id)).length)
})
