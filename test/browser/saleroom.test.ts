import { expect, test } from 'vitest'
import { freePort } from '../support/process.ts'
import { openHouse, temporaryFolder } from '../support/service.ts'
import { SPANISH_PHONE, at, bid, bidder, enter, listenIn, price, rows, standing, visit } from './visitors.ts'

test('two bidders and a watcher: outbid, extension, lost connection and catch-up, close', async () => {
  const house = await openHouse()
  const softClose = { windowSeconds: 600, extensionSeconds: 600 }
  const terms = { startPrice: 1_000, increments: 100, softClose }
  const auctionId = await house.auction({ title: 'A clock', terms, durationSeconds: 300 })
  const { page: ana } = await bidder(house, 'ana')
  const { page: ben } = await bidder(house, 'ben', SPANISH_PHONE)
  const watcher = await visit(house)
  const heard = [ben, watcher].map(listenIn)
  for (const page of [ana, ben, watcher]) await enter(page, auctionId)
  expect(await at(watcher, 'bid').count()).toBe(0)

  // The first bid is confirmed, leads, and moves the end that is near for everyone.
  expect(await bid(ana, '777.77', 'maximum')).toBe('leading')
  await standing(ana, 'leading')
  for (const page of [ana, ben, watcher]) {
    await price(page, 1_000)
    await at(page, 'extended').waitFor()
  }

  // A standing maximum answers at once, and the one who bid learns why.
  expect(await bid(ben, '20,50')).toBe('outbid')
  await standing(ben, 'outbid')
  expect(await at(ben, 'answer').textContent()).toContain('máximo')
  await price(watcher, 2_150)
  // The maximum that stands was in nothing that others received.
  expect(heard.every((frames) => frames.length > 0)).toBe(true)
  expect(heard.flat().filter((frame) => frame.includes('77777'))).toEqual([])

  // Whoever is offline sees that what is shown is old, cannot bid, and catches up.
  await ana.context().setOffline(true)
  await ana.locator('[data-phase=offline]').waitFor()
  expect(await at(ana, 'raise').isDisabled()).toBe(true)
  expect(await bid(ben, '800,00')).toBe('leading')
  await price(watcher, 80_000)
  expect(await at(ana, 'price').getAttribute('data-minor')).toBe('2150')
  await ana.context().setOffline(false)
  await ana.locator('[data-phase=live]').waitFor()
  await price(ana, 80_000)
  await standing(ana, 'outbid')
  expect(await ana.title()).toContain('Outbid')
  expect(await rows(ana)).toBe(3)

  // The hammer: everyone reads the same end, each in their own way.
  await house.admin.close(auctionId)
  for (const page of [ana, ben, watcher]) await page.locator('[data-testid=result][data-result=sold]').waitFor()
  await standing(ben, 'won')
  await standing(ana, 'lost')
  expect(await at(ben, 'result').textContent()).toContain('800,00')
  expect(await at(watcher, 'result').textContent()).toContain('Sold for €800.00 to paddle P2')
  expect(await ana.locator('[data-testid=bid]').count()).toBe(0)
})

test('a pressed button sends the amount it showed, whatever happened meanwhile', async () => {
  const house = await openHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  const { client: ben } = await bidder(house, 'ben')
  const { client: cleo } = await bidder(house, 'cleo')
  await enter(ana, auctionId)
  expect(await bid(ana)).toBe('leading')
  await ben.bid(auctionId, { amount: 1_100 })
  await ana.locator('[data-testid=minimum][data-minor="1200"]').waitFor()

  await at(ana, 'bid').hover()
  await ana.mouse.down()
  await cleo.bid(auctionId, { amount: 1_500 })
  await price(ana, 1_500)
  expect(await at(ana, 'bid').textContent()).toBe('Bid €12.00')
  await ana.mouse.up()
  await ana.locator('[data-answer=refused]').waitFor()
  expect(await at(ana, 'answer').textContent()).toContain('€16.00 or more')
  expect(await at(ana, 'bid').textContent()).toBe('Bid €16.00')
  expect((await cleo.bids(auctionId)).items.map(({ amount }) => amount)).toEqual([1_500, 1_100, 1_000])
})

test('a restart of the service is waited out, and bidding goes on', async () => {
  const dataDir = temporaryFolder()
  const environment = { PORT: String(await freePort()) }
  const first = await openHouse(environment, {}, dataDir)
  const auctionId = await first.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(first, 'ana')
  await enter(ana, auctionId)
  expect(await bid(ana)).toBe('leading')
  await first.service.close()
  await ana.locator('[data-phase=reconnecting], [data-phase=offline]').first().waitFor()
  const second = await openHouse(environment, {}, dataDir)
  await (await second.person('ben')).bid(auctionId, { amount: 1_500 })
  await ana.locator('[data-phase=live]').waitFor()
  await price(ana, 1_500)
  await standing(ana, 'outbid')
  expect(await bid(ana)).toBe('leading')
})

test('the language changes at once, with every figure, and is kept', async () => {
  const house = await openHouse()
  const auctionId = await house.auction({ title: 'A clock', terms: { startPrice: 123_456 } })
  const page = await visit(house)
  await enter(page, auctionId)
  expect(await at(page, 'price').textContent()).toBe('€1,234.56')
  await at(page, 'language').click()
  await page.locator('html[lang=es]').waitFor({ state: 'attached' })
  expect(await at(page, 'price').textContent()).toMatch(/^1\.234,56\s€$/)
  expect(await page.locator('html').getAttribute('lang')).toBe('es')
  await page.reload()
  await page.getByText('Precio').or(page.getByText('Empieza en')).first().waitFor()
})
