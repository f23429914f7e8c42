import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { SPANISH_PHONE, at, bid, bidder, enter, price, standing, visit } from './visitors.ts'

const PHONE = { ...SPANISH_PHONE, hasTouch: true, isMobile: true }

test('from sign-up to a won auction, on a phone, with a thumb', async () => {
  const house = await sharedHouse()
  const auctionId = await house.auction({ title: 'Un reloj', terms: { startPrice: 1_000, increments: 100 } })
  const rival = await house.person('rival')
  const page = await visit(house, PHONE)

  // A visitor finds the lot, and is led to sign up and back again.
  await page.goto('/')
  await page.getByRole('link', { name: 'Un reloj' }).tap()
  await page.locator('[data-phase=live]').waitFor()
  await page.getByRole('link', { name: 'Entre para pujar' }).tap()
  await page.getByRole('button', { name: /Cree una/ }).tap()
  await page.locator('#display-name').fill('Ana')
  await page.locator('#email').fill('ana@people.example')
  await page.locator('#password').fill('una contraseña larga')
  await page.locator('button[type=submit]').tap()
  await page.waitForURL(`**/auctions/${auctionId}`)
  await page.locator('[data-phase=live]').waitFor()

  // That bids are binding is said once; the first bid of a lot is held, and a tap alone sends nothing.
  await at(page, 'agree').tap()
  expect(await at(page, 'bid').textContent()).toMatch(/^Pujar 10,00\s€Mantenga pulsado · hasta 12,00\s€$/)
  await at(page, 'bid').tap()
  await page.waitForTimeout(500)
  expect((await house.admin.auction(auctionId)).bidCount).toBe(0)
  await at(page, 'bid').tap()
  await standing(page, 'leading')
  expect(await at(page, 'bid').count()).toBe(0)

  // Outbid: the bar at the foot says so, and the next step is one tap away, unasked.
  await rival.bid(auctionId, { amount: 1_500 })
  await standing(page, 'outbid')
  expect(await page.locator('.bar-line').innerText()).toMatch(/Superada/)
  expect(await page.title()).toContain('Superada')
  await page.locator('.step').nth(1).tap()
  expect(await at(page, 'bid').textContent()).toMatch(/^Pujar 17,00\s€$/)
  await at(page, 'bid').tap()
  await standing(page, 'leading')
  await price(page, 1_700)
  await rival.bid(auctionId, { amount: 2_000 })
  await standing(page, 'outbid')
  expect(await bid(page, '30,00', 'maximum')).toBe('leading')
  expect(await at(page, 'own-maximum').textContent()).toMatch(/30,00/)

  // The hammer comes down: a moment for all, and a result that stays.
  await house.admin.close(auctionId)
  await standing(page, 'won')
  expect(await at(page, 'moment').textContent()).toMatch(/Adjudicada/)
  expect(await at(page, 'result').textContent()).toMatch(/Adjudicada por 21,00\s€ a usted/)

  await page.getByRole('link', { name: 'Mis pujas' }).tap()
  const lot = page.locator('[data-testid=my-lot][data-standing=won]')
  await lot.waitFor()
  expect(await lot.innerText()).toMatch(/Un reloj[\s\S]*21,00\s€/)
})

test('my bids follow what happens elsewhere', async () => {
  const house = await sharedHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const rival = await house.person('rival')
  const page = await visit(house)
  await page.goto('/account?next=/')
  await page.getByRole('button', { name: /Create one/ }).click()
  await page.locator('#display-name').fill('Ben')
  await page.locator('#email').fill('ben@people.example')
  await page.locator('#password').fill('a long password')
  await page.locator('button[type=submit]').click()
  await page.waitForURL(`${house.url}/`)
  await enter(page, auctionId)
  expect(await bid(page)).toBe('leading')
  await page.goto('/bids')
  await page.locator('[data-testid=my-lot][data-standing=leading]').waitFor()
  await rival.bid(auctionId, { amount: 1_500 })
  await page.locator('[data-testid=my-lot][data-standing=outbid]').waitFor()
  await house.admin.close(auctionId)
  await page.locator('[data-testid=my-lot][data-standing=lost]').waitFor()
})

test('sounds and vibration are off until they are wanted; then a bidder who is outbid feels it', async () => {
  const house = await sharedHouse()
  const auctionId = await house.auction({ terms: { startPrice: 1_000, increments: 100 } })
  const rival = await house.person('rival')
  const { page } = await bidder(house, 'ana')
  await page.addInitScript(() => {
    const felt: unknown[] = []
    Object.assign(globalThis, { felt })
    navigator.vibrate = (pattern) => felt.push(pattern) > 0
  })
  const felt = () => page.evaluate(() => (globalThis as unknown as { felt: unknown[] }).felt.length)
  const sounded = page.waitForRequest(/sound-[^/]*\.js$/)
  await enter(page, auctionId)
  expect(await bid(page)).toBe('leading')
  await rival.bid(auctionId, { amount: 1_500 })
  await standing(page, 'outbid')
  expect(await felt()).toBe(0)

  await page.goto('/account')
  await page.locator('#vibration').check()
  await page.locator('#sounds').check()
  await sounded
  await enter(page, auctionId)
  expect(await bid(page)).toBe('leading')
  const before = await felt()
  expect(before).toBeGreaterThan(0)
  await rival.bid(auctionId, { amount: 2_500 })
  await expect.poll(felt).toBe(before + 1)
})

test('colours and language are kept, and there with the first byte of the next page', async () => {
  const house = await sharedHouse()
  const page = await visit(house)
  await page.goto('/account')
  await page.locator('input[value=dark]').check()
  await page.locator('#language').selectOption('es')
  await page.getByText('Oscuro').waitFor()
  const answer = await page.goto('/')
  expect(await answer?.text()).toMatch(/<html lang="es" data-scheme="dark" /)
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark')
})

test('signing out everywhere ends the session on other devices too', async () => {
  const house = await sharedHouse()
  const { page, client } = await bidder(house, 'ana')
  await page.goto('/account')
  await at(page, 'sign-out-everywhere').click()
  await page.getByRole('button', { name: 'Yes, sign out everywhere' }).click()
  await page.locator('#password').waitFor()
  await expect(client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
})
