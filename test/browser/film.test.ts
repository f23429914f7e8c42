import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ManualClock } from '../support/clock.ts'
import { openHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, accountOf, at, visit } from './visitors.ts'

const SECOND = 1_000

/** A lot that was fought over in its last minute: five bids, the last of which moves the end, and the hammer. */
async function fought(environment: Record<string, string> = {}) {
  const clock = new ManualClock(Date.now())
  const house = await openHouse(environment, { clock })
  const [ana, ben, cas] = [await house.person('ana'), await house.person('ben'), await house.person('cas')]
  const terms = { startPrice: 30_000, increments: 1_000, softClose: { windowSeconds: 20, extensionSeconds: 120 } }
  const id = await house.auction({ title: 'Mantel clock, about 1880', terms, durationSeconds: 300 })
  await ana.bid(id, { amount: 30_000 })
  await clock.advance(238 * SECOND)
  await ben.bid(id, { maximum: 36_000 })
  await clock.advance(14 * SECOND)
  await cas.bid(id, { amount: 33_000 })
  await clock.advance(400)
  await ana.bid(id, { amount: 37_000 })
  await clock.advance(20 * SECOND)
  await ben.bid(id, { amount: 38_000 })
  await clock.advance(10 * SECOND)
  await cas.bid(id, { maximum: 45_000 })
  return { house, id, ana, clock, hammer: () => clock.advance(200 * SECOND) }
}

const shownPrice = (page: Page) => at(page, 'film-price').innerText()

test('the film of a close plays to the hammer, and ends in the tick that was verified on the device', async () => {
  const { house, id, hammer } = await fought()
  await hammer()
  const page = await visit(house, DESKTOP)
  await page.goto(`/auctions/${id}/film`)
  expect(await shownPrice(page)).toBe('€390.00')
  expect(await at(page, 'film-way').locator('circle').count()).toBe(5)
  await page.locator('input[name=speed][value="8"]').check()
  await at(page, 'film-play').click()
  await expect.poll(() => shownPrice(page), { interval: 20 }).toBe('€310.00')
  expect(await at(page, 'film-way').locator('circle').count()).toBeLessThan(5)
  await at(page, 'film-play').click()
  const paused = await at(page, 'film-position').inputValue()
  await page.waitForTimeout(150)
  expect(await at(page, 'film-position').inputValue()).toBe(paused)
  await at(page, 'film-position').fill('58000')
  await at(page, 'film-play').click()
  await at(page, 'film-holds').waitFor()
  expect(await shownPrice(page)).toBe('€390.00')
  expect(await at(page, 'film-caption').innerText()).toContain('Sold to P3')
  expect(await at(page, 'film-play').innerText()).toBe('Play again')
})

test('the film is gone through by keyboard, and the list says the same bid by bid', async () => {
  const { house, id, hammer } = await fought()
  await hammer()
  const page = await visit(house, SPANISH_PHONE)
  await page.goto(`/auctions/${id}/film`)
  const slider = at(page, 'film-position')
  await slider.focus()
  await page.keyboard.press('Home')
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^0,0 s, 300,00\s€$/)
  for (let i = 0; i < 3; i += 1) await at(page, 'film-next').press('Enter')
  const said = await at(page, 'film-caption').innerText()
  expect(said).toMatch(/370,00\s€/)
  expect(said).toContain('0,4 s después de P3.')
  expect(said).toContain('P1 superó una oferta de')
  await slider.focus()
  await page.keyboard.press('ArrowLeft')
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^29,5 s, 310,00\s€, P2 va en cabeza$/)
  await page.keyboard.press('ArrowRight')
  expect(await shownPrice(page)).toMatch(/370,00\s€/)
  const steps = await at(page, 'film-steps').locator('li').allInnerTexts()
  expect(steps).toHaveLength(5)
  expect(steps[4]).toContain('P3')
  expect(steps[4]).toContain('Cierre aplazado a las')
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test('with less motion nothing plays: the film is walked from bid to bid', async () => {
  const { house, id, hammer } = await fought()
  await hammer()
  const page = await visit(house, { ...DESKTOP, reducedMotion: 'reduce' })
  await page.goto(`/auctions/${id}/film`)
  await at(page, 'film-previous').click()
  expect(await shownPrice(page)).toBe('€390.00')
  for (let i = 0; i < 4; i += 1) await at(page, 'film-previous').click()
  expect(await shownPrice(page)).toBe('€310.00')
  expect(await at(page, 'film-play').count()).toBe(0)
})

test('a film that says otherwise than the ledger is found out', async () => {
  const { house, id, hammer } = await fought()
  await hammer()
  const page = await visit(house, DESKTOP)
  await page.route(`**/auctions/${id}/film`, async (route) => {
    const text = await (await route.fetch()).text()
    await route.fulfill({ body: text.replace('"amount":33000', '"amount":32000'), contentType: 'text/html' })
  })
  await page.goto(`/auctions/${id}/film`)
  await at(page, 'film-proof').getByRole('button').click()
  expect(await at(page, 'film-broken').innerText()).toContain('the ledger says otherwise than this film')
})

test('before the close there is no film', async () => {
  const { house, id, hammer } = await fought()
  const page = await visit(house, DESKTOP)
  await page.goto(`/auctions/${id}/film`)
  await page.getByText('This film begins when the hammer falls').waitFor()
  await hammer()
  await page.reload()
  expect(await shownPrice(page)).toBe('€390.00')
})

test('where only members watch they see the film and verify it, and strangers are asked to sign in', async () => {
  const { house, id, ana, hammer } = await fought({ WATCHING: 'members' })
  await hammer()
  const stranger = await visit(house, DESKTOP)
  await stranger.goto(`/auctions/${id}/film`)
  await stranger.getByText('Only members watch here').waitFor()
  expect(await stranger.content()).not.toContain('Mantel clock')
  const page = await visit(house, DESKTOP, accountOf(ana))
  await page.goto(`/auctions/${id}/film`)
  expect(await shownPrice(page)).toBe('€390.00')
  await at(page, 'film-proof').getByRole('button').click()
  await at(page, 'film-holds').waitFor()
  await page.goto(`/auctions/${id}`)
  await at(page, 'proof').getByRole('button').click()
  await at(page, 'proof-holds').waitFor()
})

test('the film without JavaScript is a list of the last bids', async () => {
  const { house, id, hammer } = await fought()
  await hammer()
  const page = await visit(house, { ...DESKTOP, javaScriptEnabled: false })
  await page.goto(`/auctions/${id}/film`)
  expect(await page.locator('.snapshot li').count()).toBe(5)
  expect(await page.locator('.snapshot').innerText()).toContain('P1 beat an offer of €360.00')
})

test('the page of a film is as light as the others', async () => {
  const { house, id, hammer } = await fought()
  await hammer()
  const page = await visit(house, SPANISH_PHONE)
  let bytes = 0
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) bytes += Number(response.headers()['content-length'])
  })
  await page.goto(`/auctions/${id}/film`, { waitUntil: 'networkidle' })
  expect(bytes).toBeGreaterThan(5_000)
  expect(bytes).toBeLessThanOrEqual(25 * 1_024)
})

test('after the hammer the saleroom leads to the film, which can be shared, and to what closes next', async () => {
  const { house, id, ana, hammer } = await fought()
  const own = await house.auction({ title: 'A chair of mine', durationSeconds: 900 })
  await house.auction({ title: 'A map that closes next', durationSeconds: 1_000 })
  await house.auction({ title: 'A sign for later', durationSeconds: 90_000 })
  await ana.bid(own, { amount: 1_000 })
  await (await house.person('dan')).bid(own, { amount: 2_000 })
  const page = await visit(house, SPANISH_PHONE, accountOf(ana))
  await page.goto(`/auctions/${id}`)
  // In the last minutes already.
  await at(page, 'next-lot').first().waitFor()
  expect(await at(page, 'to-film').count()).toBe(0)
  const shown = await at(page, 'next').innerText()
  expect(shown).toMatch(/La próxima en cerrar\s+A\s+A map that closes next\s+10,00\s€ · \d\d:\d\d/)
  expect(shown).toMatch(/Sus otras pujas que cierran pronto\s+A\s+A chair of mine\s+20,00\s€ · \d\d:\d\d · Superada/i)
  expect(shown).not.toContain('A sign for later')
  expect(await at(page, 'next').getByRole('link', { name: 'Todos los lotes' }).getAttribute('href')).toBe('/')
  await hammer()
  await at(page, 'to-film').waitFor()
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'share', {
      value: ({ url }: { url: string }) => Promise.resolve((document.body.dataset['shared'] = url)),
    })
  })
  await at(page, 'share').click()
  expect(await page.evaluate(() => document.body.dataset['shared'])).toBe(`${house.url}/auctions/${id}/film`)
  await at(page, 'to-film').click()
  await at(page, 'film-price').waitFor()
})
