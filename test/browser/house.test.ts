import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADMIN } from '../support/people.ts'
import { painted } from '../support/pictures.ts'
import { type House, openHouse } from '../support/service.ts'
import { WORDS_AND_COLOURS, faults } from './faults.ts'
import { DESKTOP, SPANISH_PHONE, at, enter, signInAs, visit } from './visitors.ts'

const ACCENT = { light: '#9b1c31', dark: '#ff9aa8' }

async function furnished(): Promise<House> {
  const house = await openHouse()
  const logo = await house.admin.upload(new Blob([await painted(400, 100, '#9b1c31')], { type: 'image/png' }))
  const terms = '## Bids\n\nWhoever bids buys. See [the law](https://law.example).'
  const contact = 'hello@clocks.example'
  const texts = { imprint: 'Clock house\n1 Tick Street', privacy: 'None.', terms }
  await house.admin.patchHouse({ name: 'Clock house', logo: logo.url, accent: ACCENT, contact, ...texts })
  return house
}

async function atDesk(page: Page, address: string): Promise<void> {
  await signInAs(page, ADMIN)
  await page.goto(address)
}

const colourOf = (page: Page, selector: string, property: 'color' | 'backgroundColor') =>
  page
    .locator(selector)
    .first()
    .evaluate((node, name) => getComputedStyle(node)[name], property)

test('an admin gives the house its face at the desk, and every page has it', async () => {
  const house = await openHouse()
  const page = await visit(house)
  await atDesk(page, '/desk#house')
  await page.locator('#house-name').fill('Clock house')
  await at(page, 'choose-logo').setInputFiles({
    name: 'logo.png',
    mimeType: 'image/png',
    buffer: await painted(300, 60, '#9b1c31'),
  })
  await at(page, 'house-logo').waitFor()
  await at(page, 'has-accent').check()
  await page.locator('#accent-light').fill('#ffcc00')
  const light = at(page, 'accent-light')
  await light.getByText(/the contrast is 1\.\d\d?:1, and 4.5:1 is needed/).waitFor()
  expect(await at(page, 'save-house').getAttribute('aria-disabled')).toBe('true')
  await light.getByRole('button').click()
  await light.getByText('It can be read.').waitFor()
  await page.locator('#house-imprint').fill('**Clock house**, 1 Tick Street')
  await at(page, 'save-house').click()
  await page.getByText('Saved.').first().waitFor()
  const { accent, ...kept } = await house.admin.house()
  expect(kept).toMatchObject({ name: 'Clock house', imprint: '**Clock house**, 1 Tick Street', logo: { width: 300 } })
  await page.goto('/')
  expect(await page.title()).toBe('Auctions – Clock house')
  expect(await page.getByRole('link', { name: 'Clock house' }).getAttribute('href')).toBe('/')
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(accent!.light.slice(i, i + 2), 16))
  await page.goto('/imprint')
  expect(await page.locator('h1').innerText()).toBe('Imprint')
  expect(await page.locator('main strong').innerText()).toBe('Clock house')
  await page.goto('/account')
  expect(await colourOf(page, '.foot a', 'color')).not.toBe(`rgb(${r}, ${g}, ${b})`)
  await page.goto('/desk#new')
  await at(page, 'submit').waitFor()
  expect(await colourOf(page, '.primary', 'backgroundColor')).toBe(`rgb(${r}, ${g}, ${b})`)
})

test('what was typed for the house and is refused stays in the fields', async () => {
  const house = await openHouse()
  const page = await visit(house, SPANISH_PHONE)
  await atDesk(page, '/desk#house')
  await page.locator('#house-contact').fill('no address')
  await at(page, 'save-house').click()
  await at(page, 'failure').getByText('Contacto').waitFor()
  expect(await page.locator('#house-contact').inputValue()).toBe('no address')
  expect((await house.admin.house()).contact).toBe(null)
})

test('the footer speaks the language of the page, also when it is switched, and is below everything', async () => {
  const house = await furnished()
  const id = await house.auction({ title: 'A clock' })
  const page = await visit(house, { ...SPANISH_PHONE, viewport: { width: 390, height: 844 } })
  await enter(page, id)
  const links = async () => (await page.locator('.foot a').allInnerTexts()).map((text) => text.trim())
  expect(await links()).toEqual(['Aviso legal', 'Privacidad', 'Condiciones', 'Contacto'])
  await at(page, 'language').selectOption('en')
  await expect.poll(links).toEqual(['Imprint', 'Privacy', 'Terms', 'Contact'])
  await page.locator('.foot').scrollIntoViewIfNeeded()
  await page.getByRole('link', { name: 'Terms' }).click()
  await page.getByRole('heading', { name: 'Terms' }).waitFor()
  expect(await page.getByText('Version 1').count()).toBe(1)
})

test('nothing that is seen jumps while a page with a footer is loaded', async () => {
  const house = await furnished()
  const page = await visit(house)
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  for (const path of ['/', '/account', `/auctions/${await house.auction()}`]) {
    await page.goto(path, { waitUntil: 'networkidle' })
    const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)
    expect(
      shifts.reduce((sum, shift) => sum + shift, 0),
      path,
    ).toBeLessThan(0.002)
  }
})

test('whoever signs up agrees to the terms that hold, and the admin sees to which', async () => {
  const house = await furnished()
  const page = await visit(house)
  await page.goto('/account#new')
  const press = page.locator('button[type=submit]')
  await page.locator('#display-name').fill('Ana')
  await page.locator('#email').fill('ana@people.example')
  await page.locator('#password').fill('password of ana')
  await press.click()
  expect(await page.locator(':invalid').last().getAttribute('data-testid')).toBe('terms')
  expect(await page.getByRole('link', { name: 'Read the terms' }).getAttribute('href')).toBe('/terms')
  await at(page, 'terms').check()
  await house.admin.patchHouse({ terms: 'Others.' })
  await press.click()
  await page.getByText('The terms of the house have changed.').waitFor()
  expect(await at(page, 'terms').isChecked()).toBe(false)
  await at(page, 'terms').check()
  await press.click()
  await page.getByRole('heading', { name: 'Ana' }).waitFor()
  const { items } = await house.admin.users({ q: 'ana@' })
  expect(items.map(({ terms }) => terms?.version)).toEqual([2])
  const desk = await visit(house)
  await atDesk(desk, '/desk#people')
  const person = desk.locator('[data-email="ana@people.example"]')
  const accepted = person.getByTestId('accepted-terms')
  expect(await accepted.innerText()).toMatch(/^terms 2, /)
  expect(await accepted.getAttribute('href')).toBe('/terms/2')
})

for (const [language, colorScheme, rules] of [
  ['en-GB', 'light', null],
  ['es-ES', 'dark', WORDS_AND_COLOURS],
] as const)
  test(`axe finds nothing in the pages of a house with a face of its own (${language}, ${colorScheme})`, async () => {
    const house = await furnished()
    const id = await house.auction({ title: 'A clock' })
    for (const options of [DESKTOP, SPANISH_PHONE]) {
      const page = await visit(house, { ...options, locale: language, colorScheme })
      for (const path of ['/terms', '/account#new', `/auctions/${id}`]) {
        await page.goto(path, { waitUntil: 'networkidle' })
        expect({ path, faults: await faults(page, rules) }).toEqual({ path, faults: [] })
      }
      await atDesk(page, '/desk#house')
      await page.locator('#house-name').waitFor()
      await page.locator('#accent-light').fill('#ffcc00')
      expect(await faults(page, rules)).toEqual([])
    }
  })
