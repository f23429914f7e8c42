import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { SPANISH_PHONE, agree, at, bidder, enter, pressBid, showMore } from './visitors.ts'

/** On a phone the bar at the foot is the state: where I stand, price, time, my maximum and the reserve. */

const PHONE = { ...SPANISH_PHONE, locale: 'en-GB', viewport: { width: 390, height: 844 } }
const bar = (page: Page) => page.locator('.bid-form')
const background = (page: Page) => bar(page).evaluate((form) => getComputedStyle(form).backgroundColor)
const size = (page: Page, part: string) =>
  page.locator(part).evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize))
const clock = async (page: Page) => Number(await at(page, 'clock').textContent())

async function leaveMaximum(page: Page, amount: string): Promise<void> {
  await at(page, 'raise').click()
  await page.locator('#amount').fill(amount)
  await at(page, 'bid').click()
  await page.getByText(`Your maximum: €${amount}.00`).first().waitFor()
}

test('the whole bar says where I stand, what my maximum is and when it is used up, and the reserve', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ terms: { startPrice: 20_000, increments: 1_000, reservePrice: 60_000 } })
  const { page } = await bidder(house, 'ana', PHONE)
  await enter(page, id)
  await agree(page)
  const neutral = await background(page)
  await pressBid(page)
  await bar(page).getByText('You lead, below the reserve').waitFor()
  await leaveMaximum(page, '400')
  const unmet = await background(page)
  const rival = await house.person('ben')
  await rival.bid(id, { amount: 45_000 })
  await bar(page).getByText('Maximum of €400.00 used up · Reserve not met').waitFor()
  const outbid = await background(page)
  await (await house.person('cleo')).bid(id, { amount: 60_000 })
  await expect.poll(() => bar(page).textContent()).not.toContain('Reserve not met')
  await pressBid(page)
  await bar(page).getByText('You lead', { exact: true }).waitFor()
  expect(new Set([neutral, unmet, outbid, await background(page)]).size).toBe(4)
})

test('in the last minute price and time are large, tenths run in the last ten seconds, and an extension fills up', async () => {
  const house = await sharedHouse()
  const softClose = { windowSeconds: 30, extensionSeconds: 40 }
  const id = await house.auction({ durationSeconds: 14, terms: { startPrice: 20_000, increments: 1_000, softClose } })
  const { page } = await bidder(house, 'ana', PHONE)
  await enter(page, id)
  await agree(page)
  expect(await size(page, '.bar-price')).toBeGreaterThanOrEqual(24)
  expect(await size(page, '.bar-price .muted')).toBeGreaterThanOrEqual(24)
  await expect.poll(() => at(page, 'clock').textContent()).toMatch(/^\d\.\d$/)
  const before = await clock(page)
  await expect.poll(() => clock(page), { interval: 20 }).toBeLessThan(before)
  const tick = await clock(page)
  await expect.poll(() => clock(page), { interval: 20 }).toBeLessThan(tick)
  expect(tick - (await clock(page))).toBeLessThan(0.5)
  const filled = () => at(page, 'refill').evaluate((line) => line.getBoundingClientRect().width / innerWidth)
  expect(await filled()).toBeLessThan(0.2)
  await pressBid(page)
  await expect.poll(filled).toBeGreaterThan(0.5)
  await bar(page).getByText('A late bid moved the end to').waitFor()
})

test('bids arrive in a measured time, and sound is offered once, with the first accepted bid', async () => {
  const house = await sharedHouse()
  const [id, other] = [await house.auction(), await house.auction()]
  const { page } = await bidder(house, 'ana', PHONE)
  await enter(page, id)
  await agree(page)
  await showMore(page)
  await expect.poll(() => at(page, 'arrival').textContent()).toMatch(/^Your bids arrive in \d+0 ms\.$/)
  expect(await at(page, 'senses').count()).toBe(0)
  await pressBid(page)
  await at(page, 'senses').getByRole('button', { name: 'No' }).click()
  await at(page, 'senses').waitFor({ state: 'detached' })
  await enter(page, other)
  await pressBid(page)
  await at(page, 'answer').waitFor()
  expect(await at(page, 'senses').count()).toBe(0)
})

test('buying at once is named and priced in the bar, and asked about as buying', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ terms: { startPrice: 1_000, increments: 100, buyNowPrice: 9_000 } })
  const { page } = await bidder(house, 'ana', PHONE)
  await enter(page, id)
  await agree(page)
  const button = at(page, 'buy-now')
  expect(await button.textContent()).toBe('Buy now for €90.00')
  const box = (await button.boundingBox())!
  expect(box.y + box.height).toBeLessThanOrEqual(844)
  await button.click()
  expect(await at(page, 'confirm-bid').textContent()).toBe('Buy now for €90.00')
})

test('quick steps for a maximum are 10, 25 and 50 % above the next bid', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ terms: { startPrice: 20_000, increments: 1_000 } })
  const { page } = await bidder(house, 'ana', PHONE)
  await enter(page, id)
  await agree(page)
  await showMore(page)
  await page.locator('input[value=maximum]').check()
  const steps = () => page.locator('.step:not(.toggle)').allTextContents()
  await expect.poll(steps).toEqual(['€220', '€250', '€300'])
})

test('while it is paused the page says how much time is left, that maxima stand, and why', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ durationSeconds: 400 })
  const { page } = await bidder(house, 'ana', PHONE)
  await enter(page, id)
  await house.admin.pause(id, 'A question')
  await page.getByText('Bids and maxima stand. The auctioneer has paused this auction: A question').waitFor()
  const left = await at(page, 'clock').textContent()
  expect(left).toMatch(/^06:(3\d|40)$/)
  await page.reload()
  await page.getByText('The time that is left once it goes on').waitFor()
  expect(await at(page, 'clock').textContent()).toBe(left)
})

test('why my bid was made void stays, also when others are', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page, client } = await bidder(house, 'ana', PHONE)
  const mine = await client.bid(id, { amount: 1_000 })
  const theirs = await (await house.person('ben')).bid(id, { amount: 2_000 })
  await enter(page, id)
  await house.admin.void(id, mine.bid.id, 'a slip of mine')
  await at(page, 'standing').getByText('a slip of mine').waitFor()
  await house.admin.void(id, theirs.bid.id, 'another slip')
  await at(page, 'voided').getByText('another slip').waitFor()
  expect(await at(page, 'standing').textContent()).toContain('a slip of mine')
  await page.reload()
  await at(page, 'standing').getByText('a slip of mine').waitFor()
})
