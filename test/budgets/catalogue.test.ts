import { expect, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { FRAME_MS, expectCalm, forgetFrames, seenBy, watchLayout } from './layout.ts'
import { at, visit } from '../browser/visitors.ts'

test('a thousand auctions can be looked through without a stutter, and their prices move over one socket', async () => {
  const house = await openHouse()
  const ids: string[] = []
  for (let n = 0; n < 1_000; n += 50)
    ids.push(
      ...(await Promise.all(Array.from({ length: 50 }, (_, i) => house.auction({ title: `Lot ${1_000 - n - i}` })))),
    )
  const page = await visit(house)
  await watchLayout(page)
  let sockets = 0
  page.on('websocket', () => (sockets += 1))
  await page.goto('/?sort=newest')
  const lots = page.getByTestId('lot')
  await lots.first().waitFor()
  // Down to the last one, as fast as a thumb flings.
  const down = () =>
    page.evaluate(async () => {
      scrollBy({ top: 900 })
      // A browser that draws nothing is to be told from one that hangs.
      await new Promise((drawn) => (requestAnimationFrame(drawn), setTimeout(drawn, 1_000)))
    })
  const until = performance.now() + 60_000
  while ((await lots.count()) < 1_000 && performance.now() < until) await down()
  const failed = await page.getByText('could not be read').count()
  expect([await lots.count(), await at(page, 'lots').getAttribute('aria-busy'), failed]).toEqual([1_000, 'false', 0])
  await forgetFrames(page)
  for (let n = 0; n < 60; n += 1) await page.mouse.wheel(0, n % 30 < 15 ? -700 : 700)
  await page.waitForTimeout(1_500)
  const { frames } = await seenBy(page)
  const sorted = frames.toSorted((a, b) => a - b)
  expect(sorted[Math.floor(frames.length * 0.9)]).toBeLessThan(FRAME_MS * 2.5)
  await expectCalm(page)

  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  const last = lots.last()
  await last.waitFor()
  const shownId = (await last.getAttribute('data-auction'))!
  await page.waitForTimeout(400)
  await (await house.person('rival')).bid(shownId, { amount: 7_700 })
  await last.getByText('€77.00').waitFor()
  expect(sockets).toBe(1)
  // Most of it is making them: each is durable twice, as a claim of its key and as an auction, and other tests write beside.
}, 240_000)
