import { expect, test } from 'vitest'
import { languageCodes, languages } from '../../src/languages/list.ts'
import { sharedHouse } from '../support/service.ts'
import { SPANISH_PHONE, at, enter, visit } from './visitors.ts'

for (const code of languageCodes)
  test(`a reader who asks for ${code} gets the saleroom in it, and all of it on a phone of 360 px`, async () => {
    const house = await sharedHouse()
    const id = await house.auction({ title: 'A clock', terms: { startPrice: 123_456_00, reservePrice: 200_000_00 } })
    const page = await visit(house, { ...SPANISH_PHONE, locale: code })
    await enter(page, id)
    expect(await page.locator('html').getAttribute('lang')).toBe(code)
    expect(await at(page, 'language').inputValue()).toBe(code)
    expect(await at(page, 'language').locator('option').allInnerTexts()).toEqual(
      languageCodes.map((one) => languages[one].name),
    )
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(beyond).toBe(0)
  })

test('the most wanted language that there is is written, and a kept choice outweighs it', async () => {
  const house = await sharedHouse()
  const languageOf = async (headers: Record<string, string>) =>
    /<html lang="(\w+)"/.exec(await (await fetch(house.url, { headers })).text())?.[1]
  expect(await languageOf({ 'accept-language': 'xx, de-AT;q=0.9, en;q=0.8' })).toBe('de')
  expect(await languageOf({ 'accept-language': 'pt-BR' })).toBe('pt')
  expect(await languageOf({ 'accept-language': 'fr;q=0.1, es;q=0.2' })).toBe('es')
  expect(await languageOf({ 'accept-language': 'ja' })).toBe('en')
  expect(await languageOf({ 'accept-language': 'de', cookie: 'martillo_language=fr' })).toBe('fr')
  expect(await languageOf({ 'accept-language': 'de', cookie: 'martillo_language=xx' })).toBe('de')
})
