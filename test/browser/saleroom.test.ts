import { expect, test } from 'vitest'
import { FaultyStore } from '../support/faulty-store.ts'
import { ADMIN } from '../support/people.ts'
import { freePort } from '../support/process.ts'
import { openHouse, sharedHouse, temporaryFolder } from '../support/service.ts'
import { SPANISH_PHONE, at, bid, bidder, enter, listenIn, price, rows, showMore, standing, visit } from './visitors.ts'

test('two bidders and a watcher: outbid, extension, lost connection and catch-up, close', async () => {
  const house = await sharedHouse()
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

  // What leads is not said to be a maximum before it has answered anybody (PX-9).
  expect(await at(watcher, 'history').innerText()).not.toContain('automatic')

  // A standing maximum answers at once, and the one who bid learns why.
  expect(await bid(ben, '20,50')).toBe('outbid')
  await standing(ben, 'outbid')
  expect(await at(ben, 'answer').textContent()).toContain('máximo')
  await price(watcher, 2_150)
  expect(await at(watcher, 'history').locator('tr').first().innerText()).toMatch(/€21\.50\s*leads\s*automatic\s*P1/)
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
  const house = await sharedHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  const { client: ben } = await bidder(house, 'ben')
  const { client: cleo } = await bidder(house, 'cleo')
  await enter(ana, auctionId)
  expect(await bid(ana)).toBe('leading')
  await ben.bid(auctionId, { amount: 1_100 })
  await ana.locator('[data-testid=minimum][data-minor="1200"]').waitFor({ state: 'attached' })

  await ana.locator('[data-testid=bid][aria-disabled=false]').hover()
  await ana.mouse.down()
  await cleo.bid(auctionId, { amount: 1_500 })
  await price(ana, 1_500)
  expect(await at(ana, 'bid').textContent()).toBe('Bid €12.00up to €14.00')
  await ana.mouse.up()
  await ana.locator('[data-answer=refused]').waitFor()
  expect(await at(ana, 'answer').textContent()).toContain('€16.00 or more')
  expect(await at(ana, 'bid').textContent()).toBe('Bid €16.00up to €18.00')
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
  const house = await sharedHouse()
  const auctionId = await house.auction({ title: 'A clock', terms: { startPrice: 123_456 } })
  const page = await visit(house)
  await enter(page, auctionId)
  expect(await at(page, 'price').textContent()).toBe('€1,234.56')
  await at(page, 'language').selectOption('es')
  await page.locator('html[lang=es]').waitFor({ state: 'attached' })
  expect(await at(page, 'price').textContent()).toMatch(/^1\.234,56\s€$/)
  expect(await page.locator('html').getAttribute('lang')).toBe('es')
  await page.reload()
  await page.getByText('Precio').or(page.getByText('Empieza en')).first().waitFor()
})

test('the clock runs while nothing else happens; a screen reader is told what concerns its reader at once', async () => {
  const house = await openHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  const rival = await house.person('rival')
  await enter(ana, auctionId)
  const clock = () => at(ana, 'clock').textContent()
  const first = await clock()
  await expect.poll(clock).not.toBe(first)
  const second = await clock()
  await expect.poll(clock).not.toBe(second)
  await ana.goto('/')
  const left = () => ana.locator('.lot-card .when').textContent()
  const before = await left()
  await expect.poll(left).not.toBe(before)

  await enter(ana, auctionId)
  const urgent = ana.locator('[aria-live=assertive]')
  const polite = ana.locator('[aria-live=polite]')
  expect(await bid(ana)).toBe('leading')
  await expect.poll(() => polite.textContent()).toContain('You lead')
  await rival.bid(auctionId, { amount: 1_500 })
  await expect.poll(() => urgent.textContent()).toBe('Somebody bid more. The price is €15.00 now.')
  await house.admin.close(auctionId)
  await expect.poll(() => urgent.textContent()).toBe('Sold for €15.00 to paddle P2.')
})

test('a bid made void is said to be that, before and after the page is loaded anew', async () => {
  const house = await sharedHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  const rival = await house.person('rival')
  await enter(ana, auctionId)
  expect(await bid(ana)).toBe('leading')
  const [first] = (await house.admin.bids(auctionId)).items
  await house.admin.void(auctionId, first!.id, 'Card declined')
  await at(ana, 'standing').getByText('Your bid was made void by the house: Card declined').waitFor()
  expect(await at(ana, 'standing').textContent()).not.toContain('Outbid')
  await ana.reload()
  await at(ana, 'standing').getByText('Your bid was made void by the house').waitFor()
  expect(await ana.title()).not.toContain('Outbid')
  // A new bid, outbid by a rival, is just that.
  await ana.locator('[data-phase=live]').waitFor()
  expect(await bid(ana)).toBe('leading')
  await rival.bid(auctionId, { amount: 2_000 })
  await at(ana, 'standing').getByText('Somebody bid more. The price is €20.00 now.').waitFor()
  await house.admin.extend(auctionId, {
    closesAt: new Date(Date.now() + 7_200_000).toISOString(),
    reason: 'The telephones were down',
  })
  expect(await at(ana, 'extended').textContent()).toContain('The telephones were down')
})

test('the focus stays with the bidding: through a first bid by keyboard, and a question that Escape leaves', async () => {
  const house = await sharedHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  await enter(ana, auctionId)
  const focused = () => ana.evaluate(() => document.activeElement?.getAttribute('data-testid'))
  await at(ana, 'agree').press('Enter')
  await expect.poll(focused).toBe('bid')
  await showMore(ana)
  await ana.locator('#amount').fill('900')
  await at(ana, 'bid').press('Enter')
  await ana.waitForTimeout(500)
  await ana.keyboard.press('Enter')
  await expect.poll(focused).toBe('confirm-bid')
  await ana.keyboard.press('Escape')
  await expect.poll(focused).toBe('bid')
  await ana.locator('#amount').fill('10')
  expect(await bid(ana)).toBe('leading')
  await expect.poll(focused).toBe('raise')
})

test('the focus comes back to the bidding when the answer takes its time', async () => {
  const faulty = new FaultyStore()
  const house = await openHouse({}, { wrapStore: faulty.wrap })
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const { page: ana } = await bidder(house, 'ana')
  await enter(ana, auctionId)
  const release = faulty.hold()
  await at(ana, 'agree').press('Enter')
  await at(ana, 'bid').press('Enter')
  await ana.waitForTimeout(500)
  await at(ana, 'bid').press('Enter')
  await ana.locator('[data-answer=sending]').waitFor()
  // Some frames in which nothing can have the focus.
  for (let i = 0; i < 5; i += 1) await ana.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  release()
  await standing(ana, 'leading')
  await expect.poll(() => ana.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('raise')
})

test('a seller sees their own draft; after signing in nobody is sent elsewhere', async () => {
  const house = await sharedHouse()
  const draft = await house.auction({ title: 'Secret plans', status: 'draft' })
  const page = await visit(house)
  await page.goto(`/account?next=${encodeURIComponent(`/auctions/${draft}`)}`)
  const signIn = async () => {
    await page.locator('#email').fill(ADMIN.email)
    await page.locator('#password').fill(ADMIN.password)
    await page.locator('button[type=submit]').click()
  }
  await signIn()
  await page.getByRole('heading', { name: 'Secret plans' }).waitFor()
  for (const next of [
    '//evil.example',
    '/%09/evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:1',
  ]) {
    await page.context().clearCookies()
    await page.goto(`/account?next=${next}`)
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await signIn()
    await page.locator('.account-page header h1').waitFor()
    expect(page.url().startsWith(house.url)).toBe(true)
  }
})

test('[WHO-2] a bid of staff is marked in the saleroom, also without JavaScript', async () => {
  const house = await openHouse({ STAFF_BIDS: 'on' })
  const [staff, ana] = [await house.person('staff', 'admin'), await house.person('ana')]
  const id = await house.auction({ title: 'A clock' })
  await ana.bid(id, { amount: 1_000 })
  await staff.bid(id, { amount: 2_000 })
  const watcher = await visit(house, SPANISH_PHONE)
  await enter(watcher, id)
  const lines = at(watcher, 'history').locator('tr')
  expect(await lines.first().innerText()).toMatch(/P2\s*la casa/)
  expect(await lines.last().innerText()).not.toContain('la casa')
  await staff.bid(id, { maximum: 9_000 })
  await ana.bid(id, { amount: 4_000 })
  await price(watcher, 4_100)
  expect((await lines.allInnerTexts()).filter((line) => /P1[\s\S]*la casa/.test(line))).toEqual([])
  const plain = await visit(house, { ...SPANISH_PHONE, javaScriptEnabled: false })
  await plain.goto(`/auctions/${id}`)
  expect(await plain.locator('main').innerText()).toMatch(/P2 \(la casa\)/)
})

test('[VOID-3] whoever leads again by a void reads that their maximum is known, and lowers it; the desk says so before', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ title: 'A clock' })
  const { page, client } = await bidder(house, 'ana', SPANISH_PHONE)
  const ben = await house.person('ben')
  await client.bid(id, { maximum: 200_000 })
  await ben.bid(id, { maximum: 300_000 })
  await enter(page, id)
  await standing(page, 'outbid')
  const admin = await visit(house)
  await admin.goto('/account?next=/desk')
  await admin.locator('#email').fill(ADMIN.email)
  await admin.locator('#password').fill(ADMIN.password)
  await admin.locator('button[type=submit]').click()
  const board = admin.locator(`[data-testid=live-lot][data-auction="${id}"]`)
  await board.locator('[data-act=void]').first().click()
  expect(await board.getByTestId('ask').textContent()).toContain('everyone knows their maximum')
  await board.getByTestId('void-pauses').check()
  await board.getByTestId('reason').fill('not paid last time')
  await admin.waitForTimeout(400)
  await board.getByTestId('yes').click()
  await board.locator('[data-act=resume]').waitFor()

  const form = at(page, 'lower-maximum')
  await form.waitFor()
  expect(await form.textContent()).toContain('Todos han visto su máximo de')
  expect(await form.locator('input').inputValue()).toBe('10,00')
  await form.locator('input').fill('9,99')
  expect(await form.locator('button').getAttribute('aria-disabled')).toBe('true')
  await form.locator('input').fill('77,77')
  await form.locator('button').click()
  await form.waitFor({ state: 'detached' })
  expect(await at(page, 'own-maximum').textContent()).toContain('77,77')
  await house.admin.resume(id)
  expect(await client.bid(id, { maximum: 8_000 }).catch((error: unknown) => String(error))).toMatchObject({
    outcome: 'raised',
  })
})
