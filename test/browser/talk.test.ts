import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, accountOf, at, bid, bidder, enter, visit } from './visitors.ts'

const PHONE = { ...SPANISH_PHONE, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

async function say(page: Page, text: string): Promise<void> {
  await at(page, 'write').fill(text)
  await at(page, 'write').press('Enter')
  await page.getByTestId('said').filter({ hasText: text }).waitFor()
}

const said = (page: Page, text: string) => page.getByTestId('said').filter({ hasText: text })

test('people talk beside the bidding: names of the room, typing, the seller’s words marked, text as text', async () => {
  const house = await sharedHouse()
  const seller = await house.person('Sally', 'seller')
  const lot = {
    title: 'A clock',
    currency: 'EUR',
    terms: { startPrice: 1_000, increments: 100 },
    durationSeconds: 3_600,
  }
  const { id } = await seller.create({ ...lot, room: { messages: 'members', presence: 'paddles' } })
  const [ana, ben] = [await bidder(house, 'ana'), await bidder(house, 'ben')]
  await Promise.all([enter(ana.page, id), enter(ben.page, id)])
  expect(await bid(ana.page)).toBe('leading')
  await ana.page.getByTestId('there').filter({ hasText: 'P1' }).waitFor()
  await say(ben.page, 'Does it strike?')
  await said(ana.page, 'Does it strike?').and(ana.page.locator('[data-from=V1]')).waitFor()
  await at(ana.page, 'write').pressSequentially('I')
  await at(ben.page, 'typing').filter({ hasText: 'P1' }).waitFor()
  await say(ana.page, '<b>Yes</b> & javascript:alert(1)')
  await said(ben.page, '<b>Yes</b> & javascript:alert(1)').waitFor()
  await seller.say(id, 'Every quarter of an hour.')
  const official = said(ben.page, 'Every quarter of an hour.')
  await official.waitFor()
  expect(await official.getAttribute('class')).toContain('official')
  expect(await ben.page.locator('.talk b b, .talk a[href^=javascript]').count()).toBe(0)
  // Nobody who cannot see misses what is said, and it interrupts nothing.
  await ben.page.locator('output[aria-live=polite]').filter({ hasText: 'Every quarter' }).waitFor()
  expect(await ben.page.locator('[role=alert]').filter({ hasText: 'Every quarter' }).count()).toBe(0)
})

test('a text of 500 characters without a space, combining marks and right-to-left stay in their place', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members' } })
  const page = await visit(house, PHONE, accountOf(await house.person('ana')))
  await enter(page, id)
  await at(page, 'talk-door').click()
  for (const text of ['W'.repeat(500), `z${'\u0351'.repeat(400)}`, 'שלום \u05d0 abc 123', '\n.\n.\n.'.repeat(60)])
    await house.admin.say(id, text)
  await expect.poll(() => page.getByTestId('said').count()).toBe(4)
  const { scroll, width } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    width: document.documentElement.clientWidth,
  }))
  expect(scroll).toBe(width)
  const boxes = await page
    .locator('.said')
    .evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().width))
  for (const box of boxes) expect(box).toBeLessThanOrEqual(width)
})

test('on a phone the room is one tap away, tells what is unread, and covers neither price nor button', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members', presence: 'paddles' } })
  const [rival, ana] = [await house.person('rival'), await house.person('ana')]
  await ana.bid(id, { amount: 1_000 })
  const page = await visit(house, PHONE, accountOf(ana))
  await enter(page, id)
  await at(page, 'talk-door').waitFor()
  expect(await at(page, 'talk').count()).toBe(0)
  for (const text of ['l\n'.repeat(90), 'two']) await rival.say(id, text)
  await at(page, 'unread').filter({ hasText: '2' }).waitFor()
  await at(page, 'talk-door').tap()
  await said(page, 'two').waitFor()
  await page.locator('.talk-close:focus').waitFor()
  // Who is there is shown in full: the list alone gives way.
  const there = await at(page, 'there').evaluate((node) => [node.clientHeight, node.scrollHeight])
  expect(there[0]).toBe(there[1])
  const panel = (await at(page, 'talk').boundingBox())!
  const bar = (await page.locator('.bid-form').boundingBox())!
  expect(panel.y + panel.height).toBeLessThanOrEqual(bar.y + 1)
  expect(panel.y).toBeGreaterThanOrEqual(0)
  expect(await page.locator('.talk').evaluate((node) => node.scrollWidth <= node.clientWidth)).toBe(true)
  await say(page, 'tres')
  await page.locator('.talk-close').tap()
  expect(await at(page, 'unread').count()).toBe(0)
  await page.locator('.talk-door:focus').waitFor()
})

test('a question goes to the seller alone, and the answer comes back to it', async () => {
  const house = await sharedHouse()
  const id = await house.auction()
  const { page } = await bidder(house, 'ana')
  const other = await bidder(house, 'ben')
  await Promise.all([enter(page, id), enter(other.page, id)])
  await at(page, 'talk-door').click()
  await say(page, 'Where do I collect it?')
  const { items } = await house.admin.conversations()
  const mine = items.find((one) => one.auction.id === id)!
  await house.admin.answer(mine.id, 'At the back door.')
  await said(page, 'At the back door.').waitFor()
  await page.reload()
  await at(page, 'talk-door').click()
  await said(page, 'At the back door.').waitFor()
  await at(other.page, 'talk-door').click()
  expect(await said(other.page, 'back door').count()).toBe(0)
})

test('by keyboard alone: the house reports, removes, mutes and closes', async () => {
  const house = await sharedHouse()
  const id = await house.auction({ room: { messages: 'members' } })
  const page = await visit(house, DESKTOP, { email: 'admin@house.example', password: 'the admin of the house' })
  const { page: reader, client: ana } = await bidder(house, 'ana')
  await Promise.all([enter(page, id), enter(reader, id)])
  const rude = await house.person('rude')
  await rude.say(id, 'something rude')
  await said(reader, 'something rude').waitFor()
  const press = async (on: Page, name: string) => {
    await at(on, name).focus()
    await on.keyboard.press('Enter')
  }
  await press(reader, 'acts')
  await press(reader, 'report')
  await expect
    .poll(async () => (await house.admin.reports()).items.some(({ message }) => message.text === 'something rude'))
    .toBe(true)
  await said(page, 'something rude').waitFor()
  await press(page, 'acts')
  await press(page, 'mute')
  await expect.poll(async () => (await house.admin.mutes(id)).items.length).toBe(1)
  await press(page, 'acts')
  await page.locator('.said-acts input').focus()
  await page.keyboard.type('an insult')
  await page.keyboard.press('Enter')
  await said(reader, 'something rude').waitFor({ state: 'detached' })
  await press(page, 'close-room')
  await expect.poll(async () => (await ana.auction(id)).room.messages).toBe('off')
})
