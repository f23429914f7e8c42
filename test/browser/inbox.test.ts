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
