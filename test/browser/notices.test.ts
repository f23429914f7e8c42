import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, bidder, enter, visit } from './visitors.ts'

const line = (page: Page, kind: string) => page.locator(`#notices [data-kind=${kind}]`)
const count = (page: Page) => at(page, 'bell').locator('.count')

test('a bell tells on whatever page one is; its list leads to the lot, and is closed and read by keyboard alone', async () => {
  const house = await sharedHouse()
  const [{ page, client }, ben] = [await bidder(house, 'ana', SPANISH_PHONE), await house.person()]
  const id = await house.auction({ title: `Reloj de mesa ${'Schiffahrt'.repeat(8)}` })
  await client.bid(id, { amount: 1_000 })
  await page.goto('/account')
  await at(page, 'bell').waitFor()
  expect(await at(page, 'bell').getAttribute('aria-label')).toBe('Avisos')
  await ben.bid(id, { amount: 2_000 })
  await count(page).waitFor()
  expect(await at(page, 'bell').getAttribute('aria-label')).toBe('Avisos, 1 sin leer')
  await at(page, 'bell').focus()
  await page.keyboard.press('Enter')
  expect(await line(page, 'outbid').innerText()).toMatch(
    /Reloj de mesa \S+\s+Han superado su puja. El precio es 20,00\s€\./,
  )
  expect(await page.locator('#notices').evaluate((node) => node.scrollWidth - node.clientWidth)).toBe(0)
  await page.keyboard.press('Escape')
  await line(page, 'outbid').waitFor({ state: 'hidden' })
  await page.keyboard.press('Enter')
  await at(page, 'read-all').focus()
  await page.keyboard.press('Enter')
  await count(page).waitFor({ state: 'detached' })
  await page.reload()
  await at(page, 'bell').click()
  await line(page, 'outbid').locator('a').click()
  await at(page, 'price').waitFor()
  expect(new URL(page.url()).pathname).toBe(`/auctions/${id}`)
})

test('what is watched on one device is watched on the next, also what was marked before one signed in', async () => {
  const house = await sharedHouse()
  const [first, second] = [await house.auction({ title: 'Watched here' }), await house.auction({ title: 'And there' })]
  const { page, client } = await bidder(house, 'ana')
  await page.goto('/')
  const star = (of: Page, id: string) => of.locator(`[data-auction="${id}"] .watch`)
  await star(page, first).click()
  await expect.poll(async () => (await client.watchlist()).items.map(({ id }) => id)).toEqual([first])

  const other = await visit(house, DESKTOP)
  await other.goto('/')
  await star(other, second).click()
  const account = { email: client.session.user!.email, password: 'password of ana' }
  await other.goto('/account?next=/')
  await other.locator('input[type=email]').fill(account.email)
  await other.locator('input[type=password]').fill(account.password)
  await other.locator('form button[type=submit], form button:not([type])').first().click()
  await other.locator(`[data-auction="${first}"] .watch[aria-pressed=true]`).waitFor()
  await other.locator(`[data-auction="${second}"] .watch[aria-pressed=true]`).waitFor()
  await star(other, first).click()
  await expect.poll(async () => (await client.watchlist()).items.map(({ id }) => id)).toEqual([second])
  // The saleroom has the star too.
  await enter(page, second)
  await page.locator('.lot-head .watch[aria-pressed=true]').click()
  await expect.poll(async () => (await client.watchlist()).items).toEqual([])
})
