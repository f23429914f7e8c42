import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { languageCodes } from '../../src/languages/list.ts'
import { sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, enter, visit } from './visitors.ts'

/** Compressed, as they travel. */
const SCRIPT_BYTES_MAX = 25 * 1_024
const EMBED_BYTES_MAX = 30 * 1_024

/** Adds up every script's bytes on the wire. */
function weigh(page: Page): Map<string, number> {
  const bytes = new Map<string, number>()
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname
    if (path.endsWith('.js')) bytes.set(path, Number(response.headers()['content-length']))
  })
  return bytes
}

const sum = (bytes: Map<string, number>) => [...bytes.values()].reduce((a, b) => a + b, 0)

/** The saleroom is the heaviest: of further languages it is weighed alone. */
const PAGES = { en: ['/', '/bids', '/account', 'saleroom'], es: ['/', '/bids', '/account', 'saleroom'] }

for (const language of languageCodes)
  test(`at most ${SCRIPT_BYTES_MAX} bytes of script on every page before somebody asks for more: ${language}`, async () => {
    const options = { ...(language === 'en' ? DESKTOP : SPANISH_PHONE), locale: language }
    const house = await sharedHouse()
    const id = await house.auction({ terms: { startPrice: 1_000 } })
    await (await house.person('rival')).bid(id, { amount: 1_000 })
    const weights: Record<string, number> = {}
    for (const name of PAGES[language as keyof typeof PAGES] ?? ['saleroom']) {
      const path = name === 'saleroom' ? `/auctions/${id}` : name
      const page = await visit(house, options)
      const bytes = weigh(page)
      await page.goto(path, { waitUntil: 'networkidle' })
      await page.locator('h1').waitFor()
      expect([...bytes.values()].every((size) => size > 0)).toBe(true)
      weights[path] = sum(bytes)
    }
    expect(Math.max(...Object.values(weights))).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)

    if (!(language in PAGES)) return
    // What is there for those who want it comes when they do.
    const page = await visit(house, options)
    const bytes = weigh(page)
    await enter(page, id)
    const before = sum(bytes)
    await page.locator('input[value=chart]').check()
    await page.locator('.chart canvas').waitFor()
    expect(sum(bytes)).toBeGreaterThan(before + 15_000)
  })

test('the embed is one file of less than 30 KB compressed', async () => {
  const house = await sharedHouse()
  const page = await visit(house)
  const bytes = weigh(page)
  await page.goto('/embed.js')
  expect(bytes.get('/embed.js')).toBeGreaterThan(5_000)
  expect(bytes.get('/embed.js')).toBeLessThan(EMBED_BYTES_MAX)
})
