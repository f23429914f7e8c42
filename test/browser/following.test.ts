import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, bidder, visit } from './visitors.ts'

/** The catalogue follows the sale, and nothing moves under a finger. */

const titles = (page: Page) => page.locator('.lot-card h2').allTextContents()
const card = (page: Page, title: string) => page.getByTestId('lot').filter({ hasText: title })
/** As when somebody comes back to the page: it looks again at once. */
const comeBack = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

test('what closes leaves Open and what opens arrives, without a reload', async () => {
  const house = await openHouse()
  const [first, second] = [await house.auction({ title: 'First' }), await house.auction({ title: 'Second' })]
  const page = await visit(house)
  await page.goto('/?status=open')
  await expect.poll(() => titles(page)).toEqual(['First', 'Second'])
  expect(await at(page, 'total').textContent()).toBe('2 lots')
  await page.evaluate(() => Object.assign(globalThis, { stayed: true }))

  await house.admin.close(first)
  await expect.poll(() => titles(page)).toEqual(['Second'])
  await house.auction({ title: 'Third', durationSeconds: 60 })
  await comeBack(page)
  await expect.poll(() => titles(page)).toEqual(['Third', 'Second'])
  await house.admin.close(second)
  await expect.poll(() => titles(page)).toEqual(['Third'])
  await expect.poll(() => at(page, 'total').textContent()).toBe('1 lot')
  expect(await page.evaluate(() => (globalThis as unknown as { stayed: boolean }).stayed)).toBe(true)
})

test('a card that is pointed at or focused stays in its place until it is let go', async () => {
  const house = await openHouse()
  const ids = [await house.auction({ title: 'First' }), await house.auction({ title: 'Second' })]
  const page = await visit(house)
  await page.goto('/?status=open')
  await expect.poll(() => titles(page)).toEqual(['First', 'Second'])
  await card(page, 'Second').hover()
  const place = await card(page, 'Second').boundingBox()
  await house.admin.close(ids[0]!)
  await card(page, 'First').getByText('Unsold').waitFor()
  await house.auction({ title: 'Sooner', durationSeconds: 60 })
  await comeBack(page)
  // Whatever would move it has had the time to.
  await page.waitForTimeout(2_000)
  expect(await card(page, 'Second').boundingBox()).toEqual(place)
  await page.mouse.move(2, 2)
  await expect.poll(() => titles(page)).toEqual(['Sooner', 'Second'])

  await card(page, 'Second').getByRole('link').focus()
  await house.admin.close(await house.auction({ title: 'Soonest', durationSeconds: 50 }))
  await house.auction({ title: 'Later', durationSeconds: 7_200 })
  await comeBack(page)
  await expect.poll(() => titles(page)).toEqual(['Sooner', 'Second', 'Later'])
  expect(
    await card(page, 'Second')
      .getByRole('link')
      .evaluate((link) => link === document.activeElement),
  ).toBe(true)
})

test('each card says when it ends and where I stand, and follows when I am outbid', async () => {
  const house = await openHouse()
  const id = await house.auction({ title: 'Clock' })
  await house.auction({ title: 'Chair' })
  const { page, client } = await bidder(house, 'ana')
  await client.bid(id, { amount: 1_000 })
  await page.goto('/')
  await expect.poll(() => at(page, 'my-standing').allTextContents()).toEqual(['You lead'])
  expect(await card(page, 'Chair').locator('time').getAttribute('datetime')).toMatch(/Z$/)
  await (await house.person('ben')).bid(id, { amount: 1_500 })
  await expect.poll(() => at(page, 'my-standing').allTextContents()).toEqual(['Outbid'])
  await house.admin.close(id)
  await expect.poll(() => at(page, 'my-standing').allTextContents()).toEqual(['Not won'])
})

test('marked lots are found again on this device', async () => {
  const house = await openHouse()
  for (const title of ['Clock', 'Chair']) await house.auction({ title })
  const page = await visit(house)
  await page.goto('/')
  await page.getByRole('button', { name: 'Watched' }).click()
  await page.getByText('Mark lots with the star').waitFor()
  await page.getByRole('button', { name: 'All', exact: true }).first().click()
  await page.getByRole('button', { name: 'Watch Chair' }).click()
  expect(await page.getByRole('button', { name: 'Watch Chair' }).getAttribute('aria-pressed')).toBe('true')
  await page.getByRole('button', { name: 'Watched' }).click()
  await expect.poll(() => titles(page)).toEqual(['Chair'])
  await page.reload()
  await expect.poll(() => titles(page)).toEqual(['Chair'])
})

test('lots within bounds of the price, as the reader writes figures, are counted', async () => {
  const house = await openHouse()
  for (const [title, startPrice] of [
    ['Cheap', 1_000],
    ['Dear', 150_050],
    ['Dearest', 900_000],
  ] as const)
    await house.auction({ title, terms: { startPrice, increments: 100 } })
  await house.auction({ title: 'In yen', currency: 'JPY', terms: { startPrice: 150_050, increments: 100 } })
  const page = await visit(house, SPANISH_PHONE)
  await page.goto('/')
  await page.locator('#priceFrom').fill('1.500,50')
  await page.locator('#priceFrom').blur()
  await expect.poll(() => titles(page)).toEqual(['Dear', 'Dearest'])
  await page.locator('#priceTo').fill('2000')
  await page.locator('#priceTo').blur()
  await expect.poll(() => titles(page)).toEqual(['Dear'])
  expect(await at(page, 'total').textContent()).toBe('1 lote')
  await page.locator('#priceTo').fill('zwei')
  await page.locator('#priceTo').blur()
  expect(await page.locator('#priceTo').getAttribute('aria-invalid')).toBe('true')
  await page.reload()
  await expect.poll(() => titles(page)).toEqual(['Dear'])
  expect(await page.locator('#priceFrom').inputValue()).toBe('1.500,50')
})

test.each([
  ['phone', SPANISH_PHONE, 2],
  ['small phone', { ...SPANISH_PHONE, viewport: { width: 320, height: 640 } }, 2],
  ['desktop', DESKTOP, 4],
] as const)('cards or a list, as was chosen before, and nothing is cut: %s', async (_name, options, columns) => {
  const house = await openHouse()
  for (let n = 0; n < 5; n += 1)
    await house.auction({
      title: `A title of a lot that takes more than two lines of its card, ${n}`,
      durationSeconds: 900_000,
    })
  const page = await visit(house, options)
  await page.goto('/')
  await at(page, 'lot').first().waitFor()
  const layout = () =>
    page.evaluate(() => {
      const cards = [...document.querySelectorAll<HTMLElement>('.lot-card')]
      const cut = cards.flatMap((one) => [...one.querySelectorAll<HTMLElement>('.lot-text, .lot-line')])
      return {
        columns: new Set(cards.map((one) => one.offsetLeft)).size,
        cut: cut.filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight + 1).length,
        wide: document.documentElement.scrollWidth > innerWidth,
      }
    })
  expect(await layout()).toEqual({ columns, cut: 0, wide: false })
  await page.locator('input[value=compact]').check()
  await expect.poll(layout).toEqual({ columns: 1, cut: 0, wide: false })
  await page.reload()
  await at(page, 'lot').first().waitFor()
  expect(await layout()).toEqual({ columns: 1, cut: 0, wide: false })
})
