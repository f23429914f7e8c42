import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { ADMIN } from '../support/people.ts'
import { painted } from '../support/pictures.ts'
import { type House, sharedHouse } from '../support/service.ts'
import { DESKTOP, SPANISH_PHONE, at, enter, signInAs, visit } from './visitors.ts'

/** A sheet of A4 at 96 dots an inch, less its margins. */
const SHEET = { width: 718, height: 1_046 }

async function furnished(): Promise<{ house: House; open: string }> {
  const house = await sharedHouse()
  const { url } = await house.admin.upload(new Blob([await painted(300, 900)], { type: 'image/png' }))
  const ana = await house.person('Ana')
  const open = await house.auction({ title: 'A clock', images: [url] })
  await ana.bid(open, { amount: 1_000 })
  for (const title of ['A chair', 'A sign', 'A chart']) await house.auction({ title, images: [url] })
  await house.admin.patchHouse({
    imprint: 'Clock house, [law](https://law.example)',
    contact: 'https://clocks.example',
  })
  return { house, open }
}

/** What of a page can be seen that is of no use on paper, or is dark. */
const onPaper = (page: Page) =>
  page.evaluate(() => {
    const light = (colour: string) => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = colour.match(/[\d.]+/g)!.map(Number)
      return alpha === 0 || red + green + blue > 3 * 160
    }
    const seen = [...document.querySelectorAll<HTMLElement>('body, body *')].filter((node) => node.checkVisibility())
    const name = (node: HTMLElement) => `${node.tagName.toLowerCase()}.${node.className}`
    const controls = 'button, input, select, textarea, label, nav, .primary, .secondary, .bid-form, .tabs'
    return {
      scheme: getComputedStyle(document.documentElement).colorScheme,
      dark: seen.filter((node) => !light(getComputedStyle(node).backgroundColor)).map(name),
      pale: seen
        .filter((node) => node.children.length === 0 && node.innerText?.trim() !== '')
        .filter((node) => light(getComputedStyle(node).color))
        .map(name),
      controls: seen.filter((node) => node.matches(controls) && !node.matches('.enlarge, .thumbs *')).map(name),
      fixed: seen.filter((node) => ['fixed', 'sticky'].includes(getComputedStyle(node).position)).map(name),
      cropped: seen.filter((node) => node.matches('img') && getComputedStyle(node).objectFit === 'cover').map(name),
    }
  })

const CLEAN = { scheme: 'light', dark: [], pale: [], controls: [], fixed: [], cropped: [] }

test('every page goes to paper light, without what can be pressed, and with whole pictures, whatever the screen is', async () => {
  const { house, open } = await furnished()
  const page = await visit(house, { ...DESKTOP, viewport: SHEET, colorScheme: 'dark' })
  await signInAs(page, ADMIN)
  await page.locator('input[value=dark]').check()
  const look = async (where: string) => {
    await page.emulateMedia({ media: 'print' })
    expect({ where, ...(await onPaper(page)) }).toEqual({ where, ...CLEAN })
    await page.emulateMedia({ media: 'screen' })
  }
  await look('account')
  await enter(page, open)
  await look('saleroom')
  for (const [path, there] of [
    ['/', '[data-testid=lot]'],
    ['/bids', 'main h1, main h2'],
    ['/desk#live', '[data-testid=live-lot]'],
    ['/desk#auctions', '[data-testid=desk-auction]'],
    ['/desk#people', '[data-testid=person]'],
    ['/imprint', 'main h1'],
    ['/docs/rules', 'main h1'],
    ['/nowhere', 'main h1'],
  ] as const) {
    await page.goto(path)
    await page.reload()
    await page.locator(there).first().waitFor()
    await look(path)
  }
})

test('who watches with a telephone prints the lot, and not the bar to bid in', async () => {
  const { house, open } = await furnished()
  const page = await visit(house, { ...SPANISH_PHONE, colorScheme: 'dark' })
  await enter(page, open)
  await page.emulateMedia({ media: 'print' })
  expect(await onPaper(page)).toEqual(CLEAN)
  expect(await page.locator('h1').isVisible()).toBe(true)
})

test('no lot is broken over two sheets, and links say where they lead', async () => {
  const { house } = await furnished()
  const page = await visit(house, { ...DESKTOP, viewport: SHEET })
  await page.goto('/')
  await at(page, 'lot').first().waitFor()
  await page.emulateMedia({ media: 'print' })
  const breaks = await at(page, 'lot').evaluateAll((lots) => lots.map((lot) => getComputedStyle(lot).breakInside))
  expect(new Set(breaks)).toEqual(new Set(['avoid']))
  await page.goto('/imprint')
  const after = (selector: string) =>
    page.locator(selector).evaluate((node) => getComputedStyle(node, '::after').content)
  expect(await after('main a')).toContain('https://law.example')
  expect(await after('.foot a[href^=http]')).toContain('https://clocks.example')
})
