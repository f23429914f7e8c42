import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { painted } from '../support/pictures.ts'
import { sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, bidder } from './visitors.ts'

const terms = { startPrice: 1_000, increments: 100 }
const card = (page: Page, title: string) => at(page, 'my-lot').filter({ hasText: title })
const button = (page: Page, title: string) => card(page, title).getByTestId('my-bid')
const answer = (page: Page, title: string, word: string) =>
  card(page, title).locator(`[data-testid=my-answer][data-answer=${word}]`)

/** By two presses, with the time between them that a double click has not. */
async function pressTwice(page: Page, title: string): Promise<void> {
  await button(page, title).click()
  await page.waitForTimeout(450)
  await button(page, title).click()
}

test('my bids: the next bid by two presses, whatever it is by then, and the answer on the card', async () => {
  const house = await sharedHouse()
  const { url } = await house.admin.upload(new Blob([await painted(400, 300)], { type: 'image/png' }))
  const id = await house.auction({ title: 'A clock', images: [url], terms })
  const rival = await house.person('rival')
  const { page, client } = await bidder(house, 'ana', SPANISH_PHONE)
  await client.bid(id, { amount: 1_000 })
  await page.goto('/bids')
  await card(page, 'A clock').waitFor()
  // Who leads has nothing to press.
  expect(await button(page, 'A clock').count()).toBe(0)
  await expect.poll(() => card(page, 'A clock').locator('img.picture').getAttribute('src')).toMatch(/-640\.webp$/)
  await rival.bid(id, { amount: 1_100 })
  await button(page, 'A clock').waitFor()
  expect(await button(page, 'A clock').innerText()).toMatch(/Pujar 12,00\s€\s+hasta 14,00\s€/)
  // A double click is one press.
  await button(page, 'A clock').dblclick()
  await page.waitForTimeout(300)
  expect((await client.you(id)).bids).toHaveLength(1)
  expect(await button(page, 'A clock').innerText()).toContain('Pulse otra vez')
  // A rival is faster: the press still is the next bid, within what it said.
  await (await house.person('another')).bid(id, { amount: 1_200 })
  await page.waitForTimeout(400)
  expect(await button(page, 'A clock').innerText()).toMatch(/Pujar 12,00\s€/)
  await button(page, 'A clock').click()
  await answer(page, 'A clock', 'leading').waitFor()
  expect(await card(page, 'A clock').innerText()).toMatch(/Su puja va ganando con 13,00\s€/)
  expect((await client.you(id)).bids.map(({ amount }) => amount)).toEqual([1_300, 1_000])
  // It has gone, and what follows it says so.
  await rival.bid(id, { amount: 1_500 })
  await button(page, 'A clock').waitFor()
  await answer(page, 'A clock', 'leading').waitFor({ state: 'detached' })
})

test('my bids: a refusal is said on its card, and a card does not move when it is bid on', async () => {
  const house = await sharedHouse()
  const [first, second] = [
    await house.auction({ title: 'A clock', terms }),
    await house.auction({ title: 'A chair', terms }),
  ]
  const rival = await house.person('rival')
  const { page, client } = await bidder(house, 'ana', DESKTOP)
  for (const id of [first, second]) {
    await client.bid(id, { amount: 1_000 })
    await rival.bid(id, { maximum: 5_000 })
  }
  await page.goto('/bids')
  await pressTwice(page, 'A clock')
  await answer(page, 'A clock', 'outbid').waitFor()
  expect(await card(page, 'A clock').innerText()).toContain('earlier, higher maximum answered')
  expect(await at(page, 'my-lot').locator('h2').allInnerTexts()).toEqual(['A chair', 'A clock'])
  await button(page, 'A chair').click()
  await rival.bid(second, { maximum: 9_000 })
  await (await house.person('another')).bid(second, { amount: 8_000 })
  await page.waitForTimeout(450)
  await button(page, 'A chair').click()
  await answer(page, 'A chair', 'refused').waitFor()
  expect(await card(page, 'A chair').getByTestId('my-answer').innerText()).toMatch(/€82\.00/)
})

test('my bids: where no answer comes the same bid is asked about again, and is placed once', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ title: 'A clock', terms })
  const { page, client } = await bidder(house, 'ana', DESKTOP)
  await client.bid(id, { amount: 1_000 })
  await (await house.person('rival')).bid(id, { amount: 1_100 })
  await page.goto('/bids')
  await button(page, 'A clock').waitFor()
  const keys = new Set<string>()
  let lost = true
  await page.route(`**/v1/auctions/${id}/bids`, async (route) => {
    keys.add(route.request().headers()['idempotency-key'] ?? '')
    await route.fetch()
    if (lost) await route.abort()
    else await route.continue()
  })
  await pressTwice(page, 'A clock')
  await at(page, 'my-ask-again').waitFor()
  lost = false
  await at(page, 'my-ask-again').click()
  await answer(page, 'A clock', 'leading').waitFor()
  expect(keys.size).toBe(1)
  expect((await client.you(id)).bids).toHaveLength(2)
})

test('my bids: at stake, won and to pay, in each currency', async () => {
  const house = await sharedHouse()
  const { page, client } = await bidder(house, 'ana', SPANISH_PHONE)
  const lots = ['leading', 'also leading', 'won', 'outbid'] as const
  const ids = Object.fromEntries(
    await Promise.all(lots.map(async (title) => [title, await house.auction({ title, terms })] as const)),
  )
  const yen = await house.auction({ title: 'yen', currency: 'JPY', terms: { startPrice: 500, increments: 100 } })
  await client.bid(ids['leading']!, { maximum: 4_000 })
  await client.bid(ids['also leading']!, { amount: 1_500 })
  for (const title of ['won', 'outbid']) await client.bid(ids[title]!, { maximum: 3_000 })
  await client.bid(yen, { amount: 700 })
  await (await house.person('rival')).bid(ids['won']!, { amount: 2_000 })
  await (await house.person('rival')).bid(ids['outbid']!, { amount: 9_000 })
  await house.admin.close(ids['won']!)
  await page.goto('/bids')
  await at(page, 'my-sums').waitFor()
  const [euro, other] = await at(page, 'my-sums').locator('dl').allInnerTexts()
  expect(euro).toMatch(
    /En juego\s+55,00\s€\s+como máximo, en 2 lotes que gana\s+Ganado\s+1 lote\s+Por pagar\s+21,00\s€/,
  )
  expect(other).toMatch(/En juego\s+700\s+(JPY|¥)/)
  // What comes next is said where something was won, and nowhere else.
  const next = (title: string) => card(page, title).getByText('le dirá cómo pagar y recoger').count()
  expect([await next('won'), await next('outbid')]).toEqual([1, 0])
})

test('my bids are whole at 320 px, in Spanish, with long titles and large sums', async () => {
  const house = await sharedHouse()
  const big = { startPrice: 100_000_000_000, increments: 100_000_000 }
  const ids = [await house.auction({ title: `${'Reloj'.repeat(30)} de péndulo`, terms: big })]
  ids.push(await house.auction({ title: 'A chair', terms: big }))
  const { page, client } = await bidder(house, 'ana', { ...SPANISH_PHONE, viewport: { width: 320, height: 640 } })
  for (const id of ids) await client.bid(id, { amount: 100_000_000_000 })
  await (await house.person('rival')).bid(ids[0]!, { amount: 100_100_000_000 })
  await page.goto('/bids')
  await at(page, 'my-bid').click()
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('main :is(dd, dt, button, h2, p)')]
      .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')
      .map((node) => node.textContent),
  )
  expect(cut).toEqual([])
})
