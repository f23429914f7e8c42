import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADMIN } from '../support/people.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse } from '../support/service.ts'
import { WORDS_AND_COLOURS, faults } from './faults.ts'
import { DESKTOP, SPANISH_PHONE, accountOf, at, visit } from './visitors.ts'

/** The desk of the admin, at one of its places. */
async function desk(house: House, place: string, options = DESKTOP): Promise<Page> {
  const page = await visit(house, options, ADMIN)
  await page.goto(`/desk#${place}`)
  return page
}

/** A question takes no yes in its first moment: the key that asked may still be held down. */
async function sayYes(page: Page): Promise<void> {
  await at(page, 'yes').waitFor()
  await page.waitForTimeout(350)
  await at(page, 'yes').click()
}

const row = (page: Page, id: string) => page.locator(`[data-testid=live-row][data-auction="${id}"]`)
const shown = (page: Page) =>
  at(page, 'live-row').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-auction')))

test('a lot is duplicated into a form: pictures, steps of its own and reserve, but not its days', async () => {
  const house = await openHouse()
  const { url } = await house.admin.upload(new Blob([await painted()], { type: 'image/png' }))
  const increments = [
    { from: 0, step: 100 },
    { from: 5_000, step: 700 },
  ]
  const terms = { startPrice: 2_000, increments, reservePrice: 9_000, softClose: null }
  const id = await house.auction({ title: 'A clock', description: 'It runs.', images: [url], currency: 'USD', terms })
  const page = await desk(house, 'auctions')
  await at(page, 'duplicate').click()
  await expect.poll(() => page.locator('#title').inputValue()).toBe('A clock')
  expect(new URL(page.url()).hash).toBe('#new')
  expect(await at(page, 'picture').count()).toBe(1)
  await page.locator('#title').fill('Another clock')
  await at(page, 'submit').click()
  await at(page, 'notice').waitFor()
  const { items } = await house.admin.auctions({ q: 'Another clock' })
  const [first, copy] = await Promise.all([house.admin.auction(id), house.admin.auction(items[0]!.id)])
  const same = ({ description, images, currency, terms: { increments: steps, ...rest } }: typeof first) => ({
    description,
    images,
    currency,
    steps,
    rest,
  })
  expect(same(copy)).toEqual(same(first))
  expect(Date.parse(copy.closesAt!) - Date.parse(copy.opensAt!)).toBe(3_600_000)
})

test('a copy takes the place of nothing unfinished without a question', async () => {
  const house = await openHouse()
  const id = await house.auction({ title: 'A clock' })
  const page = await desk(house, 'new')
  await page.locator('#title').fill('Half written')
  await page.goto(`/desk#new=${id}`)
  await at(page, 'ask').getByRole('button', { name: 'Back' }).click()
  expect(await page.locator('#title').inputValue()).toBe('Half written')
  await page.goto(`/desk#new=${id}`)
  await sayYes(page)
  await expect.poll(() => page.locator('#title').inputValue()).toBe('A clock')
})

test('several in a row: the next form is empty but for currency, steps and times', async () => {
  const house = await openHouse()
  const page = await desk(house, 'new')
  const fill = async (title: string, startPrice: string) => {
    await page.locator('#title').fill(title)
    await page.locator('#startPrice').fill(startPrice)
  }
  await fill('One', '10')
  await page.locator('#currency').selectOption('USD')
  await page.locator('#increments').selectOption('single')
  await page.locator('#step').fill('2.50')
  await page.locator('input[name=ending][value="3600"]').check()
  await at(page, 'create-next').click()
  await at(page, 'notice').getByText('One is open.').waitFor()
  expect(await page.locator('#title').inputValue()).toBe('')
  expect(await page.locator('#startPrice').inputValue()).toBe('')
  await fill('Two', '20')
  await at(page, 'create-next').click()
  await at(page, 'notice').getByText('Two is open.').waitFor()
  const { items } = await house.admin.auctions({ sort: 'newest', include: 'increments' })
  const made = items.map(({ title, currency, terms, opensAt, closesAt }) => {
    const length = Date.parse(closesAt!) - Date.parse(opensAt!)
    return { title, currency, price: terms.startPrice, increments: terms.increments, length }
  })
  const basis = { currency: 'USD', increments: [{ from: 0, step: 250 }], length: 3_600_000 }
  expect(made).toEqual([
    { title: 'Two', price: 2_000, ...basis },
    { title: 'One', price: 1_000, ...basis },
  ])
  await page.locator('#title').fill('Three')
  await at(page, 'start-empty').click()
  expect(await page.locator('#currency').inputValue()).toBe('EUR')
  expect(await page.locator('#title').inputValue()).toBe('Three')
})

/** Three that run: one with a bid, one with an unmet reserve, one in dollars that closes soon. */
async function running(): Promise<{ house: House; bidden: string; unmet: string; soon: string }> {
  const house = await openHouse()
  const ana = await house.person('Ana')
  const bidden = await house.auction({ title: 'A clock' })
  const terms = { startPrice: 2_000, increments: 100, reservePrice: 9_000 }
  const unmet = await house.auction({ title: 'A chair', terms, durationSeconds: 7_200 })
  const soon = await house.auction({ title: 'A sign', currency: 'USD', durationSeconds: 240 })
  await ana.bid(bidden, { amount: 1_500 })
  await ana.bid(unmet, { amount: 2_500 })
  return { house, bidden, unmet, soon }
}

test('the table shows all that runs in a line each, live, with sums by currency, and is there again the next time', async () => {
  const { house, bidden, unmet, soon } = await running()
  const page = await desk(house, 'live')
  await at(page, 'live-lot').first().waitFor()
  await page.getByRole('radio', { name: 'Table' }).check()
  await at(page, 'live-table').waitFor()
  expect(await shown(page)).toEqual([soon, bidden, unmet])
  const total = (currency: string) => page.locator(`[data-testid=total][data-currency=${currency}]`)
  expect(await total('EUR').innerText()).toMatch(/2 auctions in EUR\s+€40\.00/)
  expect(await total('USD').getAttribute('data-minor')).toBe('0')
  await (await house.person('Ben')).bid(bidden, { amount: 3_000 })
  await row(page, bidden).locator('[data-minor="3000"]').waitFor()
  await expect.poll(() => total('EUR').getAttribute('data-minor')).toBe('5500')
  await page.reload()
  await at(page, 'live-table').waitFor()
  expect(await at(page, 'live-lot').count()).toBe(0)
})

test('the board shows only what closes within five minutes, has no bids, or is below its reserve', async () => {
  const { house, bidden, unmet, soon } = await running()
  const page = await desk(house, 'live')
  await at(page, 'live-lot').first().waitFor()
  await page.getByRole('radio', { name: 'Table' }).check()
  for (const [filter, ids] of [
    ['closing', [soon]],
    ['noBids', [soon]],
    ['unmet', [unmet]],
  ] as const) {
    await at(page, `filter-${filter}`).click()
    await expect.poll(() => shown(page)).toEqual(ids)
    await at(page, `filter-${filter}`).click()
    await expect.poll(() => shown(page)).toEqual([soon, bidden, unmet])
  }
  await at(page, 'filter-unmet').click()
  await at(page, 'filter-closing').click()
  await page.getByText('No running auction fits that.').waitFor()
})

test('one confirmed press pauses, resumes or extends all that is shown, and says what was refused', async () => {
  const { house, bidden, unmet, soon } = await running()
  const page = await desk(house, 'live')
  const statuses = async () =>
    Promise.all([bidden, unmet, soon].map(async (id) => (await house.admin.auction(id)).status))
  await at(page, 'all-pause').click()
  await at(page, 'ask').getByText('Pause 3 auctions?').waitFor()
  expect(await statuses()).toEqual(['open', 'open', 'open'])
  await house.admin.close(bidden)
  await at(page, 'reason').fill('The line is down')
  await sayYes(page)
  await at(page, 'report').waitFor()
  expect(await at(page, 'report').innerText()).toMatch(/2 auctions paused\. One was refused:/)
  expect(await at(page, 'refused').allInnerTexts()).toEqual([expect.stringMatching(/^A clock: The auction is closed/)])
  expect(await statuses()).toEqual(['closed', 'paused', 'paused'])
  expect((await house.admin.auction(unmet)).statusReason).toBe('The line is down')
  await at(page, 'all-resume').click()
  await sayYes(page)
  await at(page, 'report').getByText('2 auctions resumed.').waitFor()
  expect(await statuses()).toEqual(['closed', 'open', 'open'])
  const before = await Promise.all([unmet, soon].map(async (id) => (await house.admin.auction(id)).closesAt!))
  await at(page, 'all-extend').click()
  await at(page, 'reason').fill('The line was down')
  await sayYes(page)
  await at(page, 'report').getByText('2 auctions extended.').waitFor()
  const after = await Promise.all([unmet, soon].map(async (id) => (await house.admin.auction(id)).closesAt!))
  expect(after.map((end, i) => Date.parse(end) - Date.parse(before[i]!))).toEqual([300_000, 300_000])
})

test('what the filters leave out is left alone', async () => {
  const { house, bidden, soon } = await running()
  const page = await desk(house, 'live')
  await at(page, 'filter-closing').click()
  await at(page, 'all-pause').click()
  await at(page, 'ask').getByText('Pause 1 auction?').waitFor()
  await at(page, 'reason').fill('A pause')
  await sayYes(page)
  await at(page, 'report').waitFor()
  expect([(await house.admin.auction(soon)).status, (await house.admin.auction(bidden)).status]).toEqual([
    'paused',
    'open',
  ])
})

/** Two buyers, one of them in two currencies, and a lot that nobody wanted. */
async function sold(): Promise<House> {
  const house = await openHouse()
  const [ana, ben] = [await house.person('Ana'), await house.person('Ben')]
  for (const [client, title, currency, amount] of [
    [ana, 'A clock', 'EUR', 1_500],
    [ana, 'A chair', 'EUR', 2_000],
    [ana, 'A sign', 'USD', 3_000],
    [ben, 'A lamp', 'EUR', 4_000],
  ] as const) {
    const id = await house.auction({ title, currency })
    await client.bid(id, { amount })
    await house.admin.close(id)
  }
  await house.admin.close(await house.auction({ title: 'Unwanted' }))
  return house
}

test('won lots by person: address, lots and sums by currency, and all of it goes to paper', async () => {
  const house = await sold()
  const page = await desk(house, 'won')
  const buyer = (name: string) => at(page, 'buyer').filter({ has: page.getByRole('heading', { name }) })
  await buyer('Ana').waitFor()
  expect(await at(page, 'buyer').locator('h2').allInnerTexts()).toEqual(['Ana', 'Ben'])
  expect(await buyer('Ana').locator('tbody a').allInnerTexts()).toEqual(['A clock', 'A chair', 'A sign'])
  const totals = buyer('Ana').getByTestId('buyer-total')
  expect(await totals.evaluateAll((all) => all.map((one) => one.getAttribute('data-minor')))).toEqual(['3500', '3000'])
  const email = (await buyer('Ben').getAttribute('data-email'))!
  expect(await buyer('Ben').getByRole('link', { name: email }).getAttribute('href')).toBe(`mailto:${email}`)
  expect(await at(page, 'won-sum').innerText()).toBe('2 persons: 3 lots in EUR: €75.00 · 1 lot in USD: US$30.00')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.getByRole('button').count()).toBe(0)
  expect(await buyer('Ana').evaluate((node) => getComputedStyle(node).breakInside)).toBe('avoid')
  expect(await buyer('Ana').getByText('A sign').isVisible()).toBe(true)
})

test('a seller sees who won their own lots, and nobody else’s', async () => {
  const house = await sold()
  const seller = await house.person('Sofia', 'seller')
  const made = await seller.create({
    title: 'A vase',
    currency: 'EUR',
    terms: { startPrice: 1_000 },
    durationSeconds: 3_600,
  })
  await (await house.person('Cleo')).bid(made.id, { amount: 1_000 })
  await house.admin.close(made.id)
  const page = await visit(house, DESKTOP, accountOf(seller))
  await page.goto('/desk#won')
  await at(page, 'buyer').first().waitFor()
  expect(await at(page, 'buyer').locator('h2').allInnerTexts()).toEqual(['Cleo'])
})

for (const options of [DESKTOP, SPANISH_PHONE])
  test(`axe finds nothing in the table, a report, won lots and a copy (${options.locale})`, async () => {
    const { house, bidden } = await running()
    await house.admin.close(await house.auction({ title: 'Unwanted' }))
    for (const colorScheme of ['light', 'dark'] as const) {
      const rules = colorScheme === 'dark' ? WORDS_AND_COLOURS : null
      const page = await desk(house, 'live', { ...options, colorScheme })
      await at(page, 'live-lot').first().waitFor()
      await page.locator('.board-bar input[value=table]').check()
      await at(page, colorScheme === 'light' ? 'all-pause' : 'all-resume').click()
      expect(await faults(page, rules)).toEqual([])
      if (colorScheme === 'light') await at(page, 'reason').fill('Why not')
      await sayYes(page)
      await at(page, 'report').waitFor()
      expect(await faults(page, rules)).toEqual([])
      await page.goto(`/desk#new=${bidden}`)
      await page.locator('#title').waitFor()
      expect(await faults(page, rules)).toEqual([])
    }
    await house.admin.close(bidden)
    const page = await desk(house, 'won', options)
    await at(page, 'buyer').waitFor()
    expect(await faults(page)).toEqual([])
  })
