import type { Page, WebSocketRoute } from 'playwright-core'
import { expect, test } from 'vitest'
import { sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, accountOf, at, visit } from './visitors.ts'

const LOT = { currency: 'EUR', terms: { startPrice: 1_000, increments: 100 }, durationSeconds: 3_600 }

test('the desk has one inbox of the questions of all auctions: what is new is marked, and answered by keyboard', async () => {
  const house = await sharedHouse()
  const seller = await house.person('Sally', 'seller')
  const [one, two] = [
    await seller.create({ ...LOT, title: `A clock ${'and another '.repeat(8)}` }),
    await seller.create({ ...LOT, title: `A chair ${'and another '.repeat(8)}`, room: { messages: 'members' } }),
  ]
  const [ana, ben] = [await house.person('Ana'), await house.person('Ben')]
  await ana.say(one.id, 'Does it run?', 'seller')
  await ben.say(two.id, 'How high is it?', 'seller')
  await ben.say(two.id, 'And how wide?', 'seller')
  const rude = await ana.say(two.id, 'something rude')
  await ben.reportMessage(two.id, rude.id)
  for (const options of [DESKTOP, SPANISH_PHONE]) {
    const page = await visit(house, options, accountOf(seller))
    await page.goto('/desk#inbox')
    await expect.poll(() => at(page, 'conversation').count()).toBe(2)
    expect(await at(page, 'reported').first().textContent()).toContain('something rude')
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    const lines = (node: HTMLElement) => Math.round(node.clientHeight / parseFloat(getComputedStyle(node).lineHeight))
    for (const name of await page.locator('.inbox b').all()) expect(await name.evaluate(lines)).toBe(1)
  }
  const page = await visit(house, DESKTOP, accountOf(seller))
  await page.goto('/desk#inbox')
  const chair = at(page, 'conversation').filter({ hasText: 'A chair' })
  await chair.and(page.locator('[data-unread="2"]')).focus()
  await page.keyboard.press('Enter')
  await at(page, 'said').filter({ hasText: 'And how wide?' }).waitFor()
  await chair.and(page.locator('[data-unread="0"]')).waitFor()
  await at(page, 'answer').focus()
  await page.keyboard.type('80 by 40 cm.')
  await at(page, 'send-answer').press('Enter')
  await at(page, 'said').filter({ hasText: '80 by 40 cm.' }).waitFor()
  const [heard] = (await ben.conversations()).items
  expect(heard).toMatchObject({ with: 'seller', unread: 1, last: { text: '80 by 40 cm.' } })
  // What is asked meanwhile comes by itself.
  await ben.say(two.id, 'Thanks!', 'seller')
  await at(page, 'said').filter({ hasText: 'Thanks!' }).waitFor()
  await at(page, 'reported').locator('input').fill('an insult')
  await at(page, 'remove-reported').press('Enter')
  await at(page, 'reported').waitFor({ state: 'detached' })
  expect((await ben.messages(two.id)).items).toEqual([])
})

/** What a page looks for now and again it looks for every so many milliseconds, or never. */
async function lookEvery(page: Page, ms: number | null): Promise<void> {
  await page.addInitScript((every) => {
    const repeat = window.setInterval.bind(window)
    const isLook = (delay: number) => delay >= 5_000
    const changed = (work: () => void, delay: number) =>
      !isLook(delay) ? repeat(work, delay) : every === null ? 0 : repeat(work, every)
    Object.assign(window, { setInterval: changed })
  }, ms)
}

test('a seller is told of a question in the inbox, and of what was asked while the channel was away', async () => {
  const house = await sharedHouse()
  const [seller, ana, ben] = [
    await house.person('Sally', 'seller'),
    await house.person('Ana'),
    await house.person('Ben'),
  ]
  const { id } = await seller.create({ ...LOT, title: 'A clock' })
  const page = await visit(house, DESKTOP, accountOf(seller))
  await lookEvery(page, null)
  const channels: WebSocketRoute[] = []
  let isAway = false
  await page.routeWebSocket(/live/, (channel) => {
    if (isAway) return void channel.close()
    channels.push(channel)
    channel.connectToServer()
  })
  const asked = (text: string) => at(page, 'conversation').filter({ hasText: text })
  await page.goto('/desk#inbox')
  await page.getByText('Nobody has asked anything yet.').waitFor()
  // The page asks once when it is there and once when it is sure to be told; either may bring the first, none a later one.
  for (const text of ['Does it run?', 'Does it strike?', 'Is it loud?']) {
    await ana.say(id, text, 'seller')
    await asked(text).waitFor()
  }
  isAway = true
  await Promise.all(channels.map((channel) => channel.close()))
  const told = async () => (await seller.notices()).items[0]!.id
  const before = await told()
  await ben.say(id, 'How high is it?', 'seller')
  await expect.poll(told).not.toBe(before)
  isAway = false
  await asked('How high is it?').waitFor()
})

test('an admin, who is told of no question to others, sees it by looking again', async () => {
  const house = await sharedHouse()
  const [seller, ana, admin] = [
    await house.person('Sally', 'seller'),
    await house.person('Ana'),
    await house.person('Ada', 'admin'),
  ]
  const { id } = await seller.create({ ...LOT, title: 'A clock' })
  const page = await visit(house, DESKTOP, accountOf(admin))
  await lookEvery(page, 250)
  await page.goto('/desk#inbox')
  await page.locator('.inbox-list p, .inbox-list li').first().waitFor()
  await ana.say(id, 'Who made it?', 'seller')
  const line = at(page, 'conversation').filter({ hasText: 'Who made it?' })
  await line.waitFor()
  expect(await line.getAttribute('data-unread')).toBe('1')
})

test('the form of an auction has the settings of its room, and changes them', async () => {
  const house = await sharedHouse()
  const seller = await house.person('Sally', 'seller')
  const { id } = await seller.create({ ...LOT, title: 'A clock', room: { presence: 'paddles' } })
  const page = await visit(house, DESKTOP, accountOf(seller))
  await page.goto(`/desk#edit=${id}`)
  await page.locator('input[name=presence][value=paddles]:checked').waitFor()
  await page.locator('input[name=messages][value=members]').check()
  await page.getByLabel('Private questions').uncheck()
  await at(page, 'submit').click()
  await expect
    .poll(async () => (await seller.auction(id)).room)
    .toEqual({ presence: 'paddles', messages: 'members', ask: false })
})
