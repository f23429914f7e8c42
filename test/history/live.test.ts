import { expect, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { History } from './history.ts'
import { sharedClock } from './house.ts'
import { playLive } from './live.ts'

test('twelve bidders on mixed transports, watchers that come and go, and an admin at the hammer: the checker finds nothing', async () => {
  const { now, clock } = sharedClock()
  expect(await playLive(new History(now), [await openHouse({}, { clock })])).toEqual([])
})
