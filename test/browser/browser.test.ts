import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const TEXT = 'Última puja: 1.250,50 € – ¿quién da más? ¡Adjudicado! Müller, señor, Łódź, “£”…'

test('the browser gives text a size, each letter its own glyph, and takes pictures', async () => {
  const page = await browser.newPage({ viewport: { width: 900, height: 200 } })
  await page.setContent(`<meta charset="utf-8"><p style="font:24px sans-serif"><span>${TEXT}</span></p>
    <b style="font:bold 24px serif">${TEXT}</b><p><code>${TEXT}</code></p>`)
  const box = await page.locator('span').boundingBox()
  expect(box?.width).toBeGreaterThan(500)
  expect(box?.height).toBeGreaterThan(20)

  // A letter that the font lacks is drawn as the same empty box as an unassigned one.
  const missing = await page.evaluate((letters) => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!context) throw new Error('no canvas')
    const pixels = (letter: string): string => {
      context.clearRect(0, 0, 60, 60)
      context.font = '32px sans-serif'
      context.fillText(letter, 10, 40)
      return context.getImageData(0, 0, 60, 60).data.join('')
    }
    const absent = pixels('\u{10fff0}')
    return [...new Set(letters.replaceAll(' ', ''))].filter((letter) => pixels(letter) === absent)
  }, TEXT)
  expect(missing).toEqual([])

  const picture = await page.screenshot(process.env['SCREENSHOT'] ? { path: process.env['SCREENSHOT'] } : {})
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  await page.close()
})
